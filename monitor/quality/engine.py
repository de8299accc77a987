"""Runs the checks on one entity: a shared scan, what it cannot answer beside it, and the failing records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.errors import UsageError
from monitor.quality.ahead import Ahead
from monitor.quality.check import Check
from monitor.quality.counting import bad_rows, scan_items
from monitor.quality.failing import as_record, finder, first_marked, found, shared_query, told
from monitor.quality.handovers import INHERITED, handed_over, owner_history
from monitor.quality.outcome import EntityFacts, EntityResult, FailingRecord, Outcome, Selection, Status
from monitor.quality.prepare import (
    CountCheck,
    DuplicateCheck,
    OwnerCheck,
    PlainCheck,
    Prepared,
    Reader,
    RowCheck,
    Unready,
    ValueCheck,
    prepare,
)
from monitor.quality.rows import Condition, Rows
from monitor.quality.rules.base import Values
from monitor.quality.rules.lookup import LOOKED_UP
from monitor.quality.run import EntityRun, failing_owners
from monitor.quality.scan import Statement, in_pieces
from monitor.quality.selection import Options, Progress, owner_condition, owner_keys, stored_key
from monitor.quality.uniqueness import counting_query
from monitor.quality.values import by_stream, judge_stream, stream, stream_query

__all__ = [
    "Options",
    "PlannedQuery",
    "Progress",
    "Reader",
    "explain_entity",
    "failing_records",
    "hashed_records",
    "record_names",
    "run_entity",
    "stored_key",
]


def run_entity(
    reader: Reader,
    entity: str,
    checks: Sequence[Check],
    earlier: Sequence[EntityFacts],
    options: Options,
    ahead: Ahead | None = None,
) -> EntityResult:
    """Runs the checks (those of the selection) on one entity; ``earlier`` are earlier runs' facts, newest first.

    ``ahead`` may have begun some of its queries.
    A check that breaks is one ERROR. Raises CrmUnavailable when the database is gone.
    """
    wanted = [check for check in checks if not options.selection.checks or check.id in options.selection.checks]
    source = reader.sources.get(entity)
    if source is None:
        reason = f"not mapped: {entity}"
        return EntityResult(None, [Outcome(check, Status.SKIPPED, reason=reason) for check in wanted])
    with Ahead(reader.connect, reader.engine.dialect) if ahead is None else nullcontext(ahead) as beside:
        return EntityRun(reader, source, wanted, earlier, options, beside).run()


_MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """One query that a run would send; ``checks`` are the ids of those it serves."""

    sql: str
    purpose: str
    checks: tuple[str, ...]


def explain_entity(reader: Reader, entity: str, checks: Sequence[Check], options: Options) -> Sequence[PlannedQuery]:
    """The queries that a run would send for one entity, as the database would get them, without sending any.

    Rules may look up what they need while they get ready. The query for failing records is shown for all checks;
    a run leaves out those that nothing fails, or too much.
    """
    source = reader.sources.get(entity)
    if source is None:
        return []
    wanted = [check for check in checks if not options.selection.checks or check.id in options.selection.checks]
    prepared = prepare(reader, entity, wanted)
    where = owner_condition(source, options.selection, reader.directory)
    planned: list[PlannedQuery] = []

    def plan(query: sa.Select[tuple[object, ...]], purpose: str, served: Sequence[Prepared]) -> None:
        compiled = query.compile(dialect=reader.engine.dialect, compile_kwargs={"render_postcompile": True})
        names = tuple(each.check.id for each in served)
        planned.append(PlannedQuery(_with_parameters(compiled), purpose, names))

    rows = [each for each in prepared if isinstance(each, RowCheck | OwnerCheck | DuplicateCheck | CountCheck)]
    items = scan_items(reader, source, prepared, options)
    for piece in in_pieces(items):
        named = {item.name for item in piece}
        statement = Statement(source, piece, where, reader.engine.dialect)
        plan(statement.select, "counts per owner", [each for each in rows if each.check.id in named])
    for each in prepared:
        if isinstance(each, DuplicateCheck):
            plan(counting_query(reader, source, each, where, options), "duplicates per owner", [each])
    for group in by_stream([each for each in prepared if isinstance(each, ValueCheck)], reader.engine.dialect):
        plan(stream_query(source, group, where), "distinct values, judged in Python", group)
    for each in prepared:
        if isinstance(each, PlainCheck):
            table = Rows(source, source.columns).table
            named_rows = sa.select(*(table.c[name] for name in source.columns))
            plan(named_rows, "rows that Great Expectations itself queries", [each])
    for query, purpose, served in _about_failing(reader, source, rows, where):
        plan(query, purpose, served)
    return planned


def _about_failing(
    reader: Reader, source: EntitySource, prepared: Sequence[Prepared], where: Condition | None
) -> Iterator[tuple[sa.Select[Any], str, Sequence[Prepared]]]:
    """The queries for failing records, and for those of them that had another owner lately."""
    failing = [each for each in prepared if isinstance(each, RowCheck)]
    if not failing or not source.has("key"):
        return
    conditions = {each.check.id: bad_rows(each) for each in failing}
    yield shared_query(source, conditions, where, told(source)), "keys of failing records", failing
    if (changes := owner_history(reader.sources)) is not None:
        lately = handed_over(changes, source.entity, reader.now - INHERITED, reader.now)
        yield lately, "records that got another owner lately", failing


def _with_parameters(compiled: sa.Compiled) -> str:
    """The SQL with its parameters below it: the conditions' own constants, and no value that a rule read in the CRM."""
    parameters = {name: value for name, value in (compiled.params or {}).items() if value is not None}
    shown = {
        name: "read in the CRM" if name.startswith(LOOKED_UP) else repr(value) for name, value in parameters.items()
    }
    listed = "".join(f"\n-- {name} = {value}" for name, value in shown.items())
    return f"{compiled}{listed}"


