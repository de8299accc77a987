"""Reads ``config/mandate.yaml``. What it lacks is no error: nobody is named then, and the program says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.adoption.mandate import (
    PERSON_DAYS,
    PERSON_WEEKS,
    TEAM_MONTHS,
    Consulted,
    Informed,
    Mandate,
    Retention,
)
from monitor.settings.people_model import Key
from monitor.settings.values import Country
from monitor.yamlfile import Problems, present, read, salvage

MANDATE = Path("config", "mandate.yaml")


def _listed(value: Any) -> Any:
    """One of something may stand alone."""
    return [value] if isinstance(value, dict) else value


def _words(value: Any) -> Any:
    """Likewise, of words and numbers."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_missing(cls, value: Any) -> Any:
        """A key without a value, as ``mandate init`` writes them, is one that is still to be filled in."""
        if not isinstance(value, Mapping):
            return value
        return {name: one for name, one in value.items() if one is not None or name not in cls.model_fields}


class ConsultedEntry(_Section):
    """Somebody who was asked before."""

    who: str = Field("", description="the works council, the representatives, the people themselves")
    on: date | None = Field(None, description="when they were asked: 2026-09-01")


class InformedEntry(_Section):
    """How the people concerned were told."""

    how: str = Field("", description="a meeting, a letter, the privacy notice")
    on: date | None = Field(None, description="when they were told: 2026-09-15")


class RetentionEntry(_Section):
    """How long is kept. Less is always possible; more is not."""

    person_days: int = Field(PERSON_DAYS, ge=1, le=PERSON_DAYS, description="days that a person's days are kept")
    person_weeks: int = Field(PERSON_WEEKS, ge=8, le=PERSON_WEEKS, description="weeks that a person's weeks are kept")
    team_months: int = Field(TEAM_MONTHS, ge=4, le=TEAM_MONTHS, description="months that a team's weeks are kept")


class MandateFile(_Section):
    """``config/mandate.yaml``: what unlocks names."""

    purpose: str = Field("", description="what persons' activity is looked at for, in a person's words")
    legal_basis: str = Field("", description="on what basis in law: GDPR art. 6(1)(f), and the agreement at work")
    recipients: Annotated[list[Key], BeforeValidator(_words)] = Field(
        default_factory=list, description="who sees names: managers (each of the own people), or logins of managers"
    )
    consulted: Annotated[list[ConsultedEntry], BeforeValidator(_listed)] = Field(
        default_factory=list, description="who was asked before, and when"
    )
    informed: Annotated[list[InformedEntry], BeforeValidator(_listed)] = Field(
        default_factory=list, description="how the people concerned were told, and when"
    )
    review_on: date | None = Field(None, description="the day by which it is looked at again; past it, nobody is named")
    country: Country | None = Field(None, description="the country whose rules it follows: DK, NO")
    contact: str = Field("", description="whom the people can ask")
    not_for: str = Field("", max_length=200, description="what it is not for; by default: not for pay or appraisal")
    strict: bool = Field(
        False, description="true where watching people's use of equipment is barred: no person's use is stored at all"
    )
    retention: RetentionEntry = Field(
        default_factory=lambda: RetentionEntry.model_validate({}), description="how long is kept"
    )


def load_mandate(folder: Path) -> Mandate | None:
    """The mandate of the project in ``folder``; None where it has no such file.

    Raises ConfigurationError with every problem of the file; what is merely missing is none.
    """
    path = folder / MANDATE
    if not present(path):
        return None
    problems = Problems()
    file = salvage(MandateFile, read(path), problems)
    problems.raise_if_any()
    assert file is not None  # nothing but a problem makes it so
    return Mandate(
        purpose=file.purpose,
        legal_basis=file.legal_basis,
        recipients=frozenset(one.strip() for one in file.recipients if one.strip()),
        consulted=tuple(Consulted(one.who, one.on) for one in file.consulted),
        informed=tuple(Informed(one.how, one.on) for one in file.informed),
        review_on=file.review_on,
        country=file.country or "",
        contact=file.contact,
        not_for=file.not_for,
        strict=file.strict,
        retention=Retention(file.retention.person_days, file.retention.person_weeks, file.retention.team_months),
    )
