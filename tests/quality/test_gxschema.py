"""Arguments checked against the schemas that Great Expectations ships, and compared with what it takes itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from monitor.quality.gxschema import Catalogue, schema_folder
from monitor.quality.rules import REGISTRY

BETWEEN = "expect_column_values_to_be_between"
NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
CASES: list[tuple[str, dict[str, Any], bool]] = [
    (NOT_NULL, {"column": "a"}, True),
    (NOT_NULL, {"column": "a", "mostly": 0.955}, True),
    (NOT_NULL, {"column": "a", "mostly": 0.29}, True),  # 0.29 / 0.01 is not whole in floating point
    (NOT_NULL, {"column": "a", "mostly": 1}, True),
    (NOT_NULL, {"column": "a", "mostly": 1.2}, False),
    (NOT_NULL, {"column": "a", "mostly": -0.1}, False),
    (NOT_NULL, {"column": "a", "row_condition": None}, True),
    (NOT_NULL, {"column": "a", "mostli": 1}, False),
    (NOT_NULL, {}, False),
    (NOT_NULL, {"column": ""}, False),
    (BETWEEN, {"column": "a", "min_value": 1}, True),
    (BETWEEN, {"column": "a", "max_value": 1.5, "strict_max": True}, True),
    (BETWEEN, {"column": "a", "min_value": "2025-01-01"}, True),
    (BETWEEN, {"column": "a", "min_value": "2025-01-01T12:00:00"}, True),
    (BETWEEN, {"column": "a", "min_value": "soon"}, False),
    (BETWEEN, {"column": "a"}, False),
    (IN_SET, {"column": "a", "value_set": ["x", 1, None, True]}, True),
    (IN_SET, {"column": "a", "value_set": []}, True),
    (IN_SET, {"column": "a", "value_set": "x"}, False),
    (IN_SET, {"column": "a"}, False),
    ("expect_column_values_to_match_regex_list", {"column": "a", "regex_list": ["^a"], "match_on": "any"}, True),
    ("expect_column_values_to_match_regex_list", {"column": "a", "regex_list": ["^a"], "match_on": "some"}, False),
    ("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"], "ignore_row_if": "never"}, True),
    ("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"], "ignore_row_if": "nevr"}, False),
    ("expect_table_row_count_to_equal", {"value": 3}, True),
    ("expect_table_row_count_to_equal", {"value": "many"}, False),
    ("expect_column_values_to_not_be_outliers", {"column": "a", "method": "iqr"}, True),
    ("expect_column_values_to_not_be_outliers", {"column": "a", "method": "igr"}, False),
    (
        "expect_column_quantile_values_to_be_between",
        {"column": "a", "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[1, 2]]}},
        True,
    ),
]


@pytest.mark.parametrize(("kind", "kwargs", "right"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_arguments_are_taken_and_refused(kind: str, kwargs: dict[str, Any], right: bool) -> None:
    found = Catalogue(REGISTRY).find(kind)
    assert found is not None
    assert (found.check(kwargs) == []) is right, found.check(kwargs)


def test_great_expectations_itself_agrees_on_all_of_them() -> None:
    code = """
import json, os, sys
os.environ["GX_ANALYTICS_ENABLED"] = "False"
import great_expectations.expectations.core
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.registry import list_registered_expectation_implementations
verdicts = []
for kind, kwargs in json.load(sys.stdin):
    try:
        ExpectationConfiguration(type=kind, kwargs=kwargs).to_domain_obj()
        verdicts.append(True)
    except Exception:
        verdicts.append(False)
print(json.dumps([verdicts, list_registered_expectation_implementations()]))
"""
    given = json.dumps([[kind, kwargs] for kind, kwargs, _ in CASES])
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True)
    verdicts, registered = json.loads(done.stdout.splitlines()[-1])
    assert dict(enumerate(verdicts)) == {number: case[2] for number, case in enumerate(CASES)}
    catalogue = Catalogue({})
    missing = {name for name in registered if catalogue.find(name) is None}
    assert all(catalogue.unusable(name) for name in missing)


def test_every_type_that_is_shipped_can_be_read_and_says_whether_it_counts_rows() -> None:
    catalogue = Catalogue({})
    shipped = {path.stem for path in schema_folder().glob("*.json")} - {"index"}
    kinds = [catalogue.find(name) for name in catalogue.names()]
    assert len(kinds) == len(shipped) - 1 > 50  # one needs a second data source
    assert sum(kind is not None and kind.by_row for kind in kinds) > 20


def test_a_moment_stands_for_a_date_and_only_there() -> None:
    between = Catalogue({}).find(BETWEEN)
    assert between is not None
    assert between.check({"column": "a", "min_value": "{today - 3 working days}"}) == []
    assert [fault.message for fault in between.check({"column": "a", "min_value": 1, "strict_min": "{now}"})] == [
        "strict_min must be true or false"
    ]


def test_our_own_rules_are_found_with_the_columns_they_name() -> None:
    catalogue = Catalogue(REGISTRY)
    near = catalogue.find("expect_no_near_duplicates")
    assert near is not None
    assert near.own
    assert list(near.columns({"columns": ["name", "city"], "block": "domain", "threshold": 90})) == [
        (("columns", 0), "name"),
        (("columns", 1), "city"),
        (("block",), "domain"),
    ]
    fresh = catalogue.find("expect_entity_to_be_fresh")
    assert fresh is not None
    assert not fresh.by_row
