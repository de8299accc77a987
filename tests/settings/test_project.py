"""A whole project: what it loads to, and that every file's problems are told at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigurationError
from monitor.incidents.model import Policy
from monitor.settings.configured import load_settings
from monitor.settings.project import load_project
from tests.settings.projects import CONNECTION, ENVIRON, SUITE, make_project

FULL = """\
name: Nordlys
time_zone: Europe/Copenhagen
country: DK
currency: DKK
connection:
  url: ${CRM_URL}
  crm: builtin/odoo-17@1
  statement_timeout: 5m
  max_scans: ${CRM_SCANS:-3}
  link_base: https://crm.example.com/
  variables: {language: da_DK}
  time_zone: Europe/Oslo
state: {url_file: secrets/state.txt}
slack: {token: "${SLACK_BOT_TOKEN}", channel: "#crm-quality", ops_channel: "#ops"}
alerts:
  failing_runs: 2
  passing_runs: 3
  smallest_change: {records: 5, share: 2%}
  worse_by: 50%
  keep_keys: 500
people: {service_accounts: [sync@example.com]}
working_time: {days_off: [2026-12-24]}
"""


def test_a_full_configuration_is_read_with_its_units(tmp_path: Path) -> None:
    files = {
        "config/monitor.yaml": FULL,
        "secrets/state.txt": "postgresql://state:pa$$word@db/state\n",
        ".env": "SLACK_BOT_TOKEN=xoxb-1  # the bot's\n",
    }
    project = load_project(make_project(tmp_path, files), ENVIRON)
    settings = project.settings
    assert settings.connection.statement_timeout == timedelta(minutes=5)
    assert settings.connection.max_scans == 3
    assert settings.connection.link_base == "https://crm.example.com"
    assert settings.slack is not None
    assert settings.slack.token is not None
    assert settings.slack.token.get_secret_value() == "xoxb-1"
    assert settings.alerts.policy() == Policy(2, 3, smallest_change_records=5, smallest_change_share=0.02, worse_by=0.5)
    assert project.state_url.password == "pa$$word"
    assert project.crm_url.drivername == "postgresql+psycopg"
    assert project.zone.key == "Europe/Copenhagen"
    assert datetime(2026, 11, 21, tzinfo=UTC).astimezone(project.zone).hour == 1


def test_the_smallest_configuration_has_sensible_defaults(tmp_path: Path) -> None:
    project = load_project(make_project(tmp_path), ENVIRON)
    settings = project.settings
    assert (settings.name, settings.time_zone, settings.country) == ("CRM", "UTC", None)
    assert settings.connection.statement_timeout == timedelta(seconds=60)
    assert settings.connection.max_scans == 2
    assert settings.alerts.policy() == Policy()
    assert settings.slack is None
    assert project.state_url.database == str(tmp_path / "state" / "monitor.db")


def test_a_relative_database_file_is_beneath_the_project_wherever_one_stands(tmp_path: Path) -> None:
    files = {
        "config/monitor.yaml": 'connection: {url: "sqlite:///crm.db", crm: builtin/demo@1}\n',
    }
    project = load_project(make_project(tmp_path, files), {})
    assert project.crm_url.database == str(tmp_path / "crm.db")


def test_a_map_of_ones_own_lies_beneath_config_and_its_columns_are_usable(tmp_path: Path) -> None:
    files = {
        "config/monitor.yaml": 'connection: {url: "${CRM_URL}", crm: crms/mine.yaml}\n',
        "config/crms/mine.yaml": """\
map: mine
extends: builtin/odoo-17@1
entities:
  opportunities:
    extra: {grade: {sql: l.grade, kind: text}}
    columns: {product: "l.product"}
""",
        "expectations/opportunities.yaml": """\
standing: false
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: grade}
    meta: {when: "grade <> 'A'"}
