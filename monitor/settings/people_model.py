"""What ``config/people.yaml`` may say of the people in the CRM: what the CRM itself does not know, or knows wrongly."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.quality.share import parse_share
from monitor.settings.values import Country, Currency

_SLACK = re.compile(r"[UW][A-Z0-9]{5,20}")
_EMAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\"]+")


def _word(value: Any) -> Any:
    """A key may be a number; it is text all the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _named(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty\nname a user by login, e-mail or key")
    return value.strip()


def _part_time(value: Any) -> float:
    share = parse_share(value)
    if not share:
        raise ValueError("must be more than nothing\nwrite 80% or 0.8")
    return share


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise ValueError("is no e-mail address")
    return value


def _slack(value: str) -> str:
    if value and not _SLACK.fullmatch(value):
        raise ValueError("must be a Slack user ID, such as U012AB3CD\nit stands in the person's profile in Slack")
    return value


User = Annotated[str, BeforeValidator(_word), AfterValidator(_named), WithJsonSchema({"type": ["string", "integer"]})]
Key = Annotated[str, BeforeValidator(_word), WithJsonSchema({"type": ["string", "integer"]})]
PartTime = Annotated[
    float, BeforeValidator(_part_time), WithJsonSchema({"type": ["number", "string"], "examples": ["80%", 0.8]})
]
Speaks = Literal["en", "da", "nb"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeatsEntry(_Section):
    """What was bought."""

    bought: int | None = Field(None, ge=0, description="how many seats were bought")
    cost_per_month: Decimal | None = Field(
        None, ge=0, allow_inf_nan=False, description="what one seat costs per month: 600"
    )
    currency: Currency = Field("", description="its currency, ISO 4217, if it is not the CRM's: DKK")
    of: str = Field("", max_length=80, description="what the seats are of: Sales licences")


class RoleEntry(_Section):
    """What a role is meant to use; what is left out means all there is."""

    title: list[str] = Field(default_factory=list, description="job titles in the CRM of people with this role")
    measures: list[str] = Field(default_factory=list, description="names of the measures the role is meant to show")
    areas: list[str] = Field(default_factory=list, description="areas of the CRM that the role is meant to use")
    reads_only: bool = Field(False, description="true: the seat may not write, or is not meant to")


class PersonEntry(_Section):
    """One person, named by login, e-mail or key."""

    user: User = Field(description="the user, by login, e-mail or key")
    manager: Key = Field("", description="who manages the person, likewise, if not as the CRM says")
    team: Key = Field("", description="the team, by key or name, if not as the CRM says")
    role: str = Field("", description="one of `roles`, if not by job title")
    start: date | None = Field(None, description="first day at work with the CRM")
    part_time: PartTime = Field(1.0, description="share of full time: 80%")
    language: Speaks | None = Field(None, description="language of what the person is sent")
    email: Annotated[str, AfterValidator(_email)] = Field("", description="address for e-mail, if not the CRM's")
    slack: Annotated[str, AfterValidator(_slack)] = Field("", description="Slack user ID: U012AB3CD")


class TeamEntry(_Section):
    """One team."""

    manager: Key = Field("", description="who manages its people, but for those whose own line says so")
    country: Country | None = Field(None, description="whose public holidays are days off there, if not the project's")
    language: Speaks | None = Field(None, description="language of what its people are sent")


class PeopleFile(_Section):
    """``config/people.yaml``."""

    sponsor: Key = Field("", description="who gets the monthly digest of the whole, by login, e-mail or key")
    admins: list[Key] = Field(
        default_factory=list,
        description="who looks after the CRM and takes over the records of people who left, likewise",
    )
    seats: SeatsEntry = Field(
        default_factory=lambda: SeatsEntry.model_validate({}), description="what was bought, for the cost of the unused"
    )
    absences: str = Field(
        "", description="a CSV file beside this one or elsewhere, with the columns user,first,last: dates only"
    )
    roles: dict[str, RoleEntry] = Field(default_factory=dict, description="roles, and what each is meant to use")
    people: list[PersonEntry] = Field(default_factory=list, description="people of whom the CRM does not know it all")
    teams: dict[Key, TeamEntry] = Field(default_factory=dict, description="teams, by key or name")
