"""Owners are named where a route's readers may see them, and nowhere else: not in a channel, not in the state."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.test_life import shown
from tests.delivery.fake_slack import Channel

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
