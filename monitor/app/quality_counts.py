"""What checks found among the records of some people, now and a week before: what a digest says of data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from monitor.adoption.scorecard import Share
from monitor.adoption.scorecards import Hygiene
from monitor.app.project import OpenProject
from monitor.app.record_links import record_links
from monitor.digest.period import Period
from monitor.digest.snapshot import QualityCount
from monitor.quality.check import Check
from monitor.quality.comparing import history_alone
from monitor.quality.handovers import INHERITED
from monitor.quality.outcome import FailingRecord, OwnerCount, Status
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import SetRule, UniqueRule
from monitor.store.inherited import Inherited, inherited, together
from monitor.store.owner_results import ByOwner, Looks, OwnerResults, by_run
from monitor.store.state import State
from monitor.store.unnamed import FORGOTTEN
from monitor.store.write_entity import VERDICTS

_A_DAY = timedelta(days=1)  # a run on Monday morning is compared with that of the Monday before, an hour early or late
_A_WEEK = timedelta(days=7)


Records = Callable[[str], Sequence[FailingRecord] | None]
"""Check -> its failing records; None where they were not kept."""


def _no_records(_check: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Lately:
    """What owners took over from others: ``now``, of what fails now in the 30 days before; ``then``, of what failed a
    period before in the same days; ``came``, of what fails now since a period before. ``since`` is where they begin."""

    now: Inherited = field(default_factory=Inherited)
    then: Inherited = field(default_factory=Inherited)
    came: Inherited = field(default_factory=Inherited)
    since: datetime | None = None

    def is_not_yet_own(self, record: FailingRecord) -> bool:
        """Whether its owner took it over in the last 30 days."""
        return record.handed_at is not None and self.since is not None and record.handed_at > self.since

    def without(self, records: Sequence[FailingRecord] | None) -> Sequence[FailingRecord] | None:
        """The records that were their owners' before that."""
        return None if records is None else [one for one in records if not self.is_not_yet_own(one)]

    def left_out(self, check: str, owner: str) -> int | None:
        """How many failing records of an owner are not counted; None where others may have been taken over, too."""
        found = self.now.of(check).get(owner)
        return (found.unexpected if found else 0) if check in self.now.known else None

    def came_over(self, check: str, owners: Collection[str]) -> int | None:
        """How many of these owners' failing records had another owner a period before; None where not all are kept."""
        if check not in self.came.kept:
            return None
        return sum(count.unexpected for owner, count in self.came.of(check).items() if owner in owners)


def less(counts: ByOwner, inherited: Inherited) -> ByOwner:
    """The counts without failing records taken over lately, as if they were not there. Of those that pass nobody keeps
    a list: they count for their owner."""
    return {
        check: {owner: _less(count, inherited.of(check).get(owner)) for owner, count in owners.items()}
        for check, owners in counts.items()
    }


def _less(count: OwnerCount, taken: OwnerCount | None) -> OwnerCount:
    if taken is None:
        return count
    amount = None if count.amount is None else max(Decimal(0), count.amount - (taken.amount or 0))
    bad = max(0, count.unexpected - taken.unexpected)
    return replace(count, rows=max(bad, count.rows - taken.rows), unexpected=bad, amount=amount)


