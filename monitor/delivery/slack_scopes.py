"""What the program does in Slack, by feature, and which permissions (scopes) each takes. No others are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Feature(StrEnum):
    """What can be chosen."""

    ALERTS = "alerts"
    BUTTONS = "buttons"
    COMMANDS = "commands"
    DIGESTS = "digests"
    FIXLISTS = "fixlists"
    GROUPS = "groups"
    PUBLIC = "public"


FEATURES: Mapping[Feature, str] = MappingProxyType(
    {
        Feature.ALERTS: "alerts in channels, each edited and answered in its thread",
        Feature.BUTTONS: "buttons beneath alerts and digests, and the forms that they open",
        Feature.COMMANDS: "/crm, with private answers",
        Feature.DIGESTS: "digests as direct messages, with their charts",
        Feature.FIXLISTS: "fix lists as direct messages",
        Feature.GROUPS: "user groups in slack.permissions",
        Feature.PUBLIC: "alerts in public channels that the app was not invited to",
    }
)
USUAL = (Feature.ALERTS, Feature.BUTTONS, Feature.COMMANDS)
INTERACTIVE = frozenset({Feature.BUTTONS, Feature.COMMANDS})
"""What needs Socket Mode, and so an app-level token."""

_PERSONAL = frozenset({Feature.DIGESTS, Feature.FIXLISTS})


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission: what it is needed for, and by which features. ``either``: another one that does as well."""

    name: str
    why: str
    features: frozenset[Feature]
    either: str = ""


SCOPES = (
    Scope("chat:write", "to post and edit its own messages", frozenset(Feature)),
    Scope("chat:write.public", "to post to public channels without an invitation", frozenset({Feature.PUBLIC})),
    Scope("channels:read", "to see who else reads a public channel", frozenset({Feature.ALERTS}), either="groups:read"),
    Scope(
        "groups:read",
        "the same for a private channel that it was invited to",
        frozenset({Feature.ALERTS}),
        either="channels:read",
    ),
    Scope(
        "channels:history",
        "to look whether a message arrived whose answer was lost",
        frozenset({Feature.ALERTS}),
        either="groups:history",
    ),
    Scope("groups:history", "the same for a private channel", frozenset({Feature.ALERTS}), either="channels:history"),
    Scope("users:read", "to tell whether guests read a channel, and to find people", _PERSONAL | {Feature.ALERTS}),
    Scope("users:read.email", "to find a CRM user on Slack by e-mail address", _PERSONAL),
    Scope("im:write", "to write to one person", _PERSONAL),
    Scope("im:history", "to look whether that arrived, where the answer was lost", _PERSONAL),
    Scope("files:write", "to show a digest's charts", frozenset({Feature.DIGESTS})),
    Scope("commands", "for /crm", frozenset({Feature.COMMANDS})),
    Scope("usergroups:read", "to know who is in a user group that may press a button", frozenset({Feature.GROUPS})),
)


def needed(features: Collection[Feature]) -> list[Scope]:
    """The scopes that these features take, in a fixed order."""
    return [scope for scope in SCOPES if scope.features & set(features)]


def missing(features: Collection[Feature], held: Collection[str]) -> list[Scope]:
    """Those of them that a token with the scopes ``held`` lacks, where nothing that it has will do instead."""
    return [scope for scope in needed(features) if scope.name not in held and scope.either not in held]
