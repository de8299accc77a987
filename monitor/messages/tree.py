"""A message as a small tree that knows no platform; renderers make Slack blocks or plain text of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What the message is about, for a renderer that has colours; words and emoji always say it too."""

    FAILING = "failing"
    WARNING = "warning"
    RESOLVED = "resolved"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; ``link`` is a web address, or empty.

    ``user`` is a person of the platform (Slack's ``U…``), as the platform itself told or the configuration says: shown
    as the platform shows persons, and as ``text`` elsewhere.
    """

    text: str
    bold: bool = False
    code: bool = False
    link: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what stands beside it."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    items: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across the message."""


@dataclass(frozen=True, slots=True)
class Footer:
    """Small print; the parts are shown side by side. A message too long for its platform keeps it."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A user group (``S…``) or a person (``U…``) to call: named by the project's configuration, never by the CRM."""

    who: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something a reader can do. ``action`` names it to the program, ``value`` says to what (``"12"``: an incident).

    With ``link`` it opens a page instead. ``style`` is empty, ``primary`` or ``danger``. A platform without buttons
    leaves it out.
    """

    label: str
    action: str
    value: str = ""
    style: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that opens a short menu: ``options`` are (label, value) pairs, at most five."""

    label: str
    action: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    """What a reader can do, side by side."""

    items: tuple[Button | Choice, ...]


Block = Heading | Paragraph | Fields | Bullets | Divider | Footer | Mention | Buttons


@dataclass(frozen=True, slots=True)
class Message:
    """``summary`` is the message in one line, for a notification and for a screen reader."""

    summary: str
    blocks: tuple[Block, ...]
    tone: Tone = Tone.FAILING
