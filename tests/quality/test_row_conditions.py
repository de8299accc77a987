"""Great Expectations' own row conditions, in the text of old and in the form in which it now writes them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.errors import ConfigurationError
from monitor.quality.outcome import Status
from monitor.quality.suites import load_suites
from tests.quality.small_crm import SmallCrm, check, deal, opened

MEAN = "expect_column_mean_to_be_between"
BETWEEN = "expect_column_values_to_be_between"
OPEN = {"type": "comparison", "column": {"name": "status"}, "operator": "==", "parameter": "open"}
FORMS: dict[str, Any] = {
    "text": 'col("status") == "open"',
    "object": OPEN,
    "and": {"type": "and", "conditions": [OPEN, {"type": "nullity", "column": {"name": "name"}, "is_null": False}]},
}


@pytest.fixture
def crm(any_url: sa.URL) -> Iterator[SmallCrm]:
    with opened(any_url, 40) as made:
        yield made


@pytest.mark.parametrize("form", FORMS)
def test_a_condition_may_name_columns_that_the_expectation_does_not(crm: SmallCrm, form: str) -> None:
    kwargs = {"column": "amount", "min_value": 0, "row_condition": FORMS[form]}
    mean, between = crm.run([check(MEAN, kwargs), check(BETWEEN, kwargs)]).outcomes
    wanted = [each for each in map(deal, range(40)) if each["status"] == "open" and each["amount"] is not None]
    if form == "and":
        wanted = [each for each in wanted if each["name"] is not None]
    average = sum(each["amount"] for each in wanted) / len(wanted)
    assert (mean.status, mean.observed) == (Status.PASS, f"mean {average:,.2f}")
    assert (between.status, between.rows) == (Status.PASS, len(wanted))


def test_a_condition_on_a_column_that_is_not_mapped_skips_the_check(sqlite_url: sa.URL) -> None:
    condition = {**OPEN, "column": {"name": "product"}}
    with opened(sqlite_url, 5) as crm:
        outcome = crm.one(check(BETWEEN, {"column": "amount", "min_value": 0, "row_condition": condition}))
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, "not mapped: product")


def test_a_column_that_does_not_exist_is_told_at_the_condition(tmp_path: Path) -> None:
    condition = {"type": "and", "conditions": [OPEN, {**OPEN, "column": {"name": "statuss"}}]}
    kwargs = {"column": "amount", "min_value": 0, "row_condition": condition}
    path = tmp_path / "opportunities.json"
    path.write_text(json.dumps({"name": "deals", "expectations": [{"type": BETWEEN, "kwargs": kwargs}]}))
    with pytest.raises(ConfigurationError, match=r"opportunities have no column 'statuss' \(did you mean 'status'\?\)"):
        load_suites([path])


def test_great_expectations_prints_nothing_among_the_results(
    sqlite_url: sa.URL, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(sqlite_url, 5) as crm:
        query = "SELECT * FROM deals WHERE status = 'new'"
        outcome = crm.one(check("unexpected_rows_expectation", {"unexpected_rows_query": query}))
    assert (outcome.status, outcome.observed) == (Status.PASS, "0 unexpected rows")
    assert capfd.readouterr().out == ""


def test_great_expectations_own_log_of_a_database_error_reaches_nobody(
    crm: SmallCrm, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    query = "SELECT secret_column FROM {batch} WHERE status = 'open'"
    with caplog.at_level(logging.DEBUG):
        outcome = crm.one(check("unexpected_rows_expectation", {"unexpected_rows_query": query}))
    assert outcome.status is Status.ERROR
    assert "secret_column" not in caplog.text + "".join(capfd.readouterr())
