"""Records that are one and the same, written a little differently."""

from __future__ import annotations

import pytest

from monitor.quality.rules import near_duplicates
from monitor.quality.rules.near_duplicates import plain_name
from tests.quality.world import World

RULE = "expect_no_near_duplicates"
BY_DOMAIN = {"columns": ["name"], "block": "domain"}


def test_legal_forms_accents_and_order_do_not_tell_two_companies_apart() -> None:
    assert plain_name("Jensen & Co. A/S") == plain_name("JENSEN OG CO ApS")
    assert plain_name("Café Müller AB") == plain_name("muller cafe")
    assert plain_name("A/S") == "a/s"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nordisk Pumpe A/S", "Nordisk Pumpe", True),
        ("Nordisk Pumpe A/S", "Nordisk Pumppe ApS", True),
        ("Nordisk Pumpe A/S", "Nordisk Pumpe A/S", True),
        ("Nordisk Pumpe Danmark", "Nordisk Pumpe Norge", False),
        ("Butik 1", "Butik 2", False),
        ("Nordisk Pumpe", "", False),
    ],
)
def test_names_in_one_domain_are_compared(world: World, one: str, other: str, same: bool) -> None:
    world.add("accounts", [{"name": name, "domain": "pumpe.dk"} for name in (one, other)])
    assert world.failing(RULE, "accounts", **BY_DOMAIN) == ({"1", "2"} if same else set())


def test_records_are_compared_within_their_block_only(world: World) -> None:
    domains = ["a.dk", "b.dk", None, None, "", "", "gmail.com", "gmail.com"]
    world.add("accounts", [{"name": "Nordisk Pumpe", "domain": domain} for domain in domains])
    assert world.failing(RULE, "accounts", **BY_DOMAIN) == set()


def test_a_lower_threshold_finds_more(world: World) -> None:
    world.add("accounts", [{"name": name, "domain": "p.dk"} for name in ("Nordisk Pumpe", "Nordiska Pumpar")])
    assert world.failing(RULE, "accounts", **BY_DOMAIN) == set()
    assert world.failing(RULE, "accounts", **BY_DOMAIN, threshold=80) == {"1", "2"}


def test_a_large_block_is_compared_by_neighbours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "EVERY_PAIR", 10)
    names = [f"{letter}{letter}{letter} trading" for letter in "abcdefghijklmnopqrst"]
    world.add("accounts", [{"name": name, "domain": "p.dk"} for name in [*names, "ggg tradinng"]])
    assert world.failing(RULE, "accounts", **BY_DOMAIN) == {"7", "21"}
