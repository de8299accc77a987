"""What earlier runs left in the state, for commands that ask nothing else: neither the map nor a suite is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.settings.configured import load_settings
from monitor.store.state import State


@dataclass(frozen=True, slots=True)
class Stored:
    """A project's state, and the zone in which its times are shown."""

    state: State
    zone: ZoneInfo


@contextmanager
def open_stored(folder: Path, environ: Mapping[str, str], *, clock: Callable[[], datetime]) -> Iterator[Stored]:
    """The state of the project in ``folder``, brought up to date.

    Raises ConfigurationError with everything that is wrong with its settings, and StateUnavailable.
    """
    configured = load_settings(folder, environ)
    with State.open(configured.state_url, clock=clock) as state:
        yield Stored(state, configured.zone)
