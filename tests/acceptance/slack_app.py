"""The program in Slack without its wire: what people do goes straight to the handler, what is posted to the fake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.app.project import open_project
from monitor.app.slack_app.app import SlackApp
from monitor.messages.interaction import Commanded, Pressed, Reaction, Submitted
from tests.acceptance.channel import CHANNEL, SlackChannel

ANN, BO, STRANGER = "U0ANN0001", "U0BO00001", "U0OTHER01"
GROUP = "S0ADMINS1"


@dataclass
class Clock:
    """The time it is, which tests may move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class InSlack:
    """People at their keyboards. Every doing has a key of its own, but for those that are delivered ``again``."""

    app: SlackApp
    channel: SlackChannel
    clock: Clock
    doings: int = field(default=0)

    def press(self, action: str, value: str, who: str = ANN, *, again: bool = False) -> Reaction:
        self.doings += not again
        ts = self.channel.roots[0].ts if self.channel.roots else "0"
        return self._handled(Pressed(f"p{self.doings}", who, action, value, CHANNEL, ts, "trigger"))

    def submit(self, form: str, value: str, who: str = ANN, *, again: bool = False, **fields: str) -> Reaction:
        self.doings += not again
        return self._handled(Submitted(f"s{self.doings}", who, form, value, fields))

    def type(self, text: str, who: str = ANN) -> Reaction:
        self.doings += 1
        return self._handled(Commanded(f"c{self.doings}", who, text, CHANNEL, "trigger"))

    def _handled(self, doing: Pressed | Submitted | Commanded) -> Reaction:
        reaction = self.app.handle(doing)
        self.app.do_work()
        return reaction


PERMISSIONS = f"{{default: [{GROUP}], show: [{ANN}], failing: [{ANN}]}}"


@contextmanager
def in_slack(channel: SlackChannel, permissions: str = PERMISSIONS, alerts: str = "{}") -> Iterator[InSlack]:
    """The app of a project whose channel has buttons."""
    token = channel.server.workspace.token
    channel.crm.settings(
        f"slack: {{token: {token}, app_token: xapp-1-fake, channel: {CHANNEL}, permissions: {permissions}}}\n"
        f"alerts: {alerts}\n"
    )
    environ, clock = {"CRM_MONITOR_SLACK_API": channel.server.base_url}, Clock()
    with (
        open_project(channel.crm.folder, environ, clock=clock) as opened,
        open_project(channel.crm.folder, environ, clock=clock) as behind,
    ):
        yield InSlack(SlackApp(opened, behind, {GROUP: {ANN, BO}}.get), channel, clock)  # type: ignore[arg-type]
