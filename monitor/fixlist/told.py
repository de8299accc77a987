"""A fix list as it is told to one person: few records, by their keys; nothing of what the CRM says in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from monitor.fixlist.model import FixList, Line, RecordId

MOST = 10
"""Records in one message."""
LEAST_HANDED = 3
"""So many of them at most push out a person's own: those of people who left."""


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """One record of a message. ``key`` is as it is stored: where keys are personal, its keyed hash."""

    entity: str
    key: str
    checks: tuple[str, ...]
    amount: Decimal | None = None
    new: bool | None = None

    @property
    def id(self) -> RecordId:
        return self.entity, self.key


@dataclass(frozen=True, slots=True)
class Part:
    """The first ``records`` of a list of ``total``; ``new`` and ``mended`` are None where they are not available."""

    records: tuple[ToldRecord, ...] = ()
    total: int = 0
    new: int | None = None
    mended: int | None = None
    since: datetime | None = None
    unknown: tuple[str, ...] = ()
    beyond: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is surely nothing to mend."""
        return not self.total and not self.beyond


@dataclass(frozen=True, slots=True)
class Told:
    """What one message says: the own list, that of people who left (``handed``), or ``thanks``: all is mended.

    ``as_of`` is the moment that the checks looked at.
    """

    as_of: datetime
    own: Part = field(default_factory=Part)
    handed: Part = field(default_factory=Part)
    thanks: bool = False


def tell(own: FixList, handed: FixList, last: Told | None, as_of: datetime) -> Told | None:
    """What a person is told now, ``last`` being what the person was told before; None: there is nothing to tell.

    Nothing is, too, where nothing was checked since the last time. Thanks are said once: when the own list is empty
    and was not the last time.
    """
    if last is not None and as_of <= last.as_of:
        return None
    thanks = own.is_empty and last is not None and not last.own.is_empty
    if own.is_empty and handed.is_empty and not thanks:
        return None
    room = MOST - min(LEAST_HANDED, len(handed.lines))
    first = _part(own, room)
    return Told(as_of, first, _part(handed, MOST - len(first.records)), thanks)


def _part(found: FixList, most: int) -> Part:
    return Part(
        records=tuple(map(_record, found.lines[:most])),
        total=len(found.lines),
        new=found.new_count,
        mended=found.mended_count,
        since=found.since,
        unknown=found.unknown,
        beyond=found.beyond,
    )


def _record(line: Line) -> ToldRecord:
    return ToldRecord(line.entity, line.key, line.checks, line.amount, line.new)


def to_json(told: Told) -> dict[str, Any]:
    """As it is stored."""
    parts = {"own": _part_json(told.own), "handed": _part_json(told.handed)}
    return {"as_of": told.as_of.isoformat(), "thanks": told.thanks, **parts}


def from_json(stored: Mapping[str, Any]) -> Told:
    """The reverse of ``to_json``. Raises ValueError for anything else."""
    try:
        return Told(
            as_of=datetime.fromisoformat(stored["as_of"]),
            own=_part_from(stored["own"]),
            handed=_part_from(stored["handed"]),
            thanks=bool(stored["thanks"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"no stored fix list: {type(error).__name__}") from None


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "records": [
            {
                "entity": one.entity,
                "key": one.key,
                "checks": list(one.checks),
                "amount": None if one.amount is None else format(one.amount, "f"),
                "new": one.new,
            }
            for one in part.records
        ],
        "total": part.total,
        "new": part.new,
        "mended": part.mended,
        "since": None if part.since is None else part.since.isoformat(),
        "unknown": list(part.unknown),
        "beyond": dict(part.beyond),
    }


def _part_from(stored: Mapping[str, Any]) -> Part:
    return Part(
        records=tuple(
            ToldRecord(
                one["entity"],
                one["key"],
                tuple(one["checks"]),
                None if one["amount"] is None else Decimal(one["amount"]),
                one["new"],
            )
            for one in stored["records"]
        ),
        total=stored["total"],
        new=stored["new"],
        mended=stored["mended"],
        since=None if stored["since"] is None else datetime.fromisoformat(stored["since"]),
        unknown=tuple(stored["unknown"]),
        beyond=dict(stored["beyond"]),
    )
