"""Deals won per owner and day, and those of them that were entered only days before: a pipeline kept elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from monitor.activity.asking import Asking
from monitor.activity.facts import NOBODY, Window, Wins
from monitor.activity.localday import as_day
from monitor.activity.plan import not_mapped
from monitor.quality.conditions import column
from monitor.quality.portable import days_between
from monitor.quality.rows import Rows, count_where, owner_of

QUICK_DAYS = 7
_NEEDED = ("owner_key", "status", "closed_at", "created_at")


def read_wins(asking: Asking, window: Window) -> tuple[list[Wins], str]:
    """The facts, or why there are none. Raises Refused."""
    source = asking.sources.get("opportunities")
    if source is None:
        return [], "not mapped: opportunities"
    if lacking := [name for name in _NEEDED if not source.has(name)]:
        return [], not_mapped("opportunities", lacking)
    rows = Rows(source, _NEEDED)
    days = asking.days("opportunities")
    quick = days_between(column("closed_at", source), column("created_at", source)) <= QUICK_DAYS
    query = (
        sa.select(
            rows.told("owner_key").label("of_user"),
            days.local(rows["closed_at"], window).label("of_day"),
            sa.func.count(),
            rows.bind(count_where(quick, asking.dialect)),
        )
        .select_from(rows.table)
        .where(days.within(rows["closed_at"], window), rows["status"] == "won")
        .group_by(rows.native("owner_key"), sa.literal_column("of_day"))
    )
    return asking.run(query, _facts), ""


def _facts(rows: Iterable[Any]) -> list[Wins]:
    found: defaultdict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for owner, on, won, quick in rows:
        if on is None:
            continue
        sums = found[owner_of(owner) or NOBODY, as_day(on)]
        sums[0] += int(won)
        sums[1] += int(quick)
    return [Wins(user, day, won, quick) for (user, day), (won, quick) in found.items()]
