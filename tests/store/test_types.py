"""Moments and decimals come back exactly as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.store.database import Database
from monitor.store.types import ExactDecimal, UtcDateTime
from tests.store.world import CLOCK

_TABLE = sa.Table(
    "probe",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("amount", ExactDecimal),
)


@pytest.fixture
def probe(state_url: sa.URL) -> Database:
    database = Database(state_url)
    with database.write() as connection:
        _TABLE.create(connection)
    return database


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
    ),
    amount=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25, places=9),
)
def test_moments_and_decimals_survive(probe: Database, at: datetime, amount: Decimal) -> None:
    with probe.write() as connection:
        connection.execute(sa.delete(_TABLE))
        connection.execute(sa.insert(_TABLE).values(at=at, amount=amount))
    with probe.read() as connection:
        row = connection.execute(sa.select(_TABLE)).one()
    assert row.at == at
    assert row.at.tzinfo is UTC or row.at.utcoffset() == timedelta(0)
    assert row.amount == amount
    probe.close()


@pytest.mark.parametrize("values", [{"at": CLOCK.replace(tzinfo=None)}, {"amount": Decimal("NaN")}])
def test_what_has_no_meaning_is_refused(tmp_path: Path, values: dict[str, object]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'probe.db'}")
    with database.write() as connection:
        _TABLE.create(connection)
    with pytest.raises(sa.exc.StatementError, match=r"naive|finite"), database.engine.connect() as connection:
        connection.execute(sa.insert(_TABLE).values(**values))
    database.close()
