"""Who was forgotten comes back with no later run, on SQLite and PostgreSQL; totals, teams and groups stay right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.store.all_tables import metadata
from monitor.store.state import State
from tests.acceptance import use_crm
from tests.acceptance.use_crm import DESK, DIRECTOR, NORTH, NORTH_LEAD, SOUTH, traces
from tests.acceptance.using import Firm, firm
from tests.servers import database

pytestmark = pytest.mark.journeys

GONE = NORTH[2]
CHECK = "deal-without-next-step"


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.URL]:
    """Where the state is kept."""
    if request.param == "sqlite":
        yield sa.URL.create("sqlite", database=str(tmp_path / "project" / "state" / "monitor.db"))
        return
    with database("postgresql") as url:
        yield url


@pytest.fixture
def kept(where: sa.URL, sqlite_url: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    crm = use_crm.make(sqlite_url, tmp_path / "project")
    text = where.render_as_string(hide_password=False)
    monkeypatch.setattr(use_crm, "SETTINGS", use_crm.SETTINGS + f"state: {{url: '{text}'}}\n")
    with firm(crm, monkeypatch) as made:
        made.crm.mandate()
        made.connect()
        yield made


def _stored(where: sa.URL) -> dict[str, str]:
    with State.open(where) as state, state.database.read() as connection:
        return {name: repr(connection.execute(sa.select(table)).all()) for name, table in metadata.tables.items()}


def _names(text: str) -> bool:
    return any(trace in text for trace in traces(GONE)[1:]) or bool(re.search(rf"\b{GONE}\b", text))


def _run_everything(made: Firm) -> None:
    made.run("check", "--count", "--fail-on", "never")
    made.ok("adoption")
    made.ok("digest", "--send")


def _asked(made: Firm, *arguments: object) -> Any:
    return made.ok(*arguments, "--format", "json").json


def test_no_later_run_brings_the_person_back_and_the_sums_of_records_are_the_same(kept: Firm, where: sa.URL) -> None:
    _run_everything(kept)
    assert _names("".join(_stored(where).values()))
    with State.open(where) as state:
        run = state.runs.last()
        assert run is not None
        before = {one.check_id: one for one in state.results.of_run(run.id)}[CHECK]
        teams = {one.key: one.unexpected for one in state.results.team_parts(run.id, CHECK)}
    kept.ok("privacy", "forget", GONE, "--yes")
    assert not _names("".join(_stored(where).values()))

    kept.clock.later(days=7)
    _run_everything(kept)
    left = {name: text for name, text in _stored(where).items() if _names(text)}
    assert not left
    with State.open(where) as state:
        run = state.runs.last()
        assert run is not None
        after = {one.check_id: one for one in state.results.of_run(run.id)}[CHECK]
        owners = {one.owner_key: one.unexpected for one in state.results.owner_parts(run.id, CHECK)}
        assert teams == {one.key: one.unexpected for one in state.results.team_parts(run.id, CHECK)}
    assert (after.rows, after.unexpected, after.amount) == (before.rows, before.unexpected, before.amount)
    assert owners["forgotten:1"] > 0
    assert sum(owners.values()) == after.unexpected
    # what a digest compares with a week ago is of other people then, and is said to be unknown, not to have grown
    shown = kept.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout
    assert "Deals without a next step" in shown
    assert "more than last week" not in shown


def test_the_person_counts_in_no_figure_of_use_and_makes_no_group_large(kept: Firm, where: sa.URL) -> None:
    whole = _asked(kept, "adoption")
    kept.ok("privacy", "forget", GONE, "--yes")
    left = _asked(kept, "adoption")
    assert str(GONE) not in {one["key"] for one in left["people"]}

    def seats(found: Any) -> Any:
        return next(one["bottom"] for one in found["figures"] if one["id"] == "seats_active")

    assert seats(left) == seats(whole) - 1
    sizes = [next(team["people"] for team in found["teams"] if team["key"] == "1") for found in (whole, left)]
    assert sizes == [7, 6]
    refused = kept.run("explain", "--no-read", f"log{GONE}in")
    assert refused.exit_code == 2
    for command in (("digest", "--preview", "--own", GONE), ("digest", "--send", "--own", GONE)):
        assert "nothing is stored of this person" in kept.run(*command).said
    assert not _names("".join(_stored(where).values()))


def test_a_team_of_five_of_whom_one_was_forgotten_is_no_group_any_more(kept: Firm) -> None:
    """Its figures would be those of four."""
    kept.crm.mandate("")
    moved = f"- {{user: {SOUTH[0]}, team: Front desk}}\n- {{user: {DIRECTOR}, team: Northern sales}}\n"
    kept.crm.write("config/people.yaml", f"sponsor: {DIRECTOR}\npeople:\n{moved}")  # now the desk's five are a team
    shown = [team["name"] for team in _asked(kept, "adoption")["teams"]]
    assert "Front desk" in shown
    kept.ok("privacy", "forget", DESK[0], "--yes")
    assert "Front desk" not in [team["name"] for team in _asked(kept, "adoption")["teams"]]


def test_where_no_person_is_stored_a_forgotten_one_is_in_no_teams_sum_either(kept: Firm, where: sa.URL) -> None:
    kept.crm.mandate(use_crm.MANDATE + "strict: true\n")
    kept.ok("privacy", "forget", GONE, "--yes")
    _run_everything(kept)
    assert not _names("".join(_stored(where).values()))
    assert "team:1" in _stored(where)["owners"]


def test_a_person_who_is_remembered_is_counted_again(kept: Firm) -> None:
    kept.ok("privacy", "forget", GONE, "--yes")
    _run_everything(kept)
    kept.ok("privacy", "remember", GONE)
    kept.clock.later(days=1)
    assert str(GONE) in {one["key"] for one in _asked(kept, "adoption")["people"]}
