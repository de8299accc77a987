"""The rules as a whole: light to import, closed arguments, and harmless to their neighbours when they break."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import jsonschema
import pytest
import sqlalchemy as sa

from monitor.quality.faults import CheckError
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import (
    CountRule,
    FactsRule,
    OwnerRule,
    SetRule,
    SqlRule,
    UniqueRule,
    UseRule,
    ValueRule,
)
from tests.quality.world import World

KINDS = (SqlRule, UniqueRule, ValueRule, SetRule, OwnerRule, FactsRule, CountRule, UseRule)
HEAVY = ("great_expectations", "phonenumbers", "email_validator", "stdnum", "rapidfuzz", "holidays")


def test_importing_the_rules_loads_none_of_the_libraries_they_use() -> None:
    code = f"import sys, monitor.quality.rules; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_rule_is_of_one_kind_and_takes_no_unknown_argument(name: str) -> None:
    rule = REGISTRY[name]
    kinds = [kind for kind in KINDS if isinstance(rule, kind)]
    assert len(kinds) == 1
    assert rule.type == name
    jsonschema.Draft202012Validator.check_schema(rule.schema)
    problems = jsonschema.Draft202012Validator(rule.schema).iter_errors({"colum": "name"})
    assert any("colum" in problem.message for problem in problems)


def test_a_look_up_that_the_database_refuses_says_why_without_a_value(any_world: World) -> None:
    columns = ["key", "status", "stage", "stage_entered_at", "created_at", "closed_at"]
    source = any_world.add("opportunities", [], columns=columns)
    gone = sa.select(*(sa.column(name, source.selectable.c[name].type) for name in columns)).select_from(
        sa.table("no_such_table")
    )
    any_world.sources["opportunities"] = replace(source, selectable=gone.subquery())
    with pytest.raises(CheckError, match="no_such_table"):
        any_world.failing("expect_time_in_stage_to_be_usual", "opportunities")
