"""Silences as they are kept: what is over stays listed, with who said it and who ended it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.silence import Silence
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.store.database import Database
from monitor.store.tables_silences import silences

_KINDS: Mapping[str, Callable[[str], Any]] = {"kinds": IncidentKind, "severities": Severity, "statuses": Status}


class Silences:
    """Every silence there was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, silence: Silence) -> Silence:
        """Keeps a new one, and returns it with its number."""
        values = {
            "matcher": _to_json(silence.matcher),
            "starts_at": silence.starts_at,
            "ends_at": silence.ends_at,
            "said_by": silence.by,
            "why": silence.why,
        }
        with self._database.write() as connection:
            written = connection.execute(sa.insert(silences).values(values).returning(silences.c.id))
            return replace(silence, id=int(written.scalar_one()))

    def get(self, number: int) -> Silence | None:
        """One, or None."""
        found = self._select(silences.c.id == number)
        return found[0] if found else None

    def list(self, now: datetime | None = None) -> Sequence[Silence]:
        """Those that hold at ``now`` or will later; without it all there ever were. In the order of their ends."""
        if now is None:
            return self._select(sa.true())
        still = sa.or_(silences.c.ended_at.is_(None), silences.c.ended_at > now)
        return self._select(silences.c.ends_at > now, still)

    def active(self, now: datetime) -> Sequence[Silence]:
        """Those that hold at this moment."""
        return [silence for silence in self.list(now) if silence.active(now)]

    def expire(self, number: int, now: datetime, by: str) -> bool:
        """Ends one before its time; False when there is none of this number that is not over yet."""
        with self._database.write() as connection:
            ended = connection.execute(
                sa.update(silences)
                .where(silences.c.id == number, silences.c.ended_at.is_(None), silences.c.ends_at > now)
                .values(ended_at=now, ended_by=by)
            )
            return ended.rowcount == 1

    def _select(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Silence]:
        rows = sa.select(silences).where(*conditions).order_by(silences.c.ends_at, silences.c.id)
        with self._database.read() as connection:
            return [_silence(row) for row in connection.execute(rows)]


def _silence(row: sa.Row[Any]) -> Silence:
    return Silence(
        row.id, _from_json(row.matcher), row.starts_at, row.ends_at, row.said_by, row.why, row.ended_at, row.ended_by
    )


def _to_json(matcher: Matcher) -> dict[str, list[str]]:
    lists = {one.name: [str(value) for value in getattr(matcher, one.name)] for one in fields(matcher)}
    return {name: values for name, values in lists.items() if values}


def _from_json(stored: Mapping[str, Sequence[str]]) -> Matcher:
    return Matcher(**{name: tuple(map(_KINDS.get(name, str), values)) for name, values in stored.items()})
