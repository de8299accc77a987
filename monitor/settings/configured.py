"""A project's settings alone: enough for a command that asks the state, and read in a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.address import ENCODED, SPILLED, spilled
from monitor.crm.connection import driver_url
from monitor.errors import ConfigurationError, Problem, UsageError
from monitor.place import Place
from monitor.quality.calendar import working_days
from monitor.settings.dotenv import read_dotenv
from monitor.settings.model import Settings
from monitor.yamlfile import Document, Problems, interpolate, present, read, salvage

SETTINGS = Path("config", "monitor.yaml")
ROUTES = Path("config", "routes.yaml")


@dataclass(frozen=True, slots=True)
class Configured:
    """A project's folder, and its settings, which are right."""

    folder: Path
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which a day begins."""
        return ZoneInfo(self.settings.time_zone)

    @property
    def is_working_day(self) -> Callable[[date], bool]:
        """Whether people work on a day; asked, it raises ConfigurationError where the country's holidays are not known.

        The holidays are loaded when somebody asks: that takes half a second, and most checks count no working days.
        """
        country = self.settings.working_time.holidays or self.settings.country or ""

        @cache
        def calendar() -> Callable[[date], bool]:
            try:
                return working_days(country, self.settings.working_time.days_off)
            except ValueError as error:
                place = Place(str(self.folder / SETTINGS))
                hint = "name another country under working_time, holidays"
                raise ConfigurationError([Problem(place, str(error), hint)]) from None

        def works(day: date) -> bool:
            return calendar()(day)

        return works

    @property
    def crm_url(self) -> sa.URL:
        """The CRM's database, with its driver; a relative SQLite file is beneath the project's folder."""
        return _beneath(self.folder, driver_url(self.settings.connection.url.get_secret_value()))

    @property
    def state_url(self) -> sa.URL:
        """The state database, likewise."""
        return _beneath(self.folder, sa.make_url(self.settings.state.url.get_secret_value()))


def load_settings(folder: Path, environ: Mapping[str, str]) -> Configured:
    """The settings of the project in ``folder``; neither the map nor the suites are read.

    Raises ConfigurationError with every problem of the settings.
    """
    problems = Problems()
    settings, _ = read_settings(folder, environ, problems)
    problems.raise_if_any()
    assert settings is not None  # nothing but a problem makes it so
    return Configured(folder, settings)


def read_settings(
    folder: Path, environ: Mapping[str, str], problems: Problems
) -> tuple[Settings | None, Document | None]:
    """What is right of the settings, and their document; what is wrong is added to ``problems``.

    Variables come from ``environ``, and from ``.env`` where that lacks them.
    """
    path = folder / SETTINGS
    if not present(path):
        hint = "make a project with `crm-monitor init`, or name its folder with --project"
        problems.at(Place(str(path)), "there is no such file", hint)
        return None, None
    variables = environment(folder, environ, problems)
    document = None
    with problems.catching():
        document = read(path)
    if document is None:
        return None, None
    document = interpolate(document, variables, folder, problems)
    told = {problem.place for problem in problems}  # a variable that is not set leaves its own name behind: told once
    later = Problems()
    settings = salvage(Settings, document, later)
    if settings is not None:
        _addresses(settings, document, later)
        _channel(settings, document, folder, later)
    problems.extend(problem for problem in later if problem.place not in told)
    return settings, document


def environment(folder: Path, environ: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """The variables that files may name: those of the process, and beneath them those of ``.env``."""
    with problems.catching():
        return {**read_dotenv(folder / ".env"), **environ}
    return dict(environ)


def _channel(settings: Settings, document: Document, folder: Path, problems: Problems) -> None:
    """A token alone says nothing of where messages go, unless there are routes."""
    slack = settings.slack
    if slack is not None and slack.token is not None and not slack.channel and not present(folder / ROUTES):
        hint = "write for example channel: '#crm-quality'"
        problems.add(document.problem("slack needs a channel beside the token", "slack", hint=hint))


def _addresses(settings: Settings, document: Document, problems: Problems) -> None:
    """Both databases are such that can be opened; nothing of a URL is repeated, as it holds a password."""
    try:
        driver_url(settings.connection.url.get_secret_value())
    except UsageError as error:
        problems.add(document.problem(error.message.rstrip("."), "connection", "url", hint=error.hint))
    try:
        written = settings.state.url.get_secret_value()
        url = sa.make_url(written)
        kind = "" if "\0" in str(url.database) else url.get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        url, kind = None, ""
    if url is not None and spilled(url, written):
        problems.add(document.problem(f"the state's address {SPILLED}", "state", "url", hint=ENCODED))
        return
    if kind not in ("sqlite", "postgresql", "postgres"):
        hint = "write sqlite:///state/monitor.db or postgresql+psycopg://user:password@host/database"
        problems.add(document.problem("the state can be kept in SQLite or PostgreSQL", "state", "url", hint=hint))


def _beneath(folder: Path, url: sa.URL) -> sa.URL:
    database = url.database or ""
    if url.get_backend_name() != "sqlite" or database in ("", ":memory:") or database.startswith("file:"):
        return url
    return url.set(database=str((folder / database).resolve()))
