"""Who may do what with incidents from a chat: persons and user groups, by action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum


class Doing(StrEnum):
    """What can be asked for from a chat; ``default`` stands for all that is not named."""

    ASSIGN = "assign"
    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    ACCEPT = "accept"
    WRONG = "wrong"
    RECHECK = "recheck"
    CHECK = "check"
    SHOW = "show"
    FAILING = "failing"
    STATUS = "status"
    ME = "me"
    HELP = "help"
    DEFAULT = "default"


OPEN = (Doing.STATUS, Doing.ME, Doing.HELP)
"""What tells nothing that the asker may not know."""
EVERYONE, NOBODY = "everyone", "nobody"


@dataclass(frozen=True, slots=True)
class Permissions:
    """``allowed``: per action (or ``default``) user IDs (``U…``), group IDs (``S…``), ``everyone`` or ``nobody``.

    An action that is not named is as ``default`` says; without that, whoever asks may do what is open, and nobody the
    rest: an alert in a channel must not let all its readers silence it.
    """

    allowed: Mapping[Doing, Sequence[str]] = field(default_factory=dict)

    def allows(self, action: Doing, user: str, members: Mapping[str, Set[str]]) -> bool:
        """Whether a user may; ``members`` are the users of each group that is named anywhere."""
        named = self._named(action)
        if EVERYONE in named:
            return True
        return user in named or any(user in members.get(one, ()) for one in named)

    def groups(self) -> frozenset[str]:
        """Every user group that is named."""
        return frozenset(one for named in self.allowed.values() for one in named if one.startswith("S"))

    def _named(self, action: Doing) -> Sequence[str]:
        if action in self.allowed:
            return self.allowed[action]
        if action in OPEN:
            return (EVERYONE,)
        return self.allowed.get(Doing.DEFAULT, (NOBODY,))
