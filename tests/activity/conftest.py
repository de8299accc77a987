"""Fixtures of the activity room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.activity.crms import SmallCrm, small_crm


@pytest.fixture
def crm(sqlite_url: sa.URL) -> Iterator[SmallCrm]:
    """An empty CRM in SQLite."""
    with small_crm(sqlite_url) as made:
        yield made


@pytest.fixture
def any_crm(any_url: sa.URL) -> Iterator[SmallCrm]:
    """An empty CRM on each kind of server in turn."""
    with small_crm(any_url) as made:
        yield made
