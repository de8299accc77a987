"""Help and the commands about the state are quick: they import neither Great Expectations nor what it brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm

_HEAVY = {"great_expectations", "pandas", "numpy", "scipy", "mistune"}
_RUN = """\
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr))
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
    environment = {**os.environ, "CRM_MONITOR_PROJECT": str(crm.folder)}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *command.split()], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    imported = set(json.loads(done.stderr.splitlines()[-1]))
    assert "monitor" in imported
    assert not imported & (_HEAVY | without)
