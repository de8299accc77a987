"""Which expectation types exist and which arguments they take, without importing Great Expectations.

GX ships a JSON schema per type beside its code; those files are read as files. Our own rules carry theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError
from monitor.quality.gxschema_words import Fault, faults
from monitor.quality.moments import PATTERN
from monitor.quality.rules.base import CountRule, FactsRule, Rule, UseRule

# Properties of GX's expectation object that are no arguments of the check.
_ABOUT = ("id", "meta", "notes", "description", "rendered_content", "severity", "metadata", "library_metadata")
ENVELOPE = frozenset((*_ABOUT, "windows", "result_format", "catch_exceptions", "batch_id"))
COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set")
_ELSEWHERE = {  # types that reach beyond the CRM -> why they cannot be used, and what to do instead
    "expect_query_results_to_match_comparison": (
        "compares with a second data source, and the monitor has none: it reads the CRM and nothing else",
        "within the CRM, compare by unexpected_rows_expectation",
    )
}
_BARE_OBJECT = {"type": "object"}  # where GX takes a suite parameter, {"$PARAMETER": ...}


@dataclass(frozen=True, slots=True)
class ExpectationType:
    """One type: ``schema`` is the JSON schema of its kwargs; ``by_row`` whether it counts failing rows."""

    name: str
    schema: Mapping[str, Any]
    by_row: bool
    own: bool = False

    @property
    def arguments(self) -> frozenset[str]:
        """The names of its kwargs."""
        return frozenset(self.schema.get("properties", {})) - ENVELOPE

    def columns(self, kwargs: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
        """The columns that the arguments name, each with its path within the kwargs."""
        for name, value in kwargs.items():
            if not self._names_columns(name):
                continue
            if isinstance(value, str):
                yield (name,), value
            for index, item in enumerate(value if isinstance(value, list) else ()):
                if isinstance(item, str):
                    yield (name, index), item

    def _names_columns(self, argument: str) -> bool:
        if not self.own:
            return argument in COLUMN_ARGUMENTS
        schema = self.schema["properties"].get(argument, {})
        return "column" in (schema.get("format"), schema.get("items", {}).get("format"))

    def check(self, kwargs: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with the kwargs; moments stand for dates, and a null for "not given"."""
        given = {name: _plain(value) for name, value in kwargs.items() if value is not None}
        found = list(faults(self.schema, given, self.arguments))
        return found or list(_bounds(self, given))


class Catalogue:
    """Every type that a suite may name: those of GX, and the rules of our own."""

    def __init__(self, own: Mapping[str, Rule]) -> None:
        self._own = {
            name: ExpectationType(
                name, rule.schema, by_row=not isinstance(rule, FactsRule | CountRule | UseRule), own=True
            )
            for name, rule in own.items()
        }

    def names(self) -> frozenset[str]:
        """The name of every type that can be used."""
        return frozenset(self._own) | frozenset(_index()) - _ELSEWHERE.keys()

    def find(self, name: str) -> ExpectationType | None:
        """The type, or None where there is none of that name that can be used."""
        if name in self._own:
            return self._own[name]
        return _shipped(name) if name in _index() and name not in _ELSEWHERE else None

    def unusable(self, name: str) -> tuple[str, str] | None:
        """Why a type that GX has cannot be used here, and what to do instead; None for any other name."""
        if name in _index_file().get("documented_absent", ()):
            return "works on data frames only, not on a database", ""
        return _ELSEWHERE.get(name)


def schema_folder() -> Path:
    """Where GX keeps its schemas. Raises MonitorError when GX, or that folder in it, is missing."""
    spec = find_spec("great_expectations")  # finds the package without running it
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place, "expectations", "core", "schemas")
        if (folder / "index.json").is_file():
            return folder
    raise MonitorError(
        "Great Expectations' schemas are not installed", hint="install crm-monitor again: pip install crm-monitor"
    )


@cache
def _index_file() -> dict[str, Any]:
    index: dict[str, Any] = json.loads((schema_folder() / "index.json").read_text(encoding="utf-8"))
    return index


def _index() -> dict[str, Any]:
    types: dict[str, Any] = _index_file()["expectations"]
    return types


@cache
def _shipped(name: str) -> ExpectationType:
    path = schema_folder() / _index()[name]["schema_file"]
    whole = json.loads(path.read_text(encoding="utf-8"))
    properties = {argument: _loosened(argument, schema) for argument, schema in whole["properties"].items()}
    schema = {
        "type": "object",
        "properties": properties,
        "required": whole.get("required", []),
        "additionalProperties": False,
        "definitions": whole.get("definitions", {}),
    }
    return ExpectationType(name, schema, by_row="mostly" in properties)


def _loosened(argument: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of one argument, as strict as GX itself and no stricter.

    The files describe GX's web form: steps of 0.01 for ``mostly`` (which 0.95 misses in floating point), and
    value sets of text alone or numbers alone. A bare object is a suite parameter, which has no value here.
    """
    if argument == "value_set":
        return {"type": "array"}
    loose = {key: value for key, value in schema.items() if key != "multipleOf"}
    if "anyOf" in loose:
        branches = [branch for branch in loose["anyOf"] if branch != _BARE_OBJECT]
        loose["anyOf"] = branches or loose["anyOf"]
    return loose


def _plain(value: Any) -> Any:
    """A value as JSON would hold it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and PATTERN.fullmatch(value.strip()):
        return "2000-01-01"
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _bounds(kind: ExpectationType, given: Mapping[str, Any]) -> Iterator[Fault]:
    """What GX refuses although its schema does not say so."""
    if kind.own or not {"min_value", "max_value"} <= kind.arguments:
        return
    if given.get("min_value") is None and given.get("max_value") is None:
        if kind.name != "expect_column_kl_divergence_to_be_less_than":
            yield Fault((), "min_value or max_value is missing", "give at least one of them")
        return
    low, high = given.get("min_value"), given.get("max_value")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        yield Fault(("min_value",), "min_value is above max_value", "exchange them")
