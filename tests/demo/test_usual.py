"""The demo's healthy weeks, looked at every morning as a scheduled run would: nothing leaves the usual by chance."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.app.check import CheckRequest, run_check
from monitor.app.demo_files import demo_files
from monitor.app.project import open_project
from monitor.app.team_use import use_by_team
from monitor.app.use_reading import read_use
from monitor.crm.vocabulary import RECORDS
from monitor.demo import DemoStory
from monitor.demo.rewind import rewound
from monitor.demo.rhythm import ZONE
from monitor.quality.outcome import Status
from monitor.quality.rules.team_activity import TeamActivityUsual
from monitor.quality.usual import Anomaly
from tests.demo.conftest import NOW
from tests.demo_crms import DemoCrms

pytestmark = pytest.mark.journeys
DAYS = 45
FILLED = {"accounts": "industry", "contacts": "email", "leads": "source", "opportunities": "next_step"}


def suite(entity: str) -> str:
    """The standing checks, which come unasked; what is entered in a day; and how much of one field is empty."""
    checks = [f"- {{type: expect_new_records_to_be_usual, meta: {{id: {entity}-new}}}}"] if entity != "users" else []
    if column := FILLED.get(entity):
        kind = f"{{type: expect_column_values_to_be_filled, kwargs: {{column: {column}}}"
        checks.append(f"- {kind}, meta: {{id: {entity}-{column}, anomaly: true}}}}")
    return "\n".join([f"entity: {entity}", "expectations:" if checks else "expectations: []", *checks, ""])


def _as_is(moment: datetime) -> datetime:
    return moment


def _project(folder: Path, demo_crms: DemoCrms) -> DemoStory:
    story = demo_crms.copy(NOW, folder / "crm.db")
    for name, text in demo_files(story).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for entity in RECORDS:
        (folder / "expectations" / f"{entity}.yaml").write_text(suite(entity), encoding="utf-8")
    return story


def test_nothing_is_news_in_healthy_weeks(tmp_path: Path, demo_crms: DemoCrms) -> None:
    story = _project(tmp_path, demo_crms)
    morning = story.learned_at.astimezone(ZONE).replace(hour=6, minute=0)
    seen: Counter[tuple[str, str]] = Counter()
    news = []
    for number in range(DAYS, -1, -1):
        moment = morning - timedelta(days=number)
        with rewound(story.path, moment), open_project(tmp_path, {}, clock=partial(_as_is, moment)) as opened:
            report = run_check(opened, CheckRequest(trigger="schedule", notify=False), lambda *_: None)
        for check in report.checks():
            outcome = check.outcome
            seen[outcome.check.type, outcome.status.value] += 1
            if outcome.comparison is not None and outcome.comparison.level:
                news.append(f"{moment:%a %d %b} {outcome.check.id}: {outcome.observed}")
    assert not news, "\n".join(news)
    assert seen["expect_new_records_to_be_usual", "pass"] > 20
    assert seen["expect_column_values_to_be_filled", "pass"] > DAYS
    assert not [change for change in report.incidents if change.change == "opened"]


def test_only_the_team_whose_manager_stopped_enters_unusually_little(tmp_path: Path, demo_crms: DemoCrms) -> None:
    story = _project(tmp_path, demo_crms)
    rule, said = TeamActivityUsual(), []
    with open_project(tmp_path, {}, clock=partial(_as_is, NOW)) as opened:
        read_use(opened, opened.state, NOW)
        for number in range(9):  # before them is the turn of the year, of which nobody says anything
            use = use_by_team(opened, opened.state, NOW - timedelta(weeks=number), ())
            verdict = rule.judge_use({}, Anomaly(), use)
            assert len(use.teams) == 5
            said += [verdict.observed] if verdict.status is not Status.PASS else []
        assert said
        assert all(f": {story.team} " in one and ";" not in one for one in said)
        turn = use_by_team(opened, opened.state, NOW - timedelta(weeks=9), ())
    assert (turn.teams, turn.reason) == ((), "hardly anybody was expected at work in week 1")
