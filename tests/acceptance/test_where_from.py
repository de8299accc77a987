"""The bad import that is planted in the demo's CRM is what messages in Slack give as the origin."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from monitor.app.check import CheckRequest, run_check
from monitor.app.demo import Hurried
from monitor.app.demo_files import demo_files
from monitor.app.project import open_project
from monitor.app.routes import Routes
from monitor.delivery.slack import SlackTarget
from monitor.demo import DemoStory
from monitor.demo.rewind import rewound
from monitor.demo.rhythm import ZONE
from tests.acceptance.channel import CHANNEL
from tests.delivery.fake_slack import FakeSlack
from tests.demo_crms import NOVEMBER, DemoCrms

pytestmark = pytest.mark.journeys

ENTITIES = ("accounts", "contacts")


def _run(folder: Path, story: DemoStory, server: FakeSlack, earlier: datetime | None = None) -> None:
    hurried = Hurried(lambda: story.now)
    with open_project(folder, {}, clock=hurried.now) as opened:
        target = SlackTarget(server.workspace.token, CHANNEL, base_url=server.base_url)
        opened.routes = Routes.all_to(f"slack:{CHANNEL}", target)
        opened.sleep = hurried.sleep
        day = earlier.astimezone(ZONE).date() if earlier else None
        run_check(opened, CheckRequest(ENTITIES, count=True, as_of=day), lambda *_: None)


def test_the_import_of_the_demo_is_named_with_its_figures(
    demo_crms: DemoCrms, tmp_path: Path, quick_delivery: None
) -> None:
    story = demo_crms.copy(NOVEMBER, tmp_path / "crm.db")
    for name, text in demo_files(story).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with FakeSlack() as server:
        with rewound(story.path, story.learned_at):
            _run(tmp_path, story, server, story.learned_at)
        assert server.workspace.channels[CHANNEL].roots() == []
        _run(tmp_path, story, server)
        said = [json.dumps(root.content, ensure_ascii=False) for root in server.workspace.channels[CHANNEL].roots()]
    told = [one for one in said if "Where from" in one]
    assert len(told) >= 2
    at = story.imported_at.astimezone(ZONE)
    figures = r"\((\d+) of the (\d+) new, against (\d+(?:\.\d)?)% of all records\)"
    named = rf"import of {at.day} Nov {at:%H}:0[2-6].{{1,60}}{figures}"  # companies first, then their contacts
    for one in told:
        found = re.search(named, one)
        assert found, one
        count, of, share = int(found[1]), int(found[2]), float(found[3])
        assert of <= 2 * count <= 2 * of  # of two that share an address, one was there before
        assert share < 15
