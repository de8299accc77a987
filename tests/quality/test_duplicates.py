"""Of some duplicates the first is marked as the older one: the owners of the newer ones are to merge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.quality.check import Check
from monitor.quality.engine import failing_records
from monitor.quality.outcome import Selection
from monitor.quality.selection import Options
from tests.quality.small_crm import SmallCrm, check, deal, opened

NEAR = check("expect_no_near_duplicates", {"columns": ["name"], "block": "status", "threshold": 90})
UNIQUE = check("expect_column_values_to_be_unique", {"column": "name"})
LATE, EARLY = datetime.fromisoformat("2026-03-01T12:00"), datetime.fromisoformat("2026-02-01T12:00")


def marks(crm: SmallCrm, which: Check = UNIQUE) -> Mapping[str, bool]:
    """Which failing records are the older ones, as a run keeps it; read live it is the same, of one owner as well."""
    kept = {record.key: record.older for record in crm.one(which).failing.records}
    assert {record.key: record.older for record in failing_records(crm.reader(), which, Options())} == kept
    for owner in ("u0", "u1"):
        for record in failing_records(crm.reader(), which, Options(selection=Selection(owners=frozenset({owner})))):
            assert (record.owner_key, record.older) == (owner, kept[record.key])
    return kept


def named(*rows: dict[str, Any]) -> Callable[[int], dict[str, Any]]:
    return lambda number: {**deal(number), "owner_key": f"u{number % 2}", **rows[number]}


def test_the_first_of_the_same_is_the_older_one_whoever_owns_it(any_url: sa.URL) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Same", "created_at": LATE},
        {"name": "Same", "created_at": EARLY},
        {"name": "Same", "created_at": LATE},
        {"name": "Other", "created_at": EARLY},
        {"name": "Other", "created_at": LATE},
        {"name": "Single", "created_at": LATE},
    ]
    with opened(any_url, len(rows), named(*rows)) as crm:
        assert marks(crm) == {"d0": False, "d1": True, "d2": False, "d3": True, "d4": False}


def test_of_those_of_one_moment_the_lower_key_is_older_and_so_is_what_has_no_date(any_url: sa.URL) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Import", "created_at": LATE},
        {"name": "Import", "created_at": LATE},
        {"name": "Undated", "created_at": EARLY},
        {"name": "Undated", "created_at": None},
    ]
    with opened(any_url, len(rows), named(*rows)) as crm:
        assert marks(crm) == {"d0": True, "d1": False, "d2": False, "d3": True}


def test_what_nobody_owns_is_never_the_newer_one_as_nobody_would_merge_it(any_url: sa.URL) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Same", "created_at": EARLY},
        {"name": "Same", "created_at": LATE, "owner_key": None},
    ]
    with opened(any_url, len(rows), named(*rows)) as crm:
        assert marks(crm) == {"d0": False, "d1": True}


def test_of_nearly_the_same_it_is_the_first_of_all_that_are_alike(any_url: sa.URL) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Nordic Steel A/S", "created_at": LATE},
        {"name": "Nordisc Steel A/S", "created_at": EARLY},
        {"name": "Nordisc Stel A/S", "created_at": LATE},
        {"name": "Harbour Foods", "created_at": None},
        {"name": "Harbour Foods ApS", "created_at": EARLY},
        {"name": "Harbour Food", "created_at": None, "owner_key": None},
        {"name": "Quite Another Company", "created_at": LATE},
    ]
    with opened(any_url, len(rows), named(*({**row, "status": "open"} for row in rows))) as crm:
        assert marks(crm, NEAR) == {"d0": False, "d1": True, "d2": False, "d3": False, "d4": False, "d5": True}


def test_without_dates_of_creation_nobody_can_tell_which_is_older(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 2, lambda number: {**deal(number), "name": "Same", "status": "open"}) as crm:
        columns = {name: column for name, column in crm.source.columns.items() if name != "created_at"}
        crm.source = replace(crm.source, columns=columns)
        assert marks(crm) == marks(crm, NEAR) == {"d0": False, "d1": False}
