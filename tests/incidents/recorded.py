"""All records of an entity in memory, counted as ``factors.Usual`` asks: the plain account of what queries answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory
from monitor.incidents.factors import Factor
from monitor.quality.outcome import FailingRecord


@dataclass(frozen=True)
class Recorded:
    """Every record as if it failed."""

    records: Sequence[FailingRecord]
    directory: Directory
    zone: ZoneInfo

    def total(self) -> int:
        return len(self.records)

    def counts(self, factor: Factor) -> Mapping[str, int]:
        return self._counts[factor]

    @cached_property
    def _counts(self) -> Mapping[Factor, Mapping[str, int]]:
        teams = ((self.directory.team_of(one.owner_key), one) for one in self.records)
        days = (one.created_at.astimezone(self.zone).date().isoformat() for one in self.records if one.created_at)
        return {
            Factor.SOURCE: Counter(one.disclosed.get("source", "") for one in self.records),
            Factor.CREATOR: Counter(one.created_by or "" for one in self.records),
            Factor.TEAM: Counter(team.key if team else "" for team, _ in teams),
            Factor.DAY: Counter(days),
        }

    @cached_property
    def _moments(self) -> Mapping[str | None, Sequence[datetime]]:
        found: dict[str | None, list[datetime]] = {None: []}
        for one in self.records:
            if one.created_at:
                found.setdefault(one.created_by or "", []).append(one.created_at)
                found[None].append(one.created_at)
        return found

    def _within(self, creator: str | None, first: datetime, last: datetime) -> list[datetime]:
        return [at for at in self._moments.get(creator, ()) if first <= at <= last]

    def entered(self, creator: str | None, first: datetime, last: datetime) -> int:
        return len(self._within(creator, first, last))

    def hours(self, creator: str, first: datetime, last: datetime) -> Mapping[datetime, int]:
        moments = self._within(creator, first, last)
        return Counter(at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for at in moments)
