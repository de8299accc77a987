"""The channel that a project's messages go to, and the project's commands run against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.delivery.fake_slack import FakeSlack, Posted

CHANNEL = "C0CRM0001"


@dataclass(frozen=True)
class SlackChannel:
    """A fake Slack and the project that posts to it."""

    server: FakeSlack
    crm: SmallCrm

    def configure(self, alerts: str = "{}") -> None:
        """Let the project post here."""
        token = self.server.workspace.token
        self.crm.settings(f"slack: {{token: {token}, channel: {CHANNEL}}}\nalerts: {alerts}\n")

    def run(self, *arguments: object) -> Result:
        """A command of the project's."""
        return crm_monitor(*arguments, project=self.crm.folder, env={"CRM_MONITOR_SLACK_API": self.server.base_url})

    def check(self, *arguments: object) -> Result:
        """A run that counts, and exits by what became of it, not by what it found."""
        return self.run("check", "--count", "--fail-on", "never", *arguments)

    @property
    def roots(self) -> list[Posted]:
        return self.server.workspace.channels[CHANNEL].roots()

    @property
    def replies(self) -> list[Posted]:
        return [one for root in self.roots for one in self.server.workspace.channels[CHANNEL].replies(root.ts)]

    @property
    def calls(self) -> int:
        """How often Slack was called at all."""
        return len(self.server.calls)


@contextmanager
def posting(crm: SmallCrm) -> Iterator[SlackChannel]:
    """A Slack of its own for a project, which posts to it from now on."""
    with FakeSlack() as server:
        channel = SlackChannel(server, crm)
        channel.configure()
        yield channel
