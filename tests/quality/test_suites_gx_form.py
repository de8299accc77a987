"""Great Expectations' own suite files, dropped in as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigurationError
from monitor.quality.check import Check, Limits, Severity
from monitor.quality.suites import load_suites

GX_1 = {
    "name": "deals",
    "id": "9ee1ae19-3074-4fc3-815e-22b7aac7cf29",
    "expectations": [
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "amount", "mostly": 0.955, "row_condition": None, "result_format": "COMPLETE"},
            "meta": {"profiler_details": {"metric": 1}},
            "id": "197c4b97-7e21-4eb9-bd9f-fbee6c089640",
            "severity": "critical",
            "description": "Deals should have an amount",
            "notes": None,
            "rendered_content": [{"name": "atomic"}],
        },
        {
            "type": "expect_column_values_to_match_regex",
            "kwargs": {"column": "name", "regex": "^\\S{3,}${0}$$"},
            "meta": {},
            "id": None,
        },
    ],
    "meta": {"great_expectations_version": "1.24.1", "entity": "opportunities"},
    "notes": None,
}
LEGACY = {
    "expectation_suite_name": "deals.warning",
    "data_asset_type": None,
    "ge_cloud_id": None,
    "evaluation_parameters": {},
    "expectations": [
        {
            "expectation_type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "status", "value_set": ["open", "won", "lost"], "parse_strings_as_datetimes": None},
            "meta": {},
        }
    ],
    "meta": {"great_expectations_version": "0.18.22"},
}


def _load(folder: Path, suite: Any, name: str, **layout: Any) -> tuple[Check, ...]:
    path = folder / name
    path.write_text(json.dumps(suite, **layout), encoding="utf-8")
    return load_suites([path]).checks


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"indent": "\t"}, {"ensure_ascii": False}])
def test_a_json_suite_of_gx_1_loads_as_it_is(tmp_path: Path, layout: dict[str, Any]) -> None:
    amount, name = _load(tmp_path, GX_1, "my suite.json", **layout)
    assert amount.kwargs == {"column": "amount", "mostly": 0.955}
    assert (amount.title, amount.severity) == ("Deals should have an amount", Severity.CRITICAL)
    assert amount.limits == Limits(fail=0.045)
    assert amount.id.startswith("opportunities-amount-not-be-null-")
    assert name.kwargs["regex"] == "^\\S{3,}${0}$$"
    assert name.severity is Severity.WARNING


def test_a_suite_of_gx_before_1_loads_as_it_is(tmp_path: Path) -> None:
    (check,) = _load(tmp_path, LEGACY, "opportunities.json")
    assert check.type == "expect_column_values_to_be_in_set"
    assert check.kwargs == {"column": "status", "value_set": ["open", "won", "lost"]}


def test_a_type_of_gx_before_1_that_is_gone_is_told_at_its_line(tmp_path: Path) -> None:
    suite = json.loads(json.dumps(LEGACY).replace("values_to_be_in_set", "values_to_be_in_sett"))
    with pytest.raises(ConfigurationError) as caught:
        _load(tmp_path, suite, "opportunities.json", indent=1)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == (8, 24)


def test_letters_outside_the_basic_plane_survive_json(tmp_path: Path) -> None:
    suite = {"expectations": [{"type": "expect_column_values_to_not_be_in_set", "kwargs": {}}]}
    suite["expectations"][0]["kwargs"] = {"column": "name", "value_set": ["😀 Ærø"]}
    (check,) = _load(tmp_path, suite, "leads.json")
    assert check.kwargs["value_set"] == ["😀 Ærø"]


def test_a_free_key_in_gx_meta_is_let_be_but_a_slip_of_ours_is_told(tmp_path: Path) -> None:
    def suite(meta: dict[str, Any]) -> dict[str, Any]:
        entry = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "name"}, "meta": meta}
        return {"expectations": [entry]}

    assert len(_load(tmp_path, suite({"owner": "Nord", "colour": 3}), "leads.json")) == 1
    with pytest.raises(ConfigurationError, match="unknown key 'dimensions' in meta"):
        _load(tmp_path, suite({"dimensions": "completeness"}), "leads.json")
