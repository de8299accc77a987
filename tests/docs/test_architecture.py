"""The page on architecture names the rooms there are, and only files that there are."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, REPOSITORY

PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
MONITOR = REPOSITORY / "monitor"


def test_every_room_is_in_the_table() -> None:
    table = "".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    rooms = {path.name for path in MONITOR.iterdir() if (path / "__init__.py").is_file()}
    modules = {path.stem for path in MONITOR.glob("*.py")} - {"__init__", "__main__"}
    named = {name.removeprefix("monitor/") for name in re.findall(r"`([\w/]+)`", table)}
    assert rooms | modules == named


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:monitor/)?\w+/[\w/]+\.py)`", PAGE)
    assert named
    assert [name for name in named if not (MONITOR / name.removeprefix("monitor/")).is_file()] == []
