"""What a system incident is about, where it is not about a check."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.crm.vocabulary import RECORDS
from monitor.incidents.matching import fits

CONNECTION = "crm"
"""The subject of the system incident about the connection itself."""
_ENTITY = "entity:"
_JOB = "job:"


def entity_subject(entity: str) -> str:
    """The subject of the system incident about an entity that cannot be read."""
    return f"{_ENTITY}{entity}"


def entity_of(subject: str) -> str:
    """The entity that a system incident is about as a whole, or nothing."""
    return subject.removeprefix(_ENTITY) if subject.startswith(_ENTITY) else ""


def job_subject(job: str) -> str:
    """The subject of the system incident about a job that is not done."""
    return f"{_JOB}{job}"


def job_of(subject: str) -> str:
    """The job that a system incident is about, or nothing."""
    return subject.removeprefix(_JOB) if subject.startswith(_JOB) else ""


def every_subject(checks: Iterable[str]) -> tuple[str, ...]:
    """All that an incident can be about, given the checks' ids."""
    return (*checks, CONNECTION, *map(entity_subject, RECORDS))


def is_about_something(pattern: str, subjects: Iterable[str]) -> bool:
    """Whether a pattern (``deal-*``) fits any of them."""
    return any(fits(pattern, subject) for subject in subjects)
