"""What is costly to make is made once for all workers of a test run, and only ever read or copied."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.demo import DemoStory

NOVEMBER = datetime(2026, 11, 20, 15, tzinfo=UTC)
"""A Friday afternoon whose CRM more than one room reads."""


class DemoCrms:
    """The demo's CRM as of any moment, each made by whichever worker asks for it first.

    ``folder`` is one that all workers of the run have.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def at(self, now: datetime) -> DemoStory:
        """The CRM as of ``now`` (aware), only to be read."""
        from monitor.demo import generate

        name = f"{now:%Y%m%dT%H%M%z}"
        told = self._folder / f"{name}.story"
        with _alone(self._folder / f"{name}.lock"):
            if not told.is_file():
                told.write_bytes(pickle.dumps(generate(self._folder / f"{name}.db", now=now)))
        story: DemoStory = pickle.loads(told.read_bytes())
        return story

    def copy(self, now: datetime, path: Path) -> DemoStory:
        """The same in a file of the test's own, that it may change."""
        story = self.at(now)
        copyfile(story.path, path)
        return replace(story, path=path)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the others out; SQLite's lock works on every system, and falls when its process dies."""
    with closing(sqlite3.connect(lock, timeout=300, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
