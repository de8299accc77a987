"""The program in Slack: answers what people do there, and sends what waits meanwhile."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Set
from datetime import timedelta

from monitor.app.passing import pass_once
from monitor.app.project import OpenProject
from monitor.app.slack_app import digest_buttons, forms, incident_buttons
from monitor.app.slack_app.asked import Asked, Job, said
from monitor.app.slack_app.commands import commanded
from monitor.errors import MonitorError
from monitor.messages.interaction import Interaction, Pressed, Reaction, Submitted

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
"""How often everything is looked at again when nothing happens: quiet hours end, snoozes do."""
TICK = timedelta(seconds=0.5)
"""How soon it stops when it is told to, while it waits."""
_DIGEST = "digest:"


class SlackApp:
    """Handles interactions, one at a time, through ``opened``; what takes longer goes through ``behind``, beside it.

    Both are the same project, opened twice. ``groups`` gives the members of a user group. ``handle`` may be called from
    any thread.
    """

    def __init__(self, opened: OpenProject, behind: OpenProject, groups: Callable[[str], Set[str]]) -> None:
        self._opened, self._behind, self._groups = opened, behind, groups
        self._lock = threading.Lock()
        self._work: queue.Queue[Job] = queue.Queue()
        self.wake = threading.Event()
        """Set when there may be something to send."""

    def handle(self, interaction: Interaction) -> Reaction:
        """What is answered; what cannot be done is said in words."""
        with self._lock:
            asked = Asked(self._opened, interaction.who, self._groups, self._work.put)
            try:
                return _answer(asked, interaction)
            except MonitorError as error:
                return said(f"{error.message}. {error.hint}" if error.hint else error.message)
            finally:
                self.wake.set()

    def pass_once(self) -> None:
        """Decide who hears of what now, and send what waits. Raises StateUnavailable."""
        pass_once(self._behind)

    def do_work(self) -> None:
        """Do what was asked for in the background, and send what waits. Raises MonitorError."""
        while not self._work.empty():
            self._work.get_nowait()(self._behind)
        self.pass_once()

    def work(self, stop: threading.Event) -> None:
        """The same again and again, until ``stop``; trouble is logged and waited out."""
        while not stop.is_set():
            try:
                self.do_work()
            except MonitorError as error:
                log.error("%s", error.message)
            except Exception as error:  # noqa: BLE001 - one failed pass must not end it; the error may hold values
                log.error("an unexpected %s while sending what waits", type(error).__name__)
            self._wait(stop)

    def _wait(self, stop: threading.Event) -> None:
        """Until somebody did something, it is time again, or the end."""
        for _ in range(int(EVERY / TICK)):
            if self.wake.wait(TICK.total_seconds()) or stop.is_set():
                break
        self.wake.clear()


def _answer(asked: Asked, interaction: Interaction) -> Reaction:
    if isinstance(interaction, Pressed):
        of_digest = interaction.action.startswith(_DIGEST)
        return (digest_buttons.pressed if of_digest else incident_buttons.pressed)(asked, interaction)
    if isinstance(interaction, Submitted):
        of_digest = interaction.form.startswith(_DIGEST)
        return (digest_buttons.submitted if of_digest else forms.submitted)(asked, interaction)
    return commanded(asked, interaction)
