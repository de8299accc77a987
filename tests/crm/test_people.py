"""Who is a person, who is a program, and which teams there are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from monitor.crm.source import Directory, PersonKind
from tests.crm.making import execute, opened, sources, write_map

MAP = """
entities:
  users:
    from: person AS p
    key: p.id
    columns:
      name: p.name
      login: p.login
      active: p.active
      kind: p.kind
      team_key: p.team
      team_name: "'Team ' || p.team"
      manager_key: p.boss
      created_at: p.entered
"""


@pytest.fixture
def directory(sqlite_url: sa.URL, tmp_path: Path) -> Directory:
    execute(
        sqlite_url,
        "CREATE TABLE person (id INTEGER, name TEXT, login TEXT, active INTEGER, kind TEXT, team INTEGER, boss INTEGER,"
        " entered TIMESTAMP)",
        """INSERT INTO person VALUES
           (1, 'Ada', 'ada', 1, 'person', 10, 2, '2026-03-01 08:00:00'),
           (2, 'Bo', 'bo', 1, NULL, 10, NULL, NULL),
           (3, 'Cy', 'cy', 0, 'person', 10, 2, NULL),
           (4, 'Website', 'erp-7', 1, 'person', 10, NULL, NULL),
           (5, 'Ops', 'ops', 1, 'admin', 20, NULL, NULL),
           (6, 'Lead sync', 'lead.sync@crm.example', 1, 'person', 20, NULL, NULL),
           (7, 'Dora Abbot', 'abbot', 1, 'caretaker', 20, NULL, NULL)""",
    )
    with opened(sqlite_url) as crm:
        found = sources(crm, load_map(write_map(tmp_path, MAP)))
        return read_directory(crm, found, service_accounts=["ERP-7"])


def test_people_have_a_kind_a_team_and_a_manager(directory: Directory) -> None:
    ada = directory.people["1"]
    assert (ada.name, ada.team_key, ada.manager_key, ada.created_on) == ("Ada", "10", "2", date(2026, 3, 1))
    kinds = {key: person.kind for key, person in directory.people.items()}
    assert kinds["2"] is PersonKind.PERSON  # the CRM says nothing
    assert kinds["5"] is PersonKind.ADMIN
    assert kinds["7"] is PersonKind.PERSON  # a word that is no kind


def test_a_user_named_as_a_service_account_is_an_integration(directory: Directory) -> None:
    assert directory.people["4"].kind is PersonKind.INTEGRATION


def test_a_user_that_only_sounds_like_a_program_stays_a_person_and_is_suspected(directory: Directory) -> None:
    assert directory.people["6"].kind is PersonKind.PERSON
    assert directory.suspects == ("6",)


def test_a_teams_size_counts_its_active_persons(directory: Directory) -> None:
    assert {team.name: team.size for team in directory.teams.values()} == {"Team 10": 2, "Team 20": 2}
    assert directory.team_of("3") == directory.teams["10"]
    assert directory.team_of("nobody") is None


def test_a_crm_without_users_has_an_empty_directory(sqlite_url: sa.URL) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER)")
    with opened(sqlite_url) as crm:
        assert read_directory(crm, {}) == Directory()
