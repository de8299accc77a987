"""Who is told of what, where config/routes.yaml says so: on Slack, and in what ``route test`` says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import CHECK
from tests.delivery.fake_slack import Channel

pytestmark = pytest.mark.journeys

OPS, NORTH, ANNA = "C0OPS0001", "C0NORTH01", "U0ANNA001"
ROUTES = f"""\
targets:
  quality: {{slack: {CHANNEL}}}
  ops: {{slack: {OPS}}}
  north: {{slack: {NORTH}}}
default: quality
routes:
  - {{match: {{kind: system}}, to: ops}}
  - match: {{entity: opportunities}}
    routes:
      - {{match: {{team: North}}, to: north, continue: true}}
      - {{match: {{status: [warn, fail]}}, audience: admin}}
"""


@pytest.fixture
def routed(slack: SlackChannel) -> SlackChannel:
    """A project with three channels."""
    for channel, name in ((OPS, "ops"), (NORTH, "north")):
        slack.server.workspace.add(Channel(channel, name))
    slack.crm.settings(f"slack: {{token: {slack.server.workspace.token}}}\n")
    write(slack.crm, ROUTES)
    return slack


def write(crm: SmallCrm, routes: str) -> None:
    (crm.folder / "config" / "routes.yaml").write_text(routes, encoding="utf-8")


def told(slack: SlackChannel, channel: str) -> list[str]:
    return [root.text[:31] for root in slack.server.workspace.channels[channel].roots()]


def test_each_channel_is_told_what_its_routes_send_it(routed: SlackChannel) -> None:
    routed.check()
    routed.crm.without_account(11, 25)
    assert "Messages: 2 sent, 0 undelivered" in routed.check().said
    assert told(routed, CHANNEL) == told(routed, NORTH) == ["Failing: Deals without an accou"]
    assert told(routed, OPS) == []
    routed.crm.execute("ALTER TABLE customer RENAME TO clients")
    broken = routed.check()
    assert broken.exit_code == 3
    assert [text[:20] for text in told(routed, OPS)] == ["Could not check: acc"]
    assert len(told(routed, CHANNEL)) == 1


def test_a_person_is_told_directly(routed: SlackChannel) -> None:
    write(routed.crm, f"targets: {{anna: {{person: {ANNA}}}}}\ndefault: anna\n")
    routed.server.workspace.users[ANNA] = "D0ANNA001"
    routed.check()
    routed.crm.without_account(11, 25)
    assert "Messages: 1 sent, 0 undelivered" in routed.check().said
    assert told(routed, CHANNEL) == []
    assert told(routed, "D0ANNA001") == ["Failing: Deals without an accou"]


def test_in_quiet_hours_a_warning_waits_and_what_is_critical_does_not(routed: SlackChannel) -> None:
    clock = datetime.now(UTC).astimezone(ZoneInfo("Europe/Copenhagen"))
    hours = "-".join(f"{clock + timedelta(hours=shift):%H:%M}" for shift in (-2, 2))
    quiet = f"targets: {{quality: {{slack: {CHANNEL}}}}}\ndefault: quality\nquiet: {{hours: '{hours}'}}\n"
    write(routed.crm, quiet)
    routed.check()
    routed.crm.without_account(11, 25)
    assert "quiet hours" in routed.check().said
    assert told(routed, CHANNEL) == []
    routed.crm.execute("DELETE FROM deal WHERE id > 60")
    routed.check()
    [critical] = told(routed, CHANNEL)
    assert critical.startswith("Failing, critical: Opp")
    write(routed.crm, quiet.replace(f"{{hours: '{hours}'}}", "never"))
    routed.check()
    assert len(told(routed, CHANNEL)) == 2


def test_a_route_to_nobody_tells_nobody_and_the_preview_says_so(routed: SlackChannel) -> None:
    write(
        routed.crm,
        ROUTES.replace("{entity: opportunities}", "{entity: opportunities}\n    to: []\n    audience: admin"),
    )
    routed.check()
    routed.crm.without_account(11, 25)
    write(routed.crm, f"targets: {{quality: {{slack: {CHANNEL}}}}}\ndefault: []\n")
    assert "no target is configured" in routed.check().said
    assert routed.calls == 0
    preview = routed.run("notify", "preview", "--check", CHECK)
    assert "would not be sent: config/routes.yaml sends it to nobody" in preview.said


def test_route_test_shows_the_way_and_the_terms(routed: SlackChannel) -> None:
    terms = "quiet: {hours: 18:00-08:00, days: [sat, sun]}\nrepeat: 7d\nbudget: {day: 1, week: 4}\n"
    write(routed.crm, ROUTES.replace("audience: admin", "audience: admin, mention: S0123ABCD") + terms)
    routed.check()
    night = routed.run("route", "test", CHECK, "--at", "2026-03-06 20:00")
    assert (night.exit_code, routed.calls) == (0, 0)
    assert f"Deals without an account {CHECK} kind data; entity opportunities;" in night.said
    assert "teams Desk, North, South (status and teams as in the last run" in night.said
    folder = routed.crm.folder
    ways = [
        f"→ Slack {NORTH} (north) because {folder}/config/routes.yaml:8 entity opportunities"
        f" {folder}/config/routes.yaml:10 team North names teams only quiet",
        f"→ Slack {CHANNEL} (quality) because {folder}/config/routes.yaml:8 entity opportunities"
        f" {folder}/config/routes.yaml:11 status warn or fail names teams, and owners of records calls S0123ABCD quiet",
    ]
    assert all(way in night.said for way in ways)
    waits = "now: it waits until Mon 09 Mar 2026 08:00 (18:00-08:00, sat and sun, Europe/Copenhagen)"
    others = "repeat every 7 days while it is open budget 1 new message a day, 4 a week;"
    assert night.said.count(waits) == night.said.count(others) == 2


def test_by_the_team_of_one_only_admins_are_told_and_nobody_by_its_name(routed: SlackChannel) -> None:
    desk = ROUTES.replace("{team: North}", "{team: Desk}")
    write(routed.crm, desk)
    routed.check()
    routed.crm.without_account(11, 25)
    routed.check()
    assert told(routed, NORTH) == []  # that a message came would have told of the one person
    assert told(routed, CHANNEL) == ["Failing: Deals without an accou"]
    seen = routed.run("route", "test", CHECK).said
    assert "(north)" not in seen
    assert "only a route with audience: admin matches by Desk: under five people" in seen
    write(routed.crm, desk.replace("to: north,", "to: north, audience: admin,"))
    assert "(north)" in routed.run("route", "test", CHECK).said
    routed.check()
    assert told(routed, NORTH) == ["Failing: Deals without an accou"]
    for channel in (NORTH, CHANNEL):
        assert all("Desk" not in str(one.content) for one in routed.server.workspace.channels[channel].roots())


def test_route_test_takes_another_team_severity_and_status_than_the_last_run(routed: SlackChannel) -> None:
    write(routed.crm, ROUTES + "quiet: {hours: 18:00-08:00}\n")
    south = routed.run("route", "test", CHECK, "--team", "south", "--severity", "critical", "--at", "2026-03-06 20:00")
    assert "teams South" in south.said
    assert "(north)" not in south.said
    assert "now (18:00-08:00, Europe/Copenhagen), but it is critical: told at once" in south.said
    broken = routed.run("route", "test", CHECK, "--status", "error")
    assert "kind system" in broken.said
    assert f"→ Slack {OPS} (ops)" in broken.said
    assert "The CRM cannot be read" in routed.run("route", "test", "crm").said
    assert "accounts cannot be read" in routed.run("route", "test", "entity:accounts").said


def test_route_test_counts_what_a_target_was_given(routed: SlackChannel) -> None:
    routed.check()
    routed.crm.without_account(11, 25)
    routed.check()
    assert "(1 today and 1 this week so far)" in routed.run("route", "test", CHECK).said


def test_route_test_works_without_routes_and_where_nobody_is_told(slack: SlackChannel) -> None:
    said = slack.run("route", "test", CHECK).said
    assert f"→ Slack {CHANNEL} because config/monitor.yaml default" in said
    slack.crm.settings()
    assert "Nobody is told: there is no slack section in the settings." in slack.run("route", "test", CHECK).said


def test_route_test_names_the_nearest_where_there_is_no_such_thing(routed: SlackChannel) -> None:
    wrong = routed.run("route", "test", "entity:acounts")
    assert (wrong.exit_code, "did you mean 'entity:accounts'?" in wrong.said) == (5, True)
    assert "did you mean 'deal-without-account'?" in routed.run("route", "test", "deal-without-acount").said
    team = routed.run("route", "test", CHECK, "--team", "West")
    assert (team.exit_code, "there are: Desk, North, South" in team.said) == (5, True)


def test_routes_can_be_tried_where_the_crm_cannot_be_read(routed: SlackChannel) -> None:
    (routed.crm.folder / ".env").write_text("CRM_URL=sqlite:////nowhere/crm.db\n", encoding="utf-8")
    said = routed.run("route", "test", CHECK, "--team", "North").said
    assert "the CRM cannot be asked whether there is such a team" in said
    assert "(north)" in said


def test_config_check_warns_of_what_is_surely_not_meant(routed: SlackChannel) -> None:
    write(routed.crm, ROUTES + "  - {match: {entity: opportunities, severity: critical}, to: ops}\n")
    seen = routed.run("config", "check")
    assert seen.exit_code == 0
    assert "5 routes in routes.yaml to quality, ops, north; what none matches goes to quality" in seen.said
    assert "routes.yaml:12:5: nothing comes to this route: the one in line 8 takes entity opportunities" in seen.said
    doctor = routed.run("doctor")
    assert "nothing comes to this route" in doctor.said
    assert doctor.said.count("the app is in #") == 3


def test_a_mistake_in_the_routes_stops_a_run_before_it_begins(routed: SlackChannel) -> None:
    write(routed.crm, ROUTES.replace("to: ops", "to: opps"))
    refused = routed.check()
    assert refused.exit_code == 2
    assert "config/routes.yaml:7:33: there is no target 'opps' (did you mean 'ops'?)" in refused.said
