"""Where messages go: the routes of the project, and a target for each place that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.errors import ConfigurationError, Problem
from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.routing import Delivery, Route, Tree, routed
from monitor.place import Place

if TYPE_CHECKING:
    from monitor.delivery.slack_readers import ChannelReaders
    from monitor.delivery.target import Target
    from monitor.settings.model import Settings, Slack
    from monitor.settings.project import Project
    from monitor.settings.targets import TargetSaid

_SETTINGS = Place("config/monitor.yaml")


@dataclass(frozen=True, slots=True)
class Routes:
    """``targets`` by their names in the outbox, which are those that the tree's routes lead to."""

    tree: Tree = field(default_factory=Tree)
    targets: Mapping[str, Target] = field(default_factory=dict)

    @classmethod
    def all_to(cls, name: str, target: Target) -> Routes:
        """Everything goes to one target."""
        return cls(Tree(default=(name,)), {name: target})

    def of(self, labels: Labels) -> tuple[Delivery, ...]:
        """Who is told of an incident with these labels, and on which terms; nobody, where none is configured."""
        return routed(self.tree, labels)


def configured_routes(project: Project, base_url: str) -> Routes:
    """The routes of ``config/routes.yaml``, or without it those of the settings' Slack section.

    ``base_url`` is the address of Slack's Web API.
    """
    if project.routes is None:
        return _of_slack(project.settings.slack, base_url)
    readers = _readers(project.settings.slack, base_url)
    targets = {said.key: _target(said, project.settings, base_url, readers) for said in project.routes.targets}
    return Routes(project.routes.tree, targets)


def _of_slack(slack: Slack | None, base_url: str) -> Routes:
    """One target for what is wrong with records, one for the monitor's own troubles."""
    if slack is None:
        return Routes()
    if slack.webhook is not None:
        from monitor.delivery.webhook import WebhookTarget

        return Routes.all_to("webhook", WebhookTarget(slack.webhook.get_secret_value()))
    data, system = f"slack:{slack.channel}", f"slack:{slack.ops_channel or slack.channel}"
    token = slack.token.get_secret_value() if slack.token else ""
    readers = _readers(slack, base_url)
    targets = {
        name: _channel(token, name.removeprefix("slack:"), base_url, readers) for name in dict.fromkeys((data, system))
    }
    ops = Route(Matcher(kinds=(IncidentKind.SYSTEM,)), (system,), place=_SETTINGS)
    return Routes(Tree((ops,) if system != data else (), (data,), place=_SETTINGS), targets)


def _readers(slack: Slack | None, base_url: str) -> ChannelReaders | None:
    """Who looks whether strangers read a channel; nobody, where they may."""
    if slack is None or slack.token is None or slack.allow_shared:
        return None
    from monitor.delivery.slack_readers import ChannelReaders

    return ChannelReaders(slack.token.get_secret_value(), base_url=base_url)


def _channel(token: str, channel: str, base_url: str, readers: ChannelReaders | None) -> Target:
    """A channel, or a person, who was meant by name; of a channel that is not given by its ID nothing can be asked."""
    from monitor.delivery.slack import SlackTarget, is_channel_id
    from monitor.delivery.slack_readers import Shielded

    target = SlackTarget(token, channel, base_url=base_url)
    return target if readers is None or not is_channel_id(channel) else Shielded(target, channel, readers)


def _target(said: TargetSaid, settings: Settings, base_url: str, readers: ChannelReaders | None) -> Target:
    """What sends to one place of ``config/routes.yaml``; that the settings have what it needs was seen to."""
    from monitor.settings.targets import Way

    slack, smtp = settings.slack, settings.smtp
    if said.way is Way.INCOMING and slack is not None and slack.webhook is not None:
        from monitor.delivery.webhook import WebhookTarget

        return WebhookTarget(slack.webhook.get_secret_value())
    if said.way is Way.SLACK and slack is not None and slack.token is not None:
        return _channel(slack.token.get_secret_value(), said.channel, base_url, readers)
    if said.way is Way.EMAIL and smtp is not None:
        from monitor.delivery.alert_email import AlertEmail

        return AlertEmail(said.addresses, smtp.server())
    if said.way is Way.HOOK:
        from monitor.delivery.hook import HookTarget

        return HookTarget(said.url, said.secret)
    message = f"the target {said.name!r} {said.lacking(settings) or 'cannot be sent to'}"
    raise ConfigurationError([Problem(Place("config/routes.yaml"), message)])
