"""Suites: what a file becomes, what it extends and overrides, and what is made up where it says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor import content
from monitor.crm.vocabulary import RECORDS
from monitor.errors import ConfigurationError
from monitor.quality.anomaly import Direction
from monitor.quality.check import Attribution, Check, Dimension, Limits, Severity
from monitor.quality.evaluate import by_limits
from monitor.quality.outcome import Status
from monitor.quality.share import parse_share
from monitor.quality.suites import LoadedSuites, load_suites, suite_paths
from monitor.quality.usual import Anomaly, Unit, sensitivity


def _load(folder: Path, text: str, name: str = "opportunities.yaml") -> LoadedSuites:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_suites([path])


def _one(folder: Path, text: str) -> Check:
    (check,) = _load(folder, text).checks
    return check


FIVE_LINES = """\
entity: opportunities
expectations:
  - type: expect_column_values_to_not_be_in_set
    kwargs: {column: product, value_set: [GTXPro]}
    meta: {id: product-misspelt, title: Deals with a misspelt product}
"""


def test_five_lines_are_enough_to_add_a_check(tmp_path: Path) -> None:
    check = _one(tmp_path, FIVE_LINES)
    assert (check.id, check.entity, check.title) == (
        "product-misspelt",
        "opportunities",
        "Deals with a misspelt product",
    )
    assert check.kwargs == {"column": "product", "value_set": ["GTXPro"]}
    assert (check.severity, check.dimension, check.attribution) == (
        Severity.WARNING,
        Dimension.VALIDITY,
        Attribution.REP,
    )
    assert check.limits == Limits()
    assert (check.place.line, check.place.column) == (3, 5)


def test_everything_that_a_check_can_say_is_read(tmp_path: Path) -> None:
    check = _one(
        tmp_path,
        """\
expectations:
  - type: expect_column_values_to_be_between
    kwargs: {column: close_date, min_value: "{today - 3 working days}", max_value: 2030-12-31}
    severity: critical
    meta:
      id: overdue
      title: Open deals past their close date
      dimension: timeliness
      when: status = 'open'
      since: 2025-01-01
      warn: 5%
      fail: 0.15
      why: The forecast is wrong.
      fix: Redate or lose.
      mind: Public holidays.
      attribution: admin
      tags: [forecast]
""",
    )
    assert check.kwargs["max_value"] == date(2030, 12, 31)
    assert check.limits == Limits(0.05, 0.15)
    assert (check.severity, check.dimension, check.attribution) == (
        Severity.CRITICAL,
        Dimension.TIMELINESS,
        Attribution.ADMIN,
    )
    assert (check.when, check.since, check.tags) == ("status = 'open'", date(2025, 1, 1), frozenset({"forecast"}))
    assert (check.why, check.fix, check.mind) == ("The forecast is wrong.", "Redate or lose.", "Public holidays.")
    assert check.when_place is not None
    assert (check.when_place.line, check.when_place.column) == (9, 13)


ANOMALY = """\
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: amount}
    meta: {anomaly: %s}
"""


def test_a_check_says_that_it_is_compared_with_its_own_history_and_how(tmp_path: Path) -> None:
    assert _one(tmp_path, ANOMALY % "true").anomaly == Anomaly()
    assert _one(tmp_path, ANOMALY % "false").anomaly is None
    assert _one(tmp_path, FIVE_LINES).anomaly is None
    said = (
        "{direction: both, threshold: 5, fail_threshold: 9, min_history: 20, window: 8w,"
        " smallest: {share: 2.5%, count: 30}, seasonal: none}"
    )
    assert _one(tmp_path, ANOMALY % said).anomaly == Anomaly(Direction.BOTH, 5, 9, 20, 56, 0.025, 30, weekdays=False)


def test_what_a_check_does_not_say_of_it_depends_on_its_figure() -> None:
    plain = {unit: sensitivity(Anomaly(), unit, rows=1000) for unit in Unit}
    assert {unit: (how.threshold, how.fail_threshold) for unit, how in plain.items() if how.threshold != 4} == {
        Unit.HOURS: (8, 12)
    }
    assert plain[Unit.SHARE].smallest == 0.02
    assert sensitivity(Anomaly(), Unit.SHARE, rows=100).smallest == 0.1, "ten records of a hundred"
    assert (plain[Unit.NEW_RECORDS].smallest, plain[Unit.NEW_RECORDS].smallest_share) == (10, 0.02)
    assert [unit for unit, how in plain.items() if how.weekdays] == [Unit.SHARE, Unit.NEW_RECORDS, Unit.HOURS]
    assert sensitivity(Anomaly(threshold=2), Unit.RECORDS).fail_threshold == 3


def test_the_anomaly_of_a_built_in_check_is_changed_as_a_whole_or_taken_away(tmp_path: Path) -> None:
    plain = {check.id: check.anomaly for check in _load(tmp_path, "extends: builtin/opportunities@1\n").checks}
    assert plain["opportunities-volume"] == Anomaly(smallest_share=0.05)
    assert plain["opportunities-fresh"] == Anomaly()
    text = """\
