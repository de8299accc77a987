"""The pipeline in figures: deals by status, with their money, per owner. One grouped query."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from monitor.app.report import OwnerSum, StatusSum
from monitor.crm.narrow import narrowed
from monitor.errors import CrmUnavailable
from monitor.quality.counting import decimal
from monitor.quality.outcome import Selection
from monitor.quality.rows import owner_of
from monitor.quality.selection import owner_condition

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

ENTITY = "opportunities"
_ORDER = {"open": 0, "won": 1, "lost": 2}


Pipeline = tuple[tuple[StatusSum, ...], str]
"""The figures, or why there are none."""


def pipeline_or_why(reader: Reader, selection: Selection) -> Pipeline:
    """The pipeline's figures, or why there are none: the checks stand without them."""
    try:
        return read_pipeline(reader, selection), ""
    except CrmUnavailable as error:
        return (), f"the pipeline cannot be summed: {error.message}"


def read_pipeline(reader: Reader, selection: Selection) -> tuple[StatusSum, ...]:
    """Deals by status, open first; empty where the map does not say a deal's status. Raises CrmUnavailable."""
    source = reader.sources.get(ENTITY)
    if source is None or not source.has("status"):
        return ()
    native = source.native.get("owner_key", "owner_key") if source.grouping is not None else "owner_key"
    rows_of = source.grouping if source.grouping is not None else source.selectable
    where = owner_condition(source, selection, reader.directory)
    wanted = {"status": "status", native: "owner_key", "owner_key": "owner_key", "amount": "amount"}
    table = narrowed(rows_of, [column for column, name in wanted.items() if source.has(name)])
    nothing: sa.ColumnElement[Any] = sa.null()
    owner = table.c[native] if source.has("owner_key") else nothing
    amount = sa.func.sum(table.c.amount) if source.has("amount") else nothing
    shown = sa.cast(owner, sa.Text()) if source.has("owner_key") else owner
    query = sa.select(table.c.status, shown, sa.func.count(), amount).group_by(table.c.status, owner)
    with reader.connect() as connection:
        rows = connection.execute(query if where is None else query.where(where)).all()
    found: dict[str | None, dict[str | None, OwnerSum]] = {}
    for status, owner_key, count, total in rows:
        owners, key = found.setdefault(status, {}), owner_of(owner_key)
        owners[key] = _plus(owners.get(key), OwnerSum(key, int(count), decimal(total)))
    sums = (_sum(status, list(parts.values())) for status, parts in found.items())
    return tuple(sorted(sums, key=lambda one: (_ORDER.get(one.status or "", 9), str(one.status))))


def _plus(before: OwnerSum | None, more: OwnerSum) -> OwnerSum:
    """Two parts of one owner: nobody may be written in two ways."""
    if before is None:
        return more
    known = [one.amount for one in (before, more) if one.amount is not None]
    return OwnerSum(more.owner_key, before.rows + more.rows, sum(known, Decimal(0)) if known else None)


def _sum(status: str | None, parts: list[OwnerSum]) -> StatusSum:
    known = [part.amount for part in parts if part.amount is not None]
    parts.sort(key=lambda part: (-part.rows, part.owner_key or ""))
    return StatusSum(status, sum(part.rows for part in parts), sum(known, Decimal(0)) if known else None, tuple(parts))
