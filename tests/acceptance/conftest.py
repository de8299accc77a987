"""What the acceptance tests share: a small CRM with its project, and a strict Slack of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance import small_crm, use_crm
from tests.acceptance.channel import SlackChannel, posting
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.using import Firm, firm


@pytest.fixture
def crm(sqlite_url: sa.URL, tmp_path: Path) -> SmallCrm:
    """The small CRM in SQLite."""
    return small_crm.make(sqlite_url, tmp_path / "project")


@pytest.fixture
def postgresql_crm(postgresql_url: sa.URL, tmp_path: Path) -> SmallCrm:
    """The small CRM in PostgreSQL."""
    return small_crm.make(postgresql_url, tmp_path / "project")


@pytest.fixture
def mariadb_crm(mariadb_url: sa.URL, tmp_path: Path) -> SmallCrm:
    """The small CRM in MariaDB."""
    return small_crm.make(mariadb_url, tmp_path / "project")


@pytest.fixture
def slack(crm: SmallCrm, quick_delivery: None) -> Iterator[SlackChannel]:
    """A Slack that the small CRM's project posts to."""
    with posting(crm) as channel:
        yield channel


@pytest.fixture
def quick_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses of delivery shortened, not left out."""
    monkeypatch.setattr("monitor.delivery.sender.PACE", timedelta(milliseconds=20))
    monkeypatch.setattr("monitor.delivery.sender.SETTLING", timedelta(milliseconds=200))


@pytest.fixture
def used(sqlite_url: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    """A small CRM that people use, in SQLite, its project, and whom it writes to."""
    with firm(use_crm.make(sqlite_url, tmp_path / "project"), monkeypatch) as made:
        yield made
