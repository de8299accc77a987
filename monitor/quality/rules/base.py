"""What a rule of our own is: an expectation type that Great Expectations lacks.

Its shape says what decides: SQL alone (part of the shared scan), Python on the distinct values
(streamed), the owner of the record (answered from the directory, no query at all), or what the scan
noted of the entity as a whole against earlier runs (freshness, volume, drift).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa

from monitor.crm.source import Directory, EntitySource
from monitor.quality.anomaly import Band
from monitor.quality.moments import Moments
from monitor.quality.outcome import EntityFacts, Status
from monitor.quality.past import Past, UseByTeam
from monitor.quality.usual import Anomaly, Unit

Values = tuple[Any, ...]


class NotMapped(LookupError):
    """What a rule needs besides its columns, the CRM's map does not have: the check is skipped, not passed."""


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a rule may look at while it gets ready. ``connect`` opens a read-only connection, a scan of the budget.

    ``usual`` is what is usual by the check's own history, where it has one that is long enough. ``managed`` finds the
    keys of users whose manager the project names and the CRM does not; it raises CheckError where nobody can tell.
    """

    source: EntitySource
    sources: Mapping[str, EntitySource]
    directory: Directory
    moments: Moments
    now: datetime
    country: str
    connect: Callable[[], AbstractContextManager[sa.Connection]]
    usual: Band | None = None
    managed: Callable[[], Collection[str]] = tuple


@runtime_checkable
class Rule(Protocol):
    """``schema`` is the JSON schema of the kwargs, as GX ships for its own types."""

    type: str
    schema: Mapping[str, Any]

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        """The canonical columns the rule reads; one that is not mapped skips the check."""
        ...


@runtime_checkable
class SqlRule(Rule, Protocol):
    """Decided by the database, row by row."""

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        """True for a row that fails; over bare canonical columns (``sa.column(name)``), like GX's conditions.

        A row for which the rule has no opinion (GX's "ignore null") must not be counted: see ``applies``.
        """
        ...

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        """True for a row the rule is about; None means every row."""
        ...


@runtime_checkable
class UniqueRule(Rule, Protocol):
    """Decided by the database: a row fails when another row that the rule is about has the same value."""

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        """True for a row the rule is about; None means every row."""
        ...

    def compared(self, kwargs: Mapping[str, Any], value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """What is compared of a value of the argument ``column``."""
        ...


@runtime_checkable
class ValueRule(Rule, Protocol):
    """Decided in Python from the values of ``value_columns``, in that order; each distinct tuple is asked once."""

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        """The columns to read; optional ones (a country) only where the source maps them."""
        ...

    def judge(self, kwargs: Mapping[str, Any], context: RuleContext) -> Callable[[Values], bool | None]:
        """A function of one tuple: True fails, False passes, None is not counted (null)."""
        ...


@runtime_checkable
class SetRule(Rule, Protocol):
    """Decided in Python from all values at once (near-duplicates), in bounded memory."""

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        """The columns to read, the first of which is the block that limits comparison (stream is sorted by it)."""
        ...

    def bad_values(
        self, kwargs: Mapping[str, Any], context: RuleContext
    ) -> Callable[[list[Values]], Mapping[Values, Values]]:
        """A function of one block's distinct tuples (with the same first value): those that fail, each with the one
        that stands for all that are alike."""
        ...


@runtime_checkable
class OwnerRule(Rule, Protocol):
    """Decided by who owns the record; a row fails when ``fails`` says so of its owner."""

    def fails(self, owner_key: str | None, kwargs: Mapping[str, Any], context: RuleContext) -> bool:
        """Whether a record of this owner fails."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a facts rule says of an entity: ``observed`` in words, ``reason`` where there is no verdict."""

    status: Status
    observed: str = ""
    reason: str = ""


@runtime_checkable
class FactsRule(Rule, Protocol):
    """Decided by what the scan noted of the entity, against what earlier runs noted (newest first)."""

    def judge_facts(
        self,
        kwargs: Mapping[str, Any],
        facts: EntityFacts,
        earlier: Sequence[EntityFacts],
        context: RuleContext,
    ) -> Verdict:
        """The verdict on the entity as a whole."""
        ...


@runtime_checkable
class Measuring(FactsRule, Protocol):
    """A facts rule whose figure can be compared with the check's own history, beside its fixed limits."""

    unit: Unit

    def measured(self, facts: EntityFacts, past: Past, now: datetime) -> float | None:
        """The figure of a run at ``now``; None where there is none."""
        ...


@runtime_checkable
class CountRule(Rule, Protocol):
    """Decided by how many rows meet a condition, against the check's own history."""

    unit: Unit

    def counted(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        """True for a row that is counted; over bare canonical columns."""
        ...


@runtime_checkable
class UseRule(Rule, Protocol):
    """Decided by what is stored of people's use, by team, against the teams' own history."""

    unit: Unit

    def judge_use(self, kwargs: Mapping[str, Any], said: Anomaly, use: UseByTeam) -> Verdict:
        """The verdict on all teams together."""
        ...


def unit_of(kind: str, rules: Mapping[str, Rule], *, by_row: bool) -> Unit | None:
    """What the figure of a check of this type counts; None where it has none that could be compared with earlier ones.

    ``by_row``: the type counts failing rows.
    """
    rule = rules.get(kind)
    if isinstance(rule, Measuring | CountRule | UseRule):
        return rule.unit
    return Unit.SHARE if by_row else None
