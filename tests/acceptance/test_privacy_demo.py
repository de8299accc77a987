"""Marked values stand in every column of the demo's CRM; none comes out but those that its map discloses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.vocabulary import RECORDS
from monitor.demo.generate import generate
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.planting import Heard, Planted, logged, plant_in_demo
from tests.acceptance.small_crm import SmallCrm

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


@dataclass(frozen=True)
class Demo:
    heard: Heard
    planted: Planted


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A whole life of the marked demo: learned, worse, told, looked at in every way."""
    folder = tmp_path_factory.mktemp("marked")
    generate(folder / "crm.db", now=datetime.now(UTC))
    planted, heard = plant_in_demo(folder / "crm.db"), Heard()
    for name in ("config", "expectations"):
        (folder / name).mkdir()
    for entity in RECORDS:
        (folder / "expectations" / f"{entity}.yaml").write_text(f"extends: builtin/{entity}@1\n", encoding="utf-8")
    crm = SmallCrm(sa.URL.create("sqlite", database=str(folder / "crm.db")), folder)
    (folder / "config" / "monitor.yaml").write_text(SETTINGS.format(token="xoxb-1", channel=CHANNEL), encoding="utf-8")
    with pytest.MonkeyPatch.context() as quick, logged(heard):
        quick.setattr("monitor.delivery.sender.PACE", timedelta(milliseconds=5))
        with posting(crm) as slack:
            text = SETTINGS.format(token=slack.server.workspace.token, channel=CHANNEL)
            (folder / "config" / "monitor.yaml").write_text(text, encoding="utf-8")
            _live(slack, heard)
            heard.slack(slack)
    heard.state(folder / "state" / "monitor.db")
    return Demo(heard, planted)


def _live(slack: SlackChannel, heard: Heard) -> None:
    def run(*arguments: str) -> str:
        name = " ".join(arguments)
        return heard.command(name, slack.run(*arguments)).stdout

    run("check", "--count")
    _worsen(Path(str(slack.crm.url.database)))
    run("check", "--count", "--format", "json")
    run("check", "--dry-run", "--format", "junit")
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


def test_the_whole_of_it_was_really_heard(demo: Demo) -> None:
    assert len(demo.planted.columns) >= 55
    assert "Failing" in demo.heard.said["Slack"]
    assert "deal-without-account" in demo.heard.said["check --count --format json: results"]
    assert demo.heard.said["state: failing_records"].count("\n") > 500
    assert demo.heard.said["state: outbox"]
    assert "sqlalchemy" in demo.heard.said["logs"]


def test_values_come_out_only_of_columns_that_the_map_discloses(demo: Demo) -> None:
    private = {"check --count: results", "doctor: results"}
    for where, columns in demo.heard.found(demo.planted).items():
        if where.startswith("failing "):
            continue
        assert columns <= DISCLOSED | ({OWNERS} if where in private else set()), where


def test_what_is_disclosed_is_really_shown(demo: Demo) -> None:
    found = demo.heard.found(demo.planted)
    assert "sales_team_title" in found["Slack"]
    assert found["state: failing_records"] >= {"company_sector", "person_source", "deal_product_line"}
    assert OWNERS in found["check --count: results"]


def test_names_are_read_for_a_private_view_and_kept_nowhere(demo: Demo) -> None:
    found = demo.heard.found(demo.planted)
    assert "person_family_name" in found["failing contact-email-invalid --format csv: results"]
    assert {"deal_title", OWNERS} <= found["failing deal-without-account --new: results"]
    assert not {where for where, columns in found.items() if "person_family_name" in columns} - {
        "failing contact-email-invalid --format csv: results"
    }