@dataclass(frozen=True, slots=True)
class Results:
    """Counts per check and owner, of the newest look of each check and of one about a week or a month before;
    ``before`` None: there is none. ``records`` and ``earlier`` are those behind the two; no look of the former is
    older than ``data_as_of``."""

    now: ByOwner
    before: ByOwner | None
    data_as_of: datetime | None
    records: Records = _no_records
    earlier: Records = _no_records
    lately: Lately = field(default_factory=Lately)

    def own(self, opened: OpenProject, owner: str, command: str) -> tuple[QualityCount, ...]:
        """The same of one person's records, without those that the person took over in the last 30 days."""
        lately = self.lately
        own = replace(
            self,
            now=less(self.now, lately.now),
            before=None if self.before is None else less(self.before, lately.then),
            records=lambda check: lately.without(self.records(check)),
            earlier=lambda check: lately.without(self.earlier(check)),
            lately=replace(lately, came=replace(lately.came, counts={})),
        )
        return tuple(
            replace(one, left_out=lately.left_out(one.check, owner)) for one in own.of(opened, [owner], command)
        )

    def own_hygiene(self, checks: Collection[str]) -> Mapping[str, Hygiene]:
        """What these checks found of each owner's records, without those taken over in the last 30 days."""
        shares: dict[str, dict[str, Share]] = {}
        left: dict[str, dict[str, int | None]] = {}
        for check, owners in less(self.now, self.lately.now).items():
            for owner, count in owners.items():
                if check in checks and owner is not None:
                    shares.setdefault(owner, {})[check] = Share(count.unexpected, count.rows)
                    left.setdefault(owner, {})[check] = self.lately.left_out(check, owner)
        return {owner: Hygiene(shares[owner], left[owner]) for owner in shares}

    def of(self, opened: OpenProject, owners: Iterable[str], command: str) -> tuple[QualityCount, ...]:
        """Every check beyond its limits for records of these owners, now or a period before; in the suites' order.

        A check without limits is there when a record fails it. ``command`` lists the failing records of a check, whose
        name it has in braces: ``crm-monitor failing {check}``. Of duplicates the older ones count towards the limits,
        and then are left out: it is for the owners of the newer ones to merge them.
        """
        keys = frozenset(owners)
        # what is usual is known of all records together, and says nothing of those of a few
        checks = [check for check in opened.project.checks if check.id in self.now and not history_alone(check)]
        counts = (self._count(opened, check, keys, command) for check in checks)
        beyond = (
            one for one in counts if _beyond(one, one.count, one.rows) or _beyond(one, one.before, one.before_rows)
        )
        merged = {check.id for check in checks if _may_be_duplicates(check)}
        mended = (self._without_older(one, keys) if one.check in merged else one for one in beyond)
        return tuple(one for one in mended if one.count or one.before)

    def _without_older(self, count: QualityCount, keys: frozenset[str]) -> QualityCount:
        """The same, of duplicates only what these owners are to merge, as far as the records of both runs are known."""
        now, then = self.records(count.check), self.earlier(count.check)
        if now is None or not any(one.older for one in (*now, *(then or ()))):
            return count
        older = _older(now, keys)
        before, amount = count.before, count.amount
        if before is not None:
            before = None if then is None else max(0, before - len(_older(then, keys)))
        if amount is not None:
            amount = max(Decimal(0), amount - sum((one.amount or Decimal(0) for one in older), Decimal(0)))
        return replace(count, count=max(0, count.count - len(older)), before=before, amount=amount)

    def _before(self, check: str) -> Mapping[str | None, OwnerCount] | None:
        """What to compare with; nothing where there was no result, or where somebody was forgotten since: the sums are
        of other people then."""
        found = None if self.before is None else self.before.get(check)
        if found is None:
            return None
        return found if _unnamed(found) == _unnamed(self.now.get(check, {})) else None

    def _count(self, opened: OpenProject, check: Check, keys: frozenset[str], command: str) -> QualityCount:
        now, earlier = self.now.get(check.id, {}), self._before(check.id)
        count, rows, amount = _sum(now, keys)
        before, before_rows, _ = _sum(earlier, keys) if earlier is not None else (None,) * 3
        source = opened.sources(None).get(check.entity)
        records = [one for one in self.records(check.id) or () if not one.older] if count and source else ()
        return QualityCount(
            check=check.id,
            title=check.title or check.id,
            entity=check.entity,
            dimension=check.dimension,
            severity=check.severity,
            attribution=check.attribution,
            count=count or 0,
            rows=rows,
            amount=amount,
            before=before,
            before_rows=before_rows,
            warn=check.limits.warn,
            fail=check.limits.fail,
            list_link=source.list_link if source else "",
            command=command.replace("{check}", check.id),
            why=check.why,
            fix=check.fix,
            mind=check.mind,
            tags=check.tags,
            records=record_links(records, source, keys, opened.project.zone) if records and source else (),
            came_over=self.lately.came_over(check.id, keys),
        )


