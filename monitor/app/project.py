"""An opened project: configuration, CRM and state, each opened when it is first needed and closed at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.app.routes import Routes, configured_routes
from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm, open_crm
from monitor.crm.people import read_directory
from monitor.crm.source import Directory, EntitySource
from monitor.errors import ConfigurationError
from monitor.quality.moments import Moments
from monitor.quality.outcome import Selection
from monitor.settings.configured import environment
from monitor.settings.project import Project, load_project
from monitor.store.database import Guards, NoStateYet
from monitor.store.emptied import AcceptedEmpty
from monitor.store.state import State
from monitor.yamlfile import Problems

if TYPE_CHECKING:
    from monitor.adoption.naming import Naming
    from monitor.adoption.organisation import Organisation
    from monitor.app.telling import Telling
    from monitor.delivery.target import Failure
    from monitor.quality.engine import Options, Reader
    from monitor.quality.past import Past
    from monitor.quality.selection import Progress
    from monitor.settings.schedule import ScheduleSaid
    from monitor.settings.use import Use


@dataclass(frozen=True, slots=True)
class Known:
    """What the state contributes to a reading of the CRM: what is accepted, and the secret for personal keys."""

    hash_key: bytes = b""
    accepted: Mapping[str, frozenset[str]] | None = None
    emptied: Mapping[str, AcceptedEmpty] = field(default_factory=dict)


class OpenProject:
    """One project in use by one command. Close it; or better, get it from ``open_project``."""

    def __init__(self, project: Project, clock: Callable[[], datetime], environ: Mapping[str, str]) -> None:
        self.project = project
        self._environ = environ
        self.clock = clock
        self.sleep: Callable[[float], None] = time.sleep
        self.delivery_failed: Callable[[Failure], None] = lambda _: None
        """Hears of every attempt to send a message that failed."""
        self.sending: threading.Lock | None = None
        """Held by the one thread that sends, where several of a process could."""
        self.guards: Guards = ()
        """Asked before anything is written to the state; see ``Database``."""
        self.makes_state = True
        """Whether the state is made, or brought up to date, where that is still to be done."""
        self._sources: dict[datetime | None, Mapping[str, EntitySource]] = {}
        self._routes: Routes | None = None
        self._existing: State | None = None

    @cached_property
    def crm(self) -> Crm:
        """The CRM, read-only. Raises CrmUnavailable."""
        connection = self.project.settings.connection
        return open_crm(
            self.project.crm_url,
            statement_timeout=connection.statement_timeout.total_seconds(),
            max_scans=connection.max_scans,
        )

    @cached_property
    def state(self) -> State:
        """The state database, up to date, and rid of what may not be kept any more. Raises StateUnavailable."""
        from monitor.app.keeping import keep_what_is_allowed

        state = State.open(self.project.state_url, migrate=self.makes_state, clock=self.clock, guards=self.guards)
        try:
            keep_what_is_allowed(state, self.project.folder, self.clock(), self.project.zone)
        except BaseException:
            state.close()
            raise
        return state

    @cached_property
    def directory(self) -> Directory:
        """Everyone in the CRM. Raises CrmUnavailable."""
        services = self.project.settings.people.service_accounts
        return read_directory(self.crm, self.sources(None), service_accounts=services)

    @cached_property
    def use(self) -> Use:
        """What the project says of people's use. Raises ConfigurationError with every problem of its files."""
        from monitor.settings.use import load_use

        return load_use(self.project.folder, self.project.crm_map)

    @cached_property
    def said(self) -> ScheduleSaid:
        """What runs when. Raises ConfigurationError with every problem of the file."""
        from monitor.settings.schedule import load_schedule

        variables = environment(self.project.folder, self._environ, Problems())
        return load_schedule(self.project, variables, self.project.checks)

    @cached_property
    def naming(self) -> Naming:
        """Whether persons may be named at all, by the mandate as it is today."""
        from monitor.adoption.mandate import naming

        return naming(self.use.mandate, self.clock().astimezone(self.project.zone).date())

    @cached_property
    def organisation(self) -> Organisation:
        """The people whose use is measured. Raises CrmUnavailable and StateUnavailable."""
        from monitor.adoption.people import organise

        first = dict(self.state.adoption.first_weeks())  # days are kept for a shorter time than weeks
        for user, day in self.state.activity.first_days().items():
            first[user] = min(day, first.get(user, day))
        forgotten = self.state.keeping.forgotten(self.directory.people)
        country = self.project.settings.country or ""
        return organise(self.directory, self.use.people, first, country=country, forgotten=forgotten)

    @property
    def slack_address(self) -> str:
        """Another address of Slack's Web API, where CRM_MONITOR_SLACK_API names one (a proxy, or a test server)."""
        return self._environ.get("CRM_MONITOR_SLACK_API", "") or "https://slack.com/api/"

    @property
    def routes(self) -> Routes:
        """Where messages go. Raises ConfigurationError for a target that nothing can be sent to."""
        if self._routes is None:
            self._routes = configured_routes(self.project, self.slack_address)
        return self._routes

    @routes.setter
    def routes(self, routes: Routes) -> None:
        self._routes = routes

    def telling(self, state: State, now: datetime) -> Telling:
        """A pass over all incidents: who hears of which."""
        from monitor.app.inhibition import Inhibition
        from monitor.app.telling import Telling

        slack = self.project.settings.slack
        return Telling(
            self.routes,
            self.project.zone,
            Inhibition(self.project.checks),
            state.silences.active(now),
            buttons=slack is not None and slack.app_token is not None,
        )

    def sources(self, as_of: datetime | None) -> Mapping[str, EntitySource]:
        """The CRM's entities, without the rows entered after ``as_of``."""
        if as_of not in self._sources:
            connection = self.project.settings.connection
            self._sources[as_of] = compile_map(
                self.project.crm_map,
                self.crm.engine.dialect,
                link_base=connection.link_base,
                variables=connection.variables,
                time_zone=connection.time_zone,
                as_of=as_of,
            )
        return self._sources[as_of]

    def reader(self, now: datetime, as_of: datetime | None = None) -> Reader:
        """What the engine needs of the CRM; ``now`` is the moment that conditions are about."""
        from monitor.quality.engine import Reader

        settings = self.project.settings
        return Reader(
            engine=self.crm.engine,
            connect=self.crm.scan,
            sources=self.sources(as_of),
            directory=self.directory,
            moments=Moments(now, self.project.zone, self.project.is_working_day),
            now=now,
            country=settings.country or "",
            managed=self._managed,
        )

    def _managed(self) -> frozenset[str]:
        """Users without a manager in the CRM, who have one by ``config/people.yaml``.

        Raises CheckError for a file with mistakes: it is no matter of any other check.
        """
        from monitor.adoption.people import organise
        from monitor.quality.faults import CheckError
        from monitor.settings.people import PEOPLE, load_people

        try:
            said = load_people(self.project.folder)
        except ConfigurationError as error:
            raise CheckError(f"{PEOPLE} has mistakes: crm-monitor config check lists them") from error
        users = self.directory.people
        members = organise(self.directory, said).members.values()
        return frozenset(one.key for one in members if one.manager_key and not users[one.key].manager_key)

    def options(
        self,
        selection: Selection | None = None,
        known: Known | None = None,
        progress: Progress | None = None,
        past: Past | None = None,
    ) -> Options:
        """How the engine shall run."""
        from monitor.quality.engine import Options

        known = known or Known()
        return Options(
            selection=selection or Selection(),
            cap=self.project.settings.alerts.keep_keys,
            hash_key=known.hash_key,
            accepted=known.accepted or {},
            on_progress=progress,
            past=past,
        )

    def known(self, state: State | None) -> Known:
        """What is accepted now, and the secret; nothing where there is no state."""
        if state is None:
            return Known()
        return Known(state.hash_key(), state.accepted.keys(self.clock()), state.emptied.all())

    def existing_state(self) -> State | None:
        """The state as it is, for a command that writes nothing; None where there is none yet.

        Raises StateUnavailable when there is one and it cannot be read.
        """
        if "state" in self.__dict__:
            return self.state
        if self._existing is None:
            try:
                self._existing = State.open(self.project.state_url, migrate=False, clock=self.clock)
            except NoStateYet:
                return None
        return self._existing

    def close(self) -> None:
        """Give connections back."""
        for name in ("crm", "state"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        if self._existing is not None:
            self._existing.close()


@contextmanager
def open_project(folder: Path, environ: Mapping[str, str], *, clock: Callable[[], datetime]) -> Iterator[OpenProject]:
    """The project in ``folder``. Raises ConfigurationError with everything that is wrong with it."""
    opened = OpenProject(load_project(folder, environ), clock, environ)
    try:
        yield opened
    finally:
        opened.close()
