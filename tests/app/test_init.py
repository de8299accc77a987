"""A project made for one's own CRM: recognised, written small, never over anything, and in working order."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app.init import InitReport, init_project
from monitor.app.scheduled import load_scheduled
from monitor.crm.vocabulary import RECORDS
from monitor.delivery.slack_manifest import manifest_yaml
from monitor.delivery.slack_scopes import USUAL, Feature
from monitor.errors import CrmUnavailable, UsageError
from monitor.settings.project import load_project
from tests.crm.making import execute, write_map
from tests.crm.odoo import make_odoo
from tests.servers import database

PASSWORD = "Rotkohl-7"


@pytest.fixture(scope="module")
def odoo() -> Iterator[sa.URL]:
    with database("postgresql") as url:
        make_odoo(url)
        yield url


def address(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def make(url: sa.URL, folder: Path) -> InitReport:
    return init_project(address(url), folder, environ={})


def test_the_crm_is_recognised_and_the_project_loads(odoo: sa.URL, tmp_path: Path) -> None:
    report = make(odoo, tmp_path / "odoo")
    assert (report.reference, report.title) == ("builtin/odoo-17@1", "Odoo 17 CRM")
    assert "res_users has share" in report.why
    assert report.rows["opportunities"] == 4
    assert report.kept == ()
    project = load_project(tmp_path / "odoo", {})
    assert project.crm_map.reference == "builtin/odoo-17@1"
    assert project.crm_url == odoo
    assert [suite.entity for suite in project.suites] == list(RECORDS)
    assert all(suite.checks for suite in project.suites)


def test_the_address_stands_in_a_file_that_only_this_account_reads(odoo: sa.URL, tmp_path: Path) -> None:
    given = odoo.set(username=odoo.username or "root", password=PASSWORD)
    report = init_project(address(given), tmp_path / "odoo", environ={})
    for name in report.written:
        assert (PASSWORD in (tmp_path / "odoo" / name).read_text(encoding="utf-8")) == (name == ".env")
    assert stat.S_IMODE((tmp_path / "odoo" / ".env").stat().st_mode) == 0o600
    assert ".env" in (tmp_path / "odoo" / ".gitignore").read_text(encoding="utf-8").split()
    assert PASSWORD not in repr(report)


def test_the_slack_apps_manifest_asks_for_what_was_chosen(odoo: sa.URL, tmp_path: Path) -> None:
    make(odoo, tmp_path / "usual")
    assert (tmp_path / "usual" / "slack-app.yaml").read_text(encoding="utf-8") == manifest_yaml(USUAL)
    init_project(address(odoo), tmp_path / "alerts", slack=[Feature.ALERTS], environ={})
    assert (tmp_path / "alerts" / "slack-app.yaml").read_text(encoding="utf-8") == manifest_yaml([Feature.ALERTS])


def test_the_schedule_is_the_built_in_one_to_be_changed(odoo: sa.URL, tmp_path: Path) -> None:
    report = make(odoo, tmp_path)
    assert "config/schedule.yaml" in report.written
    written = load_scheduled(tmp_path, {})
    assert written.said.own
    (tmp_path / "config" / "schedule.yaml").unlink()
    assert load_scheduled(tmp_path, {}).schedule.jobs == written.schedule.jobs


def test_the_heartbeat_pings_when_it_is_told_where(odoo: sa.URL, tmp_path: Path) -> None:
    make(odoo, tmp_path)
    schedule = tmp_path / "config" / "schedule.yaml"
    text = schedule.read_text(encoding="utf-8")
    hint = re.search(r"# with `(ping: .+?)`", text)
    assert hint
    schedule.write_text(text.replace("do: heartbeat", f"do: heartbeat\n    {hint[1]}"), encoding="utf-8")
    pings = load_scheduled(tmp_path, {"PING_URL": "https://hc.example.com/1"}).said.pings
    assert pings["heartbeat"].get_secret_value() == "https://hc.example.com/1"


def test_files_that_are_there_stay_as_they_are_and_are_named(odoo: sa.URL, tmp_path: Path) -> None:
    make(odoo, tmp_path)
    (tmp_path / "config" / "monitor.yaml").write_text("# mine\n", encoding="utf-8")
    (tmp_path / "README.md").unlink()
    again = make(odoo, tmp_path)
    assert again.written == ("README.md",)
    assert "config/monitor.yaml" in again.kept
    assert (tmp_path / "config" / "monitor.yaml").read_text(encoding="utf-8") == "# mine\n"
    assert any(".env was there already" in note for note in again.notes)


def test_the_examples_work_when_their_comment_marks_are_taken_away(odoo: sa.URL, tmp_path: Path) -> None:
    make(odoo, tmp_path)
    for path in sorted((tmp_path / "expectations").iterdir()):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^# (?=override|expectations| )", "", text, flags=re.MULTILINE), encoding="utf-8")
    settings = tmp_path / "config" / "monitor.yaml"
    settings.write_text(
        re.sub(r"^( *)# (?=country|link_base|people|slack| )", r"\1", settings.read_text(encoding="utf-8"), flags=re.M),
        encoding="utf-8",
    )
    project = load_project(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert project.settings.people.service_accounts == ["sync@example.com"]
    assert project.settings.slack is not None
    own = [check for check in project.checks if "look like a test" in check.title]
    assert [check.entity for check in own] == list(RECORDS)
    assert all(suite.checks[0].limits.fail == 0.25 for suite in project.suites)


def test_a_role_that_could_write_is_pointed_out(odoo: sa.URL, tmp_path: Path) -> None:
    assert any("is a superuser" in note for note in make(odoo, tmp_path).notes)


def test_a_database_that_is_no_known_crm_is_told_what_to_do(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(sqlite_url, "CREATE TABLE letters (id INTEGER)")
    with pytest.raises(UsageError, match="It cannot be told which CRM this is") as caught:
        make(sqlite_url, tmp_path / "new")
    assert caught.value.hint == "write a map for it (docs/crm-maps.md), and name that with --crm"
    assert not (tmp_path / "new").exists()


def test_a_map_that_can_read_nothing_is_refused_though_it_was_named(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(sqlite_url, "CREATE TABLE letters (id INTEGER)")
    with pytest.raises(
        UsageError, match=r"The map builtin/demo@1 can read nothing in this database: users: "
    ) as caught:
        init_project(address(sqlite_url), tmp_path / "new", crm="builtin/demo@1", environ={})
    assert caught.value.hint.startswith("nothing was written")
    assert not (tmp_path / "new").exists()


def test_a_map_of_ones_own_is_copied_into_the_project(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER, title TEXT)", "INSERT INTO lead VALUES (1, 'Pumps')")
    text = "entities: {leads: {from: lead AS l, key: l.id, columns: {name: l.title}}}\n"
    own = write_map(tmp_path, text, "small.yaml")
    report = init_project(address(sqlite_url), tmp_path / "new", crm=str(own), environ={})
    assert report.reference == "crms/small.yaml"
    assert report.rows == {"leads": 1}
    assert any("the map does not say how to read: users, accounts" in note for note in report.notes)
    project = load_project(tmp_path / "new", {})
    assert [suite.entity for suite in project.suites] == ["leads"]


def test_a_relative_file_is_meant_from_here_and_not_from_the_project(
    sqlite_url: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER, title TEXT)")
    own = write_map(tmp_path, "entities: {leads: {from: lead AS l, key: l.id}}\n", "small.yaml")
    monkeypatch.chdir(tmp_path)
    init_project("sqlite:///crm.db", tmp_path / "new", crm=str(own), environ={})
    assert load_project(tmp_path / "new", {}).crm_url.database == str(tmp_path / "crm.db")


def test_a_file_in_the_folders_place_is_refused(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER)")
    (tmp_path / "new").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        make(sqlite_url, tmp_path / "new")


def test_nothing_is_written_when_the_crm_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(CrmUnavailable, match="the server cannot be reached"):
        init_project("postgresql://127.0.0.1:1/crm", tmp_path / "new", environ={})
    assert not (tmp_path / "new").exists()
