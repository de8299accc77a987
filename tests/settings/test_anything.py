"""Whatever stands in the files of a project, it loads or is refused in words: nothing but a ConfigurationError."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.quality.rules import REGISTRY
from monitor.quality.suites import load_suites
from monitor.quality.suites_model import CheckMeta, CheckOverride, Expectation, SuiteFile
from monitor.settings.model import Alerts, Connection, Settings, Slack, State, WorkingTime
from monitor.settings.project import load_project
from tests.settings.projects import ENVIRON, make_project

_WORDS = st.sampled_from(
    (
        *("opportunities", "amount", "builtin/opportunities@1", "deal-without-account", "DK", "UTC", "5%", "{today"),
        *("{now}", "status = 'open'", "amount >", "${X:-1}", "2025-01-01", "60s", "", "xoxb-1", "sqlite:///x", "a b"),
        *("😀", "critical"),
    )
)
_LEAVES = st.none() | st.booleans() | st.integers(-3, 2000) | st.floats(allow_nan=False) | _WORDS | st.text(max_size=6)


def _keys(*models: type[Any]) -> list[str]:
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _tree(keys: list[str]) -> st.SearchStrategy[Any]:
    names = st.sampled_from([*keys, "unknown"])
    return st.recursive(
        _LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=4), max_leaves=15
    )


_TYPES = st.sampled_from(
    (
        *sorted(REGISTRY),
        *("expect_column_values_to_be_between", "expect_column_values_to_be_in_set", "expect_nothing"),
        *("expect_compound_columns_to_be_unique", "expect_table_row_count_to_be_between"),
    )
)
_ARGUMENTS = sorted(
    {name for rule in REGISTRY.values() for name in rule.schema["properties"]} | {"column_list", "min_value"}
)
_CHECK = st.fixed_dictionaries(
    {"type": _TYPES | _LEAVES},
    optional={
        "kwargs": st.dictionaries(st.sampled_from(_ARGUMENTS), _tree(_ARGUMENTS), max_size=4),
        "meta": st.dictionaries(st.sampled_from(_keys(CheckMeta)), _LEAVES, max_size=4) | _LEAVES,
        "severity": _LEAVES,
        "id": _LEAVES,
    },
)
_SUITE = st.fixed_dictionaries(
    {},
    optional={
        "entity": st.just("opportunities") | _LEAVES,
        "extends": st.just("builtin/opportunities@1") | _tree([]),
        "override": st.dictionaries(_WORDS, _tree(_keys(CheckOverride)), max_size=2),
        "expectations": st.lists(_CHECK, max_size=4) | _tree(_keys(SuiteFile, Expectation)),
        "meta": _tree(["entity"]),
    },
)
_SETTINGS = st.dictionaries(
    st.sampled_from(_keys(Settings)), _tree(_keys(Connection, Slack, Alerts, State, WorkingTime)), max_size=6
)
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(deadline=None, suppress_health_check=_QUIET)
@given(suite=_SUITE)
def test_any_suite_loads_or_is_refused_in_words(suite: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "opportunities.json"
    path.write_text(json.dumps(suite), encoding="utf-8")
    with suppress(ConfigurationError):
        loaded = load_suites([path])
        assert all(check.id and check.title and check.entity == "opportunities" for check in loaded.checks)


@settings(deadline=None, suppress_health_check=_QUIET)
@given(found=_SETTINGS)
def test_any_settings_load_or_are_refused_in_words(found: dict[str, Any], tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"config/monitor.yaml": json.dumps(found)})
    with suppress(ConfigurationError):
        assert load_project(folder, ENVIRON).checks
