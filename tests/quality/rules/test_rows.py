"""Rules that the database decides row by row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from monitor.quality.conditions import ConditionError
from monitor.quality.rules import REGISTRY, references
from monitor.quality.rules.base import NotMapped
from tests.quality.world import World


def test_a_row_that_cannot_be_told_fails_unless_nulls_are_ignored(any_world: World) -> None:
    any_world.add("opportunities", [{"amount": 5.0}, {"amount": -5.0}, {"amount": None}])
    rule = "expect_rows_to_satisfy"
    assert any_world.failing(rule, "opportunities", condition="amount > 0") == {"2", "3"}
    assert any_world.failing(rule, "opportunities", condition="amount > 0", ignore_null=True) == {"2"}
    assert any_world.counted(rule, "opportunities", condition="amount > 0") == {"1", "2", "3"}
    assert any_world.counted(rule, "opportunities", condition="amount > 0", ignore_null=True) == {"1", "2"}


def test_a_condition_with_or_is_denied_as_a_whole(any_world: World) -> None:
    rows = [{"amount": 5.0, "stage": "a"}, {"amount": -5.0, "stage": "b"}, {"amount": -5.0, "stage": "a"}]
    any_world.add("opportunities", rows)
    condition = "amount > 0 OR stage = 'b'"
    for ignore in (True, False):
        found = any_world.failing("expect_rows_to_satisfy", "opportunities", condition=condition, ignore_null=ignore)
        assert found == {"3"}


def test_the_columns_of_a_condition_are_known_before_it_runs() -> None:
    rule = REGISTRY["expect_rows_to_satisfy"]
    assert rule.columns({"condition": "amount > 0 OR stage = 'b'"}) == {"amount", "stage"}
    with pytest.raises(ConditionError, match="ends too early"):
        rule.columns({"condition": "amount >"})


def test_blanks_count_as_missing_in_text_and_zero_does_not_in_numbers(any_world: World) -> None:
    texts: list[dict[str, Any]] = [{"name": "x"}, {"name": ""}, {"name": "  "}, {"name": None}]
    any_world.add(
        "accounts", [{**row, "employees": number} for row, number in zip(texts, (0, 1, None, 2), strict=True)]
    )
    assert any_world.failing("expect_column_values_to_be_filled", "accounts", column="name") == {"2", "3", "4"}
    assert any_world.failing("expect_column_values_to_be_filled", "accounts", column="employees") == {"3"}


@pytest.fixture
def orphans(any_world: World) -> World:
    any_world.add(
        "accounts", [{"key": key, "parent_key": parent} for key, parent in (("a", None), ("b", "a"), ("c", "x"))]
    )
    any_world.add("contacts", [{"account_key": key} for key in ("a", "gone", None, "", "b", "gone", "lost")])
    return any_world


REFERENCE = {"column": "account_key", "entity": "accounts"}


def test_a_reference_to_nothing_fails_and_no_reference_is_not_counted(orphans: World) -> None:
    rule = "expect_column_values_to_exist_in"
    assert orphans.failing(rule, "contacts", **REFERENCE) == {"2", "6", "7"}
    assert orphans.counted(rule, "contacts", **REFERENCE) == {"1", "2", "5", "6", "7"}


def test_a_reference_into_the_same_entity_is_not_mixed_up_with_itself(orphans: World) -> None:
    found = orphans.failing("expect_column_values_to_exist_in", "accounts", column="parent_key", entity="accounts")
    assert found == {"c"}


@pytest.mark.parametrize("nameable", [500, 1])
def test_references_into_a_large_entity_are_found_by_one_join_first(
    orphans: World, nameable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "FEW", 1)
    monkeypatch.setattr(references, "NAMEABLE", nameable)
    rule = "expect_column_values_to_exist_in"
    assert orphans.failing(rule, "contacts", **REFERENCE) == {"2", "6", "7"}
    assert orphans.failing(rule, "accounts", column="parent_key", entity="accounts") == {"c"}


def test_a_reference_into_an_entity_that_the_map_lacks_says_so(world: World) -> None:
    world.add("contacts", [{"account_key": "a"}])
    with pytest.raises(NotMapped, match="not mapped: accounts"):
        world.failing("expect_column_values_to_exist_in", "contacts", **REFERENCE)


PLACEHOLDER = "expect_column_values_to_not_be_placeholders"


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        " N/A ",
        "-",
        "xxx",
        "Test",
        "TBD",
        "000",
        "aaaa",
        "......",
        "12345678",
        "test@acme.dk",
        "x@y.no",
        "ukendt",
        "someone@example.com",
        "Not available",
    ],
)
def test_a_text_that_only_fills_the_field_is_a_placeholder(world: World, text: str) -> None:
    world.add("accounts", [{"name": text}])
    assert world.failing(PLACEHOLDER, "accounts", column="name") == {"1"}


@pytest.mark.parametrize(
    "text",
    [
        "Na-Nordic ApS",
        "3M",
        "HP",
        "Test Systems A/S",
        "O",
        "info@acme.dk",
        "testa@acme.dk",
        "contest@acme.dk",
        "+4533112233",
        "Aaa Taxi",
        "",
        None,
    ],
)
def test_a_real_value_is_no_placeholder(world: World, text: str | None) -> None:
    world.add("accounts", [{"name": text}])
    assert world.failing(PLACEHOLDER, "accounts", column="name") == set()


def test_placeholders_are_told_on_every_database_and_blanks_are_not_counted(any_world: World) -> None:
    names = ["n/a", "Åge & Sønner", "ØØØ", "%%%", "Hos Jensen", "TEST@acme.dk", "", None, "Ingen adresse"]
    any_world.add("accounts", [{"name": name} for name in names])
    assert any_world.failing(PLACEHOLDER, "accounts", column="name") == {"1", "3", "4", "6"}
    found = any_world.failing(PLACEHOLDER, "accounts", column="name", also=["Hos Jensen", "INGEN adresse"])
    assert found == {"1", "3", "4", "5", "6", "9"}
    assert any_world.counted(PLACEHOLDER, "accounts", column="name") == {"1", "2", "3", "4", "5", "6", "9"}


def test_an_amount_of_one_is_a_placeholder_and_one_employee_is_not(any_world: World) -> None:
    amounts = [1.0, 0.01, 9999.0, 99999999.0, 123456.0, 1234.0, 100.0, 0.0, None, 777.0]
    any_world.add("opportunities", [{"amount": amount} for amount in amounts])
    assert any_world.failing(PLACEHOLDER, "opportunities", column="amount") == {"1", "2", "3", "4", "5"}
    assert "10" in any_world.failing(PLACEHOLDER, "opportunities", column="amount", also=[777])
    any_world.add("accounts", [{"employees": count} for count in (1, 9999, 250)])
    assert any_world.failing(PLACEHOLDER, "accounts", column="employees") == {"2"}


def test_a_date_far_ahead_or_a_computers_first_day_is_a_placeholder(any_world: World) -> None:
    days = [date(2099, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(2026, 12, 31), date(2040, 1, 1), None]
    rows = [{"close_date": day, "closed_at": day and datetime(day.year, day.month, day.day)} for day in days]  # noqa: DTZ001
    any_world.add("opportunities", rows)
    for column in ("close_date", "closed_at"):
        assert any_world.failing(PLACEHOLDER, "opportunities", column=column) == {"1", "2", "3"}


def test_a_truth_is_never_a_placeholder(any_world: World) -> None:
    any_world.add("contacts", [{"opted_out": True}, {"opted_out": None}])
    assert any_world.failing(PLACEHOLDER, "contacts", column="opted_out") == set()


def test_follow_up_alone_is_no_next_step(any_world: World) -> None:
    steps = [
        "Follow up",
        "call!",
        "Send the offer on pumps by Friday",
        "n/a",
        "Følg op.",
        "Call Ms Berg on 3 May",
        "",
        None,
    ]
    any_world.add("opportunities", [{"next_step": step} for step in steps])
    rule = "expect_next_step_to_be_concrete"
    assert any_world.failing(rule, "opportunities") == {"1", "2", "4", "5"}
    assert "6" in any_world.failing(rule, "opportunities", also=["call ms berg on 3 may"])
    assert any_world.counted(rule, "opportunities") == {"1", "2", "3", "4", "5", "6"}
