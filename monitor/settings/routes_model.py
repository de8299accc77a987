"""What ``config/routes.yaml`` may say of who is told of what."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    SecretStr,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from monitor.crm.vocabulary import RECORDS
from monitor.delivery.addresses import address_problem
from monitor.incidents.quiet import DAYS, Quiet
from monitor.quality.check import Dimension, Severity
from monitor.settings.model import EMAIL_ADDRESS
from monitor.settings.people_model import Key
from monitor.settings.values import TimeZone, parse_duration

T = TypeVar("T")
NOBODY = "nobody"
WEBHOOK = "webhook"
"""As a Slack target: the incoming webhook of ``config/monitor.yaml``."""

_HOURS = re.compile(r"(?P<first>[0-9]{1,2}:[0-9]{2})\s*-\s*(?P<last>[0-9]{1,2}:[0-9]{2})")
_SLACK = re.compile(r"#[^\s#@<>]{1,79}|[CG][A-Z0-9]{6,20}|webhook")
_PERSON = re.compile(r"[UW][A-Z0-9]{6,20}")
_MENTION = re.compile(r"[SUW][A-Z0-9]{6,20}|nobody")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def _listed(value: Any) -> Any:
    """One value may stand alone."""
    return value if isinstance(value, list) or value is None else [value]


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("is no name for a target\nwrite a letter, then letters, digits, - and _: sales-ops")
    return value


def _slack(value: str) -> str:
    if value and not _SLACK.fullmatch(value):
        raise ValueError("must be a channel\nwrite its ID, C0123ABCD, or its name in quotes, '#crm-quality'")
    return value


def _person(value: str) -> str:
    if value and not _PERSON.fullmatch(value):
        raise ValueError("must be a Slack user ID, such as U012AB3CD\nit stands in the person's profile in Slack")
    return value


def _mention(value: str) -> str:
    if not _MENTION.fullmatch(value):
        hint = "write S0123ABCD or U0123ABCD, or nobody"
        raise ValueError(f"must be the ID of a user group or a person in Slack\n{hint}")
    return value


def _address(value: str) -> str:
    if not EMAIL_ADDRESS.fullmatch(value):
        raise ValueError("must be a plain e-mail address\nwrite for example crm@example.com")
    return value


def _repeat(value: Any) -> timedelta | Literal["never"]:
    if value == "never":
        return "never"
    every = parse_duration(value)
    if every < timedelta(hours=1):
        raise ValueError("must be at least an hour\nwrite for example 7d, or never")
    return every


def _never(value: str) -> str:
    if value != "never":
        raise ValueError("must be never, or say when\nwrite for example {hours: 18:00-08:00, days: [sat, sun]}")
    return value


def _never_or_said(value: Any) -> str:
    return "never" if isinstance(value, str) else "said"


def _time(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours) % 24 if text == "24:00" else int(hours), int(minutes))


def parse_hours(value: Any) -> tuple[time, time]:
    """``18:00-08:00``. Raises ValueError, with the next step on its second line."""
    match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if match is not None:
            return _time(match["first"]), _time(match["last"])
    except ValueError:
        pass
    raise ValueError("must be two times of the day\nwrite for example 18:00-08:00")


class _OneOrMany:
    """For the JSON schema: one value may stand alone."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(core)
        return {"anyOf": [listed["items"], listed]}


Few = Annotated[list[T], BeforeValidator(_listed), _OneOrMany()]
Many = Annotated[list[T], BeforeValidator(_listed), Field(min_length=1), _OneOrMany()]
Entity = Annotated[str, WithJsonSchema({"type": "string", "enum": list(RECORDS)})]
Name = Annotated[str, AfterValidator(_name)]
Repeat = Annotated[
    timedelta | Literal["never"],
    BeforeValidator(_repeat),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,6}\s*(s|m|h|d)|never)$", "examples": ["7d", "never"]}),
]
Hours = Annotated[
    tuple[time, time],
    BeforeValidator(parse_hours),
    WithJsonSchema({"type": "string", "examples": ["18:00-08:00"]}),
]
Never = Annotated[str, AfterValidator(_never), WithJsonSchema({"const": "never"})]
Mention = Annotated[str, AfterValidator(_mention), WithJsonSchema({"type": "string", "examples": ["S0123ABCD"]})]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetEntry(_Section):
    """One place to tell: a channel, a person, mail or a program."""

    slack: Annotated[str, AfterValidator(_slack)] = Field(
        "", description="a channel, by ID or '#name'; or webhook, for the incoming webhook of config/monitor.yaml"
    )
    person: Annotated[str, AfterValidator(_person)] = Field("", description="a person, by Slack user ID: U0123ABCD")
    email: Annotated[list[Annotated[str, AfterValidator(_address)]], BeforeValidator(_listed), Field(max_length=20)] = (
        Field(default_factory=list, description="addresses to write to")
    )
    webhook: SecretStr | None = Field(
        None, description="an address of yours that is sent JSON: https://example.com/crm"
    )
    secret: SecretStr | None = Field(None, description="what the JSON is signed with; keep it in .env")

    @field_validator("webhook")
    @classmethod
    def _is_web_address(cls, webhook: SecretStr | None) -> SecretStr | None:
        if webhook is not None and (problem := address_problem(webhook.get_secret_value())):
            raise ValueError(problem)
        return webhook

    @model_validator(mode="after")
    def _is_one(self) -> TargetEntry:
        ways = [name for name in ("slack", "person", "email", "webhook") if getattr(self, name)]
        if len(ways) != 1:
            raise ValueError("must be one of slack, person, email or webhook\nmake a target of each of them")
        if self.webhook is not None and not (self.secret and self.secret.get_secret_value().strip()):
            raise ValueError(
                "needs a secret beside the webhook\nset it, e.g. in .env: who reads it can tell it is yours"
            )
        if self.webhook is None and self.secret is not None:
            raise ValueError("takes a secret beside a webhook only\ntake it out")
        return self