def failing_records(
    reader: Reader, check: Check, options: Options, *, owner: str | None = None, limit: int | None = None
) -> Iterator[FailingRecord]:
    """The records that fail a check now, read live and streamed; ``owner`` is a key, name or e-mail address.

    Keys come as the CRM has them, not hashed: this is for a private view.
    Raises UsageError when nobody can say which records fail, or the check cannot run.
    """
    source = reader.sources.get(check.entity)
    if source is None or not source.has("key"):
        raise UsageError(f"{check.entity} is not mapped, so its records cannot be listed")
    prepared = prepare(reader, check.entity, [check])[0]
    if isinstance(prepared, Unready):
        raise UsageError(f"{check.id} cannot run: {prepared.reason}")
    selection = Selection(owners=frozenset([owner])) if owner else options.selection
    where = owner_condition(source, selection, reader.directory)
    owners = failing_owners(reader, source, prepared) if isinstance(prepared, OwnerCheck) else frozenset()
    bad = _compared(reader, source, prepared) if isinstance(prepared, ValueCheck) and prepared.compares else None
    # What is alike is told apart by age over all owners, too.
    search = finder(
        reader, source, prepared, where if bad is None else None, names=told(source), owners=owners, bad=bad
    )
    if search is None:
        raise UsageError(f"{check.id} is about {check.entity} as a whole: no single record fails it")
    accepted = options.accepted.get(check.id, frozenset())
    left = limit
    mine = None if bad is None else owner_keys(selection, reader.directory)
    with reader.connect() as connection, closing(found(connection, search)) as records:
        for record in records if bad is None else first_marked(source, records):
            made = as_record(source, record, options)
            if made.key in accepted or (mine is not None and made.owner_key not in mine):
                continue
            if left is not None and left <= 0:
                return
            left = None if left is None else left - 1
            yield replace(made, key=str(record["key"]))


def _compared(reader: Reader, source: EntitySource, check: ValueCheck) -> Mapping[Values, Values]:
    """The values that fail when all are compared with each other, each with what stands for those that are alike."""
    with reader.connect() as connection:
        records = stream(connection, stream_query(source, [check], None))
        bad = judge_stream(reader, source, [check], records, _MOST_COMPARED)[0].bad
    if bad is None:
        raise UsageError(
            f"{check.check.id}: more than {_MOST_COMPARED:,} values fail; narrow the check with a condition"
        )
    return bad


def record_names(reader: Reader, entity: str, keys: Sequence[str]) -> Mapping[str, str]:
    """The records' own names, fetched live for a private view; never to be stored. Keys without a name are left out."""
    source = reader.sources.get(entity)
    if source is None or not source.has("key", "name") or not keys:
        return {}
    names: dict[str, str] = {}
    with reader.connect() as connection:
        for start in range(0, len(keys), 500):
            rows = Rows(source, {"key", "name"})
            query = sa.select(rows["key"], rows["name"]).where(rows["key"].in_(list(keys[start : start + 500])))
            names.update((str(key), str(name)) for key, name in connection.execute(query) if name is not None)
    return names


def hashed_records(
    reader: Reader, entity: str, wanted: Collection[str], options: Options, owners: Collection[str] = ()
) -> Mapping[str, tuple[str, str]]:
    """Records whose keys are stored as keyed hashes: hash -> (key, name), found by hashing the keys there are.

    Only rows of these ``owners`` (keys) are looked at, where any are named. For a private view; never to be stored.
    """
    source = reader.sources.get(entity)
    if source is None or not source.has("key") or not wanted:
        return {}
    rows = Rows(source, {name for name in ("key", "name", "owner_key") if source.has(name)})
    query = sa.select(rows["key"], rows["name"] if source.has("name") else sa.literal(""))
    if owners and source.has("owner_key"):
        query = query.where(rows["owner_key"].in_(sorted(owners)))
    found: dict[str, tuple[str, str]] = {}
    with reader.connect() as connection, connection.execute(query, execution_options={"yield_per": 1000}) as result:
        for key, name in result:
            stored = stored_key(source, str(key), options)
            if stored in wanted:
                found[stored] = (str(key), str(name or ""))
                if len(found) == len(wanted):
                    break
    return found
