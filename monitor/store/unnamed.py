"""How a run is stored without the persons who were forgotten: what they own counts in an unnamed sum of their team.

The records are the company's, and somebody has to mend them; whose they are is not kept. A small team's sum would be a
person's, so such a team has none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.quality.keys import hashed_key
from monitor.quality.outcome import FailingRecord, OwnerCount

if TYPE_CHECKING:
    from monitor.crm.directory import Directory

FORGOTTEN = "forgotten:"
"""How the key begins under which rows are summed of owners who were forgotten, before their team's."""

USERS = "users"
"""The entity whose records are persons themselves."""


def bucket(directory: Directory, owner: str) -> str:
    """The key under which the rows of a forgotten owner are summed."""
    from monitor.adoption.naming import LEAST_GROUP  # late: commands that only look at the state need none of adoption

    team = directory.team_of(owner)
    return f"{FORGOTTEN}{team.key if team is not None and team.size >= LEAST_GROUP else ''}"


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Takes the ``gone``, who were forgotten, out of what is stored. ``marks`` has what stands in place of a record's
    key that is one of them, hashed or not."""

    directory: Directory
    gone: frozenset[str]
    marks: Mapping[str, str]

    @classmethod
    def among(cls, connection: sa.Connection, directory: Directory, users: Iterable[str]) -> Unnamed:
        """Looks up which of these users were forgotten."""
        from monitor.store.people import forgotten_among, forgotten_mark, hash_key  # late, as above

        gone = forgotten_among(connection, {*users, *directory.people})
        secret = hash_key(connection) if gone else b""
        marks = {user: forgotten_mark(secret, user) for user in gone}
        hashed = {hashed_key(secret, USERS, user): mark for user, mark in marks.items()}
        return cls(directory, gone, {**marks, **hashed})

    def owner(self, key: str | None) -> str | None:
        """The key under which an owner's sums are stored."""
        return bucket(self.directory, key) if key is not None and key in self.gone else key

    def counts(self, found: Iterable[OwnerCount]) -> tuple[OwnerCount, ...]:
        """One count per key."""
        sums: dict[str | None, OwnerCount] = {}
        for one in found:
            key = self.owner(one.owner_key)
            sums[key] = _together(sums[key], one) if key in sums else replace(one, owner_key=key)
        return tuple(sums.values())

    def rows(self, owners: Mapping[str | None, int]) -> dict[str | None, int]:
        """Rows per key."""
        sums: dict[str | None, int] = {}
        for owner, rows in owners.items():
            key = self.owner(owner)
            sums[key] = sums.get(key, 0) + rows
        return sums

    def record(self, entity: str, record: FailingRecord) -> FailingRecord:
        """A failing record that names no forgotten owner or creator, and is none itself."""
        if not self.gone:
            return record
        return replace(
            record,
            key=self.marks.get(record.key, record.key) if entity == USERS else record.key,
            owner_key=None if record.owner_key in self.gone else record.owner_key,
            created_by=None if record.created_by in self.gone else record.created_by,
        )


def _together(one: OwnerCount, other: OwnerCount) -> OwnerCount:
    amounts = [count.amount for count in (one, other) if count.amount is not None]
    return OwnerCount(
        one.owner_key,
        one.rows + other.rows,
        one.unexpected + other.unexpected,
        sum(amounts, Decimal(0)) if amounts else None,
    )
