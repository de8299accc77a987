"""The systemd unit: systemd takes it, finds little to complain of, and it fits how the service stops."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.service import serving, slack
from monitor.settings.model import Service
from tests.docs.pages import DOCS

UNIT = DOCS / "service" / "crm-monitor.service"
TEXT = UNIT.read_text(encoding="utf-8")
_IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def setting(name: str) -> str:
    """What the unit says, once."""
    (found,) = re.findall(rf"^{name}=(.*)$", TEXT, re.MULTILINE)
    return str(found)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask systemd's own judge; skips loudly where there is none."""
    if not shutil.which("systemd-analyze"):
        message = "NOT TESTED: the systemd unit (there is no systemd-analyze: apt-get install systemd)"
        if _IN_CI:
            pytest.fail(f"{message}. In CI this is a failure.")
        pytest.skip(message)
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def test_systemd_takes_it(tmp_path: Path) -> None:
    program = setting("ExecStart").split()[0]
    here = tmp_path / UNIT.name  # the program is not installed where the unit says, but here
    here.write_text(TEXT.replace(program, sys.executable), encoding="utf-8")
    done = analyze("verify", "--man=no", str(here))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_its_exposure_is_what_the_page_says() -> None:
    page = (DOCS / "service.md").read_text(encoding="utf-8")
    told = re.search(r"exposure level of (\d+\.\d)", page)
    assert told
    done = analyze("security", "--offline=true", f"--threshold={round(float(told[1]) * 10)}", str(UNIT))
    assert done.returncode == 0, done.stdout
    assert f"Overall exposure level for {UNIT.name}: {told[1]} " in done.stdout


def test_systemd_waits_for_as_long_as_stopping_may_take() -> None:
    service = Service.model_validate({})
    longest = service.drain.total_seconds() + serving.GRACE + service.lease.total_seconds() + slack._PATIENCE
    assert float(setting("TimeoutStopSec")) > longest


def test_it_is_started_again_but_not_with_a_configuration_that_is_wrong() -> None:
    assert setting("Restart") == "on-failure"
    assert setting("RestartPreventExitStatus") == "2"
    assert setting("ExecReload") == "/bin/kill -HUP $MAINPID"
    assert setting("ExecStart").split()[1:] == ["serve"]
