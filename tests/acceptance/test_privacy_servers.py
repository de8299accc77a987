"""Marked values in every column of a CRM on a server, and checks that break on them: the driver's words stay inside."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance import small_crm
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.planting import Heard, logged, plant_in_tables
from tests.acceptance.small_crm import MAP, SmallCrm
from tests.delivery.fake_slack import Channel

OPS = "C0OPS0001"

pytestmark = pytest.mark.journeys

DISCLOSED = {"team_title", "customer_sector", "deal_outcome", "deal_source"}
OWNERS = "staff_full_name"
BREAKING = """\
- type: expect_column_values_to_be_between
  kwargs: {column: probability, max_value: 100}
  meta: {id: breaks-on-a-value, title: A cast that fails on a customer's words}
- type: expect_column_median_to_be_between
  kwargs: {column: probability, max_value: 100}
  meta: {id: breaks-in-plain-gx}
- type: expect_column_values_to_be_unique
  kwargs: {column: probability}
  meta: {id: breaks-on-duplicates}
- type: expect_column_values_to_be_in_set
  kwargs: {column: name, value_set: [one, two]}
  meta: {id: every-name-fails, fail: 1%}
- type: expect_column_most_common_value_to_be_in_set
  kwargs: {column: name, value_set: [one, two]}
  meta: {id: plain-gx-sees-names}
- type: expect_column_max_to_be_between
  kwargs: {column: next_step, max_value: 5}
  meta: {id: plain-gx-sees-the-largest}
"""
FAILING = "every-name-fails"


@pytest.mark.parametrize(
    "server",
    [pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)],
)
def test_values_come_out_only_of_columns_that_the_map_discloses(
    server: str, request: pytest.FixtureRequest, quick_delivery: None
) -> None:
    crm: SmallCrm = request.getfixturevalue(f"{server}_crm")
    engine = sa.create_engine(driver_url(crm.url), poolclass=sa.NullPool)
    planted = plant_in_tables(engine, [small_crm.team, small_crm.staff, small_crm.customer, small_crm.deal])
    # The score is mapped as a number, which its marked values are not.
    cast = "CAST(d.score AS integer)" if server == "postgresql" else "d.score"
    (crm.folder / "config" / "crms" / "small.yaml").write_text(
        MAP.replace("      amount: d.value\n", f"      amount: d.value\n      probability: {cast}\n"), encoding="utf-8"
    )
    crm.suite("opportunities", small_crm.OPPORTUNITIES + BREAKING)
    heard = Heard()
    with logged(heard), posting(crm) as slack:
        # What breaks is told to ops: four of it would leave the channel no new message for the records.
        slack.server.workspace.add(Channel(OPS, "crm-ops"))
        token = slack.server.workspace.token
        crm.settings(f"slack: {{token: {token}, channel: {CHANNEL}, ops_channel: {OPS}}}\n")
        _live(slack, heard)
        heard.slack(slack)
    heard.state(crm.folder / "state" / "monitor.db")

    assert len(planted.columns) == 15
    found = heard.found(planted)
    private = {"check --count: results", "check --count --verbose: results", "doctor: results"}
    for where, columns in found.items():
        if not where.startswith("failing "):
            assert columns <= DISCLOSED | ({OWNERS} if where in private else set()), where
    assert "team_title" in found["Slack"]
    assert "deal_source" in found["state: failing_records"]
    assert {"deal_title", OWNERS} <= found[f"failing {FAILING}: results"]
    if server == "postgresql":  # MariaDB takes any text for a number
        _it_broke_on_values(heard)


def _live(slack: SlackChannel, heard: Heard) -> None:
    def run(*arguments: str) -> str:
        return heard.command(" ".join(arguments), slack.run(*arguments)).stdout

    run("check", "--count")
    slack.crm.without_account(11, 30)
    run("check", "--count", "--format", "json")
    run("check", "--dry-run", "--format", "junit")
    run("check", "--dry-run", "--owner", "nobody-of-that-name")
    for command in (
        "notify preview --json",
        "incidents list --all",
        "incidents show 1",
        "baseline show",
        "plan",
        "doctor",
    ):
        run(*command.split())
    run("failing", "breaks-on-a-value")
    run("failing", FAILING)
    run("accept", "7", "--check", FAILING, "--reason", "seen")
    _break(slack.crm)
    run("check", "--count", "--verbose")
    run("failing", "deal-without-account")


def _break(crm: SmallCrm) -> None:
    """The map reads what is no number as one, wherever the table is read."""
    path = crm.folder / "config" / "crms" / "small.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("from: deal AS d", "from: deal AS d\n    where: CAST(d.score AS integer) > 0")
    path.write_text(text, encoding="utf-8")


def _it_broke_on_values(heard: Heard) -> None:
    shown = heard.said["check --count --format json: results"]
    assert '"error": 4' in shown
    assert "a value in the CRM is no number or date, as which the map or the check reads it (22P02)" in shown
    whole = heard.said["check --count --verbose: results"]
    assert "could not be read: a value in the CRM is no number or date" in whole
    assert "cannot be read" in heard.said["failing breaks-on-a-value: errors"]
