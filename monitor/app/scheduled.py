"""A project with its schedule, read together, so that every problem of both is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UsageError
from monitor.schedule.job import Job, Schedule
from monitor.settings.configured import Configured, environment
from monitor.settings.project import Project, load_project
from monitor.settings.schedule import ScheduleSaid, load_schedule
from monitor.yamlfile import Problems, nearest


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A project that is right throughout, its schedule included."""

    project: Project
    said: ScheduleSaid

    @property
    def schedule(self) -> Schedule:
        """What runs when."""
        return self.said.schedule


def load_scheduled(folder: Path, environ: Mapping[str, str]) -> Scheduled:
    """The project in ``folder`` and its schedule. Raises ConfigurationError with every problem of every file."""
    problems = Problems()
    project = said = None
    with problems.catching():
        project = load_project(folder, environ)
    with problems.catching():
        said = _schedule(folder, environ, project)
    problems.raise_if_any()
    assert project is not None  # nothing but a problem makes either of them so
    assert said is not None
    return Scheduled(project, said)


def _schedule(folder: Path, environ: Mapping[str, str], project: Project | None) -> ScheduleSaid | None:
    variables = environment(folder, environ, Problems())
    if project is None:
        from monitor.settings.configured import read_settings

        settings, _ = read_settings(folder, environ, Problems())
        return None if settings is None else load_schedule(Configured(folder, settings), variables, None)
    return load_schedule(project, variables, project.checks)


def find_job(schedule: Schedule, name: str) -> Job:
    """The job of this name. Raises UsageError, naming the nearest."""
    job = schedule.job(name)
    if job is not None:
        return job
    names = [one.id for one in schedule.jobs]
    near = nearest(name, names)
    raise UsageError(
        f"{schedule.file} has no job {name!r}",
        hint=f"did you mean {near!r}?" if near else f"there are: {', '.join(names)}",
    )
