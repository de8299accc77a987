"""What ``config/schedule.yaml`` may say of what runs when."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from monitor.delivery.addresses import address_problem
from monitor.schedule.cron import parse_cron
from monitor.schedule.job import CatchUp, Overlap, Work
from monitor.settings.people_model import Key
from monitor.settings.values import Duration, TimeZone, parse_duration

_SHORTEST = timedelta(seconds=1)


def _cron(value: str) -> str:
    parse_cron(value)
    return value


def _job_name(value: str) -> str:
    if len(value) > 60 or not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
        raise ValueError("is no name for a job\nwrite letters, digits, - and _: deals-hourly")
    return value


def _no_spread(value: Any) -> Any:
    return timedelta() if value in (0, "0", "none") else parse_duration(value)


Spread = Annotated[
    timedelta,
    BeforeValidator(_no_spread),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["10m", 0]}),
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobEntry(_Section):
    """One job. It has a ``cron`` line or an interval ``every``."""

    do: Work = Field(
        description="what it does: check (records), adoption (read and score people's use), digest and fixlist (send "
        "what is due), retention (delete what is past its time), self-check (what doctor looks at), heartbeat"
    )
    cron: Annotated[str, AfterValidator(_cron)] | None = Field(
        None, description="when, in five fields: minute, hour, day of the month, month, weekday: 0 6 * * mon-fri"
    )
    every: Duration | None = Field(None, description="when, as an interval counted from 1970 in UTC: 15m, 1h")
    time_zone: TimeZone | None = Field(None, description="the zone of the cron line; by default the file's")
    spread: Spread = Field(
        timedelta(),
        description="each run is put off by up to this long, by its name and time, so that not all begin at once: 10m",
    )
    catch_up: CatchUp = Field(
        CatchUp.LATEST, description="which of the runs that nothing was there to do are done afterwards"
    )
    catch_up_within: Duration = Field(
        default_factory=lambda: parse_duration("1d"),
        description="how late a run may be done, and not be recorded as missed",
    )
    timeout: Duration = Field(
        default_factory=lambda: parse_duration("1h"), description="how long a run may take before it is given up"
    )
    overlap: Overlap = Field(
        Overlap.SKIP, description="what becomes of a run that is due while the last one still goes on: skip, or wait"
    )
    entities: list[Key] = Field(default_factory=list, description="check: only these entities: [opportunities]")
    tags: list[Key] = Field(default_factory=list, description="check: only checks with one of these tags")
    ping: SecretStr | None = Field(
        None,
        description="a URL that hears of every run: URL/start, then URL/EXIT-CODE, so that an outside monitor notices "
        "when this one is silent; keep it in .env",
    )

    @field_validator("ping")
    @classmethod
    def _is_web_address(cls, ping: SecretStr | None) -> SecretStr | None:
        if ping is not None and (problem := address_problem(ping.get_secret_value())):
            raise ValueError(problem)
        return ping

    @model_validator(mode="after")
    def _is_whole(self) -> JobEntry:
        if (self.cron is None) == (self.every is None):
            raise ValueError("needs either cron or every\nwrite for example cron: 0 6 * * mon-fri")
        if self.every is not None and self.time_zone is not None:
            raise ValueError("has a time_zone beside every, which counts in UTC\ntake one of them out")
        if self.every is not None and self.spread >= self.every:
            raise ValueError("is spread over its whole interval\nmake spread shorter than every")
        if self.do is not Work.CHECK and (self.entities or self.tags):
            raise ValueError(f"names entities or tags, but does {self.do.value}\nonly check looks at some alone")
        return self


class ScheduleFile(_Section):
    """The jobs, by name."""

    time_zone: TimeZone | None = Field(None, description="the zone of every cron line; by default the project's")
    jobs: dict[Annotated[str, AfterValidator(_job_name)], JobEntry] = Field(
        min_length=1, description="what runs when, by a name of your own"
    )
