"""Who leads: this process tries, holds on to it, and notices when it is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from monitor.errors import StateUnavailable, unexpected
from monitor.service.clocks import steady
from monitor.store.database import Database, StateGone
from monitor.store.lease import Lease, LeaseLost
from monitor.store.processes import process_of
from monitor.store.state import State

log = logging.getLogger(__name__)
PATIENCE = 30.0
"""Seconds beyond a term within which the state must have given an answer."""
OPENING = 1800.0
"""Seconds that the state may take to be opened: after an update it is brought up to date, and a new process would only
begin that again."""
_SOON = 0.05
_ENDING = 10.0  # seconds


class Leadership:
    """Takes and renews the lease in a thread of its own, three times within its term.

    ``alive`` says whether the rest of the process is well: a lease that a stuck process renewed would keep every other
    host from its work. Whoever cannot renew stops leading before the term is over by its own clock, and goes on with
    the same lease if nobody else took it meanwhile: what its runs have begun is theirs still.
    """

    def __init__(
        self, connect: Callable[[], State], term: timedelta, alive: Callable[[], bool], changed: Callable[[], None]
    ) -> None:
        self._connect, self._term, self._alive, self._changed = connect, term, alive, changed
        self._state: State | None = None
        self._replaced: Database | None = None  # whose file was replaced, or removed
        self._lease: Lease | None = None
        self._pause = self._often = term.total_seconds() / 3
        self._until = 0.0  # by this machine's clock that never jumps
        self._seen: Lease | None = None  # another's
        self._seen_until = 0.0  # unless it is renewed, by that clock: the state's may be set back
        self._leading = False  # what was told last
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._begun: float | None = None  # since when the state is asked
        self.problem = ""
        """Why nothing is known of the lease: the state cannot be reached."""
        self._leader = ""
        self.losses = 0

    @property
    def lease(self) -> Lease | None:
        """The lease, as long as it surely holds."""
        return self._lease if steady() < self._until else None

    @property
    def leader(self) -> str:
        """Who leads, as far as this process knows: ``host, process 12``; empty: nobody, or it is not known."""
        return "" if self._leading and self.lease is None else self._leader

    @property
    def thread_alive(self) -> bool:
        """Whether somebody still looks after it."""
        return self._thread.is_alive()

    @property
    def stuck(self) -> bool:
        """Whether the state has given no answer for much longer than a term: only a new process is free of it."""
        begun, patience = self._begun, OPENING if self._state is None else PATIENCE
        return begun is not None and time.monotonic() - begun > self._term.total_seconds() + patience

    def start(self) -> None:
        """Begin to try."""
        self._thread.start()

    def stop(self) -> None:
        """Give the lease back, so that another can lead at once."""
        self._stop.set()
        last = threading.Thread(target=self._give_back, name="give-back", daemon=True)
        last.start()
        last.join(_ENDING)  # a server, or a network, that stands still gives no answer
        if last.is_alive():
            log.warning("the lease could not be given back in time, and ends by itself")

    def _give_back(self) -> None:
        self._thread.join()
        lease, self._lease = self._lease, None
        if lease is not None and self._state is not None:
            try:
                self._state.leases.give_back(lease)
            except StateUnavailable as error:
                log.warning("the lease could not be given back, and ends by itself: %s", error.message)
        if self._state is not None:
            self._state.close()

    def _keep(self) -> None:
        while not self._stop.is_set():
            self._begun = time.monotonic()
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 - without this thread the process would never lead again
                log.error("%s", unexpected(error))
                self.problem = unexpected(error)
            self._begun = None
            self._stop.wait(self._pause)

    def _step(self) -> None:
        begun, self._pause = steady(), self._often
        try:
            lease = self._renewed()
            if lease is None and self._state is not None:
                self._wait_for(self._state)
        except LeaseLost:
            self._lose("the lease is not its own any more")
            return
        except Exception as error:  # noqa: BLE001 - a mistake of ours, too, is a lead that may be lost
            why = (error.message, error.hint) if isinstance(error, StateUnavailable) else (unexpected(error), "")
            self._stumble(*why)
            return
        if self.problem:
            log.info("the state can be asked again")
        self.problem = ""
        if lease is not None:
            self._lead(lease, begun + self._term.total_seconds())
        self._lapse("it was not renewed in time")

    def _stumble(self, why: str, hint: str) -> None:
        if why != self.problem:
            log.error("%s%s", why, f" ({hint})" if hint else "")
        self.problem = why
        self._lapse(f"it could not be renewed in time: {why}")

    def _lead(self, lease: Lease, until: float) -> None:
        self._lease, self._until, self._leader = lease, until, process_of(lease.holder)
        if self.lease is None:  # the answer took longer than the term
            self._pause = _SOON
        elif not self._leading:
            self._leading = True
            log.info("this process leads now", extra={"lease_term": lease.term})
            self._changed()

    def _wait_for(self, state: State) -> None:
        current, left = state.leases.standing()
        leader = process_of(current.holder) if current is not None else ""
        if current is not None:
            over = steady() + left
            self._seen_until = min(self._seen_until, over) if current == self._seen else over
            self._pause = min(self._often, max(self._seen_until - steady(), 0.0) + _SOON)
        self._seen = current
        if leader and leader != self._leader:
            log.info("this process waits: %s leads", leader)
        self._leader = leader

    def _renewed(self) -> Lease | None:
        if not self._alive():
            return None
        if self._state is not None and self._state.database.replaced:
            self._begin_anew(self._state)
        if self._state is None:
            if self._replaced is not None and self._replaced.missing:
                raise StateGone(self._replaced.place)
            self._state = self._connect()
        if self._lease is None:
            over = self._seen if steady() > self._seen_until else None
            return self._state.leases.take(self._state.database.holder, self._term, over=over)
        return self._state.leases.renew(self._lease, self._term)

    def _begin_anew(self, state: State) -> None:
        """Whatever is written to a file that was put aside is lost: the one in its place is led, or none."""
        self._state, self._replaced = None, state.database
        state.close()
        if self._lease is not None:
            self._lose("the file of the state database was replaced or removed")

    def _lose(self, why: str) -> None:
        self._lease, self._until = None, 0.0
        self._lapse(why)

    def _lapse(self, why: str) -> None:
        """Says so, once, where this process does not lead any more."""
        if self._leading and self.lease is None:
            self._leading, self._leader = False, ""
            self.losses += 1
            log.warning("this process does not lead any more: %s", why)
            self._changed()
