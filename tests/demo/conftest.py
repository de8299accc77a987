"""One generated CRM for all tests that only read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from monitor.demo import DemoStory
from tests.demo_crms import DemoCrms

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def story(demo_crms: DemoCrms) -> DemoStory:
    """The demo's CRM as it stands on a Wednesday in March."""
    return demo_crms.at(NOW)


@pytest.fixture
def crm(story: DemoStory) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{story.path}?mode=ro", uri=True)) as connection:
        yield connection
