"""The mandate to name persons: what must be written down before anybody's activity is shown by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from monitor.adoption.naming import Naming
from monitor.adoption.note import Note, NoteCode

PATH = "config/mandate.yaml"
PERSON_DAYS, PERSON_WEEKS, TEAM_MONTHS = 35, 26, 24
"""How long is kept at most: a person's days, a person's weeks (in weeks), a team's weeks (in months)."""

MANAGERS = "managers"
"""The recipient that stands for every manager, each of the own people."""


@dataclass(frozen=True, slots=True)
class Consulted:
    """Who was asked (works council, representatives), and when."""

    who: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Informed:
    """How the people concerned were told, and when."""

    how: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept: a person's days (days), a person's weeks (weeks), a team's weeks (months)."""

    person_days: int = PERSON_DAYS
    person_weeks: int = PERSON_WEEKS
    team_months: int = TEAM_MONTHS


@dataclass(frozen=True, slots=True)
class Mandate:
    """``config/mandate.yaml``. What is empty is missing. ``strict``: no person's use is stored at all.

    ``recipients`` are ``managers`` (each of the own people) or the logins, e-mails or keys of managers. Where
    ``not_for`` is empty, the digest says: not for pay or appraisal.
    """

    purpose: str = ""
    legal_basis: str = ""
    recipients: frozenset[str] = frozenset()
    consulted: tuple[Consulted, ...] = ()
    informed: tuple[Informed, ...] = ()
    review_on: date | None = None
    country: str = ""
    contact: str = ""
    not_for: str = ""
    strict: bool = False
    retention: Retention = field(default_factory=Retention)
    path: str = PATH

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys without which nobody may be named, in the order of the file."""
        wanted = {
            "purpose": self.purpose.strip(),
            "legal_basis": self.legal_basis.strip(),
            "recipients": [one for one in self.recipients if one.strip()],
            "consulted": [one for one in self.consulted if one.who.strip() and one.on],
            "informed": [one for one in self.informed if one.how.strip() and one.on],
            "review_on": self.review_on,
            "country": self.country,
            "contact": self.contact.strip(),
        }
        return tuple(name for name, value in wanted.items() if not value)

    def not_yet(self, today: date) -> tuple[str, ...]:
        """The keys whose dates all lie ahead: who will be asked or told has not been."""
        dates = {
            "consulted": [one.on for one in self.consulted if one.who.strip() and one.on],
            "informed": [one.on for one in self.informed if one.how.strip() and one.on],
        }
        return tuple(name for name, days in dates.items() if days and min(days) > today)


def naming(mandate: Mandate | None, today: date) -> Naming:
    """Whether persons may be named today, and why not. Fewer words never name more people."""
    if mandate is None:
        return Naming(False, Note(NoteCode.NO_MANDATE, {"path": PATH}))
    if mandate.strict:
        return Naming(False, Note(NoteCode.MANDATE_STRICT), strict=True)
    missing = tuple(dict.fromkeys((*mandate.missing, *mandate.not_yet(today))))
    if missing:
        return Naming(False, Note(NoteCode.MANDATE_INCOMPLETE, {"path": mandate.path, "missing": ", ".join(missing)}))
    if mandate.review_on is not None and mandate.review_on < today:
        params = {"path": mandate.path, "date": mandate.review_on.isoformat()}
        return Naming(False, Note(NoteCode.MANDATE_REVIEW_PAST, params))
    return Naming(True)


def naming_to(mandate: Mandate | None, today: date, names: frozenset[str]) -> Naming:
    """The same for one manager, of whom ``names`` are the key, the login and the e-mail address."""
    general = naming(mandate, today)
    if not general.allowed or mandate is None:
        return general
    recipients = {_folded(one) for one in mandate.recipients}
    if MANAGERS in recipients or recipients & {_folded(name) for name in names if name.strip()}:
        return general
    return Naming(False, Note(NoteCode.MANDATE_NOT_RECIPIENT))


def _folded(name: str) -> str:
    return name.strip().casefold()
