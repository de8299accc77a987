"""Where new failing records come from: the one factor that holds most of them against its usual share.

Looked at, in this order when two explain equally much: an import batch (many rows by one creator within
minutes), a disclosed source, the creator, the owner's team; and the day of creation when none of these does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, lgamma, log, log1p
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory, PersonKind
from monitor.messages.alert import Origin
from monitor.quality.outcome import FailingRecord

SOURCE_COLUMNS = ("source",)
# not strftime: it follows the locale
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Factor(StrEnum):
    BATCH = "batch"
    SOURCE = "source"
    CREATOR = "creator"
    TEAM = "team"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Guard:
    """When a factor stands out.

    It holds at least ``least`` records and ``most_of`` of the new ones, that is ``lift`` times its usual
    share, and chance would do so less often than ``chance`` (a binomial tail, times the values tried).
    """

    least: int = 3
    most_of: float = 0.5
    lift: float = 2.0
    chance: float = 0.001
    batch_least: int = 5
    batch_gap: timedelta = timedelta(seconds=60)
    batch_pace: timedelta = timedelta(seconds=20)  # mean time between rows; no hand types faster


@dataclass(frozen=True, slots=True)
class Finding:
    """A factor that stands out. ``usual`` is its share (0 to 1) of all records, None where that is not known.

    ``value`` is a key (creator, team), a disclosed value (source), or a moment in ISO form (day, batch).
    """

    factor: Factor
    value: str
    count: int
    of: int
    usual: float | None = None
    at: datetime | None = None  # a batch's first row
    tried: int = 1  # values that could have stood out


Usual = Mapping[Factor, Mapping[str, int]]
"""All records of the entity (or those that failed before) counted by the same factors; a factor may be absent."""


def find(
    new: Sequence[FailingRecord], usual: Usual, directory: Directory, zone: ZoneInfo, guard: Guard | None = None
) -> Finding | None:
    """The factor that explains the new failing records best, or None when nothing stands out."""
    guard = guard or Guard()
    found = [finding for finding in _candidates(new, usual, directory, zone, guard) if _stands_out(finding, guard)]
    if not found:
        return None
    # new records are mostly of today: the day explains only what nothing else does
    found = [finding for finding in found if finding.factor is not Factor.DAY] or found
    most = max(finding.count for finding in found)
    close = [finding for finding in found if finding.count >= 0.9 * most]
    return min(close, key=lambda finding: list(Factor).index(finding.factor))


def _candidates(
    new: Sequence[FailingRecord], usual: Usual, directory: Directory, zone: ZoneInfo, guard: Guard
) -> Iterator[Finding]:
    batch = _largest_batch(new, guard)
    if batch:
        first = batch[0].created_at
        value = first.isoformat() if first else ""
        yield Finding(Factor.BATCH, value, len(batch), len(new), None, first)
    for factor in (Factor.SOURCE, Factor.CREATOR, Factor.TEAM, Factor.DAY):
        counts = Counter(value for record in new if (value := _value(record, factor, directory, zone)))
        if counts:
            value, count = counts.most_common(1)[0]
            share = _share(usual.get(factor), value)
            yield Finding(factor, value, count, len(new), share, tried=len(counts))


def _value(record: FailingRecord, factor: Factor, directory: Directory, zone: ZoneInfo) -> str:
    if factor is Factor.SOURCE:
        return next((record.disclosed[name] for name in SOURCE_COLUMNS if record.disclosed.get(name)), "")
    if factor is Factor.CREATOR:
        return record.created_by or ""
    if factor is Factor.TEAM:
        team = directory.team_of(record.owner_key)
        return team.key if team else ""
    return record.created_at.astimezone(zone).date().isoformat() if record.created_at else ""


def usual_of(records: Iterable[FailingRecord], directory: Directory, zone: ZoneInfo) -> Usual:
    """Counts by factor of records to compare with, such as those that failed before."""
    counts: dict[Factor, Counter[str]] = {factor: Counter() for factor in Factor if factor is not Factor.BATCH}
    for record in records:
        for factor, counter in counts.items():
            if value := _value(record, factor, directory, zone):
                counter[value] += 1
    return counts


def _share(counts: Mapping[str, int] | None, value: str) -> float | None:
    """The usual share by the rule of succession, so that three records without a value do not prove it rare."""
    total = sum(counts.values()) if counts else 0
    return (counts.get(value, 0) + 1) / (total + 2) if counts and total else None


def _stands_out(finding: Finding, guard: Guard) -> bool:
    if finding.count < max(guard.least, guard.most_of * finding.of):
        return False
    if finding.factor is Factor.BATCH:
        return True  # its rows came within minutes: no usual share could hold them
    if finding.usual is None:
        return False
    if finding.count < guard.lift * finding.usual * finding.of:
        return False
    return tail(finding.count, finding.of, finding.usual) * finding.tried < guard.chance


def tail(count: int, of: int, share: float) -> float:
    """Chance of ``count`` or more among ``of`` draws that each hit with probability ``share``: the upper
    tail of the binomial distribution, summed in logarithms."""
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    hit, miss = log(share), log1p(-share)
    terms = (
        lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * hit + (of - k) * miss for k in range(count, of + 1)
    )
    return min(1.0, sum(exp(term) for term in terms))


def _largest_batch(new: Sequence[FailingRecord], guard: Guard) -> list[FailingRecord]:
    """The most rows by one creator without a pause, entered faster than a hand can."""
    by_creator: dict[str, list[tuple[datetime, FailingRecord]]] = {}
    for record in new:
        if record.created_at is not None:
            by_creator.setdefault(record.created_by or "", []).append((record.created_at, record))
    best: list[FailingRecord] = []
    for rows in by_creator.values():
        rows.sort(key=lambda row: row[0])
        for run in _runs(rows, guard):
            if len(run) > len(best):
                best = run
    return best


def _runs(rows: Sequence[tuple[datetime, FailingRecord]], guard: Guard) -> Iterator[list[FailingRecord]]:
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] - rows[end - 1][0] <= guard.batch_gap:
            continue
        size = end - start
        if size >= guard.batch_least and rows[end - 1][0] - rows[start][0] <= guard.batch_pace * size:
            yield [record for _, record in rows[start:end]]
        start = end


def in_words(finding: Finding, directory: Directory, zone: ZoneInfo, teams: Collection[str]) -> Origin | None:
    """The finding as a channel may read it: no person's name, and of teams (keys) only these; None where nothing is
    left."""
    what = _words(finding, directory, zone, teams)
    return Origin(what, finding.count, finding.of) if what else None


def _words(finding: Finding, directory: Directory, zone: ZoneInfo, teams: Collection[str]) -> str:
    if finding.factor is Factor.BATCH and finding.at is not None:
        return f"import of {_day(finding.at.astimezone(zone))} {finding.at.astimezone(zone):%H:%M}"
    if finding.factor is Factor.SOURCE:
        return f"source {finding.value}"
    if finding.factor is Factor.TEAM:
        team = directory.teams.get(finding.value)
        return f"team {team.name}" if team and team.key in teams else ""
    if finding.factor is Factor.DAY:
        return f"records created on {_day(datetime.fromisoformat(finding.value))}"
    return _creator(finding, directory)


def _creator(finding: Finding, directory: Directory) -> str:
    person = directory.people.get(finding.value)
    kind = person.kind if person else PersonKind.PERSON
    if kind is PersonKind.INTEGRATION:
        return "records entered by an integration"
    if kind is PersonKind.ADMIN:
        return "records entered by an administrator"
    return "records entered by one user"


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]}"
