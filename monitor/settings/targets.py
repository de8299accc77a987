"""The places that ``config/routes.yaml`` names: what they are called in the outbox, and what they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.settings.model import Settings
from monitor.settings.routes_model import WEBHOOK, TargetEntry


class Way(StrEnum):
    """How a target is reached."""

    SLACK = "slack"  # a channel or a person, with a bot token
    INCOMING = "incoming"  # Slack's incoming webhook
    EMAIL = "email"
    HOOK = "hook"  # a webhook of somebody's own


@dataclass(frozen=True, slots=True)
class TargetSaid:
    """``key`` is its name in the outbox: ``slack:C0123ABCD``, ``email:NAME``; what ``way`` needs is filled."""

    name: str
    way: Way
    key: str
    channel: str = ""  # a channel's ID or #name, or a person's ID
    addresses: tuple[str, ...] = ()
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """Where that is, for a person: no secret, and of a web address nothing that may be one."""
        if self.way is Way.EMAIL:
            return "e-mail to one address" if len(self.addresses) == 1 else f"e-mail to {len(self.addresses)} addresses"
        return {Way.SLACK: f"Slack {self.channel}", Way.INCOMING: "Slack's incoming webhook"}.get(self.way, "a webhook")

    def lacking(self, settings: Settings) -> str:
        """What ``config/monitor.yaml`` must say and does not, or nothing."""
        slack = settings.slack
        if self.way is Way.SLACK and (slack is None or slack.token is None):
            return "needs a bot token: slack.token in config/monitor.yaml"
        if self.way is Way.INCOMING and (slack is None or slack.webhook is None):
            return "needs an incoming webhook: slack.webhook in config/monitor.yaml"
        if self.way is Way.EMAIL and settings.smtp is None:
            return "needs a mail server: smtp in config/monitor.yaml"
        return ""


def target_said(name: str, entry: TargetEntry) -> TargetSaid:
    """A target as its entry says."""
    if entry.email:
        return TargetSaid(name, Way.EMAIL, f"email:{name}", addresses=tuple(entry.email))
    if entry.webhook is not None:
        secret = entry.secret.get_secret_value() if entry.secret else ""
        return TargetSaid(name, Way.HOOK, f"hook:{name}", url=entry.webhook.get_secret_value(), secret=secret)
    if entry.slack == WEBHOOK:
        return TargetSaid(name, Way.INCOMING, WEBHOOK)
    channel = entry.slack or entry.person
    return TargetSaid(name, Way.SLACK, f"slack:{channel}", channel)
