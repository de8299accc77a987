"""The checks that every entity gets unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import content
from monitor.crm.vocabulary import RECORDS
from monitor.errors import ConfigurationError
from monitor.quality.check import Check
from monitor.quality.rules import REGISTRY
from monitor.quality.suites import load_suites, suite_paths
from monitor.quality.suites_standing import STANDING, built_in

OWN = "  - {type: expect_column_values_to_not_be_null, kwargs: {column: name}, meta: {id: no-name}}\n"
BARE = "expectations:\n" + OWN


def _checks(folder: Path, **suites: str) -> dict[str, Check]:
    for name, text in suites.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {check.id: check for check in load_suites(suite_paths(folder), standing=True).checks}


def test_an_entity_whose_suite_was_dropped_in_is_watched_as_a_whole_too(tmp_path: Path) -> None:
    checks = _checks(tmp_path, accounts=BARE)
    assert set(checks) == {"accounts-fresh", "accounts-volume", "accounts-schema", "account-owner-gone", "no-name"}
    assert checks["accounts-volume"].why
    assert Path(checks["accounts-volume"].place.file).name == "accounts@1.yaml"


@pytest.mark.parametrize("entity", [name for name in RECORDS if built_in(name)])
def test_a_standing_check_is_the_built_in_one(tmp_path: Path, entity: str) -> None:
    whole = {check.id: check for check in load_suites([content.find("expectations", built_in(entity)[-1])]).checks}
    standing = _checks(tmp_path, **{entity: "expectations: []\n"})
    assert standing == {name: check for name, check in whole.items() if check.type in STANDING}
    assert len(standing) >= 2


def test_every_standing_type_is_a_rule_of_ours() -> None:
    assert len(STANDING) == 4
    assert REGISTRY.keys() >= STANDING


def test_an_entity_that_extends_its_built_in_suite_gets_nothing_twice(tmp_path: Path) -> None:
    extended = _checks(tmp_path, accounts="extends: builtin/accounts@1\n", more="entity: accounts\n" + BARE)
    assert set(extended) == {*_checks(tmp_path, accounts="extends: builtin/accounts@1\n"), "no-name"}


def test_a_standing_check_can_be_overridden_or_switched_off_in_any_file_of_its_entity(tmp_path: Path) -> None:
    override = "override: {accounts-volume: {kwargs: {max_drop: 5%}}, accounts-fresh: {enabled: false}}\n"
    checks = _checks(tmp_path, accounts=BARE, later="entity: accounts\n" + override)
    assert checks["accounts-volume"].kwargs == {"max_drop": "5%"}
    assert "accounts-fresh" not in checks
    assert "accounts-schema" in checks


def test_a_check_of_ones_own_of_the_same_type_takes_the_place_of_a_standing_one(tmp_path: Path) -> None:
    own = "  - {type: expect_entity_volume_to_be_usual, kwargs: {max_drop: 1%}, meta: {id: our-volume}}\n"
    same_id = "  - {type: expect_table_row_count_to_be_between, kwargs: {min_value: 1}, meta: {id: accounts-fresh}}\n"
    checks = _checks(tmp_path, accounts=BARE, later="entity: accounts\nexpectations:\n" + own + same_id)
    assert set(checks) == {"our-volume", "accounts-fresh", "accounts-schema", "account-owner-gone", "no-name"}
    assert checks["accounts-fresh"].type == "expect_table_row_count_to_be_between"


def test_standing_false_leaves_them_out(tmp_path: Path) -> None:
    assert set(_checks(tmp_path, accounts=BARE, later="entity: accounts\nstanding: false\n")) == {"no-name"}


def test_standing_false_beside_the_suite_that_brings_them_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _checks(tmp_path, accounts="standing: false\nextends: builtin/accounts@1\n")
    assert str(caught.value) == (
        f"{tmp_path}/accounts.yaml:1:11: builtin/accounts@1 brings the standing checks, so standing: false has"
        " no effect (switch off single checks with `override: {ID: {enabled: false}}`)"
    )
