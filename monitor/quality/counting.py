"""What the shared scan counts for each kind of check, and how the counts are read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.evaluate import Tally
from monitor.quality.prepare import CountCheck, DuplicateCheck, OwnerCheck, Prepared, Reader, RowCheck
from monitor.quality.rows import Condition, both, count_where, sum_where
from monitor.quality.scan import Figures, Item
from monitor.quality.selection import Options, accepted_condition

NEWEST = "newest row"  # no check's id has a space


def bad_rows(check: RowCheck) -> Condition:
    """The rows that fail."""
    return both(check.domain, check.unexpected)  # type: ignore[return-value]


def money(source: EntitySource) -> sa.ColumnElement[Any] | None:
    """The column of money behind a record, where the entity has one."""
    if not source.has("amount"):
        return None
    return sa.column("amount", source.selectable.c["amount"].type)


def scan_items(reader: Reader, source: EntitySource, checks: Sequence[Prepared], options: Options) -> list[Item]:
    """Everything that the shared scan is to count."""
    items = newest_item(reader, source)
    for each in checks:
        if isinstance(each, RowCheck):
            items.append(row_item(reader, source, each, options))
        elif isinstance(each, OwnerCheck):
            items.append(owner_item(reader, source, each, options))
        elif isinstance(each, DuplicateCheck):
            items.append(duplicate_item(reader, each))
        elif isinstance(each, CountCheck):
            items.append(Item(each.check.id, {"rows": count_where(each.domain, reader.dialect)}))
    return items


def newest_item(reader: Reader, source: EntitySource) -> list[Item]:
    """Asks for the newest creation, where the entity says when its records were created.

    A record dated ahead of the clock says nothing: it would pass for fresh for years.
    """
    if not source.has("created_at"):
        return []
    created = sa.column("created_at", source.selectable.c["created_at"].type)
    now = sa.literal(source.instant(reader.now), sa.DateTime(timezone=source.aware))
    return [Item(NEWEST, {"newest": sa.func.max(sa.case((created <= now, created)))})]


def row_item(reader: Reader, source: EntitySource, check: RowCheck, options: Options) -> Item:
    """The aggregates of a check on rows: ``rows``, ``valued``, ``bad``, where needed ``accepted`` and ``amount``."""
    aggregates: dict[str, sa.ColumnElement[Any]] = {"rows": count_where(check.domain, reader.dialect)}
    if check.value and check.domain is None:
        aggregates["valued"] = sa.func.count(sa.column(check.value))
    elif check.value:
        valued = both(check.domain, sa.column(check.value).is_not(None))
        aggregates["valued"] = count_where(valued, reader.dialect)
    bad = bad_rows(check)
    if check.form == "row":
        aggregates["bad"] = count_where(bad, reader.dialect)
    return Item(check.check.id, aggregates | _common(reader, source, check.check.id, bad, options))


def owner_item(reader: Reader, source: EntitySource, check: OwnerCheck, options: Options) -> Item:
    """The aggregates of a check on owners: all rows of its domain."""
    aggregates = {"rows": count_where(check.domain, reader.dialect)}
    return Item(check.check.id, aggregates | _common(reader, source, check.check.id, check.domain, options))


def duplicate_item(reader: Reader, check: DuplicateCheck) -> Item:
    """The rows that a check on duplicates is about, and those with a value; duplicates take a query of their own."""
    valued = both(check.domain, *(sa.column(name).is_not(None) for name in check.columns))
    one = check.domain is None and len(check.columns) == 1
    counted = sa.func.count(sa.column(check.columns[0])) if one else count_where(valued, reader.dialect)
    return Item(check.check.id, {"rows": count_where(check.domain, reader.dialect), "valued": counted})


def _common(
    reader: Reader, source: EntitySource, check: str, bad: Condition | None, options: Options
) -> dict[str, sa.ColumnElement[Any]]:
    made: dict[str, sa.ColumnElement[Any]] = {}
    accepted = accepted_condition(source, check, options)
    if accepted is not None:
        made["accepted"] = count_where(both(bad, accepted), reader.dialect)
    amount = money(source)
    if amount is not None:
        left = both(bad, sa.not_(accepted)) if accepted is not None else bad
        # As the driver gives it: not every database has decimals, and the driver's own type says so.
        made["amount"] = sa.type_coerce(sum_where(amount, left, reader.dialect), sa.types.NullType())
    return made


def row_tallies(check: RowCheck, figures: Mapping[str | None, Figures]) -> list[Tally]:
    """The counts of a check on rows, per owner."""
    return [_row_tally(check, owner, each) for owner, each in figures.items()]


def _row_tally(check: RowCheck, owner: str | None, figures: Figures) -> Tally:
    rows = int(figures["rows"])
    valued = int(figures.get("valued", rows))
    bad = {"nonnull": rows - valued, "null": valued}.get(check.form)
    if bad is None:
        bad = int(figures["bad"])
    accepted = int(figures.get("accepted", 0))
    judged = valued if check.form == "row" else rows  # the two checks on nulls are about every row
    amount = _amount_of(figures)
    return Tally(owner, rows, judged, bad - accepted, accepted, amount)


def owner_tallies(
    check: OwnerCheck, failing: frozenset[str | None], figures: Mapping[str | None, Figures]
) -> list[Tally]:
    """The counts of a check on owners: all rows of an owner fail, or none."""
    made = []
    for owner, each in figures.items():
        rows = int(each["rows"])
        accepted = int(each.get("accepted", 0)) if owner in failing else 0
        amount = _amount_of(each)
        if amount is not None and owner not in failing:
            amount = Decimal(0)
        made.append(Tally(owner, rows, rows, rows - accepted if owner in failing else 0, accepted, amount))
    return made


def _amount_of(figures: Figures) -> Decimal | None:
    if "amount" not in figures:
        return None
    return total([figures["amount"]])


def total(amounts: Iterable[Any]) -> Decimal | None:
    """Sums of money together, NULL being a sum over nothing; None where one of them is no number."""
    found = [Decimal(0) if each is None else decimal(each) for each in amounts]
    known = [each for each in found if each is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def decimal(value: Any) -> Decimal | None:
    """A sum of money as the database gave it; a binary fraction is rounded to four places; NaN is None."""
    if value is None or (isinstance(value, float | Decimal) and not isfinite(value)):
        return None
    return Decimal(str(round(value, 4))) if isinstance(value, float) else Decimal(value)


def instant(value: Any, source: EntitySource) -> datetime | None:
    """A timestamp of the entity as an aware moment in UTC; None for what is none, such as MySQL's zero date."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value is None:
        return None
    moment: datetime = value
    return (moment if moment.tzinfo else moment.replace(tzinfo=source.zone)).astimezone(UTC)
