"""Opens the project for one use at a time, so that no part of the service holds what another needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled
from monitor.app.status import PATIENCE
from monitor.schedule.job import Schedule
from monitor.service.tally import Tally
from monitor.store.lease import Lease, LeaseLost, guard
from monitor.store.observed import Observed, observe
from monitor.store.state import State


class Opening:
    """``scheduled`` gives the configuration as it is now, ``lease`` the lease while this process leads."""

    def __init__(
        self,
        scheduled: Callable[[], Scheduled],
        lease: Callable[[], Lease | None],
        clock: Callable[[], datetime],
        environ: Mapping[str, str],
    ) -> None:
        self._scheduled, self._lease, self._clock, self._environ = scheduled, lease, clock, environ
        self._sending = threading.Lock()
        self.tally = Tally()

    @property
    def lease(self) -> Lease | None:
        """The lease, while this process leads."""
        return self._lease()

    @property
    def leads(self) -> bool:
        """Whether this process leads."""
        return self.lease is not None

    @contextmanager
    def project(self) -> Iterator[OpenProject]:
        """The project; what is written of its state is written only while this process leads. Raises LeaseLost."""
        lease = self._lease()
        if lease is None:
            raise LeaseLost
        opened = OpenProject(self._scheduled().project, self._clock, self._environ)
        opened.guards, opened.sending = (guard(lease),), self._sending
        opened.makes_state = False  # whoever leads has one; where it is gone, it is about to be restored
        opened.delivery_failed = self.tally.delivery_failed
        try:
            yield opened
        finally:
            opened.close()

    def state(self) -> State:
        """The state by itself, brought up to date; close it. Raises StateUnavailable."""
        return State.open(self._scheduled().project.state_url, clock=self._clock)

    def observed(self) -> Observed:
        """What the state says of the monitor itself; nothing is written. Raises StateUnavailable."""
        scheduled = self._scheduled()
        url = scheduled.project.state_url
        checks = {check.id for check in scheduled.project.checks}
        # Opened anew each time: a file that was put in another's place is read as it is.
        with State.open(url, migrate=False, clock=self._clock, patience=PATIENCE) as state:
            return observe(state, scheduled.schedule.jobs, self._clock(), of_checks=checks)

    @property
    def schedule(self) -> Schedule:
        """What runs when, as it is now."""
        return self._scheduled().schedule
