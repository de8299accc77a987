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
    """A stretch of text in one style; ``link`` is a web address, or empty."""

    text: str
    bold: bool = False
    code: bool = False
    link: str = ""


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


Block = Heading | Paragraph | Fields | Bullets | Divider | Footer


@dataclass(frozen=True, slots=True)
class Message:
    """``summary`` is the message in one line, for a notification and for a screen reader."""

    summary: str
    blocks: tuple[Block, ...]
    tone: Tone = Tone.FAILING
