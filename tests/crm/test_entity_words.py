"""Hints know what people call the entities."""

from __future__ import annotations

import pytest

from monitor.crm.entity_words import _MEANT, nearest_entity
from monitor.crm.vocabulary import RECORDS


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("deals", "opportunities"),
        (" Companies", "accounts"),
        ("customer", "accounts"),
        ("opportunitys", "opportunities"),
        ("deal_types", ""),
    ],
)
def test_an_entity_is_meant_by_sense_before_it_is_by_spelling(word: str, meant: str) -> None:
    assert nearest_entity(word, RECORDS) == meant


def test_nothing_is_meant_that_is_not_there() -> None:
    assert nearest_entity("deals", ["leads", "accounts"]) != "opportunities"
    assert set(_MEANT.values()) <= set(RECORDS)
