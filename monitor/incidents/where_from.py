"""Where new failing records come from: the one factor that is over-represented among them the most.

They are compared with all records of their entity by creator, disclosed source, the owner's team, the day of creation
and the import batch (many rows by one creator within minutes). Over-representation is measured by how unlikely chance
is to bring as many together: a value that holds 12 of 12 records and usually 2 in 100 is the stronger the more
records there are and the rarer it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import exp, inf, lgamma, log, log1p
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory
from monitor.incidents.batches import bursts, routine
from monitor.incidents.factors import Factor, Finding, Guard, Usual
from monitor.quality.outcome import FailingRecord

SOURCE_COLUMNS = ("source",)


@dataclass(frozen=True, slots=True)
class _Case:
    """The new failing records, and what they are compared with."""

    new: Sequence[FailingRecord]
    usual: Usual
    directory: Directory
    zone: ZoneInfo
    since: datetime | None
    guard: Guard

    @property
    def enough(self) -> float:
        """How many of the new records a factor must hold to explain them."""
        return max(self.guard.least, self.guard.most_of * len(self.new))

    def value(self, record: FailingRecord, factor: Factor) -> str:
        if factor is Factor.SOURCE:
            return next((record.disclosed[name] for name in SOURCE_COLUMNS if record.disclosed.get(name)), "")
        if factor is Factor.CREATOR:
            return record.created_by or ""
        if factor is Factor.TEAM:
            team = self.directory.team_of(record.owner_key)
            return team.key if team else ""
        return record.created_at.astimezone(self.zone).date().isoformat() if record.created_at else ""

    def counted(self, factor: Factor) -> Counter[str]:
        """The new records by value, without those that have none."""
        return Counter(value for record in self.new if (value := self.value(record, factor)))


def findings(
    new: Sequence[FailingRecord],
    usual: Usual,
    directory: Directory,
    zone: ZoneInfo,
    *,
    since: datetime | None = None,
    guard: Guard | None = None,
) -> tuple[Finding, ...]:
    """What stands out, the most over-represented first; nothing, where nothing does.

    ``since`` is the moment that the run before looked at: of records entered after it, a day explains nothing that
    all records entered after it have in common. ``usual`` is asked only about what holds most of the new records.
    """
    case = _Case(new, usual, directory, zone, since, guard or Guard())
    if len(new) < case.guard.least:
        return ()
    found = [finding for finding in _candidates(case) if _stands_out(finding, case.guard)]
    most = max((finding.strength for finding in found), default=0.0)
    order = list(Factor)

    def rank(finding: Finding) -> tuple[bool, int, float]:
        # of two that are nearly as strong, such as an import and who made it, the more telling comes first
        close = finding.strength >= 0.9 * most
        return not close, order.index(finding.factor) if close else 0, -finding.strength

    return tuple(sorted(found, key=rank))


def _candidates(case: _Case) -> Iterator[Finding]:
    yield from _batches(case)
    for factor in (Factor.SOURCE, Factor.CREATOR, Factor.TEAM, Factor.DAY):
        counts = case.counted(factor)
        for value, count in counts.items():
            if count >= case.enough and (usual := case.usual.counts(factor)):
                finding = _finding(case, factor, value, count, usual)
                yield _among_the_fresh(case, finding) if factor is Factor.DAY else finding


def _finding(case: _Case, factor: Factor, value: str, count: int, usual: Mapping[str, int]) -> Finding:
    total = sum(usual.values())
    share = _smoothed(usual.get(value, 0), total)
    of = len(case.new)
    return Finding(
        factor,
        value,
        count,
        of,
        usual.get(value, 0) / total,
        log_tail(count, of, share),
        count / of / share,
        len(usual),
    )


def _batches(case: _Case) -> Iterator[Finding]:
    for burst in bursts(case.new, case.guard):
        if burst.failing < case.enough:
            continue
        rows = max(case.usual.entered(burst.creator, burst.first, burst.last), burst.failing)
        if burst.length > case.guard.batch_pace * rows or routine(burst, case.usual, case.zone, case.guard):
            continue
        total = max(case.usual.total(), rows)
        count, of, share = burst.failing, len(case.new), _smoothed(rows, total)
        yield Finding(
            Factor.BATCH,
            burst.first.isoformat(),
            count,
            of,
            rows / total,
            log_tail(count, of, share),
            count / of / share,
            total // rows,  # as many could have stood out
            burst.first,
        )


def _among_the_fresh(case: _Case, finding: Finding) -> Finding:
    """A day since the run before must stand out in what was entered since, too: most of what is new was."""
    day = _midnight(finding.value, case.zone)
    end = day + timedelta(days=1)
    if case.since is None or end <= case.since:
        return finding
    since = case.since
    fresh = [at for record in case.new if (at := record.created_at) is not None and at > since]
    last = max((at for at in fresh), default=since)
    start = max(day, since)
    count = sum(day <= at < end for at in fresh)
    total = case.usual.entered(None, since, max(last, end))
    share = _smoothed(case.usual.entered(None, start, end), total)
    return finding.weaker(log_tail(count, len(fresh), share), count / max(len(fresh), 1) / share)


def _midnight(day: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=zone)


def _smoothed(count: int, total: int) -> float:
    """A share by the rule of succession, so that three records without a value do not prove it rare."""
    return (count + 1) / (total + 2)


def _stands_out(finding: Finding, guard: Guard) -> bool:
    return finding.lift >= guard.lift and log(finding.tried) - finding.strength < log(guard.chance)


def log_tail(count: int, of: int, share: float) -> float:
    """The logarithm of the chance of ``count`` or more among ``of`` draws that each hit with probability ``share``.

    The upper tail of the binomial distribution; summed in logarithms, as it is far below what a float can hold.
    """
    if count <= 0 or share >= 1:
        return 0.0
    if share <= 0 or count > of:
        return -inf
    hit, miss = log(share), log1p(-share)
    terms = [
        lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * hit + (of - k) * miss for k in range(count, of + 1)
    ]
    most = max(terms)
    return min(0.0, most + log(sum(exp(term - most) for term in terms)))