""",
    }
    project = load_project(make_project(tmp_path, files), ENVIRON)
    assert project.checks[0].kwargs == {"column": "grade"}
    shown = [Path(name).name for name in project.files]
    assert shown == ["monitor.yaml", "mine.yaml", "odoo-17@1.yaml", "opportunities.yaml"]


def test_a_column_of_another_map_is_unknown(tmp_path: Path) -> None:
    suite = SUITE.replace("amount", "grade")
    with pytest.raises(ConfigurationError, match="opportunities have no column 'grade'"):
        load_project(make_project(tmp_path, {"expectations/opportunities.yaml": suite}), ENVIRON)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    files = {
        "config/monitor.yaml": CONNECTION + "contry: DK\n",
        "expectations/opportunities.yaml": SUITE.replace("amount", "amont"),
        "expectations/contacts.yaml": "expectations: [\n",
        ".env": "just words\n",
    }
    folder = make_project(tmp_path, files)
    with pytest.raises(ConfigurationError) as caught:
        load_project(folder, ENVIRON)
    assert str(caught.value).replace(f"{folder}/", "").splitlines() == [
        ".env:1:1: this line is no KEY=VALUE (write KEY=VALUE)",
        "config/monitor.yaml:2:1: unknown key 'contry' (did you mean 'country'?)",
        "expectations/contacts.yaml:2:1: not valid YAML: expected the node content, but found the end of the file",
        "expectations/opportunities.yaml:3:22: opportunities have no column 'amont' (did you mean 'amount'?)",
    ]
    assert caught.value.exit_code == 2


def test_a_problem_in_the_map_is_told_in_the_maps_own_file(tmp_path: Path) -> None:
    files = {
        "config/monitor.yaml": 'connection: {url: "${CRM_URL}", crm: crms/mine.yaml}\n',
        "config/crms/mine.yaml": "map: mine\nextends: builtin/odoo-17@1\nentities:\n  oportunities: {where: a}\n",
    }
    with pytest.raises(ConfigurationError) as caught:
        load_project(make_project(tmp_path, files), ENVIRON)
    assert {Path(problem.place.file).name for problem in caught.value.problems} == {"mine.yaml"}


def test_a_folder_that_is_no_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_project(tmp_path, {})
    assert str(caught.value) == (
        f"{tmp_path}/config/monitor.yaml: there is no such file "
        "(make a project with `crm-monitor init`, or name its folder with --project)"
    )


def test_a_project_without_a_suite_says_what_to_add(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    (folder / "expectations" / "opportunities.yaml").unlink()
    with pytest.raises(ConfigurationError, match=r"there is no suite \(add one that says `extends: "):
        load_project(folder, ENVIRON)


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {".env": "CRM_URL=postgresql://file@crm.example.com/crm\n"})
    assert load_project(folder, {}).crm_url.username == "file"
    assert load_project(folder, ENVIRON).crm_url.username == "reader"


def test_working_days_know_the_countrys_holidays_and_the_companys_own(tmp_path: Path) -> None:
    extra = "country: DK\nworking_time: {days_off: [2026-12-23]}\n"
    project = load_project(make_project(tmp_path, {"config/monitor.yaml": CONNECTION + extra}), ENVIRON)
    days = [date(2026, 12, day) for day in (21, 22, 23, 25, 26)]
    assert [project.is_working_day(day) for day in days] == [True, True, False, False, False]


def test_loading_a_project_does_not_import_great_expectations(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    code = (
        "import sys; from pathlib import Path; from monitor.settings.inventory import take_stock\n"
        "from monitor.settings.project import load_project; from monitor.settings.schema import schema\n"
        f"project = load_project(Path({str(folder)!r}), {ENVIRON!r}); take_stock(project); schema('suite')\n"
        "print(len(project.checks), 'great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["5", "False"]


def test_settings_alone_are_read_without_the_suites_and_the_map(tmp_path: Path) -> None:
    files = {"expectations/opportunities.yaml": "expectations: [\n", "config/monitor.yaml": CONNECTION}
    configured = load_settings(make_project(tmp_path, files), ENVIRON)
    assert configured.state_url.database == str(tmp_path / "state" / "monitor.db")
    with pytest.raises(ConfigurationError, match="the environment variable CRM_URL is not set"):
        load_settings(tmp_path, {})
