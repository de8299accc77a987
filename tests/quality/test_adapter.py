"""The seam to Great Expectations: loaded late, silent, and never writing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.connection import open_crm
from monitor.quality.adapter import Counts, DuplicateTest, Expectation, RowTest
from monitor.quality.engine import Options, run_entity
from monitor.quality.faults import CheckError
from monitor.quality.outcome import Outcome, Status
from tests.quality.small_crm import check, deals, opened

QUERY = "unexpected_rows_expectation"


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_great_expectations_is_not_loaded_before_a_check_needs_it() -> None:
    code = "import sys, monitor.quality.engine; print('great_expectations' in sys.modules)"
    assert _python(code) == "False"


def test_usage_statistics_are_off_whatever_the_environment_says() -> None:
    code = (
        "import os; os.environ['GX_ANALYTICS_ENABLED'] = 'true'\n"
        "from monitor.quality.adapter import Expectation\n"
        "Expectation('expect_column_values_to_not_be_null', {'column': 'name'})\n"
        "import sys; print(os.environ['GX_ANALYTICS_ENABLED'], 'posthog' in sys.modules)"
    )
    assert _python(code) == "false False"


def test_a_type_that_does_not_exist_is_named() -> None:
    with pytest.raises(CheckError, match="knows no expect_nothing"):
        Expectation("expect_nothing", {})


def test_arguments_that_great_expectations_refuses_are_no_crash() -> None:
    with pytest.raises(CheckError, match="refuses the arguments of expect_column_values_to_not_be_null"):
        Expectation("expect_column_values_to_not_be_null", {"nonesuch": 1})


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql"])
def test_conditions_are_built_for_each_dialect_without_a_database(dialect: str) -> None:
    regex = Expectation("expect_column_values_to_match_regex", {"column": "a", "regex": "x"}).test(dialect, ["a"])
    unique = Expectation("expect_column_values_to_be_unique", {"column": "a"}).test(dialect, ["a"])
    mean = Expectation("expect_column_mean_to_be_between", {"column": "a", "min_value": 0}).test(dialect, ["a"])
    assert isinstance(regex, RowTest)
    assert isinstance(unique, DuplicateTest)
    assert mean is None


def test_mostly_is_great_expectations_own_to_judge() -> None:
    expectation = Expectation("expect_column_values_to_be_in_set", {"column": "a", "value_set": [1], "mostly": 0.9})
    assert expectation.succeeds(Counts(rows=110, missing=10, unexpected=10))
    assert not expectation.succeeds(Counts(rows=110, missing=10, unexpected=11))


def _on_read_only(url: sa.URL, kind: str, kwargs: dict[str, Any], *, seconds: float = 60) -> Outcome:
    with opened(url) as made:
        with made.engine.begin() as connection:
            connection.execute(sa.update(deals).values(name="Marked Customer"))
        crm = open_crm(url, statement_timeout=seconds)
        reader = replace(made.reader(), engine=crm.engine, connect=crm.scan)
        outcome = run_entity(reader, "opportunities", [check(kind, kwargs)], [], Options()).outcomes[0]
        crm.close()
        with made.engine.connect() as connection:
            assert sa.inspect(connection).get_table_names() == ["deals"]
    return outcome


@pytest.mark.parametrize(
    ("kind", "kwargs", "observed"),
    [
        ("expect_column_sum_to_be_between", {"column": "c", "min_value": 0}, "sum 120.00"),
        ("expect_column_stdev_to_be_between", {"column": "c", "min_value": 0}, "standard deviation 0.82"),
        (QUERY, {"unexpected_rows_query": "SELECT * FROM {batch} WHERE c > 5"}, "0 unexpected rows"),
        ("expect_table_row_count_to_be_between", {"min_value": 1}, "120 rows"),
    ],
)
def test_what_great_expectations_runs_itself_needs_no_right_to_write(
    kind: str, kwargs: dict[str, Any], observed: str, any_url: sa.URL
) -> None:
    outcome = _on_read_only(any_url, kind, kwargs)
    assert (outcome.status, outcome.observed) == (Status.PASS, observed)


@pytest.mark.parametrize(
    ("most", "status", "observed"),
    [
        (5000, Status.PASS, ""),
        (5, Status.FAIL, "what was found is not told, as it may be a record's own value"),
    ],
)
def test_a_figure_that_is_one_record_s_own_value_is_not_told(
    most: int, status: Status, observed: str, sqlite_url: sa.URL
) -> None:
    outcome = _on_read_only(sqlite_url, "expect_column_max_to_be_between", {"column": "amount", "max_value": most})
    assert (outcome.status, outcome.observed) == (status, observed)


def test_a_database_s_error_that_quotes_a_value_is_told_by_its_kind_only(postgresql_url: sa.URL) -> None:
    query = "SELECT * FROM {batch} WHERE CAST(name AS INTEGER) > 1"
    outcome = _on_read_only(postgresql_url, QUERY, {"unexpected_rows_query": query})
    assert outcome.reason == "a value in the CRM is no number or date, as which the map or the check reads it (22P02)"


def test_a_query_that_takes_too_long_is_one_check_s_error(postgresql_url: sa.URL) -> None:
    query = "SELECT * FROM {batch} WHERE pg_sleep(0.1) IS NULL"
    outcome = _on_read_only(postgresql_url, QUERY, {"unexpected_rows_query": query}, seconds=0.5)
    assert (outcome.status, outcome.reason) == (
        Status.ERROR,
        "the database stopped the query because it took too long: raise connection.statement_timeout",
    )


def test_nothing_that_a_statement_needs_is_half_imported_while_great_expectations_loads() -> None:
    program = (
        "import sys, sqlalchemy as sa\n"
        "from monitor.quality.adapter import preload\n"
        "thread = preload()\n"
        "orm = sys.modules['sqlalchemy.orm']\n"
        "assert not getattr(orm.__spec__, '_initializing', False)\n"
        "assert sys.modules['sqlalchemy.orm.exc'].UnmappedClassError\n"
        "while thread.is_alive():\n"
        "    sa.column('run').in_([1, 2]).compile()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
