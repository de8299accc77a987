"""The records behind a finding, read live for a private view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.app.project import OpenProject
from monitor.app.selecting import check_people, one_check
from monitor.crm.source import EntitySource
from monitor.errors import UsageError
from monitor.quality.check import Check
from monitor.quality.outcome import FailingRecord, Selection
from monitor.store.results import StoredOutcome


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: of one owner or of a manager's people, or those new or fixed since the run before the last."""

    check: str
    owner: str = ""
    manager: str = ""
    new: bool = False
    fixed: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class FailingList:
    """Records with their names, which are never stored; ``more`` says that the limit cut the list."""

    check: Check
    records: Sequence[FailingRecord]
    names: Mapping[str, str]
    link: Callable[[str], str]
    more: bool


def list_failing(opened: OpenProject, wanted: Wanted) -> FailingList:
    """The records asked for.

    Raises UsageError where "new" and "fixed" are not available, NothingSelected for unknown names, CrmUnavailable.
    """
    from monitor.quality.engine import record_names

    check = one_check(opened.project.checks, wanted.check)
    if wanted.new and wanted.fixed:
        raise UsageError("--new and --fixed exclude each other")
    if wanted.owner and wanted.manager:
        raise UsageError("--owner and --manager exclude each other")
    reader = opened.reader(opened.clock())
    if wanted.owner:
        check_people(reader.directory, Selection(owners=frozenset([wanted.owner])))
    owners = _owners(opened, wanted)
    cut = wanted.limit + 1 if wanted.limit is not None else None
    records = list(
        _compared(opened, check, wanted, owners)
        if wanted.new or wanted.fixed
        else live_records(opened, check, owners or frozenset(), cut)
    )
    more = wanted.limit is not None and len(records) > wanted.limit
    records = records[: wanted.limit] if wanted.limit is not None else records
    source = reader.sources[check.entity]
    names = record_names(reader, check.entity, [record.key for record in records])
    hashed = source.hash_keys and (wanted.new or wanted.fixed)  # as kept: a link could not be made of it
    return FailingList(check, records, names, (lambda _key: "") if hashed else source.link_to, more)


def has_record(opened: OpenProject, source: EntitySource, key: str) -> bool:
    """Whether the CRM has a record with this key, as the CRM writes it. Raises CrmUnavailable."""
    rows = source.selectable
    if not source.has("key"):
        return True  # nobody can tell
    with opened.crm.scan() as connection:
        return connection.execute(sa.select(sa.true()).select_from(rows).where(rows.c.key == key)).first() is not None


def has_rows(opened: OpenProject, source: EntitySource) -> bool:
    """Whether the entity has any row that the monitor's role may see. Raises CrmUnavailable."""
    with opened.crm.scan() as connection:
        return connection.execute(sa.select(sa.true()).select_from(source.selectable).limit(1)).first() is not None


def live_records(
    opened: OpenProject, check: Check, owners: frozenset[str] = frozenset(), limit: int | None = None
) -> Iterator[FailingRecord]:
    """The records that fail a check now, of some owners (key, name or e-mail address) or of all, read as they come.

    Keys are as the CRM has them. Raises UsageError where nobody can say which records fail, and CrmUnavailable.
    """
    from monitor.quality.engine import failing_records

    options = opened.options(Selection(owners=owners), opened.known(opened.existing_state()))
    return failing_records(opened.reader(opened.clock()), check, options, limit=limit)


def _owners(opened: OpenProject, wanted: Wanted) -> frozenset[str] | None:
    """Whose records are wanted; None for everybody's. A manager's people are those whom the manager's digest is about,
    leavers among them. Raises UsageError for somebody who manages nobody."""
    if not wanted.manager:
        return frozenset([wanted.owner]) if wanted.owner else None
    from monitor.adoption.scope import subtree
    from monitor.app.adoption import find_user

    people = subtree(opened.organisation, find_user(opened, wanted.manager))
    if not people:
        raise UsageError(f"{wanted.manager} manages nobody", hint="crm-monitor people check says who manages whom")
    return people


def _why_not(opened: OpenProject, last: StoredOutcome | None) -> str:
    most = opened.project.settings.alerts.keep_keys
    if last is None:
        return "no run has looked at it as a whole yet: crm-monitor check does"
    if (last.unexpected or 0) > most:
        return f"{last.unexpected:,} records fail it, and alerts.keep_keys keeps the keys of {most:,} at most"
    return "it takes two complete runs that kept the keys of what failed: crm-monitor check makes one"


def _compared(
    opened: OpenProject, check: Check, wanted: Wanted, owners: frozenset[str] | None
) -> Sequence[FailingRecord]:
    last = opened.state.results.previous().get(check.id)
    compared = opened.state.failing.compared(check.id, last.run_id) if last else None
    if compared is None:
        raise UsageError(f"what is new or fixed for {check.id} is not available", hint=_why_not(opened, last))
    records = compared.new if wanted.new else compared.fixed
    if owners is None:
        return records
    from monitor.quality.selection import owner_keys

    keys = owner_keys(Selection(owners=owners), opened.directory) or frozenset()
    return [record for record in records if record.owner_key in keys]
