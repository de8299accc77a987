"""One of the languages that pages and messages are written in: its words, numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache

from babel import Locale

from monitor.language import dates, numbers
from monitor.language.catalog import read_catalog

CODES = ("en", "da", "nb")
_LOCALES = {"en": "en_GB", "da": "da_DK", "nb": "nb_NO"}
_ALIASES = {"": "en", "no": "nb", "nn": "nb", "dk": "da"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Param = str | int | float | Decimal | date


class UnknownLanguageError(LookupError):
    """No such language; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Language:
    """``text`` and ``plural`` translate and fill in; the rest writes figures. Get one from ``language()``."""

    code: str
    locale: Locale
    catalog: Mapping[str, tuple[str, ...]]

    def text(self, msgid: str, /, **params: Param) -> str:
        """The translation of an English text, with ``{name}`` replaced by a parameter.

        Whole numbers are written as this language writes them, and days too. What has no translation stays as it is:
        titles that a user wrote pass through. Raises KeyError for a placeholder without a parameter.
        """
        return self._fill(self.catalog.get(msgid, (msgid,))[0], params)

    def plural(self, one: str, many: str, n: float, /, **params: Param) -> str:
        """As ``text``, in the form for ``n`` things; ``{n}`` is the number itself."""
        forms = self.catalog.get(one, (one, many))
        return self._fill(forms[0] if n == 1 else forms[-1], {"n": n, **params})

    def count(self, number: float, *, decimals: int = 0) -> str:
        return numbers.count(number, self.locale, decimals=decimals)

    def change(self, number: float, *, decimals: int = 0) -> str:
        return numbers.change(number, self.locale, decimals=decimals)

    def percent(self, share: float, limit: float | None = None) -> str:
        return numbers.percent(share, self.locale, limit)

    def points(self, share: float) -> str:
        return numbers.points(share, self.locale)

    def money(self, amount: Decimal | float, currency: str) -> str:
        return numbers.money(amount, currency, self.locale)

    def day(self, when: date, *, year: bool = False, weekday: bool = False, long: bool = False) -> str:
        return dates.day(when, self.locale, year=year, weekday=weekday, long=long)

    def moment(self, at: datetime, zone: tzinfo, *, year: bool = False) -> str:
        return dates.moment(at, zone, self.locale, year=year)

    def month(self, when: date) -> str:
        return dates.month(when, self.locale)

    def week(self, number: int) -> str:
        """``week 47``."""
        return self.text("week {number}", number=number)

    def listed(self, items: list[str]) -> str:
        """``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return self.text("{first} and {last}", first=", ".join(items[:-1]), last=items[-1])

    def _fill(self, text: str, params: Mapping[str, Param]) -> str:
        # Without parameters nothing is replaced: a user's own title may hold braces.
        return _PLACEHOLDER.sub(lambda found: self._write(params[found[1]]), text) if params else text

    def _write(self, value: Param) -> str:
        match value:
            case str():
                return value
            case date():
                return self.day(value)
            case int():
                return self.count(value)
            case _:
                return self.count(float(value), decimals=1)


@cache
def language(code: str) -> Language:
    """The language of a code such as ``da`` or ``da_DK``; nothing is English.

    Raises UnknownLanguageError.
    """
    short = re.split(r"[-_]", code.strip().lower())[0]
    short = _ALIASES.get(short, short)
    if short not in CODES:
        raise UnknownLanguageError(f"there is no language {code!r}; there are: {', '.join(CODES)}")
    return Language(short, Locale.parse(_LOCALES[short]), read_catalog(short))
