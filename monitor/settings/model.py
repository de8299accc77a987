"""What ``config/monitor.yaml`` may say. Every field is read by somebody; its description is its documentation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from monitor.delivery.addresses import address_problem
from monitor.incidents.model import Policy
from monitor.incidents.permissions import Doing, Permissions
from monitor.quality.share import Share
from monitor.settings.values import Country, Currency, Duration, TimeZone, parse_duration

if TYPE_CHECKING:
    from monitor.delivery.smtp import Smtp

EMAIL_ADDRESS = re.compile(r"[!#-;=?A-Z^-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


Who = Annotated[str, Field(pattern=r"^([UW][A-Z0-9]{6,}|S[A-Z0-9]{6,}|everyone|nobody)$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Connection(_Section):
    """Where the CRM is and how it is read."""

    url: SecretStr = Field(description="the CRM's database: postgresql://user:password@host/database; keep it in .env")
    crm: str = Field(
        min_length=1, description="the CRM map: builtin/odoo-17@1, or a file beneath config/: crms/mine.yaml"
    )
    statement_timeout: Duration = Field(
        default_factory=lambda: parse_duration("60s"), description="the longest that one query may take"
    )
    max_scans: int = Field(2, ge=1, le=32, description="how many queries may run in the CRM at once")
    link_base: str = Field("", description="the CRM's web address, for links to records: https://crm.example.com")
    variables: dict[str, str] = Field(default_factory=dict, description="values for the map's variables")
    time_zone: TimeZone | None = Field(None, description="zone of the CRM's timestamps, if it is not the map's")

    @field_validator("url")
    @classmethod
    def _not_empty(cls, url: SecretStr) -> SecretStr:
        return _filled(url, "is empty\nset the CRM's database URL, e.g. in .env")

    @field_validator("link_base")
    @classmethod
    def _is_web_address(cls, address: str) -> str:
        if address and not address.startswith(("https://", "http://")):
            raise ValueError("must be a web address\nbegin it with https://")
        return address.rstrip("/")


class State(_Section):
    """Where the monitor keeps what it found."""

    url: SecretStr = Field(
        SecretStr("sqlite:///state/monitor.db"),
        description="the state database; a relative SQLite path is beneath the project's folder",
    )

    @field_validator("url")
    @classmethod
    def _not_empty(cls, url: SecretStr) -> SecretStr:
        return _filled(url, "is empty\nleave the line out for the default, or write sqlite:///state/monitor.db")


class Slack(_Section):
    """Where messages go: a bot token with a channel, or (without edits and threads) an incoming webhook."""

    token: SecretStr | None = Field(None, description="a bot token, xoxb-...")
    webhook: SecretStr | None = Field(
        None, description="an incoming webhook's URL, instead of a token: no edits, no threads"
    )
    channel: str = Field(
        "", description="where alerts go, with a token: #crm-quality, or a channel's ID; not beside config/routes.yaml"
    )
    ops_channel: str = Field("", description="where the monitor's own troubles go; by default the same channel")
    app_token: SecretStr | None = Field(
        None, description="an app-level token, xapp-..., with which buttons and /crm work (Socket Mode)"
    )
    allow_shared: bool = Field(False, description="whether channels shared with guests or other companies will do")
    permissions: dict[Doing, list[Who]] = Field(
        default_factory=dict,
        description="who may do what from Slack: users U..., user groups S..., everyone, nobody; by action or default",
    )

    @field_validator("token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        if (
            _filled(token, "is empty\nset it, e.g. in .env, or take the slack section out").get_secret_value()[:5]
            != "xoxb-"
        ):
            raise ValueError(
                "must be a bot token, which begins with xoxb-\nit stands under OAuth & Permissions in Slack"
            )
        return token

    @field_validator("app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        text = _filled(token, "is empty\nset it, e.g. in .env, or take the line out").get_secret_value()
        if not text.startswith("xapp-"):
            raise ValueError("must be an app-level token, which begins with xapp-\nit stands under Basic Information")
        return token

    @field_validator("webhook")
    @classmethod
    def _is_web_address(cls, webhook: SecretStr | None) -> SecretStr | None:
        if webhook is None:
            return None
        text = _filled(webhook, "is empty\nset it, e.g. in .env, or take the slack section out").get_secret_value()
        if address_problem(text):
            raise ValueError("must be a webhook's URL, which begins with https://")
        return webhook

    @property
    def permitted(self) -> Permissions:
        """Who may do what, as it is asked."""
        return Permissions(dict(self.permissions))

    @model_validator(mode="after")
    def _one_way(self) -> Slack:
        if (self.token is None) == (self.webhook is None):
            raise ValueError("needs either a token (and a channel) or a webhook\nwrite one of them")
        if self.webhook is not None and (self.app_token or self.permissions):
            raise ValueError("takes no app_token and no permissions beside a webhook\na webhook carries no buttons")
        if self.webhook is not None and (self.channel or self.ops_channel):
            raise ValueError("takes no channel beside a webhook\na webhook posts to the one channel it was made for")
        return self


class Mail(_Section):
    """The mail server that digests go through."""

    host: str = Field(min_length=1, description="its name: smtp.example.com")
    port: int = Field(587, ge=1, le=65535, description="its port: 587 for starttls, 465 mostly for tls")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection is encrypted: starttls or tls; none only on this machine"
    )
    user: str = Field("", description="whom to log in as; without it, there is no login")
    password: SecretStr | None = Field(None, description="the password; keep it in .env")
    sender: str = Field(alias="from", description="the address that mail comes from: crm-monitor@example.com")
    timeout: Duration = Field(
        default_factory=lambda: parse_duration("20s"), description="the longest to wait for an answer"
    )

    @field_validator("sender")
    @classmethod
    def _is_address(cls, address: str) -> str:
        if not EMAIL_ADDRESS.fullmatch(address):
            raise ValueError("must be one plain e-mail address\nwrite for example from: crm-monitor@example.com")
        return address

    @model_validator(mode="after")
    def _is_safe(self) -> Mail:
        if self.user and (self.password is None or not self.password.get_secret_value()):
            raise ValueError("needs a password beside the user\nset it, e.g. in .env, or take the user out")
        if self.password is not None and not self.user:
            raise ValueError("needs a user beside the password\nwrite whom to log in as")
        if self.security == "none" and not self.server().local:
            raise ValueError("sends mail in plain text across the network\nset security to starttls or tls")
        return self

    def server(self) -> Smtp:
        """The same, as mail is sent through it."""
        from monitor.delivery.smtp import Security, Smtp  # the standard library's mail and TLS take a while to load

        password = self.password.get_secret_value() if self.password else ""
        timeout = self.timeout.total_seconds()
        return Smtp(self.host, self.port, Security(self.security), self.user, password, self.sender, timeout)


class SmallestChange(_Section):
    """How much worse than the baseline is worth a message; the larger of the two counts."""

    records: int = Field(1, ge=0, description="this many records")
    share: Share = Field(0.01, description="this share of the baseline")


class Alerts(_Section):
    """When an incident opens, is told and resolves."""

    failing_runs: int = Field(1, ge=1, le=100, description="runs in a row that must fail before an incident opens")
    passing_runs: int = Field(1, ge=1, le=100, description="runs in a row that must pass before it is resolved")
    smallest_change: SmallestChange = Field(
        default_factory=lambda: SmallestChange.model_validate({}),
        description="what is worth telling beyond the baseline",
    )
    worse_by: Share = Field(0.25, description="growth since the last message that earns another")
    keep_keys: int = Field(1000, ge=0, le=100_000, description="failing records kept per check; above it, counts only")

    def policy(self) -> Policy:
        """The same, as incidents are decided by it."""
        return Policy(
            failing_runs=self.failing_runs,
            passing_runs=self.passing_runs,
            smallest_change_records=self.smallest_change.records,
            smallest_change_share=self.smallest_change.share or 0.0,
            worse_by=self.worse_by or 0.0,
        )


class People(_Section):
    """Who in the CRM is not a person."""

    service_accounts: list[str] = Field(default_factory=list, description="logins or keys of integrations and imports")


class WorkingTime(_Section):
    """Which days people work, beside weekends."""

    holidays: Country | None = Field(None, description="whose public holidays are days off; by default `country`")
    days_off: list[date] = Field(default_factory=list, description="the company's own days off: [2026-12-24]")
    quiet_weeks: list[Annotated[int, Field(ge=1, le=53)]] = Field(
        default_factory=list, description="ISO weeks in which nobody is expected to use the CRM: [28, 29, 30, 31]"
    )


class UseOfCrm(_Section):
    """How people's use of the CRM is read again, for what was entered late. Whole days."""

    late: Duration = Field(
        default_factory=lambda: parse_duration("7d"),
        description="how far back each reading looks; the first of an ISO week 28 days at least",
    )
    full_every: Duration = Field(
        default_factory=lambda: parse_duration("28d"),
        description="how often all of the history, 26 weeks, is read again",
    )

    @field_validator("late", "full_every")
    @classmethod
    def _whole_days(cls, time: timedelta) -> timedelta:
        if time != timedelta(days=time.days):
            raise ValueError("must be whole days\nwrite for example 7d")
        return time


