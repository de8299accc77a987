"""Rules that only Python can decide: distinct values with their counts per owner, streamed in bounded memory.

Rules that read the same columns of the same rows share one stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.counting import money, total
from monitor.quality.evaluate import Tally
from monitor.quality.prepare import Reader, ValueCheck
from monitor.quality.rows import Condition, Rows, both, names_in, owner_of
from monitor.quality.rules.base import SetRule, Values
from monitor.quality.verdicts import Verdicts

_PORTION = 2000  # records fetched at a time
_LARGEST_BLOCK = 2000  # values that a rule compares with each other at once
Judge = Callable[[Values], bool | None]


@dataclass(slots=True)
class Sums:
    """One owner's running counts."""

    rows: int = 0
    valued: int = 0
    bad: int = 0
    amount: Decimal | None = Decimal(0)  # None: a sum was no number


@dataclass(slots=True)
class Judged:
    """A check's counts per owner while the stream goes by, and its failing values until there are too many to keep:
    each with the one that stands for all that are like it, where values are compared, else with itself."""

    check: ValueCheck
    most: int
    sums: dict[str | None, Sums] = field(default_factory=dict)
    bad: dict[Values, Values] | None = field(default_factory=dict)

    def count(
        self,
        owner: str | None,
        values: Values,
        rows: int,
        amount: Any,
        verdict: bool | None,
        alike: Values | None = None,
    ) -> None:
        """Adds the rows of one owner with one tuple of values; ``alike`` stands for all that are like it."""
        sums = self.sums.setdefault(owner, Sums())
        sums.rows += rows
        sums.valued += 0 if verdict is None else rows
        if verdict:
            sums.bad += rows
            sums.amount = total([sums.amount, amount]) if sums.amount is not None else None
            if self.bad is not None:
                self.bad[values] = values if alike is None else alike
                self.bad = self.bad if len(self.bad) <= self.most else None

    def tallies(self, *, money: bool) -> list[Tally]:
        """The counts per owner; accepted records are taken out by whoever knows their keys."""
        return [
            Tally(owner, each.rows, each.valued, each.bad, 0, each.amount if money else None)
            for owner, each in self.sums.items()
        ]


def by_stream(checks: Iterable[ValueCheck], dialect: sa.Dialect) -> list[list[ValueCheck]]:
    """Checks that can share a stream, together."""
    groups: dict[tuple[Any, ...], list[ValueCheck]] = {}
    for check in checks:
        domain = "" if check.domain is None else check.domain.compile(dialect=dialect)
        parameters = "" if check.domain is None else repr(sorted(domain.params.items(), key=str))  # type: ignore[union-attr]
        ordered = isinstance(check.rule, SetRule)
        groups.setdefault((check.columns, ordered, str(domain), parameters), []).append(check)
    return list(groups.values())


def stream_query(source: EntitySource, group: Sequence[ValueCheck], where: Condition | None) -> sa.Select[Any]:
    """Distinct values per owner with their count (and money); sorted where blocks are compared."""
    first = group[0]
    amount = money(source)
    names = names_in([first.domain, where, amount]) | set(first.columns)
    rows = Rows(source, names | ({"owner_key"} if source.has("owner_key") else set()))
    owner = rows.native("owner_key") if source.has("owner_key") else sa.null()
    told = rows.told("owner_key") if source.has("owner_key") else owner
    values = [rows[name] for name in first.columns]
    summed = sa.func.sum(rows["amount"]) if amount is not None else sa.null()
    query = sa.select(
        told.label("owner"),
        sa.func.count().label("n"),
        sa.type_coerce(summed, sa.types.NullType()).label("amount"),
        *(value.label(f"v{index}") for index, value in enumerate(values)),
    ).select_from(rows.table)
    condition = both(first.domain, where)
    if condition is not None:
        query = query.where(rows.bind(condition))
    query = query.group_by(*([owner] if source.has("owner_key") else []), *values)
    return query.order_by(*values) if isinstance(first.rule, SetRule) else query


def stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Any]:
    """The query's records, a portion at a time, never all in memory."""
    return iter(connection.execute(query, execution_options={"yield_per": _PORTION}))


def judge_stream(
    reader: Reader, source: EntitySource, group: Sequence[ValueCheck], records: Iterable[Any], most: int
) -> list[Judged]:
    """Counts every check of the group as the records go by; failing values are kept up to ``most``."""
    judged = [Judged(check, most) for check in group]
    if isinstance(group[0].rule, SetRule):
        _judge_blocks(reader, source, judged, records)
        return judged
    judges = [judge_of(reader, source, check) for check in group]
    for owner, rows, amount, *values in records:
        key, found = owner_of(owner), tuple(values)
        for each, judge in zip(judged, judges, strict=True):
            each.count(key, found, int(rows), amount, judge(found))
    return judged


def judge_of(reader: Reader, source: EntitySource, check: ValueCheck) -> Judge:
    """A rule's judgement of one tuple, remembering what it judged before."""
    if isinstance(check.rule, SetRule):
        raise TypeError("a rule on sets has no judgement of a single value")
    return Verdicts(check.rule.judge(check.kwargs, reader.context(source.entity)))


def _judge_blocks(reader: Reader, source: EntitySource, judged: Sequence[Judged], records: Iterable[Any]) -> None:
    rules = [
        each.check.rule.bad_values(each.check.kwargs, reader.context(source.entity))
        for each in judged
        if isinstance(each.check.rule, SetRule)
    ]
    for block in blocks(records):
        distinct = list(dict.fromkeys(tuple(values) for _, _, _, *values in block))
        compared = distinct[0][0] is not None
        for each, rule in zip(judged, rules, strict=True):
            bad = rule(distinct) if compared else {}
            for owner, rows, amount, *values in block:
                found = tuple(values)
                verdict = found in bad if compared else None
                each.count(owner_of(owner), found, int(rows), amount, verdict, bad.get(found))


def blocks(records: Iterable[Any]) -> Iterator[list[Any]]:
    """Records with the same first value, together; a block too large to compare comes in parts, in order."""
    block: list[Any] = []
    for record in records:
        if block and (block[0][3] != record[3] or len(block) >= _LARGEST_BLOCK):
            yield block
            block = []
        block.append(record)
    if block:
        yield block
