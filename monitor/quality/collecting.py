"""Collects the failing records of many checks: one query for all that SQL decides, one each for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.failing import (
    as_record,
    condition_of,
    finder,
    first_marked,
    found,
    shared_query,
    told,
    without_accepted,
)
from monitor.quality.faults import raise_if_gone
from monitor.quality.outcome import FailingRecord, FailingRecords
from monitor.quality.prepare import DuplicateCheck, OwnerCheck, Reader, RowCheck, ValueCheck
from monitor.quality.rows import Condition
from monitor.quality.rules.base import Values
from monitor.quality.selection import Options, accepted_condition

_PORTION = 1000
_MOST_MARKS = 200  # checks whose failing records one query looks for
_LEAST = ("key", "owner_key")


@dataclass(frozen=True, slots=True)
class Target:
    """A check whose failing records can be found; ``owners`` fail a check on owners, ``bad`` are failing values."""

    prepared: RowCheck | OwnerCheck | DuplicateCheck | ValueCheck
    owners: frozenset[str | None] = frozenset()
    bad: Mapping[Values, Values] | None = None


def collect(
    reader: Reader, source: EntitySource, targets: Sequence[Target], where: Condition | None, options: Options
) -> tuple[dict[str, FailingRecords], int]:
    """The failing records by check id, and how many queries it took; what cannot be read is not complete.

    Raises CrmUnavailable when the database is gone.
    """
    work = _Collecting(reader, source, where, options)
    by_rows = [each for each in targets if isinstance(each.prepared, RowCheck | OwnerCheck)]
    for start in range(0, len(by_rows), _MOST_MARKS):
        work.together(by_rows[start : start + _MOST_MARKS])
    for each in targets:
        if not isinstance(each.prepared, RowCheck | OwnerCheck):
            work.alone(each)
    return work.found, work.sent


class _Collecting:
    def __init__(self, reader: Reader, source: EntitySource, where: Condition | None, options: Options) -> None:
        self.reader = reader
        self.source = source
        self.where = where
        self.options = options
        self.found: dict[str, FailingRecords] = {}
        self.sent = 0

    def together(self, targets: Sequence[Target]) -> None:
        """One query for all; when the database refuses it, one query each."""
        conditions: dict[str, Condition] = {}
        for each in targets:
            if isinstance(each.prepared, RowCheck | OwnerCheck):
                check = each.prepared.check.id
                bad = condition_of(each.prepared, each.owners)
                conditions[check] = without_accepted(self.source, check, bad, self.options)
        query = shared_query(self.source, conditions, self.where, told(self.source))
        kept: dict[str, list[FailingRecord]] = {check: [] for check in conditions}

        def read(connection: sa.Connection) -> None:
            for record in connection.execute(query, execution_options={"yield_per": _PORTION}).mappings():
                made = as_record(self.source, record, self.options)
                for index, check in enumerate(conditions):
                    if record[f"f{index}"]:
                        self._keep(check, made, kept[check])

        if self._try(read):
            self.found.update({check: self._done(records) for check, records in kept.items()})
        else:
            for each in targets:
                self.alone(each)

    def alone(self, target: Target) -> None:
        """The failing records of one check; with less about each where a column cannot be read."""
        check = target.prepared.check.id
        for names in (told(self.source), [name for name in _LEAST if self.source.has(name)]):
            kept: list[FailingRecord] = []

            def read(connection: sa.Connection, names: list[str] = names, kept: list[FailingRecord] = kept) -> None:
                for record in self._records(connection, target, names):
                    self._keep(check, as_record(self.source, record, self.options), kept)

            if self._try(read):
                self.found[check] = self._done(kept)
                return
        self.found[check] = FailingRecords(complete=False)

    def _records(self, connection: sa.Connection, target: Target, names: list[str]) -> Any:
        search = finder(
            self.reader,
            self.source,
            target.prepared,
            self.where,
            names=names,
            owners=target.owners,
            bad=target.bad,
        )
        if search is None:
            return ()
        return first_marked(self.source, found(connection, search)) if search.compared else found(connection, search)

    def _keep(self, check: str, record: FailingRecord, kept: list[FailingRecord]) -> None:
        if len(kept) <= self.options.cap and record.key not in self.options.accepted.get(check, frozenset()):
            kept.append(record)

    def _done(self, kept: list[FailingRecord]) -> FailingRecords:
        # The CRM is in use: between counting and reading, more may have come to fail than may be kept.
        if len(kept) > self.options.cap:
            return FailingRecords(complete=False)
        return FailingRecords(tuple(sorted(kept, key=lambda record: record.key)))

    def _try(self, read: Any) -> bool:
        try:
            with self.reader.connect() as connection:
                self.sent += 1
                read(connection)
        except Exception as error:  # noqa: BLE001 - the counts stand; only the list is missing
            raise_if_gone(error)
            return False
        return True


def accepted_records(
    reader: Reader, source: EntitySource, target: Target, where: Condition | None, options: Options
) -> list[Mapping[str, Any]]:
    """The failing rows of a check that someone accepted: key, owner and money of each."""
    check = target.prepared.check.id
    keys = options.accepted.get(check, frozenset())
    narrowed = accepted_condition(source, check, options)
    both = [each for each in (where, narrowed) if each is not None]
    names = [name for name in ("key", "owner_key", "amount") if source.has(name)]
    search = finder(
        reader,
        source,
        target.prepared,
        sa.and_(*both) if both else None,
        names=names,
        owners=target.owners,
        bad=target.bad,
    )
    if search is None:
        return []
    with reader.connect() as connection:
        return [dict(record) for record in found(connection, search) if as_record(source, record, options).key in keys]
