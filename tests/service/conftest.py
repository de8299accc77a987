"""A monitor whose process answers over HTTP, with a real state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance import small_crm
from tests.acceptance.small_crm import SmallCrm
from tests.service.answering import Answering, answering

Make = Callable[[sa.URL | None], Answering]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes one, with its state at a URL or in a file."""
    made: list[Answering] = []

    def start(state_url: sa.URL | None) -> Answering:
        url = sa.URL.create("sqlite", database=str(tmp_path / "crm.db"))
        crm = small_crm.make(url, tmp_path / "project")
        if state_url is not None:
            crm.settings(f'state: {{url: "{state_url.render_as_string(hide_password=False)}"}}\n')
        made.append(answering(crm))
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def crm(tmp_path: Path) -> SmallCrm:
    """The small CRM in SQLite, with its project."""
    return small_crm.make(sa.URL.create("sqlite", database=str(tmp_path / "small.db")), tmp_path / "small")


@pytest.fixture
def monitor(make: Make) -> Answering:
    """One with its state in a file."""
    return make(None)
