"""Where messages go: one target for what is wrong with records, one for the monitor's own troubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.incidents.labels import Labels
from monitor.incidents.model import IncidentKind
from monitor.incidents.routing import Delivery
from monitor.settings.model import Slack

if TYPE_CHECKING:
    from monitor.delivery.target import Target


@dataclass(frozen=True, slots=True)
class Routes:
    """``data`` and ``system`` name targets; empty means that nobody is told."""

    data: str = ""
    system: str = ""
    targets: Mapping[str, Target] = field(default_factory=dict)

    def of(self, labels: Labels) -> tuple[Delivery, ...]:
        """Who is told of an incident with these labels, and on which terms."""
        target = self.data if labels.kind is IncidentKind.DATA else self.system
        return (Delivery(target),) if target else ()


def configured_routes(slack: Slack | None, base_url: str) -> Routes:
    """The routes of ``config/monitor.yaml``. ``base_url`` is the address of Slack's Web API."""
    if slack is None:
        return Routes()
    if slack.webhook is not None:
        from monitor.delivery.webhook import WebhookTarget

        return Routes("webhook", "webhook", {"webhook": WebhookTarget(slack.webhook.get_secret_value())})
    from monitor.delivery.slack import SlackTarget

    token = slack.token.get_secret_value() if slack.token else ""
    channels = dict.fromkeys((slack.channel, slack.ops_channel or slack.channel))
    targets = {f"slack:{channel}": SlackTarget(token, channel, base_url=base_url) for channel in channels}
    return Routes(f"slack:{slack.channel}", f"slack:{slack.ops_channel or slack.channel}", targets)
