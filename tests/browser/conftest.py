"""A real Chromium, looked for on this machine; ``CRM_MONITOR_CHROMIUM`` names another one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def chromium() -> str | None:
    """The program, or None where there is none."""
    named = os.environ.get("CRM_MONITOR_CHROMIUM")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all pages of a worker; skips loudly where there is none, and fails in CI."""
    program = chromium()
    if program is None:
        why = f"no browser: none of {', '.join(_NAMES)} is on PATH, and CRM_MONITOR_CHROMIUM names none"
        if _IN_CI:
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        # As root, as in most containers, Chromium runs only without its sandbox; all it opens are our own files.
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where screenshots go, for people to look at: ``CRM_MONITOR_PICTURES``, else none are taken, as they take time."""
    named = os.environ.get("CRM_MONITOR_PICTURES")
    if named is None:
        return None
    Path(named).mkdir(parents=True, exist_ok=True)
    return Path(named)