def _may_be_duplicates(check: Check) -> bool:
    """Whether its failing records may be of one another; of a type that is not the project's own nobody knows."""
    rule = REGISTRY.get(check.type)
    return rule is None or isinstance(rule, UniqueRule | SetRule)


def _older(records: Sequence[FailingRecord], keys: frozenset[str]) -> Sequence[FailingRecord]:
    return [one for one in records if one.older and one.owner_key in keys]


def _unnamed(counts: Mapping[str | None, OwnerCount]) -> set[str]:
    return {owner for owner in counts if owner is not None and owner.startswith(FORGOTTEN)}


def results(opened: OpenProject, state: State, until: datetime, period: Period | None = None) -> Results:
    """What the newest look of each check up to ``until`` found, and the one a period (a week, a month) before that.

    Some entities may be checked more often than others: of each check it is the newest look with a result, in the week
    up to the newest run. Where ``until`` is before the first run, the newest of all: what is shown says how old it is.
    A look of more than two periods before is nothing to compare with: "since last week" would not be true.
    """
    stored = OwnerResults(state.database)
    last = stored.seen_at(until) or stored.seen_at(opened.clock())
    if last is None:
        return Results({}, None, None)
    length = _A_WEEK if period is None else period.last + _A_DAY - period.first
    ids = {check.id for check in opened.project.checks}
    newest = stored.looks(ids, last - _A_WEEK, last, (*VERDICTS, Status.NO_DATA))  # where nothing is, nothing fails
    now, seen = stored.of(newest), stored.seen_by(set(newest.values()))
    shown = {run: seen[run] for check, run in newest.items() if check in now}
    earlier: dict[str, int] = {}
    for run, of in by_run(newest).items():
        earlier |= stored.looks(of, seen[run] - 2 * length, seen[run] - length + _A_DAY)

    def records(looks: Looks) -> Records:
        # read once for all digests of a period
        return cache(lambda check: state.failing.at(check, looks[check]) if check in looks else None)

    return Results(
        now,
        stored.of(earlier) if earlier else None,
        min(record, *shown.values()) if (record := stored.newest(shown)) else None,
        records(newest),
        records(earlier),
        _lately(state, newest, earlier, last),
    )


def _lately(state: State, newest: Looks, earlier: Looks, last: datetime) -> Lately:
    """What was taken over. Both looks are seen from the same day on: what somebody has had for 30 days now is their own
    in both, and so never new."""
    since = last - INHERITED
    seen = OwnerResults(state.database).seen_by(set(earlier.values()))
    now = inherited(state.database, newest, since, last)
    then, came = [], []
    for run, of in by_run(earlier).items():
        then.append(inherited(state.database, dict.fromkeys(of, run), since, seen[run]))
        came.append(inherited(state.database, {check: newest[check] for check in of}, seen[run], last))
    before, over = together(then), together(came)
    return Lately(now, before, replace(over, kept=over.kept & before.kept), since)


def _beyond(check: QualityCount, count: int | None, rows: int | None) -> bool:
    limit = check.fail if check.warn is None else check.warn
    return bool(count and rows) and (limit is None or (count or 0) / (rows or 1) > limit)


def _sum(
    counts: Mapping[str | None, OwnerCount], keys: frozenset[str]
) -> tuple[int | None, int | None, Decimal | None]:
    found = [count for owner, count in counts.items() if owner in keys]
    amounts = [count.amount for count in found if count.amount is not None]
    return (
        sum(count.unexpected for count in found),
        sum(count.rows for count in found),
        sum(amounts, Decimal(0)) if amounts else None,
    )
