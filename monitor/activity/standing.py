"""Open deals at the end of a day, and those of them that a person touched in the days before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.activity.asking import Asking
from monitor.activity.counting import person_rows
from monitor.activity.facts import NOBODY, Standing, Window
from monitor.activity.plan import not_mapped
from monitor.quality.counting import total
from monitor.quality.rows import Condition, Rows, count_where, names_in, owner_of, sum_where

TOUCHED_DAYS = 14
NO_AMOUNT = f"{not_mapped('opportunities', ['amount'])}; deals are counted instead of their value"
_NEEDED = ("key", "owner_key", "status", "created_at")


def read_standing(asking: Asking, days: Sequence[date]) -> tuple[list[Standing], str]:
    """The facts at the end of each day, and why there are none or what is amiss. Raises Refused.

    A deal without an amount counts as 0; where the map has no amounts at all, the value is the number of deals.
    Which deals were open on an earlier day is told from when they were closed. Touched are deals that were created,
    that a person logged something about, or that a person changed; where the CRM tells neither of the last two, its
    stamp of the newest touch serves, for today only.
    """
    source = asking.sources.get("opportunities")
    if source is None:
        return [], "not mapped: opportunities"
    if lacking := [name for name in _NEEDED if not source.has(name)]:
        return [], not_mapped("opportunities", lacking)
    today = asking.moments.today
    traced = _tells_activities(asking) or _tells_changes(asking)
    reason = ""
    if not traced and not source.has("touched_at"):
        return [], not_mapped("activities", ["opportunity_key"]) + ", opportunities.touched_at"
    found: list[Standing] = []
    for day in sorted(set(days)):
        if day != today and not (traced and source.has("closed_at")):
            continue
        query = _query(asking, day, traced=traced)
        found += asking.run(query, lambda rows, day=day: _facts(rows, day))  # type: ignore[misc]
    if not source.has("amount"):
        found = [
            replace(one, value=Decimal(one.deals), touched_value=Decimal(one.touched), valued=one.deals)
            for one in found
        ]
        reason = NO_AMOUNT
    return found, reason


def _query(asking: Asking, day: date, *, traced: bool) -> sa.Select[Any]:
    """Columns: owner, open deals, their value, touched deals, their value, open deals with an amount."""
    source = asking.sources["opportunities"]
    last_days = Window(day - timedelta(days=TOUCHED_DAYS - 1), day)
    days = asking.days("opportunities")
    end = sa.literal(days.start(day + timedelta(days=1)), sa.DateTime(timezone=source.aware))
    start = sa.literal(days.start(last_days.first), sa.DateTime(timezone=source.aware))
    names = [*_NEEDED, *(name for name in ("closed_at", "amount", "touched_at") if source.has(name))]
    rows = Rows(source, names)
    is_open: Condition = rows["status"] == "open"
    if day != asking.moments.today:
        is_open = sa.or_(is_open, rows["closed_at"] >= end)
    touched: Condition = rows["created_at"] >= start
    read_from = rows.table
    if traced:
        traces = _traces(asking, last_days)
        read_from = sa.outerjoin(rows.table, traces, rows["key"] == traces.c.key)
        touched = sa.or_(touched, traces.c.key.is_not(None))
    else:
        touched = sa.or_(touched, rows["touched_at"] >= start)
    amount = rows["amount"] if source.has("amount") else sa.literal_column("0")
    sums = [sa.type_coerce(sum_where(amount, each, asking.dialect), sa.types.NullType()) for each in (None, touched)]
    counts = [sa.func.count(), *(count_where(each, asking.dialect) for each in (touched, amount != 0))]
    query = sa.select(rows.told("owner_key"), counts[0], sums[0], counts[1], sums[1], counts[2]).select_from(read_from)
    return query.where(rows["created_at"] < end, is_open).group_by(rows.native("owner_key"))


def _traces(asking: Asking, window: Window) -> sa.Subquery:
    """The keys of the deals that a person did something about, each once: joined, as a list of so many may be slow."""
    found = [each for each in (_by_activity(asking, window), _by_change(asking, window)) if each is not None]
    keys = [sa.select(each.subquery().c[0].label("key")) for each in found]
    return (sa.union(*keys) if len(keys) > 1 else keys[0].distinct()).subquery("traces")


def _tells_activities(asking: Asking) -> bool:
    source = asking.sources.get("activities")
    return source is not None and source.has("opportunity_key", "happened_at", "owner_key")


def _tells_changes(asking: Asking) -> bool:
    source = asking.sources.get("changes")
    return source is not None and source.has("entity", "record_key", "changed_at", "changed_by")


def _by_activity(asking: Asking, window: Window) -> sa.Select[Any] | None:
    """Keys of the deals that a person did something about."""
    if not _tells_activities(asking):
        return None
    source = asking.sources["activities"]
    by_person = person_rows(source)
    done = sa.column("status") == "done" if source.has("status") else None
    rows = Rows(source, {"opportunity_key", "happened_at", "owner_key", *names_in([by_person, done])})
    within = asking.days("activities").within(rows["happened_at"], window)
    query = sa.select(rows["opportunity_key"]).select_from(rows.table)
    query = query.where(within, rows.native("opportunity_key").is_not(None), _by_people(asking, rows, "owner_key"))
    for condition in (by_person, done):
        if condition is not None:
            query = query.where(rows.bind(condition))
    return query


def _by_change(asking: Asking, window: Window) -> sa.Select[Any] | None:
    """Keys of the deals that a person changed."""
    if not _tells_changes(asking):
        return None
    rows = Rows(asking.sources["changes"], {"entity", "record_key", "changed_at", "changed_by"})
    within = asking.days("changes").within(rows["changed_at"], window)
    is_deal = rows["entity"] == "opportunities"
    query = sa.select(rows["record_key"]).select_from(rows.table)
    return query.where(within, is_deal, _by_people(asking, rows, "changed_by"))


def _by_people(asking: Asking, rows: Rows, name: str) -> Condition:
    known = rows.native(name).is_not(None)
    strangers = sorted(asking.not_people)
    return sa.and_(known, rows[name].not_in(strangers)) if strangers else known


def _facts(rows: Iterable[Any], day: date) -> list[Standing]:
    found: dict[str, Standing] = {}
    for owner, deals, value, touched, touched_value, valued in rows:
        user = owner_of(owner) or NOBODY
        one = Standing(user, day, int(deals), _money(value), int(touched), _money(touched_value), int(valued))
        found[user] = _plus(found[user], one) if user in found else one
    return list(found.values())


def _plus(one: Standing, other: Standing) -> Standing:
    return Standing(
        one.user,
        one.day,
        one.deals + other.deals,
        one.value + other.value,
        one.touched + other.touched,
        one.touched_value + other.touched_value,
        (one.valued or 0) + (other.valued or 0),
    )


def _money(value: Any) -> Decimal:
    return total([value]) or Decimal(0)
