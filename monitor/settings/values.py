"""The small values that settings are made of: durations, time zones, countries."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from monitor.yamlfile import nearest

_DURATION = re.compile(r"(?P<count>[0-9]{1,6})\s*(?P<unit>s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_OFTEN_MEANT = {"UK": "GB", "EL": "GR", "EN": "GB", "SV": "SE", "DA": "DK", "NB": "NO"}  # languages, and habits


def parse_duration(value: Any) -> timedelta:
    """``60s``, ``5m``, ``2h``, ``1d`` or ``1w``. Raises ValueError, with the next step on its second line."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a duration\nwrite a number and a unit: 60s, 5m, 2h, 1d or 1w")
    duration = timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    if not duration:
        raise ValueError("must be longer than nothing\nwrite for example 60s")
    return duration


def known_zone(value: str) -> str:
    """The name of an IANA time zone. Raises ValueError for any other."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(value, available_timezones())
        hint = f"did you mean {near!r}?" if near else "write one such as Europe/Copenhagen, or UTC"
        raise ValueError(f"is no time zone\n{hint}") from None
    return value


def known_country(value: str) -> str:
    """An ISO 3166 alpha-2 code. Raises ValueError for any other."""
    if value in _countries():
        return value
    meant = _OFTEN_MEANT.get(value.upper(), value.upper())
    hint = f"did you mean {meant!r}?" if meant in _countries() else "write two capital letters: DK, NO, SE, FI, DE"
    raise ValueError(f"must be an ISO 3166 country code\n{hint}")


def currency_code(value: str) -> str:
    """An ISO 4217 code, or nothing. Raises ValueError for what cannot be one."""
    if value and not re.fullmatch("[A-Z]{3}", value):
        raise ValueError("must be an ISO 4217 currency code\nwrite three capital letters, such as DKK")
    return value


@cache
def _countries() -> frozenset[str]:
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}\s*(s|m|h|d|w)$", "examples": ["60s", "5m", "2h"]}),
]
TimeZone = Annotated[str, AfterValidator(known_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Oslo"]})]
Country = Annotated[str, AfterValidator(known_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})]
Currency = Annotated[str, AfterValidator(currency_code), WithJsonSchema({"type": "string", "pattern": "^([A-Z]{3})?$"})]
