"""Whether persons may be named to somebody, and why not: the default is the team."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.adoption.note import Note

LEAST_GROUP = 5
"""A group of fewer people is never shown by itself."""


@dataclass(frozen=True, slots=True)
class Naming:
    """``allowed`` only with a complete mandate that is not past its review date; else ``reason`` says why not.

    ``strict``: the country's rules bar it: no person's logins, active days or status are even stored.
    """

    allowed: bool
    reason: Note | None = None
    strict: bool = False