class Service(_Section):
    """How ``crm-monitor serve`` runs."""

    listen: str = Field(
        "127.0.0.1:9464",
        description="where /healthz, /readyz and /metrics answer, host:port; off for nowhere. Whoever reaches it reads "
        "figures, and which host leads: keep it on this machine, or behind a proxy",
    )
    workers: int = Field(2, ge=1, le=32, description="how many jobs may run at once")
    drain: Duration = Field(
        default_factory=lambda: parse_duration("30s"), description="how long running jobs may go on after a SIGTERM"
    )
    lease: Duration = Field(
        default_factory=lambda: parse_duration("30s"),
        description="how long a leader that gives no sign of life is waited for, with several hosts on one state",
    )
    log: Literal["text", "json"] = Field("text", description="how the log on stderr is written")

    @field_validator("listen")
    @classmethod
    def _is_address(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if listen != "off" and not (host and re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):
            raise ValueError("must be host:port, or off\nwrite for example 127.0.0.1:9464")
        return listen

    @field_validator("lease")
    @classmethod
    def _is_long_enough(cls, lease: timedelta) -> timedelta:
        if lease < timedelta(seconds=3):
            raise ValueError("is too short to be renewed in time\nwrite at least 3s; 30s is the default")
        return lease


class Settings(_Section):
    """The monitor's settings."""

    name: str = Field("CRM", min_length=1, max_length=80, description="what to call this CRM in reports")
    time_zone: TimeZone = Field(
        "UTC", description="the zone in which a day begins and times are shown: Europe/Copenhagen"
    )
    country: Country | None = Field(None, description="for telephone numbers, company numbers and holidays: DK")
    currency: Currency = Field("", description="the CRM's currency, ISO 4217, shown with amounts: DKK")
    connection: Connection = Field(description="where the CRM is and how it is read")
    state: State = Field(
        default_factory=lambda: State.model_validate({}), description="where the monitor keeps what it found"
    )
    slack: Slack | None = Field(None, description="where messages go; without it, nothing is sent")
    smtp: Mail | None = Field(None, description="the mail server for digests to those who are not on Slack")
    alerts: Alerts = Field(default_factory=lambda: Alerts.model_validate({}), description="when somebody is told")
    people: People = Field(default_factory=lambda: People.model_validate({}), description="who is not a person")
    working_time: WorkingTime = Field(
        default_factory=lambda: WorkingTime.model_validate({}), description="which days people work"
    )
    service: Service = Field(
        default_factory=lambda: Service.model_validate({}), description="how crm-monitor serve runs"
    )
    use: UseOfCrm = Field(
        default_factory=lambda: UseOfCrm.model_validate({}),
        description="how people's use of the CRM is read again, for what was entered late",
    )


def _filled(secret: SecretStr, complaint: str) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError(complaint)
    return secret
