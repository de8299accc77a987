"""What follows from people's use: weeks of persons, scorecards, and the figures of teams."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.scope import MANAGER
from monitor.adoption.scorecard import PersonWeek, Scorecard
from monitor.adoption.week import IsoWeek
from monitor.store import adoption_json as as_json
from monitor.store.database import Database
from monitor.store.names import owner_numbers
from monitor.store.people import forgotten_among, not_forgotten
from monitor.store.tables import owners
from monitor.store.tables_adoption import person_weeks, scorecards, use_figures
from monitor.store.upsert import upsert_all

_ORDER = {str(figure): number for number, figure in enumerate(FigureId)}


class Adoption:
    """Per ISO week. Saving again what was saved writes over it; of forgotten persons nothing is written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_weeks(self, weeks: Iterable[PersonWeek], whole: Collection[IsoWeek] = ()) -> None:
        """Writes persons' weeks over those of the same user and week.

        Of the ``whole`` weeks these are all rows there are: whoever has none among them loses what was stored.
        """
        gone = person_weeks.c.week.in_([week.monday for week in whole])
        self._save(person_weeks, list(weeks), lambda week: {"data": as_json.week_to_json(week)}, gone)

    def weeks(self, first: IsoWeek, last: IsoWeek, users: Collection[str] | None = None) -> Sequence[PersonWeek]:
        """The weeks of everyone (or of these users) from one week to another, both included; by week and user."""
        return [
            as_json.week_from_json(row.key, row.week, row.data) for row in self._of(person_weeks, first, last, users)
        ]

    def first_weeks(self) -> Mapping[str, date]:
        """Per user the Monday of the first stored week in which the CRM was used."""
        rows = sa.select(owners.c.key, person_weeks.c.week, person_weeks.c.data).join(owners)
        found: dict[str, date] = {}
        for row in self._read(rows.order_by(person_weeks.c.week)):
            if row.key not in found and as_json.week_from_json(row.key, row.week, row.data).active_days:
                found[row.key] = row.week
        return found

    def save_scorecards(self, cards: Iterable[Scorecard]) -> None:
        """Writes scorecards over those of the same user and week."""
        self._save(scorecards, list(cards), _scorecard)

    def scorecards(self, first: IsoWeek, last: IsoWeek, users: Collection[str] | None = None) -> Sequence[Scorecard]:
        """As ``weeks``."""
        return [
            as_json.scorecard_from_json(row.key, row.week, row.status, row.since, row.data)
            for row in self._of(scorecards, first, last, users)
        ]

    def save_figures(
        self, week: IsoWeek, by_scope: Mapping[str, Sequence[Figure]], people: Mapping[str, int] | None = None
    ) -> None:
        """The figures of a week, of each of these scopes as a whole: one that is not given any more is gone.

        ``people`` is how many persons are in each: what is of few, or of a number that is not known, is kept as a
        person's is. The scope of a manager who was forgotten is left out: its name is the manager's.
        """
        monday, sizes = week.monday, people or {}
        rows = [
            {
                "scope": scope,
                "week": monday,
                "figure": str(figure.id),
                "value": figure.value,
                "data": as_json.figure_to_json(figure),
                "people": sizes.get(scope),
            }
            for scope, figures in by_scope.items()
            for figure in figures
        ]
        with self._database.write() as connection:
            for scope in by_scope:
                ours = sa.and_(use_figures.c.scope == scope, use_figures.c.week == monday)
                connection.execute(sa.delete(use_figures).where(ours))
            gone = forgotten_among(
                connection, {scope.removeprefix(MANAGER) for scope in by_scope if scope.startswith(MANAGER)}
            )
            rows = [row for row in rows if str(row["scope"]).removeprefix(MANAGER) not in gone]
            upsert_all(connection, use_figures, ("scope", "week", "figure"), rows)

    def figures(self, scope: str, week: IsoWeek) -> Sequence[Figure]:
        """The figures of one scope and week, the most important first; empty where none were saved."""
        return self.history(scope, week, week).get(week, ())

    def history(self, scope: str, first: IsoWeek, last: IsoWeek) -> Mapping[IsoWeek, Sequence[Figure]]:
        """The figures of one scope per week, oldest first; a week without any is missing."""
        rows = sa.select(use_figures).where(
            use_figures.c.scope == scope, use_figures.c.week.between(first.monday, last.monday)
        )
        found: dict[IsoWeek, list[Figure]] = {}
        for row in self._read(rows.order_by(use_figures.c.week)):
            if row.figure in _ORDER:  # one that a later version took away
                figure = as_json.figure_from_json(row.figure, row.week, row.value, row.data)
                found.setdefault(figure.week, []).append(figure)
        return {week: tuple(sorted(some, key=lambda one: _ORDER[str(one.id)])) for week, some in found.items()}

    def _save(
        self, table: sa.Table, found: Sequence[Any], columns: Any, gone: sa.ColumnElement[bool] | None = None
    ) -> None:
        with self._database.write() as connection:
            if gone is not None:
                connection.execute(sa.delete(table).where(gone))
            wanted = not_forgotten(connection, {one.user for one in found})
            found = [one for one in found if wanted(one.user)]
            numbers = owner_numbers(connection, {one.user for one in found})
            rows = [{"week": one.week.monday, "owner_id": numbers[one.user], **columns(one)} for one in found]
            upsert_all(connection, table, ("week", "owner_id"), rows)

    def _of(
        self, table: sa.Table, first: IsoWeek, last: IsoWeek, users: Collection[str] | None
    ) -> Sequence[sa.Row[Any]]:
        rows = sa.select(table, owners.c.key).join(owners).where(table.c.week.between(first.monday, last.monday))
        if users is not None and len(users) == 1:
            rows = rows.where(owners.c.key.in_(users))
        found = self._read(rows.order_by(table.c.week, owners.c.key))
        return found if users is None else [row for row in found if row.key in users]

    def _read(self, rows: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._database.read() as connection:
            return connection.execute(rows).all()


def _scorecard(card: Scorecard) -> dict[str, Any]:
    since: date | None = card.verdict.since.monday if card.verdict.since else None
    return {"status": card.verdict.status, "since": since, "data": as_json.scorecard_to_json(card)}
