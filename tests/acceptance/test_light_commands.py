"""Help and the commands about the state are quick: they import neither Great Expectations nor what it brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm

_SUITES = {"monitor.quality.suites", "monitor.quality.gxschema", "monitor.quality.rules", "monitor.crm.maps"}
_OTHER_PARTS = {
    *("monitor.store.activity", "monitor.store.adoption", "monitor.store.digests", "monitor.store.looks"),
    *("monitor.store.keeping", "monitor.store.runs", "monitor.store.tables_adoption", "monitor.activity"),
    *("monitor.adoption", "monitor.digest", "monitor.language"),
}
_HEAVY = {"great_expectations", "pandas", "numpy", "scipy", "mistune"}
_RUN = """\
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from monitor.cli.main import run
run(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("command", "without"),
    [
        ("--help", {"sqlalchemy", "alembic", "slack_sdk", "phonenumbers", "holidays", "pydantic"}),
        ("--version", {"sqlalchemy", "alembic", "slack_sdk"}),
        ("check --help", {"sqlalchemy", "alembic", "slack_sdk"}),
        ("config schema suite", {"alembic", "slack_sdk"}),
        ("config check", {"slack_sdk"}),
        ("incidents list", {"slack_sdk"}),
        ("incidents show 1", {"slack_sdk"}),
        ("baseline show", {"slack_sdk"}),
        ("baseline reset deal-without-account", {"slack_sdk"}),
        ("notify send", set()),
    ],
)
def test_a_command_that_evaluates_nothing_imports_nothing_heavy(crm: SmallCrm, command: str, without: set[str]) -> None:
    if "1" in command:
        crm_monitor("check", project=crm.folder)
        crm.without_account(11, 25)
        crm_monitor("check", "--count", project=crm.folder)
    imported = _imported(crm, command)
    assert "monitor" in imported
    assert not {name.split(".")[0] for name in imported} & (_HEAVY | without)


@pytest.mark.parametrize(
    "command", ["incidents list", "incidents list --all", "incidents show 1", "baseline show", "notify list"]
)
def test_a_command_about_the_state_reads_no_suite(crm: SmallCrm, command: str) -> None:
    crm_monitor("check", project=crm.folder)
    crm.without_account(11, 25)
    crm_monitor("check", "--count", project=crm.folder)
    unneeded = {"jsonschema", "alembic", "rapidfuzz", "sqlalchemy.dialects.postgresql"}  # the state is in SQLite
    assert not _imported(crm, command) & (_SUITES | _OTHER_PARTS | unneeded)


def test_checks_are_called_by_their_titles_while_a_suite_is_being_written(crm: SmallCrm) -> None:
    crm.without_account(1, 5)
    crm_monitor("check", project=crm.folder)
    crm.without_account(11, 25)
    crm_monitor("check", "--count", project=crm.folder)
    crm.suite("opportunities", "expectations: [")
    assert crm_monitor("config", "check", project=crm.folder).exit_code == 2
    for command in ("incidents list", "incidents show 1", "baseline show"):
        said = crm_monitor(*command.split(), project=crm.folder)
        assert said.exit_code == 0
        assert "Deals without an account" in said.stdout


@pytest.mark.parametrize("command", ["incidents list", "incidents show 1", "baseline show", "notify list"])
def test_a_command_about_the_state_tells_every_mistake_in_the_settings(crm: SmallCrm, command: str) -> None:
    crm.settings("alerts: {failing_runs: many}\ncountry: Norway\nsalck: {}\n")
    told = crm_monitor(*command.split(), project=crm.folder)
    assert told.exit_code == 2
    for mistake in ("failing_runs must be a whole number", "country must be an ISO 3166", "unknown key 'salck'"):
        assert mistake in told.said


def _imported(crm: SmallCrm, command: str) -> set[str]:
    """Every module that the command imports in a process of its own."""
    environment = {**os.environ, "CRM_MONITOR_PROJECT": str(crm.folder)}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *command.split()], env=environment, capture_output=True, text=True, check=False
    )
    *told, imported = done.stderr.splitlines()
    assert (done.returncode, told) == (0, [])
    assert done.stdout
    return set(json.loads(imported))
