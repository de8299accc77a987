"""Telephone numbers that exist in a number plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from monitor.crm.source import EntitySource
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext, Values

REGION: dict[str, Any] = {
    "type": "string",
    "pattern": "^[A-Za-z]{2}$",
    "description": "ISO 3166 alpha-2 of numbers written without a country code; the project's country otherwise",
}
REGION_COLUMN: dict[str, Any] = {**COLUMN, "description": "the column that holds a record's own country code"}


def is_valid_phone(text: str, region: str) -> bool | None:
    """Whether a number plan knows the number; ``region`` is where one without a country code is dialled.

    None where nobody can tell: a number without a country code, and no region is known.
    """
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region or None))
    except phonenumbers.NumberParseException as error:
        national = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and "+" not in text
        return None if national and not region else False


def region_of(country: Any, fallback: str) -> str:
    """A record's own country where it is a code that number plans know, else the fallback."""
    import phonenumbers

    code = str(country or "").strip().upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else fallback.upper()


def optional_region(kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
    """The column of the record's country: the one named, else ``country_code``, where the source maps it."""
    name = str(kwargs.get("region_column", "country_code"))
    return (name,) if source.has(name) else ()


class ValidPhone:
    """A number fails when no number plan knows it. Blank is not counted.

    A number without a country code is read as one of the record's own country, else of ``region``, else of
    the project's country; where none of them is known it is not counted.
    """

    type = "expect_column_values_to_be_valid_phone"
    schema = object_schema(
        "Every telephone number exists in a number plan",
        ("column",),
        column=COLUMN,
        region_column=REGION_COLUMN,
        region=REGION,
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        return (str(kwargs["column"]), *optional_region(kwargs, source))

    def judge(self, kwargs: Mapping[str, Any], context: RuleContext) -> Callable[[Values], bool | None]:
        fallback = str(kwargs.get("region", context.country))

        def verdict(values: Values) -> bool | None:
            text = str(values[0] or "").strip()
            if not text:
                return None
            valid = is_valid_phone(text, region_of(values[1] if len(values) > 1 else "", fallback))
            return None if valid is None else not valid

        return verdict
