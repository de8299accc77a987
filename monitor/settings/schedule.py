"""Reads ``config/schedule.yaml``: what runs when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from monitor import content
from monitor.crm.entity_words import nearest_entity
from monitor.crm.vocabulary import RECORDS
from monitor.quality.check import Check
from monitor.schedule.cron import Cron, parse_cron
from monitor.schedule.job import Every, Job, Schedule
from monitor.settings.configured import Configured
from monitor.settings.schedule_model import JobEntry, ScheduleFile
from monitor.yamlfile import Document, Problems, interpolate, nearest, present, read, salvage

SCHEDULE = Path("config", "schedule.yaml")
BUILT_IN = "builtin/schedule@1"


@dataclass(frozen=True, slots=True)
class ScheduleSaid:
    """The schedule, and by job the URL that hears of its runs. ``own``: the project has such a file."""

    schedule: Schedule
    pings: Mapping[str, SecretStr] = field(default_factory=dict)
    own: bool = True


def load_schedule(
    configured: Configured, environment: Mapping[str, str], checks: Iterable[Check] | None
) -> ScheduleSaid:
    """What the project says, or the built-in schedule where it has no such file.

    Raises ConfigurationError with every problem of it: entities must be known, and tags those of ``checks``, unless
    that is None, as the checks could not be read.
    """
    path = configured.folder / SCHEDULE
    own = present(path)
    problems = Problems()
    document = read(path if own else content.find("schedules", BUILT_IN))
    document = interpolate(document, environment, configured.folder, problems)
    told = {problem.place for problem in problems}
    later = Problems()
    file = salvage(ScheduleFile, document, later)
    said = None
    if file is not None:
        tags = None if checks is None else sorted({tag for check in checks for tag in check.tags})
        for name, entry in file.jobs.items():
            _known(document, later, name, entry, tags)
        said = _said(file, document, configured.zone, own=own)
    problems.extend(problem for problem in later if problem.place not in told)
    problems.raise_if_any()
    assert said is not None  # nothing but a problem makes it so
    return said


def _said(file: ScheduleFile, document: Document, zone: ZoneInfo, *, own: bool) -> ScheduleSaid:
    zone = ZoneInfo(file.time_zone) if file.time_zone else zone
    jobs = tuple(_job(name, entry, zone, document) for name, entry in file.jobs.items())
    pings = {name: entry.ping for name, entry in file.jobs.items() if entry.ping is not None}
    return ScheduleSaid(Schedule(jobs, document.file), pings, own)


def _job(name: str, entry: JobEntry, zone: ZoneInfo, document: Document) -> Job:
    timing: Cron | Every
    if entry.every is not None:
        seconds = int(entry.every.total_seconds())
        timing, zone = Every(entry.every, f"every {_words(seconds)}"), ZoneInfo("UTC")
    else:
        timing = parse_cron(entry.cron or "")
    return Job(
        id=name,
        work=entry.do,
        timing=timing,
        zone=ZoneInfo(entry.time_zone) if entry.time_zone else zone,
        spread=entry.spread,
        catch_up=entry.catch_up,
        catch_up_within=entry.catch_up_within,
        timeout=entry.timeout,
        overlap=entry.overlap,
        entities=tuple(entry.entities),
        tags=tuple(entry.tags),
        place=document.place("jobs", name, key=True),
    )


def _words(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _known(document: Document, problems: Problems, name: str, entry: JobEntry, tags: list[str] | None) -> None:
    for key, words, there in (("entities", entry.entities, list(RECORDS)), ("tags", entry.tags, tags)):
        for index, word in enumerate(words):
            if there is None or word in there:
                continue
            near = (nearest_entity if key == "entities" else nearest)(word, there)
            hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(there) or 'none'}"
            what = "entity" if key == "entities" else "tag"
            problems.add(document.problem(f"there is no {what} {word!r}", "jobs", name, key, index, hint=hint))
