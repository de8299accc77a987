"""Marked values stand in every column of the demo's CRM; none comes out but those that its map discloses."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.vocabulary import RECORDS
from monitor.demo.generate import generate
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.planting import Heard, logged, plant_in_demo
from tests.acceptance.small_crm import SmallCrm

pytestmark = pytest.mark.journeys

DISCLOSED = {
    *("sales_team_title", "company_sector", "company_country", "company_relation", "company_source"),
    *("person_country", "person_consent", "person_source", "inquiry_state", "inquiry_country", "inquiry_source"),
    *("deal_stage_title", "deal_stage_phase", "deal_stage_outcome", "deal_currency", "deal_product_line"),
    *("deal_lost_because", "deal_source"),
}
"""What ``disclose`` in the demo's map names, by the columns that it reads them from."""
OWNERS = "app_user_full_name"
SETTINGS = """\
name: Marked
time_zone: Europe/Copenhagen
country: DK
connection: {{url: "sqlite:///crm.db", crm: builtin/demo@1}}
slack: {{token: {token}, channel: {channel}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> SmallCrm:
    """A project on the demo's CRM, with the built-in checks."""
    generate(tmp_path / "crm.db", now=datetime.now(UTC))
    for name in ("config", "expectations"):
        (tmp_path / name).mkdir()
    for entity in RECORDS:
        (tmp_path / "expectations" / f"{entity}.yaml").write_text(f"extends: builtin/{entity}@1\n", encoding="utf-8")
    return SmallCrm(sa.URL.create("sqlite", database=str(tmp_path / "crm.db")), tmp_path)


def test_values_come_out_only_of_columns_that_the_map_discloses(project: SmallCrm, quick_delivery: None) -> None:
    planted, heard = plant_in_demo(project.folder / "crm.db"), Heard()
    with logged(heard), posting(project) as slack:
        text = SETTINGS.format(token=slack.server.workspace.token, channel=CHANNEL)
        (project.folder / "config" / "monitor.yaml").write_text(text, encoding="utf-8")
        _live(slack, heard)
        heard.slack(slack)
    heard.state(project.folder / "state" / "monitor.db")

    assert len(planted.columns) >= 55
    _was_really_heard(heard)
    found = heard.found(planted)
    private = {"check --count: results", "doctor: results"}
    for where, columns in found.items():
        if not where.startswith("failing "):
            assert columns <= DISCLOSED | ({OWNERS} if where in private else set()), where
    _what_is_disclosed_is_shown(found)
    _names_are_for_the_private_view(found)


def _live(slack: SlackChannel, heard: Heard) -> None:
    def run(*arguments: str) -> str:
        name = " ".join(arguments)
        return heard.command(name, slack.run(*arguments)).stdout

    run("check", "--count")
    _worsen(Path(str(slack.crm.url.database)))
    run("check", "--count", "--format", "json")
    run("check", "--dry-run", "--format", "junit", "--entity", "opportunities", "--entity", "contacts")
    run("notify", "preview")
    run("notify", "preview", "--json")
    for command in ("incidents list --all", "incidents show 1", "baseline show", "config check --list", "doctor"):
        run(*command.split())
    run("plan")
    key = run("failing", "contact-email-invalid", "--format", "csv").splitlines()[1].split(",")[0]
    run("accept", key, "--check", "contact-email-invalid", "--reason", "checked by hand")
    run("failing", "deal-without-account", "--new")


def _worsen(file: Path) -> None:
    with closing(sqlite3.connect(file)) as crm, crm:
        crm.execute("DELETE FROM deal_company WHERE id % 5 = 0")
        crm.execute("UPDATE company SET owner_id = NULL WHERE id % 4 = 0")


def _was_really_heard(heard: Heard) -> None:
    assert "Failing" in heard.said["Slack"]
    assert "deal-without-account" in heard.said["check --count --format json: results"]
    assert heard.said["state: failing_records"].count("\n") > 500
    assert heard.said["state: outbox"]
    assert all(not said for name, said in heard.said.items() if name.endswith(": errors"))


def _what_is_disclosed_is_shown(found: Mapping[str, set[str]]) -> None:
    assert "sales_team_title" in found["Slack"]
    assert found["state: failing_records"] >= {"company_sector", "person_source", "deal_product_line"}
    assert OWNERS in found["check --count: results"]


def _names_are_for_the_private_view(found: Mapping[str, set[str]]) -> None:
    """They are read live, and kept nowhere."""
    assert {"deal_title", OWNERS} <= found["failing deal-without-account --new: results"]
    seen = {where for where, columns in found.items() if "person_family_name" in columns}
    assert seen == {"failing contact-email-invalid --format csv: results"}
