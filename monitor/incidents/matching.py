"""Which incidents a route or a silence is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from monitor.incidents.labels import Labels
from monitor.incidents.model import IncidentKind
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.yamlfile import either


@dataclass(frozen=True, slots=True)
class Matcher:
    """Lists of values, any of which will do; a list that is empty matches everything, and all lists must match.

    In ``checks`` a ``*`` stands for any letters. Team names are compared without regard to case.
    """

    kinds: tuple[IncidentKind, ...] = ()
    checks: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    statuses: tuple[Status, ...] = ()
    tags: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether an incident is meant. One that touches several teams is meant by whoever names one of them."""
        return self._matches_but_for_teams(labels) and (
            not self.teams or not _folded(self.teams).isdisjoint(_folded(labels.teams))
        )

    def covers(self, labels: Labels) -> bool:
        """Whether all of an incident is meant: as ``matches``, but no team is touched that is not named.

        Who silences one team's trouble does not want to miss another's.
        """
        return self._matches_but_for_teams(labels) and (
            not self.teams or (bool(labels.teams) and _folded(labels.teams) <= _folded(self.teams))
        )

    def _matches_but_for_teams(self, labels: Labels) -> bool:
        return (
            _has(self.kinds, labels.kind)
            and (not self.checks or any(fits(pattern, labels.check) for pattern in self.checks))
            and _has(self.entities, labels.entity)
            and _has(self.dimensions, labels.dimension)
            and _has(self.severities, labels.severity)
            and _has(self.statuses, labels.status)
            and (not self.tags or not labels.tags.isdisjoint(self.tags))
        )

    def includes(self, other: Matcher) -> bool:
        """Whether everything that ``other`` matches is matched by this one, too."""
        lists = zip(self._lists(), other._lists(), strict=True)
        if not all(not mine or (bool(its) and set(its) <= set(mine)) for mine, its in lists):
            return False
        if not self.checks:
            return True
        return bool(other.checks) and all(any(fits(mine, its) for mine in self.checks) for its in other.checks)

    def excludes(self, other: Matcher) -> bool:
        """Whether nothing can be matched by both. An incident has one check and severity, but many tags and teams."""
        single = list(zip(self._lists(), other._lists(), strict=True))[:5]
        if any(mine and its and set(mine).isdisjoint(its) for mine, its in single):
            return True
        if not self.checks or not other.checks:
            return False
        return not any(_may_meet(mine, its) for mine in self.checks for its in other.checks)

    def _lists(self) -> tuple[Sequence[str], ...]:
        """All but the checks; those of which an incident has one come first."""
        teams = tuple(_folded(self.teams))
        return self.kinds, self.entities, self.dimensions, self.severities, self.statuses, self.tags, teams

    def words(self) -> str:
        """``severity critical, entity leads or contacts``; ``everything`` where nothing is said."""
        return ", ".join(self._said()) or "everything"

    def _said(self) -> Iterator[str]:
        for name, values in (
            ("kind", self.kinds),
            ("check", self.checks),
            ("entity", self.entities),
            ("dimension", self.dimensions),
            ("severity", self.severities),
            ("status", self.statuses),
            ("tag", self.tags),
            ("team", self.teams),
        ):
            if values:
                yield f"{name} {either([str(value) for value in values])}"


def fits(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, in which ``*`` stands for any letters, none included."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)


def _may_meet(one: str, other: str) -> bool:
    """Whether some text may fit both patterns; of two with a star in them that is taken for granted."""
    return fits(one, other) or fits(other, one) or ("*" in one and "*" in other)


def _has(values: Sequence[str], value: str) -> bool:
    return not values or value in values


def _folded(names: Sequence[str] | frozenset[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
