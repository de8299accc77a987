"""Made-up firms with years of records, as people and programs enter them: unequal, in working hours, in sessions.

Each is drawn from a seed. Cases are new failing records of a firm, with or without something in common.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import exp, log
from random import Random
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory, Person, PersonKind, Team
from monitor.incidents.factors import Factor
from monitor.quality.outcome import FailingRecord
from tests.incidents.recorded import Recorded

ZONE = ZoneInfo("Europe/Copenhagen")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)
SOURCES = ("web form", "referral", "fair", "phone", "newsletter", "partner", "cold call", "event")
ADMIN, PROGRAM = "admin", "sync"


@dataclass(frozen=True)
class Case:
    """New failing records of a firm; ``planted`` is what they have in common, None is nothing."""

    firm: Firm
    new: Sequence[FailingRecord]
    since: datetime
    planted: tuple[Factor, str] | None = None
    usual: Recorded | None = None  # where the plant is in all records, too


@dataclass
class Firm:
    """People of unequal diligence in teams of unequal size; in some firms a program feeds the CRM every night."""

    seed: int
    records: list[FailingRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        rng = self.random
        self.sources = rng.sample(SOURCES, rng.randint(4, 8))
        self._weights = [exp(rng.gauss(0, 0.8)) for _ in self.sources]
        self.directory = self._people()
        self._loaded: set[str] = set()
        self._pace = {key: exp(rng.gauss(0, 0.8)) for key in self._sellers}
        self._taste = {key: [w * exp(rng.gauss(0, 0.6)) for w in self._weights] for key in self._sellers}
        self._spells = {key: self._spell() for key in self._sellers}
        self._nightly = rng.choice((0, 0, 0, rng.randint(5, 40)))
        days = rng.randint(90, 365)
        self._daily = rng.randint(8, 30)
        for number in range(days, -1, -1):
            self._enter(TODAY - timedelta(days=number))
        for _ in range(rng.randint(0, 3)):
            day = TODAY - timedelta(days=rng.randint(20, days))
            rows = self._import(day, rng.randint(40, 400))
            self.records += rows
            self._loaded |= {record.key for record in rows}
        self.records.sort(key=lambda record: (record.created_at or NOW, record.key))

    def _people(self) -> Directory:
        rng = self.random
        teams = {
            f"t{number}": Team(f"t{number}", f"Team {number}", rng.randint(3, 12))
            for number in range(rng.randint(3, 7))
        }
        people = {
            f"{team.key}p{number}": Person(f"{team.key}p{number}", "Someone", team_key=team.key)
            for team in teams.values()
            for number in range(team.size)
        }
        self._sellers = list(people)
        people[ADMIN] = Person(ADMIN, "Root", kind=PersonKind.ADMIN)
        people[PROGRAM] = Person(PROGRAM, "Sync", kind=PersonKind.INTEGRATION)
        return Directory(people, teams)

    def _spell(self) -> tuple[date, date]:
        """From when until when somebody works here; most of them all the time."""
        rng = self.random
        first = TODAY - timedelta(days=rng.randint(30, 300)) if rng.random() < 0.25 else date(2020, 1, 1)
        last = TODAY - timedelta(days=rng.randint(10, 200)) if rng.random() < 0.15 else date(2030, 1, 1)
        return first, last

    def _enter(self, day: date) -> None:
        rng = self.random
        if self._nightly:
            for place in range(max(1, round(rng.gauss(self._nightly, self._nightly / 5)))):
                at = datetime.combine(day, time(2, 0), ZONE) + timedelta(seconds=2 * place)
                self.records.append(self._record(PROGRAM, at, rng.choice(self._sellers), "web form"))
        if day.weekday() >= 5:
            return
        there = [
            key for key in self._sellers if self._spells[key][0] <= day <= self._spells[key][1] and rng.random() < 0.8
        ]
        if not there:
            return
        volume = round(self._daily * exp(rng.gauss(0, 0.3)))
        while volume > 0:
            who = rng.choices(there, [self._pace[key] for key in there])[0]
            at = datetime.combine(day, time(8), ZONE) + timedelta(seconds=rng.triangular(0, 9 * 3600, 2.5 * 3600))
            for _ in range(min(volume, rng.choice((1, 1, 1, 2, 3, 6)))):  # a sitting
                owner = who if rng.random() < 0.8 else rng.choice(there)
                source = rng.choices(self.sources, self._taste[who])[0]
                self.records.append(self._record(who, at, owner, source))
                at += timedelta(seconds=rng.uniform(45, 600))
                volume -= 1

    def _import(self, day: date, rows: int) -> list[FailingRecord]:
        """A list that somebody loads, in one go."""
        rng = self.random
        at = datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59)), ZONE)
        who, source = rng.choice((ADMIN, ADMIN, rng.choice(self._sellers))), rng.choice(SOURCES)
        pace = rng.uniform(0.1, 4)
        return [
            self._record(who, at + timedelta(seconds=pace * place), rng.choice(self._sellers), source)
            for place in range(rows)
        ]

    def _record(self, by: str, at: datetime, owner: str, source: str) -> FailingRecord:
        key = f"{len(self.records)}-{self.random.getrandbits(40):x}"
        return FailingRecord(key, owner, at.astimezone(UTC), by, None, {"source": source})

    @cached_property
    def usual(self) -> Recorded:
        return Recorded(self.records, self.directory, ZONE)

    def case(self) -> Case:
        """New failing records that have nothing in common: old ones that became bad, or some of what came in lately."""
        rng = self.random
        since = NOW - timedelta(days=rng.choice((1, 1, 1, 3, 7)))
        moments = [record.created_at or NOW for record in self.records]
        fresh = self.records[bisect_left(moments, since) :]
        number = _size(rng)
        if rng.random() < 0.4 and len(fresh) >= 5:
            return Case(self, rng.sample(fresh, min(number, len(fresh))), since)
        return Case(self, rng.sample(self.records, number), since)

    def planted(self, factor: Factor) -> Case | None:
        """New failing records of which most have one thing in common, and the others nothing.

        None where nothing of the kind is rare enough here to be told from what is usual.
        """
        if factor is Factor.BATCH:
            return self._planted_batch()
        rng, number = self.random, _size(self.random)
        typed = [record for record in self.records if record.key not in self._loaded]  # an import would explain itself
        counts = Counter(self._value(factor, record) for record in typed)
        able = sorted(value for value, rows in counts.items() if rows >= 5 and self._rare(factor, value, rows))
        most = round(number * rng.uniform(0.8, 1))
        able = [value for value in able if counts[value] >= most] or sorted(able, key=lambda value: counts[value])[-1:]
        if not able:
            return None
        value = rng.choice(able)
        of_it = [record for record in typed if self._value(factor, record) == value]
        part = rng.sample(of_it, min(most, len(of_it)))
        others = rng.sample(self.records, round(len(part) * (number - most) / most))
        new = list({record.key: record for record in (*part, *others)}.values())
        rng.shuffle(new)
        return Case(self, new, NOW - timedelta(days=1), (factor, value))

    def _rare(self, factor: Factor, value: str, rows: int) -> bool:
        """Whether it could be told from what is usual at all, and is a thing that may be named."""
        if not value:
            return False
        if factor is Factor.TEAM and self.directory.teams[value].size < 5:
            return False
        return rows <= 0.3 * len(self.records)

    def _value(self, factor: Factor, record: FailingRecord) -> str:
        if factor is Factor.SOURCE:
            return record.disclosed["source"]
        if factor is Factor.CREATOR:
            return record.created_by or ""
        if factor is Factor.TEAM:
            team = self.directory.team_of(record.owner_key)
            return team.key if team else ""
        assert record.created_at is not None
        return record.created_at.astimezone(ZONE).date().isoformat()

    def _planted_batch(self) -> Case:
        rng = self.random
        number = _size(rng)
        most = max(5, round(number * rng.uniform(0.8, 1)))
        rows = self._import(TODAY, round(most * rng.uniform(1, 5)))
        failing = sorted(rng.sample(rows, most), key=lambda record: record.created_at or NOW)
        new = [*failing, *rng.sample(self.records, max(0, number - most))]
        rng.shuffle(new)
        usual = replace(self.usual, records=[*self.records, *rows])
        assert failing[0].created_at is not None
        return Case(self, new, NOW - timedelta(days=1), (Factor.BATCH, failing[0].created_at.isoformat()), usual)


def _size(rng: Random) -> int:
    """From 5 to 200, small ones as often as large ones."""
    return round(exp(rng.uniform(log(5), log(200))))
