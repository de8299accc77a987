"""Open deals that have stood in their stage far longer than deals that were won did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.quality.world import NOW, World

RULE = "expect_time_in_stage_to_be_usual"
TODAY = NOW.replace(tzinfo=None)


def ago(days: float) -> datetime:
    return TODAY - timedelta(days=days)


def open_deals(*entered: tuple[str, float | None]) -> list[dict[str, Any]]:
    return [
        {"key": f"{stage}-{days}", "status": "open", "stage": stage, "created_at": ago(400)}
        | {"stage_entered_at": None if days is None else ago(days), "closed_at": None}
        for stage, days in entered
    ]


def won_deals(cycles: Iterable[float]) -> list[dict[str, Any]]:
    return [
        {"key": f"won-{number}", "status": "won", "stage": "Won", "stage_entered_at": ago(100)}
        | {"created_at": ago(100 + cycle), "closed_at": ago(100)}
        for number, cycle in enumerate(cycles)
    ]


def test_without_a_history_of_stages_the_whole_time_to_winning_is_the_measure(any_world: World) -> None:
    deals = open_deals(("Offer", 70), ("Offer", 50), ("New", 61), ("New", None))
    any_world.add("opportunities", [*deals, *won_deals([30] * 15 + [10] * 5 + [300] * 4)])
    assert any_world.failing(RULE, "opportunities") == {"Offer-70", "New-61"}
    assert any_world.failing(RULE, "opportunities", factor=3) == set()
    assert any_world.counted(RULE, "opportunities") == {"Offer-70", "Offer-50", "New-61"}


def test_with_a_history_each_stage_has_its_own_measure(any_world: World) -> None:
    deals = open_deals(("Offer", 30), ("Offer", 15), ("New", 30), ("New", 15), ("Rare", 300))
    won = won_deals([50] * 20)
    changes = [
        {"entity": "opportunities", "record_key": deal["key"], "field": "stage", "old": old, "new": new}
        | {"changed_at": deal["created_at"] + timedelta(days=days)}
        for deal in won
        for old, new, days in (("New", "Offer", 20), ("Offer", "Won", 30))
    ]
    changes.append(
        {"entity": "opportunities", "record_key": "won-0", "field": "amount", "old": "1", "changed_at": ago(101)}
    )
    any_world.add("opportunities", [*deals, *won])
    any_world.add("changes", changes)
    assert any_world.failing(RULE, "opportunities") == {"Offer-30"}  # usual: New 20 days, Offer 10 days
    assert any_world.counted(RULE, "opportunities") == {"Offer-30", "Offer-15", "New-30", "New-15"}


def test_too_few_won_deals_are_no_measure_and_nothing_is_counted(world: World) -> None:
    world.add("opportunities", [*open_deals(("Offer", 300)), *won_deals([10] * 19)])
    assert world.counted(RULE, "opportunities") == set()
    assert world.failing(RULE, "opportunities") == set()
    assert world.failing(RULE, "opportunities", smallest_sample=10) == {"Offer-300"}


def test_a_week_is_never_too_long(world: World) -> None:
    world.add("opportunities", [*open_deals(("Offer", 6), ("Offer", 8)), *won_deals([1] * 30)])
    assert world.failing(RULE, "opportunities") == {"Offer-8"}
