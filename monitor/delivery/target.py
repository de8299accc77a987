"""What a place to send messages to must be able to do, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.messages.outgoing import Outgoing, Remote


class Failure(StrEnum):
    """Why a message did not arrive, coarsely enough to be counted: it names no place and nobody."""

    UNREACHABLE = "unreachable"  # no connection
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"  # the platform, or something before it, cannot take it now
    NO_ANSWER = "no_answer"  # it may have arrived
    CERTIFICATE = "certificate"  # who answers cannot be trusted, or the connection not be encrypted
    CREDENTIALS = "credentials"
    PERMISSION = "permission"
    DESTINATION = "destination"  # a channel, an address or a recipient that there is not
    MESSAGE = "message"  # it cannot be made, or is refused for what it is
    SOURCE = "source"  # what it is made of cannot be read


@dataclass(frozen=True, slots=True)
class Accepted:
    """It stands there; ``remote`` is None where the platform does not say where."""

    remote: Remote | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """It surely does not stand there, and a later attempt may succeed (``after`` seconds, where the platform says)."""

    error: str
    after: float | None = None
    failure: Failure = Failure.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Refused:
    """It surely does not stand there, and trying again cannot help; ``error`` says what a person can do.

    ``only_this``: the reason lies in this message; others to the same target may well be accepted.
    """

    error: str
    only_this: bool = False
    failure: Failure = Failure.DESTINATION


@dataclass(frozen=True, slots=True)
class Lost:
    """The answer was lost: it may or may not stand there."""

    error: str

    @property
    def failure(self) -> Failure:
        """As with the others."""
        return Failure.NO_ANSWER


@dataclass(frozen=True, slots=True)
class NothingToSend:
    """The platform cannot do this (a webhook edits nothing), and the message is not missed."""

    reason: str


Answer = Accepted | NotAccepted | Refused | Lost | NothingToSend


@dataclass(frozen=True, slots=True)
class Found:
    """The message in doubt stands there."""

    remote: Remote


@dataclass(frozen=True, slots=True)
class Absent:
    """The message in doubt does not stand there at this moment."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform does not let us look; with ``later``, it only did not answer this time."""

    reason: str
    later: bool = False


Fate = Found | Absent | CannotTell


class Target(Protocol):
    """One channel. Neither method raises for what a platform or a network does."""

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """Posts, edits or replies; ``root`` is where the incident's root message stands, if it does."""
        ...

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """Finds out what became of a message in doubt. Never posts anything."""
        ...
