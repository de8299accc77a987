"""What a project wants of its Slack app."""

from __future__ import annotations

from monitor.adoption.people import PeopleSaid
from monitor.delivery.slack_scopes import Feature
from monitor.errors import UsageError
from monitor.settings.model import Slack
from monitor.yamlfile import nearest


def wanted(slack: Slack, people: PeopleSaid | None = None) -> tuple[Feature, ...]:
    """The features that the settings speak of, in a fixed order; ``people`` of ``config/people.yaml`` get digests."""
    chosen = {Feature.ALERTS}
    if slack.app_token is not None:
        chosen |= {Feature.BUTTONS, Feature.COMMANDS}
    if any(who.startswith("S") for allowed in slack.permissions.values() for who in allowed):
        chosen.add(Feature.GROUPS)
    if people is not None and (people.sponsor or people.people or people.teams):
        chosen |= {Feature.DIGESTS, Feature.FIXLISTS}
    return tuple(feature for feature in Feature if feature in chosen)


def named(text: str) -> tuple[Feature, ...]:
    """Features from the command line: ``alerts,buttons``. Raises UsageError for unknown ones, and for none."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    known = [feature.value for feature in Feature]
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"{name!r} is no feature of the Slack app.", hint=hint)
    if not names:
        raise UsageError("no feature is named.", hint=f"there are {', '.join(known)}")
    return tuple(feature for feature in Feature if feature.value in names)
