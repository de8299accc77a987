"""No secret is ever shown, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.settings.inventory import take_stock
from monitor.settings.project import load_project
from tests.settings.projects import make_project

SECRET = "hunter2-very-secret"
EVERYWHERE = """\
name: ${NAME}
time_zone: ${ZONE}
country: ${COUNTRY}
connection:
  url: ${CRM_URL}
  crm: ${CRM}
  max_scans: ${SCANS}
  statement_timeout: ${TIMEOUT}
  link_base: ${BASE}
  variables: {language: "${LANGUAGE}"}
state: {url: "${STATE_URL}"}
slack: {token: "${TOKEN}", webhook: "${WEBHOOK}", channel: "${CHANNEL}"}
alerts: {failing_runs: "${RUNS}", worse_by: "${SHARE}"}
working_time: {holidays: "${HOLIDAYS}", days_off: ["${DAY}"]}
"""
GOOD = {
    "NAME": "Nordlys",
    "ZONE": "UTC",
    "COUNTRY": "DK",
    "CRM_URL": f"postgresql://u:{SECRET}@h/d",
    "CRM": "builtin/odoo-17@1",
    "SCANS": "2",
    "TIMEOUT": "60s",
    "BASE": "https://crm.example.com",
    "LANGUAGE": "da_DK",
    "STATE_URL": "sqlite:///state/monitor.db",
    "TOKEN": f"xoxb-{SECRET}",
    "WEBHOOK": f"https://hooks.slack.com/{SECRET}",
    "CHANNEL": "#crm",
    "RUNS": "1",
    "SHARE": "25%",
    "HOLIDAYS": "DK",
    "DAY": "2026-12-24",
}


@settings(
    max_examples=settings().max_examples // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    wrong=st.sets(st.sampled_from(sorted(GOOD)), min_size=1),
    shape=st.sampled_from(["{}", "x://{}@", "{}:3306", "5 {}"]),
)
def test_a_wrong_value_is_not_repeated_in_what_is_said_about_it(wrong: set[str], shape: str, tmp_path: Path) -> None:
    # Channels and names are no secrets, and any text will do for them.
    environ = {**GOOD, **{name: shape.format(SECRET) for name in wrong - {"NAME", "CHANNEL", "CRM"}}}
    with pytest.raises(ConfigurationError) as caught:  # a token and a webhook are never right together
        load_project(make_project(tmp_path, {"config/monitor.yaml": EVERYWHERE}), environ)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.problems)


def test_a_loaded_project_shows_no_secret(tmp_path: Path) -> None:
    text = EVERYWHERE.replace('webhook: "${WEBHOOK}", ', "")
    project = load_project(make_project(tmp_path, {"config/monitor.yaml": text}), GOOD)
    shown = repr(project) + str(project.settings) + repr(take_stock(project)) + project.settings.model_dump_json()
    assert SECRET not in shown
    assert take_stock(project).crm_target == "postgresql+psycopg://u@h/d"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    text = EVERYWHERE.replace('token: "${TOKEN}", webhook: "${WEBHOOK}"', "token_file: secrets/slack")
    files = {"config/monitor.yaml": text, "secrets/slack": f"xoxb-{SECRET}\n"}
    project = load_project(make_project(tmp_path, files), GOOD)
    assert project.settings.slack is not None
    assert project.settings.slack.token is not None
    assert project.settings.slack.token.get_secret_value() == f"xoxb-{SECRET}"


def test_an_env_file_line_that_is_wrong_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_project(make_project(tmp_path, {".env": f'TOKEN="{SECRET}\n{SECRET}\n'}), GOOD)
    assert SECRET not in str(caught.value)
    assert [problem.place.line for problem in caught.value.problems] == [1, 2]


@pytest.mark.parametrize("name", ["SMTP_PASSWORD", "slack_token", "SECRET"])
@pytest.mark.parametrize(
    "line",
    [
        "smtp: {{host: '${{{}}}', from: crm@example.com}}",
        "smtp: {{host: 'smtp.${{{}}}', from: crm@example.com}}",
        "people: {{service_accounts: [sync, '${{{}}}']}}",
        "slack: {{token: xoxb-1, channel: '${{{}}}'}}",
    ],
)
def test_a_secret_is_refused_where_it_would_be_shown(name: str, line: str, tmp_path: Path) -> None:
    text = f"connection: {{url: '${{CRM_URL}}', crm: builtin/odoo-17@1}}\n{line.format(name)}\n"
    with pytest.raises(ConfigurationError) as caught:
        load_project(make_project(tmp_path, {"config/monitor.yaml": text}), {**GOOD, name: SECRET})
    assert "config/monitor.yaml:2:" in str(caught.value)
    assert f"${{{name}}} is a secret by its name, and would be shown here" in str(caught.value)
    assert SECRET not in str(caught.value)
