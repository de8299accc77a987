"""The people whose use is measured, who manages whom, and which teams there are: plain data, and safe walks over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.adoption.note import Note
from monitor.crm.directory import PersonKind, Team


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both ends included. Why is nobody's business here."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is meant to use: names of measures and of areas; empty means all there are. ``reads_only``: the seat
    has no write rights, or is not meant to write."""

    name: str
    measures: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A user of the CRM as adoption sees one. Keys are the CRM's; ``manager_key`` and ``team_key`` may be empty.

    ``start`` is the first day at work with the CRM, None where nothing tells it (``start_from`` says what told it:
    ``people.yaml``, ``created``, ``first activity`` or nothing). ``part_time`` is the share of full time (0 to 1).
    ``forgotten``: on request, nothing is stored of the use, so the person counts in no figure of it.
    """

    key: str
    name: str
    kind: PersonKind = PersonKind.PERSON
    active: bool = True  # the seat: may log in
    team_key: str = ""
    manager_key: str = ""
    role: Role | None = None
    start: date | None = None
    start_from: str = ""
    part_time: float = 1.0
    absences: tuple[Absence, ...] = ()
    country: str = ""
    email: str = ""
    slack: str = ""  # a Slack user ID
    language: str = ""
    forgotten: bool = False

    @property
    def is_person(self) -> bool:
        """Whether this is a person with a seat."""
        return self.kind is PersonKind.PERSON and self.active

    @property
    def is_measured(self) -> bool:
        """Whether this is somebody whose use is measured."""
        return self.is_person and not self.forgotten

    @property
    def is_automation(self) -> bool:
        return self.kind is PersonKind.INTEGRATION


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everyone by key. A manager cycle or an unknown manager never breaks a walk; ``problems`` says what was found."""

    members: Mapping[str, Member] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    sponsor: str = ""  # key
    admins: frozenset[str] = frozenset()  # keys of those who look after the CRM, as the project says
    problems: Sequence[Note] = ()

    def reports(self, manager: str) -> tuple[Member, ...]:
        """Who reports straight to a manager, sorted by key."""
        found = (m for m in self.members.values() if m.manager_key == manager and m.key != manager)
        return tuple(sorted(found, key=lambda member: member.key))
