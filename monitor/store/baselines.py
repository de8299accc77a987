"""Baselines in the state database; what they mean is in ``monitor.incidents.baseline``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import Baseline
from monitor.quality.outcome import Status
from monitor.store.database import Database
from monitor.store.names import check_number, check_numbers
from monitor.store.results import Results, StoredOutcome
from monitor.store.tables import baselines, checks
from monitor.store.upsert import upsert


def write(connection: sa.Connection, baseline: Baseline) -> None:
    """Sets a check's baseline in the caller's transaction."""
    number = check_number(connection, baseline.check_id)
    if number is None:
        number = check_numbers(connection, {baseline.check_id: ""})[baseline.check_id]
    values = {
        "check_id": number,
        "run_id": baseline.run_id,
        "set_at": baseline.set_at,
        "status": str(baseline.status),
        "rows": baseline.rows,
        "unexpected": baseline.unexpected,
        "share": baseline.share,
    }
    upsert(connection, baselines, ("check_id",), values)


def _baseline(row: sa.Row[Any]) -> Baseline:
    return Baseline(
        check_id=row.name,
        run_id=row.run_id,
        set_at=row.set_at,
        status=Status(row.status),
        rows=row.rows,
        unexpected=row.unexpected,
        share=row.share,
    )


class Baselines:
    """The debt that was there on the first day, per check."""

    def __init__(self, database: Database, results: Results) -> None:
        self._database = database
        self._results = results

    def all(self) -> Mapping[str, Baseline]:
        """Every baseline by its check's id; an empty one is a project that has not learned yet."""
        rows = sa.select(baselines, checks.c.name).join(checks).order_by(checks.c.name)
        with self._database.read() as connection:
            return {row.name: _baseline(row) for row in connection.execute(rows)}

    def set(self, baseline: Baseline) -> None:
        """Sets one baseline, whatever it was."""
        with self._database.write() as connection:
            write(connection, baseline)

    def accept(self, check_id: str, now: datetime) -> Baseline | None:
        """What the last comparable run saw becomes the baseline, higher or lower; None when it gave no verdict."""
        seen = self._results.previous().get(check_id)
        if seen is None or seen.status not in (Status.PASS, Status.WARN, Status.FAIL):
            return None
        baseline = _accepted(seen, now)
        self.set(baseline)
        return baseline

    def reset(self, check_id: str | None = None) -> int:
        """Forgets one baseline, or all of them, so that the next run learns; returns how many there were."""
        with self._database.write() as connection:
            statement = sa.delete(baselines)
            if check_id is not None:
                statement = statement.where(baselines.c.check_id == check_number(connection, check_id))
            return connection.execute(statement).rowcount


def _accepted(seen: StoredOutcome, now: datetime) -> Baseline:
    return Baseline(seen.check_id, seen.run_id, now, seen.status, seen.rows, seen.unexpected, seen.share)
