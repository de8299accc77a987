"""The published JSON schemas: valid themselves, and true of real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from monitor import content
from monitor.settings.schema import Which, schema
from monitor.yamlfile import parse, read
from monitor.yamlfile.interpolation import SECRET_KEYS
from tests.settings.test_project import FULL


def _errors(which: Which, data: dict[Any, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(which)).iter_errors(_json(data))]


def _json(data: dict[Any, Any]) -> Any:
    """As an editor sees it: YAML's dates are texts."""
    return json.loads(json.dumps(data, default=str))


@pytest.mark.parametrize("which", get_args(Which))
def test_a_published_schema_is_itself_valid_and_describes_every_field(which: Which) -> None:
    found = schema(which)
    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in (found, *found["$defs"].values()):
        undescribed = [
            name for name, value in part.get("properties", {}).items() if which != "map" and "description" not in value
        ]
        assert undescribed == []


def test_the_full_configuration_fits_its_schema_with_variables_and_files() -> None:
    assert _errors("monitor", parse(FULL, "monitor.yaml").data) == []


def test_a_secret_is_wanted_once_in_either_form() -> None:
    connection = {"crm": "builtin/odoo-17@1"}
    assert _errors("monitor", {"connection": {**connection, "url_file": "url.txt"}}) == []
    assert _errors("monitor", {"connection": connection})
    assert _errors("monitor", {"connection": {**connection, "url": "a", "url_file": "b"}})


def test_the_schema_refuses_what_the_program_refuses() -> None:
    connection = {"crm": "builtin/odoo-17@1", "url": "x"}
    assert _errors("monitor", {"connection": connection, "nmae": "Nordlys"})
    assert _errors("monitor", {"connection": {**connection, "statement_timeout": 60}})
    assert _errors("suite", {"expectations": [{"type": "expect_column_values_to_not_be_nul", "kwargs": {}}]})
    assert _errors("suite", {"expectations": [], "entity": "oportunities"})
    for anomaly in ({"treshold": 5}, {"window": 90}, {"direction": "upp"}, {"smallest": {"share": 5}}, "often"):
        check = {"type": "expect_new_records_to_be_usual", "kwargs": {}, "meta": {"anomaly": anomaly}}
        assert _errors("suite", {"expectations": [check], "entity": "leads"})


@pytest.mark.parametrize("reference", content.names("maps"))
def test_the_built_in_maps_fit_their_schema(reference: str) -> None:
    assert _errors("map", read(content.find("maps", reference)).data) == []


@pytest.mark.parametrize("reference", content.names("expectations"))
def test_the_built_in_suites_fit_their_schema(reference: str) -> None:
    assert _errors("suite", read(content.find("expectations", reference)).data) == []


def test_a_suite_as_it_is_shown_to_users_fits_its_schema(tmp_path: Path) -> None:
    text = """\
entity: opportunities
extends: [builtin/opportunities@1]
override: {deal-without-account: {fail: 10%, warn: 0.02, enabled: false}}
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: amount}
    severity: critical
    notes: from GX
    meta: {id: no-amount, fail: 15%, tags: [forecast]}
"""
    assert _errors("suite", parse(text, str(tmp_path / "x.yaml")).data) == []


@pytest.mark.parametrize("which", ["adoption", "statuses", "figures"])
def test_what_is_built_in_of_peoples_use_fits_its_schema_and_so_does_a_file_that_says_what_differs(
    which: Which,
) -> None:
    built_in = read(content.find("checks", f"builtin/{which}@1")).data
    assert _errors(which, built_in) == []
    entries = "measures" if which == "adoption" else which
    first = next(iter(built_in[entries]))
    extending: dict[Any, Any] = {"extends": f"builtin/{which}@1", entries: {first: {"title": "Ours"}}}
    assert _errors(which, extending) == []
    assert _errors(which, {**extending, "extnds": "x"})
    assert _errors(which, {**extending, entries: {first: {"titel": "Ours"}}})


def test_a_measure_of_a_file_that_extends_nothing_has_to_be_whole() -> None:
    assert _errors("adoption", {"measures": {"calls": {"title": "Calls"}}})


def test_what_may_be_a_secret_by_its_key_is_what_the_models_hold_as_one() -> None:
    """Only there a variable named PASSWORD, or an address, may stand: elsewhere it would be shown."""
    found = {key for which in get_args(Which) for key in _secrets(schema(which))}
    assert found == SECRET_KEYS


def _secrets(node: Any) -> set[str]:
    """The keys of a schema, at any depth, whose value is never shown."""
    if isinstance(node, list):
        return {key for item in node for key in _secrets(item)}
    if not isinstance(node, dict):
        return set()
    properties = node.get("properties", {})
    own = {key for key, field in properties.items() if '"format": "password"' in json.dumps(field)}
    return own | {key for value in node.values() for key in _secrets(value)}
