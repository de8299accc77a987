"""Values typed only to get past a mandatory field: n/a, xxx, 1 kr, 31-12-2099, test@.

A mandatory field breeds them, so they are told apart from what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.crm.vocabulary import Kind
from monitor.quality.conditions import column
from monitor.quality.portable import after, char_length, up_to
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.filled import is_blank
from monitor.quality.rules.words import PLACEHOLDERS, TEST_MAIL_DOMAINS, TEST_MAILBOXES

NUMBERS = tuple(Decimal("123456789"[:length]) for length in range(5, 10))
NINES = tuple(Decimal("9" * length) for length in range(4, 13))
ONES = (Decimal(1), Decimal("0.01"))
"""An amount of one krone or one øre; a count of one may well be true."""

DATES = (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1))
YEARS_AHEAD = 20


class NotPlaceholders:
    """A value fails when it only fills the field; nothing there (NULL, blank) is not counted.

    Text: one of ``PLACEHOLDERS`` or ``also``, three or more of one and the same character, a test mailbox.
    Amounts: 1, 0.01, rows of nines, 12345 and on. Counts: the same without 1. Dates: a computer's first
    day, or more than 20 years ahead.
    """

    type = "expect_column_values_to_not_be_placeholders"
    schema = object_schema(
        "No value is there only to fill the field",
        ("column",),
        column=COLUMN,
        also={
            "type": "array",
            "items": {"type": ["string", "number"]},
            "description": "further values that stand for nothing, compared without case",
        },
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        return sa.not_(is_blank(kwargs["column"], context))

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        value = column(kwargs["column"], context.source)
        also = kwargs.get("also", ())
        match context.source.columns[kwargs["column"]].kind:
            case Kind.TEXT | Kind.KEY:
                return _text(value, {str(word).strip().lower() for word in also})
            case Kind.DECIMAL:
                return _number(value, [*NUMBERS, *NINES, *ONES], also)
            case Kind.INTEGER:
                return _number(value, [*NUMBERS, *NINES], also)
            case Kind.DATE | Kind.DATETIME:
                return _date(value, context)
        return sa.false()


def _text(value: sa.ColumnElement[Any], also: Collection[str]) -> sa.ColumnElement[bool]:
    plain = sa.func.lower(sa.func.trim(value), type_=sa.String())
    # The cheap test first, on the value as it is: it spares most rows the dear one, whatever their length.
    repeated = sa.and_(
        sa.func.substr(value, 2, 1, type_=sa.String()) == sa.func.substr(value, 3, 1, type_=sa.String()),
        char_length(plain) >= 3,
        sa.func.replace(plain, sa.func.substr(plain, 1, 1, type_=sa.String()), "", type_=sa.String()) == "",
    )
    mail = sa.and_(
        value.like("%@%"),
        sa.or_(
            up_to(plain, sa.literal("@")).in_([f"{box}@" for box in TEST_MAILBOXES]),
            after(plain, sa.literal("@")).in_(TEST_MAIL_DOMAINS),
        ),
    )
    return sa.or_(plain.in_(sorted(PLACEHOLDERS | set(also))), repeated, mail)


def _number(
    value: sa.ColumnElement[Any], stock: Collection[Decimal], also: Collection[str | float]
) -> sa.ColumnElement[bool]:
    wanted = {*stock, *(Decimal(str(number)) for number in also if str(number).replace(".", "", 1).isdigit())}
    return value.in_([sa.literal(number, sa.Numeric()) for number in sorted(wanted)])


def _date(value: sa.ColumnElement[Any], context: RuleContext) -> sa.ColumnElement[bool]:
    far = context.moments.today + timedelta(days=round(365.25 * YEARS_AHEAD))
    days = [
        sa.and_(value >= _bound(day, value, context), value < _bound(day + timedelta(days=1), value, context))
        for day in DATES
    ]
    return sa.or_(value > _bound(far, value, context), *days)


def _bound(day: date, value: sa.ColumnElement[Any], context: RuleContext) -> sa.ColumnElement[Any]:
    if isinstance(value.type, sa.Date):
        return sa.literal(day, sa.Date())
    # A computer's first day is midnight in the clock that the database keeps, not in the project's zone.
    zone = UTC if context.source.aware else context.source.zone
    moment = context.source.instant(datetime.combine(day, time(), tzinfo=zone))
    return sa.literal(moment, sa.DateTime(timezone=context.source.aware))
