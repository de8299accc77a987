"""How complete the records are that people created: fields asked for and filled, per creator and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from monitor.activity.asking import Asking, Refused
from monitor.activity.facts import NOBODY, NewRecords, Window
from monitor.activity.localday import as_day
from monitor.activity.plan import not_mapped
from monitor.crm.directory import Directory
from monitor.crm.source import EntitySource
from monitor.quality.arguments import start_of
from monitor.quality.check import Attribution, Check, Dimension
from monitor.quality.conditions import ConditionError, column, compile_condition, parse
from monitor.quality.rows import Condition, Rows, both, count_where, names_in, owner_of
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.filled import Filled, is_blank

NOT_NULL = "expect_column_values_to_not_be_null"
ENTITIES = ("accounts", "contacts", "leads", "opportunities")
_PLAIN = frozenset(("column", "mostly"))  # with any other argument a check is about more than one field's being there


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a record is asked for: the rows it is asked of (None: all), and where it is filled."""

    domain: Condition | None
    filled: Condition


def is_about_filling(check: Check) -> bool:
    """Whether a check asks a rep for one field of a record."""
    return (
        check.entity in ENTITIES
        and check.dimension is Dimension.COMPLETENESS
        and check.attribution is Attribution.REP
        and check.type in (Filled.type, NOT_NULL)
        and check.kwargs.keys() <= _PLAIN
    )


def read_new_records(asking: Asking, checks: Sequence[Check], window: Window) -> tuple[list[NewRecords], list[str]]:
    """The facts of all entities that are asked for any field, and why there are none of an entity."""
    found: list[NewRecords] = []
    reasons: list[str] = []
    asked = [check for check in checks if is_about_filling(check)]
    if not asked:
        return [], ["no check asks for fields: dimension completeness, attribution rep"]
    for entity in ENTITIES:
        of_entity = [check for check in asked if check.entity == entity]
        source = asking.sources.get(entity)
        if not of_entity or source is None:
            continue
        creators = [name for name in ("created_by", "owner_key") if source.has(name)]
        if not creators or not source.has("created_at"):
            lacking = [] if creators else ["created_by"]
            reasons.append(not_mapped(entity, [*lacking, *([] if source.has("created_at") else ["created_at"])]))
            continue
        fields = [each for check in of_entity if (each := _field(asking, source, check)) is not None]
        if not fields:
            continue
        query = _query(asking, source, creators, fields, window)
        try:
            found += asking.run(query, lambda rows, entity=entity: _facts(rows, entity, asking))  # type: ignore[misc]
        except Refused as error:
            reasons.append(f"{entity}: {error}")
    return found, reasons


def _field(asking: Asking, source: EntitySource, check: Check) -> Field | None:
    """None for a check that this CRM cannot be asked: a column is not mapped, a condition does not fit."""
    name = str(check.kwargs.get("column", ""))
    try:
        when = parse(check.when) if check.when else None
        needed = {name} | (when.columns if when else frozenset()) | ({"created_at"} if check.since else set())
        if not source.has(*needed):
            return None
        condition = compile_condition(when, asking.moments, source) if when else None
    except ConditionError:
        return None
    since = None
    if check.since:
        since = column("created_at", source) >= start_of(check.since, asking.moments, source)
    blank = is_blank(name, _context(asking, source)) if check.type == Filled.type else column(name, source).is_(None)
    return Field(both(since, condition), sa.not_(blank))


def _context(asking: Asking, source: EntitySource) -> RuleContext:
    moments = asking.moments
    return RuleContext(source, asking.sources, Directory(), moments, moments.now, "", asking.crm.scan)


def _query(
    asking: Asking, source: EntitySource, creators: Sequence[str], fields: Sequence[Field], window: Window
) -> sa.Select[Any]:
    """Columns: creator, owner, day, records, fields asked for, fields filled."""
    asked = [count_where(each.domain, asking.dialect) for each in fields]
    filled = [count_where(both(each.domain, each.filled), asking.dialect) for each in fields]
    rows = Rows(source, names_in([*asked, *filled]) | {*creators, "created_at"})
    days = asking.days(source.entity)
    first, last = creators[0], creators[-1]
    day = days.local(rows["created_at"], window)
    counts = [rows.bind(_sum(each)) for each in (asked, filled)]
    query = sa.select(
        rows.told(first).label("of_creator"),
        rows.told(last).label("of_owner"),
        day.label("of_day"),
        sa.func.count(),
        *counts,
    ).select_from(rows.table)
    keys = dict.fromkeys([rows.native(first), rows.native(last)])
    return query.where(days.within(rows["created_at"], window)).group_by(*keys, sa.literal_column("of_day"))


def _sum(counts: Sequence[sa.ColumnElement[int]]) -> sa.ColumnElement[int]:
    first, *others = counts
    total = first
    for each in others:
        total = total + each
    return total


def _facts(rows: Iterable[Any], entity: str, asking: Asking) -> list[NewRecords]:
    found: defaultdict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    for creator, owner, on, *counts in rows:
        if on is None:
            continue
        user = owner_of(creator) or NOBODY
        # What a program wrote for somebody is for the owner to complete.
        if not user or user in asking.not_people:
            user = owner_of(owner) or user
        sums = found[user, as_day(on)]
        for index, count in enumerate(counts):
            sums[index] += int(count)
    return [NewRecords(user, day, entity, *sums) for (user, day), sums in found.items()]
