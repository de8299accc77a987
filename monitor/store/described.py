"""What the checks that ever ran are called: so that a command can name them without reading the suites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables import checks


@dataclass(frozen=True, slots=True)
class DescribedCheck:
    """A check in its suite's words of when it last ran; each is empty where the suite says nothing."""

    id: str
    title: str = ""
    why: str = ""
    fix: str = ""


class Described:
    """The words of every check that ran, those that are taken out of the project since included."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, check_id: str) -> DescribedCheck | None:
        """One check's words; None where no such check ever ran."""
        return self._select(checks.c.name == check_id).get(check_id)

    def titles(self) -> Mapping[str, str]:
        """The title of every check that has one, by the check's id."""
        return {name: one.title for name, one in self._select(checks.c.title != "").items()}

    def _select(self, condition: sa.ColumnElement[bool]) -> Mapping[str, DescribedCheck]:
        rows = sa.select(checks.c.name, checks.c.title, checks.c.why, checks.c.fix).where(condition)
        with self._database.read() as connection:
            return {row.name: DescribedCheck(*row) for row in connection.execute(rows)}
