"""Duplicates, counted for the owner of each duplicate row.

Which values are duplicates is decided over all owners first: grouping by owner would miss what two owners entered
twice. One query per check, beside the shared scan. Rows with a null among the values are nobody's duplicate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.counting import money, total
from monitor.quality.evaluate import Tally
from monitor.quality.prepare import DuplicateCheck, Reader
from monitor.quality.rows import Condition, Rows, both, count_where, names_in, owner_of, sum_where
from monitor.quality.scan import Figures
from monitor.quality.selection import Options, accepted_condition

OLDER = "older"
"""The mark of a duplicate row that was there first: it is the newer ones that are to be merged into it."""
_TIMES = "times"


def counting_query(
    reader: Reader, source: EntitySource, check: DuplicateCheck, where: Condition | None, options: Options
) -> sa.Select[Any]:
    """Per owner: duplicates, accepted ones among them, the money behind the others."""
    accepted = accepted_condition(source, check.check.id, options)
    if reader.dialect == "postgresql" and where is None and accepted is None:
        return _by_arrays(source, check)
    amount = money(source)
    extra = [name for name, there in (("amount", amount is not None), ("key", accepted is not None)) if there]
    inner = _marked(source, check, [*extra, *names_in([where])])
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("bad")]
    left = None
    if accepted is not None:
        columns.append(count_where(accepted, reader.dialect).label("accepted"))
        left = sa.not_(accepted)
    if amount is not None:
        summed = sum_where(sa.column("amount"), left, reader.dialect)
        columns.append(sa.type_coerce(summed, sa.types.NullType()).label("amount"))
    owner: sa.ColumnElement[Any] = sa.column("owner")
    query = (
        sa.select(sa.cast(owner, sa.Text()).label("told"), *columns)
        .select_from(inner)
        .where(sa.column(_TIMES) > 1)
        .group_by(owner)
    )
    return query.where(where) if where is not None else query


def _by_arrays(source: EntitySource, check: DuplicateCheck) -> sa.Select[Any]:
    """PostgreSQL's quickest way: each value's owners (and money) gathered, those that occur once thrown away."""
    told = {"owner_key", "amount"} & set(source.columns)
    rows = Rows(source, names_in([check.domain]) | set(check.columns) | told)
    # Without owners the nulls need a type: an array of nothing in particular is ambiguous.
    owner = rows.native("owner_key") if source.has("owner_key") else sa.cast(sa.null(), sa.Text())
    kept = [("owner", owner)] + ([("amount", rows["amount"])] if source.has("amount") else [])
    there = both(check.domain, *(sa.column(name).is_not(None) for name in check.columns))
    assert there is not None  # an expectation on uniqueness names a column
    each = sa.select(*(sa.func.unnest(sa.func.array_agg(column)).label(name) for name, column in kept))
    each = each.select_from(rows.table).where(rows.bind(there)).group_by(*_values(check, rows))
    inner = each.having(sa.func.count() > 1).subquery("repeated")
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("bad")]
    if source.has("amount"):
        columns.append(sa.type_coerce(sa.func.sum(inner.c.amount), sa.types.NullType()).label("amount"))
    return sa.select(sa.cast(inner.c.owner, sa.Text()).label("told"), *columns).group_by(inner.c.owner)


def _values(check: DuplicateCheck, rows: Rows) -> list[sa.ColumnElement[Any]]:
    """What is compared of a row."""
    if check.compared is not None:
        return [check.compared(rows[name]) for name in check.columns]
    return [rows.native(name) for name in check.columns]


def _marked(source: EntitySource, check: DuplicateCheck, extra: list[str], *, aged: bool = False) -> sa.Subquery:
    """The rows of the domain, each with how often its values occur (null where a value is missing); ``aged``, also with
    whether it is the first that had them."""
    owner = ["owner_key"] if source.has("owner_key") else []
    age = ("created_at", "key") if aged else ()
    names = names_in([check.domain]) | set(check.columns) | set(extra) | set(owner) | set(age)
    rows = Rows(source, names)
    values = _values(check, rows)
    there = sa.and_(*(rows.bind(sa.column(name).is_not(None)) for name in check.columns))
    times = sa.case((there, sa.func.count().over(partition_by=values)))
    columns = [rows[name].label(name) for name in dict.fromkeys(extra)]
    owned = rows.native("owner_key") if owner else sa.cast(sa.null(), sa.Text())
    query = sa.select(owned.label("owner"), times.label(_TIMES), *columns).select_from(rows.table)
    if aged:
        # Databases differ in where nulls go: what has no date is from before dates were noted, and so the older one.
        # Nobody would merge what has no owner, so that it never is the newer one.
        known = [sa.case((rows["created_at"].is_(None), 0), else_=1)]
        if owner:
            known.insert(0, sa.case((sa.func.coalesce(sa.func.trim(rows["owner_key"]), "") == "", 0), else_=1))
        place = sa.func.row_number().over(partition_by=values, order_by=[*known, *(rows[name] for name in age)])
        query = query.add_columns(sa.case((place == 1, 1), else_=0).label(OLDER))
    if check.domain is not None:
        query = query.where(rows.bind(check.domain))
    return query.subquery("marked")


def repeated_keys(source: EntitySource, check: DuplicateCheck, columns: list[str]) -> sa.Select[Any]:
    """The duplicate rows themselves, with the canonical ``columns`` (whatever of them is mapped); where the date of
    creation is among them, also with ``older`` (1 or 0), which marks the first of those with the same values."""
    present = [name for name in columns if source.has(name)]
    inner = _marked(source, check, present, aged={"key", "created_at"} <= set(present))
    told = [*present, OLDER] if OLDER in inner.c else present
    return sa.select(*(inner.c[name] for name in told)).where(inner.c[_TIMES] > 1)


def tallies(
    check: DuplicateCheck, figures: Mapping[str | None, Figures], records: Sequence[Mapping[str, Any]], *, money: bool
) -> list[Tally]:
    """The counts per owner: of rows from the shared scan, of duplicates from the counting query's records."""
    repeated: dict[str | None, list[Mapping[str, Any]]] = {}
    for each in records:
        repeated.setdefault(owner_of(each["told"]), []).append(each)
    made = []
    for owner, counted in figures.items():
        found = repeated.get(owner, [])
        rows, accepted = int(counted["rows"]), sum(int(each.get("accepted") or 0) for each in found)
        # Great Expectations leaves a null out of the rows of one column, not of several.
        valued = int(counted["valued"]) if len(check.columns) == 1 else rows
        amount = total(each.get("amount") for each in found) if money else None
        bad = sum(int(each["bad"]) for each in found)
        made.append(Tally(owner, rows, valued, bad - accepted, accepted, amount))
    return made
