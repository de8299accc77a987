"""Records that are one and the same, written a little differently: "Jensen & Co. A/S" and "Jensen og Co".

Compared only within a block (one internet domain, one postal code), since no two names alone prove anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from monitor.crm.source import EntitySource
from monitor.quality.rules.arguments import COLUMN, COLUMNS, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext, Values
from monitor.quality.rules.words import LEGAL_FORMS, SHARED_MAIL_DOMAINS

EVERY_PAIR = 400
"""Up to this many records in a block each is compared with each; beyond it, each with its neighbours by name."""
NEIGHBOURS = 20

_APART = re.compile(r"[^\w/]+")


def plain_name(text: str) -> str:
    """A name without case, accents, punctuation and legal form, its words in order of the alphabet."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("&", " og ").replace(" and ", " og "))
    words = _APART.sub(" ", "".join(c for c in folded.replace(".", "") if not unicodedata.combining(c))).split()
    telling = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(sorted(telling or words))


class NoNearDuplicates:
    """A record fails when another in its block has nearly the same words in ``columns``.

    ``threshold`` is the likeness (0 to 100) from which two are one. Records without a block or words are never
    compared, nor are names that differ in a number ("Shop 1", "Shop 2").
    """

    type = "expect_no_near_duplicates"
    schema = object_schema(
        "No two records of a block carry nearly the same name",
        ("columns", "block"),
        columns=COLUMNS,
        block={**COLUMN, "description": "only records that agree in this column are compared"},
        threshold={"type": "number", "minimum": 50, "maximum": 100, "default": 92},
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["block"], "key", *kwargs["columns"]})

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        """The block, the words, and the key: two records with the very same words are a pair as well."""
        return (str(kwargs["block"]), *map(str, kwargs["columns"]), "key")

    def bad_values(
        self, kwargs: Mapping[str, Any], context: RuleContext
    ) -> Callable[[list[Values]], Mapping[Values, Values]]:
        threshold = float(kwargs.get("threshold", 92))

        def bad(block: list[Values]) -> Mapping[Values, Values]:
            shared = str(block[0][0] or "").strip().lower() if block else ""
            if not shared or shared in SHARED_MAIL_DOMAINS:
                return {}
            named = [
                (name, record) for record in block if (name := plain_name(" ".join(str(v or "") for v in record[1:-1])))
            ]
            named.sort(key=lambda one: one[0])
            alike: dict[Values, Values] = {}
            for one, other in _pairs(named):
                if _alike(one[0], other[0], threshold):
                    _join(alike, one[1], other[1])
            return {record: _stands_for(alike, record) for record in alike}

        return bad


def _join(alike: dict[Values, Values], one: Values, other: Values) -> None:
    """What is like one of them is like the other, too."""
    alike[_stands_for(alike, other)] = _stands_for(alike, one)


def _stands_for(alike: dict[Values, Values], record: Values) -> Values:
    while (next_one := alike.setdefault(record, record)) != record:
        record = next_one
    return record


_Named = tuple[str, Values]


def _pairs(named: Sequence[_Named]) -> Iterator[tuple[_Named, _Named]]:
    if len(named) <= EVERY_PAIR:
        yield from combinations(named, 2)
        return
    for at, one in enumerate(named):
        for other in named[at + 1 : at + 1 + NEIGHBOURS]:
            yield one, other


def _alike(one: str, other: str, threshold: float) -> bool:
    if one == other:
        return True
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other, score_cutoff=threshold) >= threshold