extends: builtin/opportunities@1
override:
  opportunities-volume: {anomaly: {threshold: 6}}
  opportunities-fresh: {anomaly: null}
  deal-without-account: {anomaly: true}
"""
    changed = {check.id: check.anomaly for check in _load(tmp_path, text).checks}
    assert changed["opportunities-volume"] == Anomaly(threshold=6)
    assert changed["opportunities-fresh"] is None
    assert changed["deal-without-account"] == Anomaly()


@pytest.mark.parametrize(("mostly", "fail"), [("0.95", 0.05), ("0.9", 0.1), ("1", 0.0), ("0.999", 0.001)])
def test_mostly_is_the_fail_limit_where_there_are_no_limits(tmp_path: Path, mostly: str, fail: float) -> None:
    suite = "expectations:\n  - type: expect_column_values_to_not_be_null\n    kwargs: {column: amount, mostly: %s}\n"
    assert _one(tmp_path, suite % mostly).limits == Limits(None, fail)
    limited = suite % mostly + "    meta: {warn: 1%}\n"
    assert _one(tmp_path, limited).limits == Limits(0.01, None)


def test_a_built_in_suite_is_extended_and_overridden_by_id(tmp_path: Path) -> None:
    plain = {check.id: check for check in _load(tmp_path, "extends: builtin/opportunities@1\n").checks}
    loaded = _load(
        tmp_path,
        """\
extends: builtin/opportunities@1
override:
  deal-without-account:
    severity: critical
    warn: 4%
    fail: 10%
    when: status = 'open'
    since: 2026-01-01
    tags: [mine]
    fix: Ask Nord.
  offer-without-amount: {kwargs: {condition: amount > 100}, when: null, warn: null}
  deal-without-close-date: {enabled: false}
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: product}
""",
    )
    checks = {check.id: check for check in loaded.checks}
    changed = checks["deal-without-account"]
    assert (changed.severity, changed.limits, changed.when) == (Severity.CRITICAL, Limits(0.04, 0.1), "status = 'open'")
    assert (changed.since, changed.tags, changed.fix) == (date(2026, 1, 1), frozenset({"mine"}), "Ask Nord.")
    assert changed.why == plain["deal-without-account"].why
    assert changed.when_place is not None
    assert changed.when_place.file == str(tmp_path / "opportunities.yaml")
    offer = checks["offer-without-amount"]
    assert (offer.kwargs["condition"], offer.when, offer.limits.warn) == ("amount > 100", "", None)
    assert offer.limits.fail == plain["offer-without-amount"].limits.fail
    assert loaded.off == ("deal-without-close-date",)
    assert len(checks) == len(plain)
    assert checks.keys() - plain.keys() == {loaded.checks[-1].id}


def test_an_override_takes_an_argument_away_with_null(tmp_path: Path) -> None:
    phone = next(
        check
        for check in _load(tmp_path, "extends: builtin/contacts@1\n", "contacts.yaml").checks
        if check.type == "expect_column_values_to_be_valid_phone"
    )
    change = f"extends: builtin/contacts@1\noverride:\n  {phone.id}: {{kwargs: {{region: DK, region_column: null}}}}\n"
    changed = {check.id: check for check in _load(tmp_path, change, "contacts.yaml").checks}[phone.id]
    assert changed.kwargs == {**{k: v for k, v in phone.kwargs.items() if k != "region_column"}, "region": "DK"}


def test_all_built_in_suites_are_right_together_and_cover_every_entity() -> None:
    references = content.names("expectations")
    loaded = load_suites([content.find("expectations", reference) for reference in references])
    assert [suite.entity for suite in loaded.suites] == list(RECORDS)
    assert all(check.title and check.why and check.fix for check in loaded.checks)


def test_an_id_is_made_up_from_what_the_check_says_and_from_nothing_else(tmp_path: Path) -> None:
    one = "expectations:\n  - type: expect_column_values_to_not_be_null\n    kwargs: {column: amount}\n"
    other = "  - type: expect_column_values_to_be_unique\n    kwargs: {column: name}\n"
    alone = _one(tmp_path, one).id
    among = [check.id for check in _load(tmp_path, one.replace("\n", f"\n{other}", 1)).checks]
    assert among[1] == alone
    assert alone.startswith("opportunities-amount-not-be-null-")
    assert _one(tmp_path, one + "    severity: info\n    meta: {title: Deals without amount}\n").id == alone
    assert _one(tmp_path, one + "    meta: {when: \"status = 'open'\"}\n").id != alone
    assert _one(tmp_path, one.replace("amount", "product")).id != alone


def test_titles_made_up_say_what_fails(tmp_path: Path) -> None:
    text = """\
