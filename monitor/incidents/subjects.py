"""What a system incident is about, where it is not about a check."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.crm.vocabulary import RECORDS
from monitor.incidents.matching import fits

CONNECTION = "crm"
"""The subject of the system incident about the connection itself."""
_ENTITY = "entity:"


def entity_subject(entity: str) -> str:
    """The subject of the system incident about an entity that cannot be read."""
    return f"{_ENTITY}{entity}"


def entity_of(subject: str) -> str:
    """The entity that a system incident is about as a whole, or nothing."""
    return subject.removeprefix(_ENTITY) if subject.startswith(_ENTITY) else ""


def every_subject(checks: Iterable[str]) -> tuple[str, ...]:
    """All that an incident can be about, given the checks' ids."""
    return (*checks, CONNECTION, *map(entity_subject, RECORDS))


def is_about_something(pattern: str, subjects: Iterable[str]) -> bool:
    """Whether a pattern (``deal-*``) fits any of them."""
    return any(fits(pattern, subject) for subject in subjects)
