"""Marked values stand in every column of a CRM; of people's use, none comes out but those that the map discloses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app.demo_files import demo_files
from monitor.crm.connection import driver_url
from monitor.demo.generate import generate
from tests.acceptance import use_crm
from tests.acceptance.planting import Heard, Planted, logged, plant_in_demo, plant_in_tables
from tests.acceptance.test_privacy_demo import DISCLOSED
from tests.acceptance.use_crm import NOW, UsedCrm
from tests.acceptance.using import Firm, firm
from tests.servers import database

pytestmark = pytest.mark.journeys

PEOPLE = {"staff_full_name", "app_user_full_name"}
"""Names of the CRM's own users: shown, and in stored digests, with a mandate only."""
LOGINS = {"staff_login", "staff_mail", "app_user_login", "app_user_mail"}
SHOWN = DISCLOSED | {"team_title", "deal_outcome"}


@pytest.fixture(params=["sqlite", "postgresql"])
def planted(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Firm, Planted, str]]:
    """The demo's CRM, or the small one on PostgreSQL, with marks in every column; and a manager's key."""
    folder = tmp_path / "project"
    if request.param == "postgresql":
        with database("postgresql") as url:
            crm = use_crm.make(url, folder)
            marks = plant_in_tables(sa.create_engine(driver_url(url), poolclass=sa.NullPool), use_crm.TABLES)
            with firm(crm, monkeypatch) as made:
                made.connect()
                yield made, marks, str(use_crm.NORTH_LEAD)
        return
    story = generate(folder / "crm.db", now=NOW)
    demo = UsedCrm(sa.URL.create("sqlite", database=str(folder / "crm.db")), folder)
    for name, text in demo_files(story).items():
        demo.write(name, text)
    marks = plant_in_demo(folder / "crm.db")
    with closing(sqlite3.connect(folder / "crm.db")) as crm_file:
        login = crm_file.execute(f"SELECT login FROM app_user WHERE id = {story.director_key}").fetchone()[0]
    demo.write("config/people.yaml", f"sponsor: {json.dumps(login)}\n")
    demo.write("config/mandate.yaml", "")
    with firm(demo, monkeypatch) as made:
        mail = f"smtp: {{host: localhost, port: {made.mail.port}, security: none, from: crm@firm.example}}\n"
        path = folder / "config" / "monitor.yaml"
        path.write_text(path.read_text(encoding="utf-8") + mail, encoding="utf-8")
        yield made, marks, story.manager_key


def _found(heard: Heard, marks: Planted) -> dict[str, set[str]]:
    """Where private values turned up; what the tests' own mail server logs is no log of the program's."""
    lines = heard.said["logs"].splitlines()
    heard.said["logs"] = "\n".join(line for line in lines if not line.startswith(("mail.log", "asyncio")))
    return _private(heard.found(marks))


def _live(made: Firm, heard: Heard, *whose: str, named: bool) -> None:
    for name, arguments in (
        ("adoption", ("adoption",)),
        ("json", ("adoption", "--format", "json")),
        ("explain", ("explain", "all")),
        ("send", ("digest", "--send", *whose)),
        ("doctor", ("doctor",)),
    ):
        heard.command(name, made.run(*arguments))
    made.clock.later(days=1, minutes=1)
    heard.command("notify", made.run("notify", "send"))
    letters = "".join(str(letter.content) for letter in made.mail.handler.received)
    heard.said["letters"] = letters
    assert letters
    heard.state(made.crm.state)
    assert bool(made.rows("SELECT 1 FROM scorecards"))
    assert named == bool(made.rows("SELECT 1 FROM digests WHERE kind = 'own'"))


def _private(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {where: left for where, columns in found.items() if (left := columns - SHOWN)}


def test_without_a_mandate_no_name_and_no_value_comes_out(planted: tuple[Firm, Planted, str]) -> None:
    made, marks, manager = planted
    heard = Heard()
    with logged(heard):
        _live(made, heard, "--manager", manager, "--sponsor", named=False)
    assert len(marks.columns) >= 8
    automation = [line for line in heard.said["adoption: results"].splitlines() if "Automation, not people" in line]
    assert len(automation) == 1  # a program has no privacy
    heard.said["adoption: results"] = heard.said["adoption: results"].replace(automation[0], "")
    private = _found(heard, marks)
    told_who_gets_it = {"send: results", "send: errors", "doctor: results"}
    assert {where for where in private if where not in told_who_gets_it} <= {"letters"}, private
    for where in told_who_gets_it | {"letters"}:
        assert private.get(where, set()) <= PEOPLE | (
            {"app_user_mail", "staff_mail"} if where == "letters" else set()
        ), private


def test_with_one_names_stand_in_digests_only_and_still_no_value(planted: tuple[Firm, Planted, str]) -> None:
    made, marks, manager = planted
    made.crm.mandate()
    heard = Heard()
    with logged(heard):
        _live(made, heard, "--manager", manager, "--sponsor", named=True)
    private = _found(heard, marks)
    assert private["state: digests"] == private["state: digests"] & PEOPLE
    assert {where for where in private if where.startswith("state: ")} == {"state: digests"}
    assert "json: results" not in private
    assert "logs" not in private
    for where, columns in private.items():
        assert columns <= PEOPLE | (LOGINS if where == "letters" else set()), (where, columns)
