"""From a check as its suite declares it to what the engine can ask of the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import Directory, EntitySource
from monitor.quality import adapter
from monitor.quality.arguments import named_columns, resolve, start_of
from monitor.quality.check import Check
from monitor.quality.conditions import ConditionError, compile_condition, parse
from monitor.quality.faults import CheckError, raise_if_gone, safe_reason
from monitor.quality.moments import Moments
from monitor.quality.rows import Condition, both
from monitor.quality.rules.base import (
    CountRule,
    FactsRule,
    NotMapped,
    OwnerRule,
    Rule,
    RuleContext,
    SetRule,
    SqlRule,
    UniqueRule,
    UseRule,
    ValueRule,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """What the engine needs of a CRM. ``connect`` opens a read-only connection, one scan of the load budget."""

    engine: sa.Engine
    connect: Callable[[], AbstractContextManager[sa.Connection]]
    sources: Mapping[str, EntitySource]
    directory: Directory
    moments: Moments
    now: datetime
    country: str
    managed: Callable[[], Collection[str]] = tuple  # see RuleContext

    @property
    def dialect(self) -> str:
        """The database's name in SQLAlchemy; MariaDB counts as mysql."""
        name = self.engine.dialect.name
        return "mysql" if name == "mariadb" else name

    def context(self, entity: str) -> RuleContext:
        """What a rule may look at."""
        return RuleContext(
            source=self.sources[entity],
            sources=self.sources,
            directory=self.directory,
            moments=self.moments,
            now=self.now,
            country=self.country,
            connect=self.connect,
            managed=self.managed,
        )


@dataclass(frozen=True, slots=True)
class RowCheck:
    """Decided row by row in the shared scan: ``domain`` are its rows, ``value`` the column whose nulls do not count."""

    check: Check
    domain: Condition | None
    unexpected: Condition
    value: str = ""
    form: str = "row"
    expectation: adapter.Expectation | None = None


@dataclass(frozen=True, slots=True)
class DuplicateCheck:
    """Fails rows whose values in ``columns`` another row of the domain has too, as ``compared`` makes them."""

    check: Check
    domain: Condition | None
    columns: tuple[str, ...]
    expectation: adapter.Expectation | None = None
    compared: Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]] | None = None


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """Decided in Python from distinct values; ``rule`` judges one tuple, or a block of them."""

    check: Check
    domain: Condition | None
    columns: tuple[str, ...]
    rule: ValueRule | SetRule
    kwargs: Mapping[str, Any]

    @property
    def compares(self) -> bool:
        """Whether values are compared with each other, so that other owners' values matter too."""
        return isinstance(self.rule, SetRule)


@dataclass(frozen=True, slots=True)
class OwnerCheck:
    """Decided by the record's owner; no query beyond the counts."""

    check: Check
    domain: Condition | None
    rule: OwnerRule
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactsCheck:
    """Decided by what the scan noted of the entity as a whole."""

    check: Check
    rule: FactsRule
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountCheck:
    """Decided by how many rows the domain has, against the check's own history."""

    check: Check
    domain: Condition | None
    rule: CountRule


@dataclass(frozen=True, slots=True)
class UseCheck:
    """Decided by what is stored of people's use; no query of the CRM."""

    check: Check
    rule: UseRule
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlainCheck:
    """Left to Great Expectations itself; owners are not attributed."""

    check: Check
    domain: Condition | None
    expectation: adapter.Expectation


@dataclass(frozen=True, slots=True)
class Unready:
    """A check that is not run: skipped (a column is not mapped) or broken before any query."""

    check: Check
    reason: str
    skipped: bool


Prepared = (
    RowCheck | DuplicateCheck | ValueCheck | OwnerCheck | FactsCheck | CountCheck | UseCheck | PlainCheck | Unready
)


def prepare(reader: Reader, entity: str, checks: Sequence[Check]) -> list[Prepared]:
    """Every check made ready, in order; one that cannot be is Unready and harms no other.

    Raises CrmUnavailable when a rule needs the database and it is gone.
    """
    return [_prepare_safely(reader, reader.sources[entity], check) for check in checks]


