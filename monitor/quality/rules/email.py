"""E-mail addresses that can be written to: well formed, not on a misspelt domain. The network is not asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from monitor.crm.source import EntitySource
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext, Values

WELL_KNOWN = ("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "googlemail.com", "protonmail.com")
REAL = frozenset({"gail.com", "email.com", "ymail.com", "rocketmail.com"})
"""Domains that look like a slip of the keys and are not."""
_TOP_SLIPS = ("con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cm", "om", "co", "cpm")

# Addresses of this plain form need no second opinion; they are nearly all there are.
_PLAIN = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?:test|local|localhost|invalid|arpa|onion)$)[A-Za-z]{2,18}",
    re.IGNORECASE,
)


@cache
def misspelt_domains() -> frozenset[str]:
    """Slips of the keys in ``WELL_KNOWN``: letters left out, doubled or swapped, a top level off."""
    slips: set[str] = set()
    for domain in WELL_KNOWN:
        name, _, top = domain.partition(".")
        slips |= {f"{name}.{slip}" for slip in _TOP_SLIPS}
        for at in range(len(name)):
            slips.add(f"{name[:at]}{name[at]}{name[at:]}.{top}")
            if at:  # without its first letter it may well be another company
                slips.add(f"{name[:at]}{name[at + 1 :]}.{top}")
                slips.add(f"{name[: at - 1]}{name[at]}{name[at - 1]}{name[at + 1 :]}.{top}")
    return frozenset(slips - REAL - set(WELL_KNOWN))


def is_valid_email(text: str) -> bool:
    """Whether mail to the address can be expected to arrive somewhere."""
    text = text.strip()
    if text.rpartition("@")[2].lower() in misspelt_domains():
        return False
    if len(text) <= 200 and _PLAIN.fullmatch(text) and len(text.partition("@")[0]) <= 64:
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return True


class ValidEmail:
    """An address fails when it is malformed or its domain is a slip of a well-known one. Blank is not counted."""

    type = "expect_column_values_to_be_valid_email"
    schema = object_schema(
        "Every e-mail address can be written to, as far as can be told without asking the network",
        ("column",),
        column=COLUMN,
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        return (str(kwargs["column"]),)

    def judge(self, kwargs: Mapping[str, Any], context: RuleContext) -> Callable[[Values], bool | None]:
        def verdict(values: Values) -> bool | None:
            text = str(values[0] or "").strip()
            return not is_valid_email(text) if text else None

        return verdict
