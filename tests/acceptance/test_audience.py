"""Owners are named where a route's readers may see them, and nowhere else: not in a channel, not in the state."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.store.state import State
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.test_life import shown
from tests.delivery.fake_slack import Channel

pytestmark = pytest.mark.journeys

ADMINS = "C0ADMINS1"
ROUTES = f"""\
targets:
  everybody: {{slack: {CHANNEL}}}
  admins: {{slack: {ADMINS}}}
default: [everybody]
routes:
- {{match: {{entity: opportunities}}, to: [admins], audience: admin, continue: true}}
- {{match: {{entity: opportunities}}, to: [everybody]}}
"""


def _state_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "state").iterdir()))


def test_owners_are_named_to_admins_and_to_nobody_else(slack: SlackChannel) -> None:
    slack.server.workspace.add(Channel(ADMINS, "crm-admins"))
    slack.crm.settings(f"slack: {{token: {slack.server.workspace.token}}}\n")
    (slack.crm.folder / "config" / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    slack.check()
    slack.crm.without_account(11, 25)
    assert slack.check().exit_code == 0
    [told] = slack.server.workspace.channels[ADMINS].roots()
    assert "Owners: " in shown(told)
    assert "Person Number2" in shown(told)
    [in_public] = slack.roots
    assert "Person" not in shown(in_public)
    assert b"Person Number" not in _state_of(slack.crm.folder)
    slack.crm.mend()
    slack.check()
    assert all("Person" not in shown(one) for one in slack.server.workspace.channels[ADMINS].roots())


def test_an_admin_who_also_gets_fix_lists_is_told_of_owners_all_the_same(slack: SlackChannel) -> None:
    """Both go to one place in Slack, and each is made in its own way."""
    admin = "U0ADMIN01"
    slack.server.workspace.join(admin, "Admin")
    slack.crm.settings(f"slack: {{token: {slack.server.workspace.token}}}\n")
    routes = ROUTES.replace(f"{{slack: {ADMINS}}}", f"{{person: {admin}}}")
    (slack.crm.folder / "config" / "routes.yaml").write_text(routes, encoding="utf-8")
    slack.check()
    slack.crm.without_account(11, 25)
    now = datetime.now(UTC)
    with State.open(f"sqlite:///{slack.crm.folder}/state/monitor.db") as state:
        state.fixlists.subscribe("2", "admin", now)
        payload = {"type": "fixlist", "language": "en"}
        assert state.fixlists.create("2", "2026-W47", {"own": {}}, f"slack:{admin}", payload, now)
    slack.check()
    [told] = [
        one for channel in slack.server.workspace.channels.values() for one in channel.roots() if "Owners" in shown(one)
    ]
    assert "Person Number2" in shown(told)
    assert "fixlist 1: post" in slack.run("doctor").said  # the list, of which nothing is left that could be told
