"""What a person did with a message, and what the program makes of it; no platform in either.

A platform may deliver the same doing twice, with the same ``key``: whoever handles it does nothing the second time.
``who`` is the person's ID on the platform (``U0ANNA001``), ``channel`` the channel's, ``trigger`` what a form is opened
with, for a few seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.messages.tree import Message


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed, or an option chosen: ``action`` and ``value`` are those of the message tree."""

    key: str
    who: str
    action: str
    value: str
    channel: str
    message_ts: str
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form was sent. ``form`` and ``value`` are those of the Form; ``fields`` has a text for each of its fields.

    A date is written ``2026-11-28``; what was left empty is empty.
    """

    key: str
    who: str
    form: str
    value: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Commanded:
    """``/crm`` and ``text`` were typed in a channel."""

    key: str
    who: str
    text: str
    channel: str
    trigger: str = ""


Interaction = Pressed | Submitted | Commanded


@dataclass(frozen=True, slots=True)
class TextField:
    """Something to type. ``most``: characters, at most 3,000."""

    name: str
    label: str
    optional: bool = False
    lines: bool = False  # several of them
    hint: str = ""
    initial: str = ""
    most: int = 1_000


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of ``options``, which are (label, value) pairs; ``initial`` is the value that is chosen before."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    optional: bool = False
    hint: str = ""
    initial: str = ""


@dataclass(frozen=True, slots=True)
class DateField:
    """A day."""

    name: str
    label: str
    optional: bool = False
    hint: str = ""
    initial: date | None = None


FormField = TextField | ChoiceField | DateField


@dataclass(frozen=True, slots=True)
class Form:
    """Questions that are asked in a window of their own. ``id`` and ``value`` come back in Submitted.

    ``title`` and ``submit`` (what the button says) hold 24 characters; ``intro`` stands above the fields.
    """

    id: str
    title: str
    fields: tuple[FormField, ...]
    submit: str = "Save"
    value: str = ""
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Private:
    """An answer that only the person who did it sees."""

    message: Message


@dataclass(frozen=True, slots=True)
class Ask:
    """A form, opened for the person; not in answer to a form."""

    form: Form


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with a submitted form, by field: it stays open and says so. Only in answer to a form."""

    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to answer: what was done shows in the message itself."""


Reaction = Private | Ask | Mistakes | Nothing
Handler = Callable[[Interaction], Reaction]
"""Called from several threads at once, and perhaps twice with the same ``key``."""
