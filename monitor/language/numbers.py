"""Counts, shares and money as a language writes them. No line breaks within: spaces are no-break spaces."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal, format_percent, get_currency_symbol

_MOST_DECIMALS = 3
_MINUS = "−"
_SPACE = "\u00a0"
_OWN_CURRENCY = {"da": "DKK", "nb": "NOK"}  # elsewhere "kr" would not say whose


def count(number: float, locale: Locale, *, decimals: int = 0) -> str:
    """``8,800``; with ``decimals`` at most that many of them."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return _tidy(format_decimal(_half_up(number, decimals), format=pattern, locale=locale))


def change(number: float, locale: Locale, *, decimals: int = 0) -> str:
    """``+12`` or ``−3``, and ``0`` for no change."""
    text = count(number, locale, decimals=decimals)
    return f"+{text}" if number > 0 and text != "0" else text


def percent(share: float, locale: Locale, limit: float | None = None) -> str:
    """A share (0 to 1) with as few decimals as tell the truth.

    Something is never shown as 0 % nor less than all as 100 %; and a share beside a ``limit`` that it
    misses is never shown as equal to it, as far as three decimals can tell.
    """
    exact = Decimal(repr(float(share)))
    if 0 < exact < Decimal("0.01"):
        return "<" + _percent(Decimal("0.01"), 0, locale)
    if Decimal("0.99") < exact < 1 and _half_up(exact * 100, 0) == 100:
        return ">" + _percent(Decimal("0.99"), 0, locale)
    decimals = 0
    if limit is not None:
        bound = Decimal(repr(float(limit)))
        while decimals < _MOST_DECIMALS and exact != bound and _half_up(exact * 100, decimals) == bound * 100:
            decimals += 1
    return _percent(exact, decimals, locale)


def points(share: float, locale: Locale) -> str:
    """The figure of a difference of shares, in percentage points: ``14`` for 0.14."""
    return count(share * 100, locale)


def money(amount: Decimal | float, currency: str, locale: Locale) -> str:
    """``412,300 DKK`` below a million, then ``4.1m DKK``; ``4,1 mio. kr.`` in Danish."""
    value = Decimal(str(amount))
    if abs(value) < Decimal(999_500):
        text = count(float(value), locale)
    else:
        if abs(value) < 10**6:
            value = Decimal(10**6).copy_sign(value)
        text = format_compact_decimal(value, locale=locale, fraction_digits=1)
    if currency and currency == _OWN_CURRENCY.get(locale.language):
        currency = get_currency_symbol(currency, locale=locale)
    return _tidy(f"{text} {currency}".rstrip())


def _percent(share: Decimal, decimals: int, locale: Locale) -> str:
    pattern = locale.percent_formats[None].pattern
    if decimals:
        pattern = pattern.replace("#,##0", "#,##0." + "0" * decimals)
    rounded = _half_up(share * 100, decimals) / 100
    return _tidy(format_percent(rounded, format=pattern, locale=locale, decimal_quantization=False))


def _half_up(number: float | Decimal, decimals: int) -> Decimal:
    # Through repr: 0.145 means 14.5 %, not the binary fraction nearest to it.
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _tidy(text: str) -> str:
    return text.replace("-", _MINUS).replace(" ", _SPACE).replace("\u202f", _SPACE)
