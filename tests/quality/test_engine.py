"""The engine on real databases: whose records fail, what breaks alone, what is kept of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.connection import open_crm
from monitor.errors import CrmUnavailable
from monitor.quality.engine import (
    Options,
    explain_entity,
    failing_records,
    record_names,
    run_entity,
    stored_key,
)
from monitor.quality.outcome import EntityFacts, OwnerCount, Selection, Status
from tests.quality.small_crm import SmallCrm, check, deal, deals, hand_made, opened, share

NOT_NULL = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
SATISFY = "expect_rows_to_satisfy"
ACTIVE = "expect_owners_to_be_active"
EMAIL = "expect_column_values_to_be_valid_email"


@pytest.fixture
def crm(sqlite_url: sa.URL) -> Iterator[SmallCrm]:
    with opened(sqlite_url) as made:
        yield made


@pytest.fixture
def anywhere(any_url: sa.URL) -> Iterator[SmallCrm]:
    with opened(any_url) as made:
        yield made


def test_counts_per_owner_are_those_of_the_records(anywhere: SmallCrm) -> None:
    outcome = anywhere.one(check(NOT_NULL, {"column": "amount"}))
    records = [deal(number) for number in range(120)]
    expected = {
        owner: (
            sum(1 for each in records if each["owner_key"] == owner),
            sum(1 for each in records if each["owner_key"] == owner and each["amount"] is None),
        )
        for owner in ("u0", "u1", "u2", None)
    }
    assert {each.owner_key: (each.rows, each.unexpected) for each in outcome.owners} == expected
    assert (outcome.rows, outcome.unexpected, outcome.status) == (120, 13, Status.FAIL)


def test_many_checks_on_rows_are_one_scan_and_one_query_for_their_keys(crm: SmallCrm) -> None:
    checks = [check(NOT_NULL, {"column": name}, id=name) for name in ("name", "amount", "close_date", "a", "b")]
    assert crm.run(checks).scans == 2
    passing = [check(NOT_NULL, {"column": "key"}, id="key"), check(NOT_NULL, {"column": "c"}, id="c")]
    assert crm.run(passing).scans == 1


def test_a_count_that_two_checks_need_is_made_once(crm: SmallCrm) -> None:
    checks = [
        check(NOT_NULL, {"column": "name"}, id="filled", when="status = 'open'"),
        check(NOT_NULL, {"column": "name"}, id="again", when="status = 'open'"),
        check("expect_column_values_to_match_regex", {"column": "name", "regex": "GTX"}, when="status = 'open'"),
    ]
    scan = explain_entity(crm.reader(), "opportunities", checks, Options())[0].sql
    assert (
        scan.split("FROM")[0].count("count(") == 4
    )  # rows, rows that are open, names among them, names that do not match


def test_money_behind_failing_records_is_summed_per_owner(anywhere: SmallCrm) -> None:
    outcome = anywhere.one(check(SATISFY, {"condition": "status <> 'won'"}))
    won = [each for each in map(deal, range(120)) if each["status"] == "won"]
    assert outcome.amount == sum(Decimal(int(each["amount"] or 0)) for each in won)
    assert sum((each.amount or Decimal(0) for each in outcome.owners), Decimal(0)) == outcome.amount


def test_duplicates_are_found_over_all_owners_and_count_for_each_row_s_owner(any_url: sa.URL) -> None:
    def two_owners(number: int) -> dict[str, Any]:
        name = {0: "Same", 1: "Same", 2: None, 3: None}.get(number, f"Other {number}")
        return {**deal(number), "owner_key": f"u{number % 2}", "name": name}

    with opened(any_url, 6, two_owners) as crm:
        outcome = crm.one(check(UNIQUE, {"column": "name"}))
    assert (outcome.rows, outcome.unexpected) == (4, 2)
    assert {each.owner_key: each.unexpected for each in outcome.owners} == {"u0": 1, "u1": 1}
    assert {record.key for record in outcome.failing.records} == {"d0", "d1"}


def test_a_run_for_one_owner_still_knows_the_others_duplicates(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 2, lambda n: {**deal(n), "owner_key": f"u{n}", "name": "Same"}) as crm:
        options = Options(selection=Selection(owners=frozenset({"u1"})))
        outcome = crm.one(check(UNIQUE, {"column": "name"}), options)
    assert (outcome.rows, outcome.unexpected) == (1, 1)
    assert [record.key for record in outcome.failing.records] == ["d1"]


def test_a_team_stands_for_its_members(crm: SmallCrm) -> None:
    options = Options(selection=Selection(teams=frozenset({"nord"})))
    outcome = crm.one(check(NOT_NULL, {"column": "amount"}), options)
    assert {each.owner_key for each in outcome.owners} == {"u0", "u1"}


def test_an_owner_who_is_gone_fails_every_record_without_a_query_of_its_own(crm: SmallCrm) -> None:
    result = crm.run([check(ACTIVE)])
    outcome = result.outcomes[0]
    owned = sum(1 for each in map(deal, range(120)) if each["owner_key"] == "u2")
    assert (outcome.unexpected, outcome.rows) == (owned, 120)
    assert {record.owner_key for record in outcome.failing.records} == {"u2"}
    assert result.scans == 2


def test_values_that_python_judges_are_counted_per_owner_and_found_again(anywhere: SmallCrm) -> None:
    with anywhere.engine.begin() as connection:
        connection.execute(sa.update(deals).values(name=sa.case((deals.c.c == 0, "ane@example.com"), else_="nobody@")))
    outcome = anywhere.one(check(EMAIL, {"column": "name"}))
    assert (outcome.rows, outcome.unexpected) == (120, 80)
    assert sum(each.unexpected for each in outcome.owners) == 80
    assert len(outcome.failing.records) == 80


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [(NOT_NULL, {"column": "amount"}), (UNIQUE, {"column": "name"}), (EMAIL, {"column": "name"}), (ACTIVE, {})],
)
@pytest.mark.parametrize("hashed", [False, True])
def test_accepted_records_are_taken_out_of_the_counts_and_the_keys(
    kind: str, kwargs: dict[str, Any], hashed: bool, crm: SmallCrm
) -> None:
    crm.source = replace(crm.source, hash_keys=hashed)
    options = Options(hash_key=b"secret")
    before = crm.one(check(kind, kwargs), options)
    chosen = before.failing.records[0]
    accepted = crm.one(check(kind, kwargs), replace(options, accepted={kind: frozenset({chosen.key, "unknown"})}))
    assert before.unexpected is not None
    assert (accepted.unexpected, accepted.accepted) == (before.unexpected - 1, 1)
    assert {each.key for each in accepted.failing.records} == {each.key for each in before.failing.records} - {
        chosen.key
    }
    assert sum(each.unexpected for each in accepted.owners) == accepted.unexpected
    assert before.amount is not None
    assert accepted.amount == before.amount - (chosen.amount or 0)


def test_over_the_cap_no_key_is_kept(crm: SmallCrm) -> None:
    within = crm.one(check(NOT_NULL, {"column": "amount"}), Options(cap=13))
    over = crm.one(check(NOT_NULL, {"column": "amount"}), Options(cap=12))
    assert (len(within.failing.records), within.failing.complete) == (13, True)
    assert (over.failing.records, over.failing.complete) == ((), False)
    assert over.unexpected == 13


def test_only_disclosed_columns_are_kept_of_a_record(crm: SmallCrm) -> None:
    records = {each.key: each for each in crm.one(check(NOT_NULL, {"column": "amount"})).failing.records}
    record = records["d8"]
    assert dict(record.disclosed) == {"status": deal(8)["status"]}
    assert (record.key, record.owner_key, record.created_by) == ("d8", "u2", "u0")
    assert record.created_at == deal(8)["created_at"].replace(tzinfo=UTC)


def test_personal_keys_are_kept_as_their_keyed_hash_only(crm: SmallCrm) -> None:
    crm.source = replace(crm.source, hash_keys=True)
    records = crm.one(check(NOT_NULL, {"column": "amount"}), Options(hash_key=b"one")).failing.records
    other = crm.one(check(NOT_NULL, {"column": "amount"}), Options(hash_key=b"two")).failing.records
    assert not any(each.key.startswith("d") and each.key[1:].isdigit() for each in records)
    assert {each.key for each in records}.isdisjoint({each.key for each in other})
    assert stored_key(crm.source, "d8", Options(hash_key=b"one")) in {each.key for each in records}


def test_a_dropped_column_is_one_error_and_its_neighbours_still_report(anywhere: SmallCrm) -> None:
    with anywhere.engine.begin() as connection:
        connection.execute(sa.text("DROP VIEW open_deals"))
        connection.execute(sa.text("ALTER TABLE deals DROP COLUMN b"))
    names = ("name", "amount", "a", "b", "c", "close_date")
    result = anywhere.run([check(NOT_NULL, {"column": name}, id=name) for name in names])
    statuses = {each.check.id: each.status for each in result.outcomes}
    assert statuses.pop("b") is Status.ERROR
    assert Status.ERROR not in statuses.values()
    assert "b" in next(each.reason for each in result.outcomes if each.check.id == "b")
    assert result.facts is not None
    assert result.facts.rows == 120


def test_a_check_that_the_database_refuses_says_why_without_a_value(anywhere: SmallCrm) -> None:
    with anywhere.engine.begin() as connection:
        connection.execute(sa.update(deals).values(name="Marked Customer"))
    typed = check("expect_column_sum_to_be_between", {"column": "name", "min_value": 1}, id="sum")
    outcomes = anywhere.run([typed, check(NOT_NULL, {"column": "name"})]).outcomes
    assert outcomes[1].status is Status.PASS
    assert "Marked" not in repr(outcomes)


def test_a_table_that_is_gone_breaks_every_check_and_asks_no_more_than_it_must(anywhere: SmallCrm) -> None:
    with anywhere.engine.begin() as connection:
        connection.execute(sa.text("DROP VIEW open_deals"))
        deals.drop(connection)
    result = anywhere.run([check(NOT_NULL, {"column": name}, id=name) for name in ("name", "amount", "a", "b")])
    assert {each.status for each in result.outcomes} == {Status.ERROR}
    assert result.facts is None
    assert result.scans == 2
    assert "deals" in result.outcomes[0].reason


def test_a_lost_connection_is_no_finding(postgresql_url: sa.URL) -> None:
    with opened(postgresql_url) as crm, crm.engine.connect() as other:
        reader = crm.reader()

        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        other.execute(sa.text("SELECT 1"))

        def kill(connection: sa.Connection) -> None:
            if connection is not other:
                connection.execute(sa.text("SELECT 1"))
                other.execute(sa.text(f"{others} current_database()"))

        sa.event.listen(crm.engine, "begin", kill)
        with pytest.raises(CrmUnavailable, match="connection to the CRM's database was lost"):
            run_entity(reader, "opportunities", [check(NOT_NULL, {"column": "name"})], [], Options())


def test_behind_the_program_s_own_connection_a_refused_query_is_one_check_s_error(any_url: sa.URL) -> None:
    with opened(any_url) as made:
        with made.engine.begin() as connection:
            connection.execute(sa.text("DROP VIEW open_deals"))
            connection.execute(sa.text("ALTER TABLE deals DROP COLUMN b"))
        crm = open_crm(any_url)
        reader = replace(made.reader(), engine=crm.engine, connect=crm.scan)
        kinds = [
            (NOT_NULL, "b"),
            (UNIQUE, "b"),
            (EMAIL, "b"),
            ("expect_column_mean_to_be_between", "b"),
            (NOT_NULL, "a"),
        ]
        checks = [
            check(kind, {"column": name, **({"min_value": 0} if "mean" in kind else {})}, id=f"{kind} {name}")
            for kind, name in kinds
        ]
        outcomes = run_entity(reader, "opportunities", checks, [], Options()).outcomes
        crm.close()
    assert [each.status for each in outcomes] == [Status.ERROR] * 4 + [Status.FAIL]
    assert all("b" in each.reason for each in outcomes[:4])


def test_a_column_that_is_not_mapped_skips_the_check_and_says_which(crm: SmallCrm) -> None:
    outcomes = crm.run(
        [check(NOT_NULL, {"column": "website"}), check(NOT_NULL, {"column": "name"}, id="when", when="stage = 'x'")]
    ).outcomes
    assert [(each.status, each.reason) for each in outcomes] == [
        (Status.SKIPPED, "not mapped: website"),
        (Status.SKIPPED, "not mapped: stage"),
    ]


def test_an_entity_that_is_not_mapped_skips_all_its_checks(crm: SmallCrm) -> None:
    result = run_entity(
        crm.reader(), "leads", [replace(check(NOT_NULL, {"column": "name"}), entity="leads")], [], Options()
    )
    assert (result.outcomes[0].status, result.outcomes[0].reason) == (Status.SKIPPED, "not mapped: leads")


def test_nothing_to_judge_is_no_data_and_never_a_pass(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 3, lambda n: {**deal(n), "name": None}) as crm:
        outcomes = crm.run(
            [
                check(NOT_NULL, {"column": "key"}, when="status = 'nonesuch'", id="when"),
                check("expect_column_values_to_match_regex", {"column": "name", "regex": "x"}),
                check(EMAIL, {"column": "name"}),
            ]
        ).outcomes
    assert [(each.status, each.reason) for each in outcomes] == [
        (Status.NO_DATA, "no row meets the condition"),
        (Status.NO_DATA, "no row has a value to check"),
        (Status.NO_DATA, "no row has a value to check"),
    ]


def test_an_empty_entity_is_no_data_except_for_what_is_about_its_size(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 0) as crm:
        result = crm.run(
            [check(NOT_NULL, {"column": "key"}), check("expect_table_row_count_to_be_between", {"min_value": 1})]
        )
    assert [each.status for each in result.outcomes] == [Status.NO_DATA, Status.FAIL]
    assert result.facts is not None
    assert result.facts.rows == 0


@pytest.mark.parametrize(
    ("warn", "fail", "status"),
    [(0.05, 0.2, Status.WARN), (0.05, 0.1, Status.FAIL), (0.2, 0.3, Status.PASS), (None, 0.2, Status.PASS)],
)
def test_limits_decide_over_great_expectations_own_verdict(
    warn: float | None, fail: float | None, status: Status, crm: SmallCrm
) -> None:
    assert crm.one(check(NOT_NULL, {"column": "amount"}, limits=share(warn, fail))).status is status


def test_since_leaves_out_what_was_created_before_midnight_in_the_project_s_zone(crm: SmallCrm) -> None:
    with crm.engine.begin() as connection:
        connection.execute(sa.update(deals).values(created_at=datetime.fromisoformat("2026-03-01T12:00")))
        late = deals.c.key == "d1"
        connection.execute(
            sa.update(deals).where(late).values(created_at=datetime.fromisoformat("2026-03-01T23:30"))
        )  # 2 March there
    assert crm.one(check(NOT_NULL, {"column": "key"}, since=date(2026, 3, 2))).rows == 1


def test_moments_in_arguments_become_dates_of_the_column_s_kind(anywhere: SmallCrm) -> None:
    kind = "expect_column_values_to_be_between"
    by_day = anywhere.one(check(kind, {"column": "close_date", "max_value": "{today - 200 days}"}))
    by_time = anywhere.one(check(kind, {"column": "created_at", "max_value": "{now - 300 days}"}))
    written = anywhere.one(check(kind, {"column": "close_date", "max_value": "2026-05-04"}))
    dates = [each["close_date"] for each in map(deal, range(120)) if each["close_date"]]
    assert by_day.unexpected == written.unexpected == sum(1 for each in dates if each > date(2026, 5, 4))
    stamps = [each["created_at"] for each in map(deal, range(120))]
    assert by_time.unexpected == sum(1 for each in stamps if each > datetime.fromisoformat("2026-01-24T12:00"))


def test_facts_are_noted_for_later_runs(anywhere: SmallCrm) -> None:
    facts = anywhere.run([]).facts
    assert isinstance(facts, EntityFacts)
    newest = max(each["created_at"] for each in map(deal, range(120)))
    assert (facts.rows, facts.newest) == (120, newest.replace(tzinfo=UTC))
    assert sum(facts.owners.values()) == 120
    assert "deals.amount" in facts.columns


def test_without_owners_nothing_is_attributed(crm: SmallCrm) -> None:
    columns = {name: column for name, column in crm.source.columns.items() if name != "owner_key"}
    ownerless = sa.select(*(deals.c[name] for name in columns)).subquery("opportunities")
    crm.source = hand_made(selectable=ownerless, columns=columns)
    outcome = crm.one(check(NOT_NULL, {"column": "amount"}))
    assert (outcome.unexpected, outcome.owners, outcome.attributed) == (13, (), False)
    assert len(outcome.failing.records) == 13


def test_failing_records_are_streamed_with_their_own_keys(crm: SmallCrm) -> None:
    one = check(NOT_NULL, {"column": "amount"})
    keys = [each.key for each in failing_records(crm.reader(), one, Options())]
    assert len(keys) == 13
    assert [each.key for each in failing_records(crm.reader(), one, Options(), limit=2)] == keys[:2]
    assert len(list(failing_records(crm.reader(), one, Options(), owner="Carl Dahl"))) == 12
    assert list(failing_records(crm.reader(), one, Options(), owner="ane@example.com")) == []
    assert record_names(crm.reader(), "opportunities", ["d8", "d6"]) == {"d8": deal(8)["name"]}


def test_every_kind_of_check_lists_its_failing_records(crm: SmallCrm) -> None:
    for kind, kwargs in ((ACTIVE, {}), (UNIQUE, {"column": "name"}), (EMAIL, {"column": "name"})):
        one = check(kind, kwargs)
        assert len(list(failing_records(crm.reader(), one, Options()))) == crm.one(one).unexpected


def test_near_duplicates_count_across_owners_and_are_listed(sqlite_url: sa.URL) -> None:
    names = ("Nordic Steel A/S", "Nordisc Steel A/S", "Harbour Foods", "Quite Another Company")

    def company(number: int) -> dict[str, Any]:
        return {**deal(number), "owner_key": f"u{number % 2}", "name": names[number], "status": "open"}

    near = check("expect_no_near_duplicates", {"columns": ["name"], "block": "status", "threshold": 90})
    with opened(sqlite_url, 4, company) as crm:
        everyone = crm.one(near)
        mine = crm.one(near, Options(selection=Selection(owners=frozenset({"u1"}))))
        live = [each.key for each in failing_records(crm.reader(), near, Options())]
    assert (everyone.rows, everyone.unexpected) == (4, 2)
    assert sorted(each.key for each in everyone.failing.records) == sorted(live) == ["d0", "d1"]
    assert (mine.rows, mine.unexpected, [each.key for each in mine.failing.records]) == (2, 1, ["d1"])


def test_the_plan_shows_every_query_and_sends_none(crm: SmallCrm) -> None:
    crm.statements.clear()
    checks = [check(NOT_NULL, {"column": "name"}), check(UNIQUE, {"column": "name"}), check(EMAIL, {"column": "name"})]
    planned = explain_entity(crm.reader(), "opportunities", checks, Options())
    assert crm.statements == []
    assert [each.checks for each in planned] == [(NOT_NULL, UNIQUE), (UNIQUE,), (EMAIL,), (NOT_NULL,)]


def test_progress_is_told_check_by_check(crm: SmallCrm) -> None:
    told: list[tuple[str, int, int]] = []
    checks = [check(NOT_NULL, {"column": "name"}), check(EMAIL, {"column": "name"})]
    crm.run(checks, Options(on_progress=lambda entity, done, total: told.append((entity, done, total))))
    assert told == [("opportunities", 1, 2), ("opportunities", 2, 2)]


def test_an_owner_s_count_says_nothing_of_rows_the_check_is_not_about(crm: SmallCrm) -> None:
    outcome = crm.one(check(NOT_NULL, {"column": "amount"}, when="owner_key = 'u0'"))
    assert [type(each) for each in outcome.owners] == [OwnerCount]
    assert outcome.owners[0].owner_key == "u0"
