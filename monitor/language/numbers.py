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
    """A share (0 to 1) with as few decimals as tell the truth; the rule is that of ``monitor.messages.figures``.

    Whole percents, but tenths below one and above 99: ``0.4%``, ``<0.1%``. Something is never shown as 0%
    nor less than all as 100%; and a share beside a ``limit`` that it misses is never shown as equal to it,
    as far as three decimals can tell.
    """
    exact = Decimal(repr(float(share))) * 100
    bound = None if limit is None else Decimal(repr(float(limit))) * 100
    decimals = 1 if 0 < exact < 1 or 99 < exact < 100 else 0
    rounded = _half_up(exact, decimals)
    while decimals < _MOST_DECIMALS and bound is not None and exact != bound and rounded == bound:
        decimals += 1
        rounded = _half_up(exact, decimals)
    unit = Decimal(1).scaleb(-decimals)
    if exact > 0 and rounded == 0:
        return "<" + _percent(unit, locale)
    if exact < 100 and rounded == 100:
        return ">" + _percent(100 - unit, locale)
    return _percent(rounded, locale)


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


def _percent(rounded: Decimal, locale: Locale) -> str:
    pattern = locale.percent_formats[None].pattern
    pattern = pattern.replace("#,##0", "#,##0." + "#" * _MOST_DECIMALS)
    return _tidy(format_percent(rounded / 100, format=pattern, locale=locale, decimal_quantization=False))


def _half_up(number: float | Decimal, decimals: int) -> Decimal:
    # Through repr: 0.145 means 14.5%, not the binary fraction nearest to it.
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _tidy(text: str) -> str:
    return text.replace("-", _MINUS).replace(" ", _SPACE).replace("\u202f", _SPACE)