class Match(_Section):
    """Which incidents are meant: one value, or a list of which any will do. All that is said has to be so."""

    kind: Many[Literal["data", "system"]] | None = Field(
        None, description="data (records that are not as they should be) or system (what could not be checked)"
    )
    severity: Many[Severity] | None = Field(None, description="how much the check matters: info, warning, critical")
    status: Many[Literal["warn", "fail", "error"]] | None = Field(None, description="the outcome: warn, fail, error")
    entity: Many[Entity] | None = Field(None, description="an entity: opportunities")
    dimension: Many[Dimension] | None = Field(
        None, description="completeness, validity, uniqueness, consistency, timeliness or integrity"
    )
    check: Many[str] | None = Field(None, description="a check's id, in which * stands for any letters: deal-*")
    tags: Many[Key] | None = Field(None, description="tags of the check, any of them")
    team: Many[Key] | None = Field(None, description="a team's name, if failing records are its own")


class QuietEntry(_Section):
    """When what is not critical waits."""

    hours: Hours | None = Field(None, description="from when until when, over midnight if need be: 18:00-08:00")
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default_factory=list, description="whole days: [sat, sun]"
    )
    holidays: bool = Field(False, description="public holidays and the company's days off, too")
    zone: TimeZone | None = Field(None, description="whose clocks these are, if not the project's: Europe/Oslo")

    @model_validator(mode="after")
    def _is_sometimes(self) -> QuietEntry:
        Quiet(ZoneInfo("UTC"), self.hours, self.weekdays, self.holidays)
        return self

    @property
    def weekdays(self) -> frozenset[int]:
        """The days by number: 0 is Monday."""
        return frozenset(DAYS.index(day) for day in self.days)


QuietSaid = Annotated[
    Annotated[Never, Tag("never")] | Annotated[QuietEntry, Tag("said")], Discriminator(_never_or_said)
]


class BudgetEntry(_Section):
    """The most new messages that a target gets; what is beyond goes into one roll-up."""

    day: int = Field(3, ge=0, le=1000, description="in a day")
    week: int = Field(10, ge=0, le=7000, description="in a week")

    @model_validator(mode="after")
    def _holds_a_day(self) -> BudgetEntry:
        if self.week < self.day:
            raise ValueError("allows less in a week than in a day\nsay both: {day: 3, week: 10}")
        return self


class RouteEntry(_Section):
    """One route, and those beneath it. What it does not say is as it is above it."""

    match: Match = Field(
        default_factory=lambda: Match.model_validate({}), description="which incidents; without it, all of them"
    )
    to: Few[str] | None = Field(None, description="names of targets; [] is nobody; without it, as above")
    audience: Literal["channel", "admin"] | None = Field(
        None, description="channel: teams only are named; admin: owners of records may be"
    )
    goes_on: bool = Field(False, alias="continue", description="true: the routes that follow are tried, too")
    quiet: QuietSaid | None = Field(None, description="when what is not critical waits, or never")
    repeat: Repeat | None = Field(None, description="how often what stays open is told again: 7d, or never")
    budget: BudgetEntry | None = Field(None, description="the most new messages in a day and in a week")
    mention: Mention | None = Field(None, description="whom to call: a user group or a person in Slack, or nobody")
    routes: list[RouteEntry] = Field(default_factory=list, description="narrower routes, tried first")


class RoutesFile(_Section):
    """``config/routes.yaml``."""

    targets: dict[Name, TargetEntry] = Field(min_length=1, description="places to tell, by names of your own")
    default: Few[str] = Field(description="names of targets for what no route matches")
    quiet: QuietSaid | None = Field(None, description="when what is not critical waits")
    repeat: Repeat | None = Field(None, description="how often what stays open is told again: 7d; by default never")
    budget: BudgetEntry | None = Field(None, description="the most new messages; by default 3 a day and 10 a week")
    routes: list[RouteEntry] = Field(
        default_factory=list, description="tried in this order; the first that matches is it"
    )
