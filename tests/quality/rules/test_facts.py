"""Rules on an entity as a whole: freshness, volume, drift; and owners who are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.quality.calendar import working_days
from monitor.quality.moments import Moments
from monitor.quality.outcome import EntityFacts, Status
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import FactsRule, OwnerRule, Verdict
from tests.quality.world import COPENHAGEN, NOW, World, people


def facts(rows: int = 100, newest: datetime | None = None, **columns: str) -> EntityFacts:
    named = {name.replace("__", "."): kind for name, kind in columns.items()}
    return EntityFacts("accounts", rows, newest, named)


@pytest.fixture
def accounts(world: World) -> World:
    world.add("accounts", [], columns=["key", "owner_key", "created_at"])
    return world


def judge(
    world: World,
    rule: str,
    now_facts: EntityFacts,
    earlier: Sequence[EntityFacts] = (),
    now: datetime = NOW,
    **kwargs: Any,
) -> Verdict:
    found = REGISTRY[rule]
    assert isinstance(found, FactsRule)
    context = replace(
        world.context("accounts"),
        now=now,
        moments=Moments(now, COPENHAGEN, working_days("DK", [datetime(2026, 12, 24).date()])),  # noqa: DTZ001
    )
    return found.judge_facts(kwargs, now_facts, earlier, context)


FRESH = "expect_entity_to_be_fresh"


def test_an_entity_is_fresh_within_two_working_days(accounts: World) -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert judge(accounts, FRESH, facts(newest=monday - timedelta(days=4)), now=monday).status is Status.PASS
    late = judge(accounts, FRESH, facts(newest=monday - timedelta(days=4, minutes=1)), now=monday)
    assert late == Verdict(Status.FAIL, "newest record entered 2026-11-19 08:59, 4 days ago")


def test_holidays_do_not_make_an_entity_stale(accounts: World) -> None:
    # 24 December is the project's own day off, 25 and 26 are public holidays, 27 is a Sunday.
    monday = datetime(2026, 12, 28, 8, tzinfo=UTC)
    assert judge(accounts, FRESH, facts(newest=datetime(2026, 12, 22, 9, tzinfo=UTC)), now=monday).status is Status.PASS
    assert judge(accounts, FRESH, facts(newest=datetime(2026, 12, 22, 7, tzinfo=UTC)), now=monday).status is Status.FAIL


@pytest.mark.parametrize(
    ("within", "status"), [("3 days", Status.PASS), ("2 days", Status.FAIL), ("50 hours", Status.FAIL)]
)
def test_how_fresh_is_for_the_suite_to_say(accounts: World, within: str, status: Status) -> None:
    assert judge(accounts, FRESH, facts(newest=NOW - timedelta(hours=51)), within=within).status is status


def test_an_entity_without_rows_or_dates_is_not_judged_by_freshness(accounts: World) -> None:
    assert judge(accounts, FRESH, facts(rows=0)).status is Status.NO_DATA
    assert judge(accounts, FRESH, facts(newest=None)).reason == "no record says when it was entered"


VOLUME = "expect_entity_volume_to_be_usual"


@pytest.mark.parametrize(
    ("rows", "before", "status", "observed"),
    [
        (1000, [1010, 1000], Status.PASS, "1,000 records, usually 1,005 (-0%)"),
        (799, [1000], Status.FAIL, "799 records, usually 1,000 (-20%)"),
        (800, [1000], Status.PASS, "800 records, usually 1,000 (-20%)"),
        (500, [500, 1000, 1000], Status.FAIL, "500 records, usually 1,000 (-50%)"),
        (3, [10], Status.PASS, "3 records, usually 10 (-70%)"),
        (0, [1000], Status.FAIL, "0 records, usually 1,000 (-100%)"),
        (5000, [1000], Status.PASS, "5,000 records, usually 1,000 (+400%)"),
        (5, [0], Status.PASS, "5 records, usually 0"),
    ],
)
def test_a_drop_against_the_runs_before_fails(
    accounts: World, rows: int, before: list[int], status: Status, observed: str
) -> None:
    assert judge(accounts, VOLUME, facts(rows), [facts(count) for count in before]) == Verdict(status, observed)


def test_the_first_run_has_nothing_to_compare_with(accounts: World) -> None:
    for rule in (VOLUME, "expect_entity_schema_to_be_unchanged"):
        verdict = judge(accounts, rule, facts(5, accounts__name="TEXT"))
        assert (verdict.status, verdict.reason) == (Status.NO_BASELINE, "no earlier run to compare with")


def test_a_rise_fails_where_a_limit_is_given(accounts: World) -> None:
    assert judge(accounts, VOLUME, facts(1600), [facts(1000)], max_rise="50%").status is Status.FAIL
    assert judge(accounts, VOLUME, facts(1500), [facts(1000)], max_rise=0.5).status is Status.PASS
    assert judge(accounts, VOLUME, facts(950), [facts(1000)], max_drop=0.01).status is Status.FAIL


DRIFT = "expect_entity_schema_to_be_unchanged"


def test_a_column_that_is_gone_or_of_another_type_is_named(accounts: World) -> None:
    before = facts(crm__a="INTEGER", crm__b="TEXT", crm__c="TEXT")
    now = facts(crm__a="TEXT", crm__c="TEXT", crm__d="DATE")
    assert judge(accounts, DRIFT, now, [before]) == Verdict(Status.FAIL, "crm.b is gone; crm.a was INTEGER, is TEXT")
    grown = replace(before, columns={**before.columns, "crm.d": "DATE"})
    assert judge(accounts, DRIFT, grown, [before]) == Verdict(Status.PASS, "4 columns, 1 of them new")


def test_a_lost_column_is_not_forgotten_on_the_day_after(accounts: World) -> None:
    whole, less = facts(crm__a="TEXT", crm__b="TEXT"), facts(crm__a="TEXT")
    assert judge(accounts, DRIFT, less, [less, less, whole]).status is Status.FAIL
    assert judge(accounts, DRIFT, less, [less, less, whole], runs=2).status is Status.PASS


def test_columns_that_could_not_be_read_are_no_drift(accounts: World) -> None:
    assert judge(accounts, DRIFT, facts(), [facts(crm__a="TEXT")]).status is Status.NO_DATA


def test_a_long_list_of_changes_is_cut(accounts: World) -> None:
    before = replace(facts(), columns={f"crm.c{number}": "TEXT" for number in range(9)} | {"crm.k": "TEXT"})
    verdict = judge(accounts, DRIFT, facts(crm__k="TEXT"), [before])
    assert verdict.observed.endswith("crm.c5 is gone; and 3 more")


def test_owners_who_left_or_are_unknown_fail_and_nobody_does_not(accounts: World) -> None:
    accounts.directory = people(here=True, left=False)
    rule = REGISTRY["expect_owners_to_be_active"]
    assert isinstance(rule, OwnerRule)
    context = accounts.context("accounts")
    verdicts = {owner: rule.fails(owner, {}, context) for owner in ("here", "left", "stranger", None, "")}
    assert verdicts == {"here": False, "left": True, "stranger": True, None: False, "": False}


def test_what_an_entity_held_before_it_was_empty_is_not_its_usual_volume(accounts: World) -> None:
    before = [facts(50), facts(0), facts(1000), facts(1000), facts(1000)]
    assert judge(accounts, VOLUME, facts(50), before) == Verdict(Status.PASS, "50 records, usually 50")
    assert judge(accounts, VOLUME, facts(0), [facts(0), facts(1000)]).status is Status.PASS
    assert judge(accounts, VOLUME, facts(30), before).status is Status.FAIL