expectations:
  - {type: expect_column_values_to_not_be_null, kwargs: {column: next_step}}
  - {type: expect_compound_columns_to_be_unique, kwargs: {column_list: [name, account_key]}}
  - {type: expect_column_pair_values_a_to_be_greater_than_b, kwargs: {column_A: closed_at, column_B: created_at}}
  - {type: expect_table_row_count_to_be_between, kwargs: {min_value: 1}}
  - {type: expect_column_mean_to_be_between, kwargs: {column: amount, min_value: 1}}
  - {type: expect_rows_to_satisfy, kwargs: {condition: amount > 0}}
"""
    assert [(check.title, check.dimension.value) for check in _load(tmp_path, text).checks] == [
        ("Opportunities without next step", "completeness"),
        ("Opportunities that share their name and account key", "uniqueness"),
        ("Opportunities whose closed at and created at are the wrong way round", "consistency"),
        ("Opportunities: expected row count to be between", "timeliness"),
        ("Opportunities: expected amount mean to be between", "validity"),
        ("Opportunities that do not meet: amount > 0", "consistency"),
    ]


def test_several_files_on_one_entity_are_one_suite_in_the_order_of_their_files(tmp_path: Path) -> None:
    one = "entity: leads\nexpectations:\n  - {type: expect_column_values_to_not_be_null, kwargs: {column: %s}}\n"
    for name, column in (("b.yaml", "email"), ("a.yml", "phone"), ("sub/c.yaml", "company")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(one % column, encoding="utf-8")
    (suite,) = load_suites(suite_paths(tmp_path)).suites
    assert (suite.entity, suite.name) == ("leads", "a")
    assert [check.kwargs["column"] for check in suite.checks] == ["phone", "email", "company"]


def test_the_librarys_own_folder_and_hidden_files_are_no_suites_of_the_project(tmp_path: Path) -> None:
    for name in ("leads.yaml", "builtin/leads@1.yaml", ".hidden/leads.yaml", ".leads.yaml", "README.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("expectations: []\n", encoding="utf-8")
    assert suite_paths(tmp_path) == [tmp_path / "leads.yaml"]
    assert suite_paths(tmp_path / "nowhere") == []


def test_the_same_id_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    one = "entity: %s\nexpectations:\n  - type: expect_column_values_to_not_be_null\n    kwargs: {column: name}\n"
    for entity in ("accounts", "contacts"):
        (tmp_path / f"{entity}.yaml").write_text(one % entity + "    meta: {id: no-name}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_suites(suite_paths(tmp_path))
    assert str(caught.value) == (
        f"{tmp_path}/contacts.yaml:5:16: the id 'no-name' is given twice (first at {tmp_path}/accounts.yaml:3:5)"
    )


def test_a_share_of_failing_rows_at_its_limit_is_within_it() -> None:
    for tenths in range(1, 1000):
        limit = parse_share(f"{tenths / 10}%")
        assert limit is not None
        assert by_limits(Limits(limit, limit), tenths / 1000) is Status.PASS, limit
        assert by_limits(Limits(limit, limit), (tenths + 1) / 1000) is Status.FAIL, limit
