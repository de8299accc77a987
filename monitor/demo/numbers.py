"""Company numbers with right (or wrong) check digits, and telephone numbers of the four number plans.

Check digits: CVR and orgnr modulo 11 (Erhvervsstyrelsen, Brønnøysundregistrene), organisationsnummer Luhn
(Bolagsverket), Y-tunnus modulo 11 (PRH). Number plans: ITU-T E.164 national numbering plans.
"""

from __future__ import annotations

from random import Random

_CVR = (2, 7, 6, 5, 4, 3, 2)
_ORGNR = (3, 2, 7, 6, 5, 4, 3, 2)
_Y = (7, 9, 10, 5, 8, 4, 2)
_FORM = {"DK": (_CVR, 1_000_000), "NO": (_ORGNR, 80_000_000), "FI": (_Y, 100_000)}


def company_number(rng: Random, country: str) -> str:
    """A number with the right check digit, as the country writes it."""
    if country == "SE":
        body = f"55{rng.randrange(6, 10)}{rng.randrange(10**6):06d}"
        return f"{body[:6]}-{body[6:]}{_luhn(body)}"
    weights, least = _FORM[country]
    while True:
        body = str(rng.randrange(least, 10 ** len(weights))).zfill(len(weights))
        digit = _modulo_11(body, weights)
        if digit < 10:
            return f"{body}-{digit}" if country == "FI" else f"{body}{digit}"


def spoiled(number: str) -> str:
    """The same number with its check digit one off: what a slip of the finger makes of it."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def _modulo_11(body: str, weights: tuple[int, ...]) -> int:
    return (11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11) % 11


def _luhn(body: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def mobile(rng: Random, country: str) -> str:
    """A mobile number in international form."""
    if country == "DK":
        digits = f"{rng.randrange(20, 32)}{rng.randrange(10**5, 10**6)}"
        return f"+45 {digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"
    if country == "NO":
        digits = f"{rng.choice(('40', '41', '46', '47', '90', '91', '92', '95', '97'))}{rng.randrange(10**6):06d}"
        return f"+47 {digits[:3]} {digits[3:5]} {digits[5:]}"
    if country == "SE":
        return f"+46 7{rng.choice('0236')} {rng.randrange(100, 1000)} {rng.randrange(100):02d} {rng.randrange(100):02d}"
    return f"+358 {rng.choice(('40', '44', '45', '50'))} {rng.randrange(200, 900)} {rng.randrange(10**4):04d}"


def landline(rng: Random, country: str) -> str:
    """A switchboard's number in international form."""
    if country == "DK":
        digits = f"{rng.choice(('33', '35', '44', '65', '75', '86', '96', '97', '98'))}{rng.randrange(10**5, 10**6)}"
        return f"+45 {digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"
    if country == "NO":
        digits = f"{rng.choice(('22', '23', '51', '55', '73', '77'))}{rng.randrange(10**6):06d}"
        return f"+47 {digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"
    if country == "SE":
        return f"+46 8 {rng.randrange(200, 800)} {rng.randrange(100):02d} {rng.randrange(100):02d}"
    return f"+358 9 {rng.randrange(200, 800)} {rng.randrange(10**4):04d}"
