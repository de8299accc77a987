"""Buttons and /crm, while this process leads: Slack sends each of them to one of its connections only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from monitor.app.scheduled import Scheduled
from monitor.app.slack_app.serving import listen
from monitor.errors import MonitorError, unexpected
from monitor.service.opening import Opening
from monitor.store.lease import Lease

log = logging.getLogger(__name__)
_PATIENCE = 15.0


class SlackListener:
    """A thread that listens to Slack, begun and ended as this process leads or does not."""

    def __init__(self, scheduled: Callable[[], Scheduled], opening: Opening) -> None:
        self._scheduled, self._opening = scheduled, opening
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lease: Lease | None = None  # with which it listens

    @property
    def listening(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def keep(self, lease: Lease | None) -> None:
        """Begin where it is to listen and does not, end where it does and is not to, or does with a lease that is over:
        what is pressed would be refused."""
        slack = self._scheduled().project.settings.slack
        wanted = lease is not None and slack is not None and slack.app_token is not None
        if wanted and not self.listening:
            self._stop, self._lease = threading.Event(), lease
            self._thread = threading.Thread(target=self._listen, args=(self._stop,), name="slack", daemon=True)
            self._thread.start()
        elif self.listening and not (wanted and _of_one_term(lease, self._lease)):
            self._stop.set()

    def stop(self, *, wait: bool = True) -> None:
        """End, and ``wait`` for what it is doing."""
        self._stop.set()
        if wait and self._thread is not None:
            self._thread.join(_PATIENCE)

    def _listen(self, stop: threading.Event) -> None:
        try:
            with self._opening.project() as opened, self._opening.project() as behind:
                listen(opened, behind, stop, lambda: log.info("listening to Slack"))
        except MonitorError as error:
            log.error("not listening to Slack: %s", error.message)
        except Exception as error:  # noqa: BLE001 - begun again at the next look; the error may hold what people wrote
            log.error("not listening to Slack: %s", unexpected(error))


def _of_one_term(lease: Lease | None, other: Lease | None) -> bool:
    return lease is not None and other is not None and (lease.holder, lease.term) == (other.holder, other.term)
