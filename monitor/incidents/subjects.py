"""What a system incident is about, where it is not about a check."""

from __future__ import annotations

CONNECTION = "crm"
"""The subject of the system incident about the connection itself."""
_ENTITY = "entity:"


def entity_subject(entity: str) -> str:
    """The subject of the system incident about an entity that cannot be read."""
    return f"{_ENTITY}{entity}"


def entity_of(subject: str) -> str:
    """The entity that a system incident is about as a whole, or nothing."""
    return subject.removeprefix(_ENTITY) if subject.startswith(_ENTITY) else ""