def _prepare_safely(reader: Reader, source: EntitySource, check: Check) -> Prepared:
    try:
        return _prepare(reader, source, check)
    except ConditionError as error:
        return Unready(check, f"its condition cannot be read: {error}", skipped=False)
    except CheckError as error:
        return Unready(check, str(error), skipped=False)
    except NotMapped as error:
        return Unready(check, str(error), skipped=True)
    except Exception as error:  # noqa: BLE001 - one check that breaks must not take its neighbours along
        raise_if_gone(error)
        return Unready(check, safe_reason(error), skipped=False)


def _registry() -> Mapping[str, Rule]:
    from monitor.quality import rules

    found: Mapping[str, Rule] = getattr(rules, "REGISTRY", {})
    return found


@dataclass(frozen=True, slots=True)
class Declared:
    """A check as its suite declares it, for one CRM: our own rule, if it is one, and the rows that it applies to."""

    rule: Rule | None
    kwargs: Mapping[str, Any]
    domain: Condition | None
    missing: tuple[str, ...] = ()  # columns that the CRM's map does not have: the rest is then not made


def declared(reader: Reader, source: EntitySource, check: Check) -> Declared:
    """What can be said of a check without Great Expectations. Raises ConditionError and CheckError."""
    when = parse(check.when) if check.when else None
    rule = _registry().get(check.type)
    kwargs = resolve(check.kwargs, reader.moments, source)
    needed = rule.columns(kwargs) if rule else named_columns(check.type, kwargs)
    needed |= when.columns if when else frozenset()
    needed |= {"created_at"} if check.since else frozenset()
    needed |= {"owner_key"} if isinstance(rule, OwnerRule) else frozenset()
    if missing := sorted(name for name in needed if name not in source.columns):
        return Declared(rule, kwargs, None, tuple(missing))
    since = (
        sa.column("created_at", source.selectable.c["created_at"].type) >= start_of(check.since, reader.moments, source)
        if check.since
        else None
    )
    return Declared(rule, kwargs, both(since, compile_condition(when, reader.moments, source) if when else None))


def _prepare(reader: Reader, source: EntitySource, check: Check) -> Prepared:
    found = declared(reader, source, check)
    if found.missing:
        return Unready(check, f"not mapped: {', '.join(found.missing)}", skipped=True)
    if found.rule is not None:
        return prepare_rule(reader.context(source.entity), found.rule, check, found.kwargs, found.domain)
    return _prepare_expectation(reader.dialect, source, check, found.kwargs, found.domain)


def prepare_rule(
    context: RuleContext, rule: Rule, check: Check, kwargs: Mapping[str, Any], domain: Condition | None
) -> Prepared:
    """A check of our own rules made ready. Raises NotMapped and CheckError."""
    if isinstance(rule, SqlRule):
        applies = both(domain, rule.applies(kwargs, context))
        return RowCheck(check, applies, rule.unexpected(kwargs, context))
    if isinstance(rule, UniqueRule):
        applies = both(domain, rule.applies(kwargs, context))
        return DuplicateCheck(check, applies, (kwargs["column"],), compared=partial(rule.compared, kwargs))
    if isinstance(rule, ValueRule | SetRule):
        return ValueCheck(check, domain, tuple(rule.value_columns(kwargs, context.source)), rule, kwargs)
    if isinstance(rule, OwnerRule):
        return OwnerCheck(check, domain, rule, kwargs)
    return _prepare_whole(context, rule, check, kwargs, domain)


def _prepare_whole(
    context: RuleContext, rule: Rule, check: Check, kwargs: Mapping[str, Any], domain: Condition | None
) -> Prepared:
    """A check that no single row fails. Raises CheckError."""
    if isinstance(rule, FactsRule):
        return FactsCheck(check, rule, kwargs)
    if isinstance(rule, CountRule):
        return CountCheck(check, both(domain, rule.counted(kwargs, context)), rule)
    if isinstance(rule, UseRule):
        return UseCheck(check, rule, kwargs)
    raise CheckError(f"{check.type} says in no known way what fails")


def _prepare_expectation(
    dialect: str, source: EntitySource, check: Check, kwargs: Mapping[str, Any], domain: Condition | None
) -> Prepared:
    expectation = adapter.Expectation(check.type, kwargs)
    test = expectation.test(dialect, list(source.columns))
    if test is None:
        return PlainCheck(check, domain, expectation)
    whole = both(domain, test.domain)
    if isinstance(test, adapter.DuplicateTest):
        return DuplicateCheck(check, whole, test.columns, expectation)
    return RowCheck(check, whole, test.unexpected, test.value, test.form, expectation)
