"""What happens in a channel, in order: what the transcript is written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class What(StrEnum):
    POSTED = "posted"
    EDITED = "edited"
    WHISPERED = "whispered"  # an ephemeral message
    PRESSED = "pressed"
    COMMANDED = "commanded"
    ASKED = "asked"  # a modal was opened
    SUBMITTED = "submitted"


@dataclass(frozen=True)
class Event:
    """``ts`` is the message's, ``thread`` its thread's root (the message itself, where it is a root)."""

    at: float
    what: What
    who: str = ""
    ts: str = ""
    thread: str = ""
    text: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
