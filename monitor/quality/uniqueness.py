"""Duplicates, counted for the owner of each duplicate row.

Which values are duplicates is decided over all owners first: grouping by owner would miss what two owners entered
twice. One query per check: a window over the values. Rows with a null among the values are nobody's duplicate.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.counting import decimal, money
from monitor.quality.evaluate import Tally
from monitor.quality.prepare import DuplicateCheck, Reader
from monitor.quality.rows import Condition, Rows, both, count_where, names_in, sum_where
from monitor.quality.selection import Options, accepted_condition

_TIMES = "times"


def counting_query(
    reader: Reader, source: EntitySource, check: DuplicateCheck, where: Condition | None, options: Options
) -> sa.Select[Any]:
    """Per owner: rows of the domain, rows whose values are all there, duplicates, accepted ones, their money."""
    amount = money(source)
    accepted = accepted_condition(source, check.check.id, options)
    extra = [name for name, there in (("amount", amount is not None), ("key", accepted is not None)) if there]
    inner = _marked(source, check, [*extra, *names_in([where])])
    repeated: Condition = sa.column(_TIMES) > 1
    columns: list[sa.ColumnElement[Any]] = [
        sa.func.count().label("rows"),
        count_where(sa.column(_TIMES).is_not(None), reader.dialect).label("valued"),
        count_where(repeated, reader.dialect).label("bad"),
    ]
    left: Condition | None = repeated
    if accepted is not None:
        columns.append(count_where(both(repeated, accepted), reader.dialect).label("accepted"))
        left = both(repeated, sa.not_(accepted))
    if amount is not None:
        total = sum_where(sa.column("amount"), left, reader.dialect)
        columns.append(sa.type_coerce(total, sa.types.NullType()).label("amount"))
    owner: sa.ColumnElement[Any] = sa.column("owner")
    query = sa.select(owner, *columns).select_from(inner).group_by(owner)
    return query.where(where) if where is not None else query


def _marked(source: EntitySource, check: DuplicateCheck, extra: list[str]) -> sa.Subquery:
    """The rows of the domain, each with how often its values occur (null where a value is missing)."""
    owner = ["owner_key"] if source.has("owner_key") else []
    names = names_in([check.domain]) | set(check.columns) | set(extra) | set(owner)
    rows = Rows(source, names)
    values = [rows[name] for name in check.columns]
    there = sa.and_(*(rows.bind(sa.column(name).is_not(None)) for name in check.columns))
    times = sa.case((there, sa.func.count().over(partition_by=values)))
    columns = [rows[name].label(name) for name in dict.fromkeys(extra)]
    owned = rows.native("owner_key") if owner else sa.null()
    query = sa.select(owned.label("owner"), times.label(_TIMES), *columns).select_from(rows.table)
    if check.domain is not None:
        query = query.where(rows.bind(check.domain))
    return query.subquery("marked")


def repeated_keys(source: EntitySource, check: DuplicateCheck, columns: list[str]) -> sa.Select[Any]:
    """The duplicate rows themselves, with the canonical ``columns`` (whatever of them is mapped)."""
    present = [name for name in columns if source.has(name)]
    inner = _marked(source, check, present)
    return sa.select(*(inner.c[name] for name in present)).where(inner.c[_TIMES] > 1)


def tallies(check: DuplicateCheck, records: list[Mapping[str, Any]]) -> list[Tally]:
    """The counts per owner, from the records of the counting query."""
    made = []
    for record in records:
        owner = record["owner"]
        accepted = int(record.get("accepted") or 0)
        made.append(
            Tally(
                None if owner is None else str(owner),
                int(record["rows"]),
                int(record["valued"] if len(check.columns) == 1 else record["rows"]),
                int(record["bad"]) - accepted,
                accepted,
                (decimal(record["amount"]) or Decimal(0)) if "amount" in record else None,
            )
        )
    return made
