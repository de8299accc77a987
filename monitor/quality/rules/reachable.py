"""People who can be reached: one valid e-mail address or one valid telephone number is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from monitor.crm.source import EntitySource
from monitor.quality.rules.arguments import COLUMNS, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext, Values
from monitor.quality.rules.email import is_valid_email
from monitor.quality.rules.phone import REGION, REGION_COLUMN, is_valid_phone, optional_region, region_of

_SCHEMA: Mapping[str, Any] = {
    **object_schema(
        "Someone can be reached by a valid e-mail address or a valid telephone number",
        email=COLUMNS,
        phone=COLUMNS,
        region_column=REGION_COLUMN,
        region=REGION,
        mostly=MOSTLY,
    ),
    "anyOf": [{"required": ["email"]}, {"required": ["phone"]}],
}


class AnyValid:
    """A record fails when none of its addresses and none of its numbers is valid; also when all are blank.

    It is not counted when it hangs on a number of which nobody can tell the country.

    Of each list the first column is needed; further ones are read where the CRM has them.
    """

    type = "expect_any_column_to_be_valid"
    schema = _SCHEMA

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(names[0] for kind in ("email", "phone") if (names := kwargs.get(kind)))

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        return (*_mapped(kwargs, "email", source), *_mapped(kwargs, "phone", source), *optional_region(kwargs, source))

    def judge(self, kwargs: Mapping[str, Any], context: RuleContext) -> Callable[[Values], bool | None]:
        emails = len(_mapped(kwargs, "email", context.source))
        contacts = emails + len(_mapped(kwargs, "phone", context.source))
        fallback = str(kwargs.get("region", context.country))

        def verdict(values: Values) -> bool | None:
            if any(text and is_valid_email(str(text)) for text in values[:emails]):
                return False
            region = region_of(values[contacts] if len(values) > contacts else "", fallback)
            phones = [is_valid_phone(str(text), region) for text in values[emails:contacts] if text]
            if any(phones):
                return False
            return None if None in phones else True

        return verdict


def _mapped(kwargs: Mapping[str, Any], kind: str, source: EntitySource) -> tuple[str, ...]:
    return tuple(str(name) for name in kwargs.get(kind, ()) if source.has(name))
