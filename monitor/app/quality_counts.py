"""What checks found among the records of some people, now and a week before: what a digest says of data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from monitor.app.project import OpenProject
from monitor.app.record_links import record_links
from monitor.digest.period import Period
from monitor.digest.snapshot import QualityCount
from monitor.quality.check import Check
from monitor.quality.comparing import history_alone
from monitor.quality.outcome import FailingRecord, OwnerCount
from monitor.store.owner_results import ByOwner, OwnerResults
from monitor.store.state import State
from monitor.store.unnamed import FORGOTTEN

_A_DAY = timedelta(days=1)  # a run on Monday morning is compared with that of the Monday before, an hour early or late
_A_WEEK = timedelta(days=7)


Records = Callable[[str], Sequence[FailingRecord]]
"""Check -> its failing records, as far as they were kept."""


def _no_records(_check: str) -> Sequence[FailingRecord]:
    return ()


@dataclass(frozen=True, slots=True)
class Results:
    """Counts per check and owner, of the newest run and of one about a week or a month before; ``before`` None: there
    is none."""

    now: ByOwner
    before: ByOwner | None
    run_id: int | None
    records: Records = _no_records

    def of(self, opened: OpenProject, owners: Iterable[str], command: str) -> tuple[QualityCount, ...]:
        """Every check beyond its limits for records of these owners, now or a period before; in the suites' order.

        A check without limits is there when a record fails it. ``command`` lists the failing records of a check, whose
        name it has in braces: ``crm-monitor failing {check}``.
        """
        keys = frozenset(owners)
        # what is usual is known of all records together, and says nothing of those of a few
        checks = [check for check in opened.project.checks if check.id in self.now and not history_alone(check)]
        counts = (self._count(opened, check, keys, command) for check in checks)
        return tuple(
            one for one in counts if _beyond(one, one.count, one.rows) or _beyond(one, one.before, one.before_rows)
        )

    def _before(self, check: str) -> Mapping[str | None, OwnerCount] | None:
        """What to compare with; nothing where somebody was forgotten since: the sums are of other people then."""
        if self.before is None:
            return None
        found = self.before.get(check, {})
        return found if _unnamed(found) == _unnamed(self.now.get(check, {})) else None

    def _count(self, opened: OpenProject, check: Check, keys: frozenset[str], command: str) -> QualityCount:
        now, earlier = self.now.get(check.id, {}), self._before(check.id)
        count, rows, amount = _sum(now, keys)
        before, before_rows, _ = _sum(earlier, keys) if earlier is not None else (None,) * 3
        source = opened.sources(None).get(check.entity)
        records = self.records(check.id) if count and source else ()
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
        )


def _unnamed(counts: Mapping[str | None, OwnerCount]) -> set[str]:
    return {owner for owner in counts if owner is not None and owner.startswith(FORGOTTEN)}


def results(opened: OpenProject, state: State, until: datetime, period: Period | None = None) -> Results:
    """What the newest run up to ``until`` found, and the one a period (a week, a month) before it.

    Where ``until`` is before the first run, the newest of all: what is shown says how old it is. A run of more than two
    periods before is nothing to compare with: "since last week" would not be true.
    """
    stored = OwnerResults(state.database)
    newest = stored.run_at(until) or stored.run_at(opened.clock())
    if newest is None:
        return Results({}, None, None)
    run = state.runs.get(newest)
    assert run is not None  # it was just found
    seen = run.as_of or run.started_at
    length = _A_WEEK if period is None else period.last + _A_DAY - period.first
    earlier = stored.run_at(seen - length + _A_DAY, since=seen - 2 * length)

    @cache  # of all that is read here, once for all digests of a period
    def records(check: str) -> Sequence[FailingRecord]:
        return state.failing.at(check, newest) or ()

    return Results(stored.of_run(newest), None if earlier is None else stored.of_run(earlier), newest, records)


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
