"""Queries to the CRM that count themselves; what the database refuses is one figure's trouble, not the reading's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.activity.localday import Days
from monitor.crm.connection import Crm
from monitor.crm.source import EntitySource
from monitor.errors import CrmUnavailable
from monitor.quality.faults import raise_if_gone, safe_reason
from monitor.quality.moments import Moments

T = TypeVar("T")

# Compiling a big query takes longer than an increment does; and half a million groups are counted in memory rather than
# sorted on disk.
_POSTGRESQL = ("SET LOCAL jit = off", "SET LOCAL work_mem = '64MB'")
_PART = 5000  # rows


class Refused(Exception):
    """The database did not answer this query; the message is safe to store and show."""


@dataclass(slots=True)
class Asking:
    """What every part of a reading needs. ``not_people`` are keys of users that are programs."""

    crm: Crm
    sources: Mapping[str, EntitySource]
    moments: Moments
    not_people: Collection[str] = frozenset()
    queries: int = field(default=0)

    @property
    def zone(self) -> ZoneInfo:
        """The project's zone."""
        return self.moments.zone

    @property
    def dialect(self) -> str:
        """The database's name in SQLAlchemy; MariaDB counts as mysql."""
        name = self.crm.engine.dialect.name
        return "mysql" if name == "mariadb" else name

    @property
    def _is_postgresql(self) -> bool:
        dialect = self.crm.engine.dialect
        return dialect.name == "postgresql" and (getattr(dialect, "server_version_info", None) or (0,)) >= (11,)

    def days(self, entity: str) -> Days:
        """The days of the project's zone, for an entity."""
        return Days(self.sources[entity], self.zone)

    def run(self, query: sa.Select[Any], take: Callable[[Iterable[Any]], T]) -> T:
        """What ``take`` makes of the query's rows, which it must read to the end.

        Raises Refused; CrmUnavailable when the connection is gone.
        """
        self.queries += 1
        try:
            with self.crm.scan() as connection:
                for setting in _POSTGRESQL if self._is_postgresql else ():
                    connection.exec_driver_sql(setting)
                return take(_by_parts(connection.execute(query)))
        except CrmUnavailable as error:
            raise_if_gone(error)
            raise Refused(safe_reason(error)) from None


def _by_parts(found: sa.CursorResult[Any]) -> Iterator[sa.Row[Any]]:
    """Half a million rows are fetched in half the time if it is not one by one."""
    return (row for part in found.partitions(_PART) for row in part)
