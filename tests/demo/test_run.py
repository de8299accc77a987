"""The demo as it is run, once: its messages, its table of use and its pages."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.app.demo import Shown, _run_at, _write, run_demo
from monitor.app.digests import Digests
from monitor.app.project import open_project
from monitor.demo.generate import generate
from monitor.demo.rhythm import ZONE
from monitor.messages.text import to_text
from tests.acceptance.program import crm_monitor
from tests.demo.conftest import NOW

pytestmark = pytest.mark.journeys


def test_the_demo_finds_what_was_planted_and_writes_two_digests(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = run_demo(folder, seed=None, clock=lambda: NOW, step=lambda *_: None)
    story = done.story

    assert not [change for change in done.learned.incidents if change.told], "what was there before is the baseline"
    assert done.messages, "the import is told"
    at = story.imported_at.astimezone(ZONE)
    origins = re.findall(r"Where from: (.+?) \(", "\n".join(to_text(one, width=500) for one in done.messages))
    assert origins
    assert all(re.fullmatch(rf"import of {at.day} Mar {at:%H}:0[2-6]", origin) for origin in origins), origins
    assert {change.title for change in done.report.incidents} >= {"Contacts that share an e-mail address"}

    assert {row.team for row in done.use.people} == {story.team}
    assert {row.status for row in done.use.people} == {"fading", "dormant"}
    assert done.people_shown > 40
    with open_project(folder, {}, clock=lambda: NOW) as opened:
        assert done.away == (opened.organisation.members[story.on_leave_key].name,)

    sponsor, manager = (page.path for page in done.pages)
    assert sponsor.parent == manager.parent == folder / "digests"
    assert story.company in sponsor.read_text(encoding="utf-8")
    fading = {row.name for row in done.use.people if row.key != story.manager_key}
    assert fading
    page = manager.read_text(encoding="utf-8")
    assert all(name in page for name in fading)
    assert not any(row.name in sponsor.read_text(encoding="utf-8") for row in done.use.people)

    with open_project(folder, {}, clock=lambda: NOW) as opened:
        digests = Digests(opened, done.use.week, read=False)
        whose = next(one for one in digests.managers() if one.key == story.manager_key)
        records = digests.make(whose).snapshot.quality
    assert records
    assert all(one.before is not None for one in records), "compared with a run a week before"
    _its_incidents_say_that_nothing_was_sent(folder)


def _its_incidents_say_that_nothing_was_sent(folder: Path) -> None:
    numbers = re.findall(r"^(\d+) ", crm_monitor("incidents", "list", project=folder).stdout, re.MULTILINE)
    told = "".join(crm_monitor("incidents", "explain", number, project=folder).said for number in numbers)
    assert len(numbers) > 3
    assert "crm-quality (shown only) message 1 was shown; nothing was sent" in told
    assert "arrived" not in told


def test_a_run_of_an_earlier_day_that_has_something_to_tell_comes_to_an_end(tmp_path: Path) -> None:
    """Its clock stands, and two messages to one place are sent a moment apart."""
    folder = tmp_path / "demo"
    folder.mkdir()
    story = generate(folder / "crm.db", now=NOW)
    _write(folder, story)
    with closing(sqlite3.connect(story.path)) as crm, crm:
        crm.execute("ALTER TABLE company RENAME COLUMN title TO called")
        crm.execute("ALTER TABLE person RENAME COLUMN given_name TO called")
    shown = Shown()
    _run_at(folder, story, story.learned_at, shown, lambda *_: None)
    assert len(shown.messages) >= 2
