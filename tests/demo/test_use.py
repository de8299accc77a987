"""The story of people's use is found by the program: who fades, who is away, who is no person at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.adoption.figure import FigureId
from monitor.app.adoption import AdoptionView, Wanted, view
from monitor.app.demo_files import demo_files
from monitor.app.keeping import keep_no_longer
from monitor.app.project import open_project
from monitor.demo import DemoStory
from monitor.digest.snapshot import PersonRow, TeamRow
from tests.acceptance.program import crm_monitor
from tests.demo.conftest import NOW
from tests.demo_crms import DemoCrms

pytestmark = pytest.mark.journeys


@pytest.fixture(scope="module")
def project(demo_crms: DemoCrms, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's project, without any run yet."""
    return _project(demo_crms, tmp_path_factory.mktemp("use"))


def _project(demo_crms: DemoCrms, folder: Path) -> Path:
    for name, text in demo_files(demo_crms.copy(NOW, folder / "crm.db")).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def use(project: Path) -> AdoptionView:
    with open_project(project, {}, clock=lambda: NOW) as opened:
        return view(opened, Wanted(), "test")


@pytest.fixture(scope="module")
def people(use: AdoptionView) -> dict[str, PersonRow]:
    return {row.key: row for row in use.people}


@pytest.fixture(scope="module")
def teams(use: AdoptionView) -> dict[str, TeamRow]:
    return {row.key: row for row in use.teams}


def kept_up(row: TeamRow, rows: Iterable[TeamRow]) -> float:
    """A team's part of everybody's active days in the last four weeks, by that of four weeks two months before."""
    lines = [[value or 0.0 for value in one.line] for one in (row, *rows)]
    now, before = ([sum(line[weeks]) for line in lines] for weeks in (slice(-4, None), slice(None, 4)))
    return (now[0] / sum(now[1:])) / (before[0] / sum(before[1:]))


def test_the_team_whose_manager_stopped_fades_and_no_other_does(story: DemoStory, teams: dict[str, TeamRow]) -> None:
    shares = {key: kept_up(row, teams.values()) for key, row in teams.items()}
    assert len(shares) == 6
    assert shares.pop(story.team_key) < 0.6
    assert min(shares.values()) > 0.9


def test_its_manager_is_dormant_and_several_of_its_people_fade(
    story: DemoStory, use: AdoptionView, people: dict[str, PersonRow]
) -> None:
    assert people[story.manager_key].status == "dormant"
    fading = [row.team for row in use.people if row.status == "fading"]
    assert len(fading) >= 3
    assert set(fading) == {story.team}


def test_the_line_of_open_deals_keeps_its_length_when_the_days_of_its_first_weeks_are_deleted(
    demo_crms: DemoCrms, tmp_path: Path
) -> None:
    project = _project(demo_crms, tmp_path)
    told = []
    for day in range(3):
        with open_project(project, {}, clock=lambda day=day: NOW + timedelta(days=day)) as opened:  # type: ignore[misc]
            seen = view(opened, Wanted(), "test")
            assert opened.state.activity.complete_from() == date(2026, 2, 9)  # days longer ago are deleted at once
            keep_no_longer(opened, opened.state)
        told.append(next(figure for figure in seen.figures if figure.id is FigureId.TOUCHED_VALUE))
    assert None not in told[0].line
    assert [figure.line for figure in told] == [told[0].line] * 3
    assert [figure.usual for figure in told] == [told[0].usual] * 3


def test_the_person_on_leave_is_away_and_the_newcomer_new(story: DemoStory, people: dict[str, PersonRow]) -> None:
    assert people[story.on_leave_key].status == "away"
    assert people[story.newcomer_key].status == "new"


def test_programs_administrators_and_the_leaver_hold_no_persons_seat(
    story: DemoStory, use: AdoptionView, people: dict[str, PersonRow]
) -> None:
    assert not {story.integration_key, story.admin_key, story.leaver_key} & set(people)
    assert story.director_key not in people  # who is nobody's people may be shown to nobody by name
    assert use.automation == ("Web and mail sync",)
    assert len(people) == 46


def test_seats_that_nobody_uses_are_found_and_fade_from_nothing(
    story: DemoStory, use: AdoptionView, people: dict[str, PersonRow]
) -> None:
    readers = [people[key] for key in story.reader_keys]
    assert [row.active_days for row in readers] == [None, None]  # reading leaves no trace: that is not 0
    assert not {row.status for row in readers} & {"fading", "dormant", "active", "occasional"}
    unused = next(figure for figure in use.figures if figure.id is FigureId.SEATS_UNUSED)
    assert unused.top == len(readers) + 1  # the manager who stopped


def test_some_teams_enter_later_than_others_and_one_days_later(story: DemoStory, teams: dict[str, TeamRow]) -> None:
    lags = {
        key: next(figure.value for figure in row.figures if figure.id is FigureId.LAG) for key, row in teams.items()
    }
    known = [value for value in lags.values() if value is not None]
    assert min(known) == 0
    assert lags[story.late_team_key] == max(known)
    assert max(known) >= 2


def test_hardly_anything_happens_on_days_off(use: AdoptionView, project: Path) -> None:
    active = [row.active_days for row in use.people if row.active_days is not None]
    assert max(active) <= 6
    assert sum(days == 6 for days in active) <= 2


def test_the_projects_files_are_right(project: Path) -> None:
    checked = crm_monitor("config", "check", project=project)
    assert (checked.exit_code, checked.stderr) == (0, "")


def test_without_the_mandate_nobody_is_named_and_it_says_why(
    story: DemoStory, use: AdoptionView, project: Path
) -> None:
    mandate = project / "config" / "mandate.yaml"
    text = mandate.read_text(encoding="utf-8")
    mandate.unlink()
    try:
        told = crm_monitor("adoption", "--no-read", "--week", use.week, project=project)
    finally:
        mandate.write_text(text, encoding="utf-8")
    assert told.exit_code == 0
    assert "there is no mandate (config/mandate.yaml)" in told.said
    assert story.team in told.said
    assert "Key Accounts" not in told.said, "four people are no group to be shown by itself"
    assert not [row.name for row in use.people if row.name in told.said]
