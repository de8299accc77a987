"""Which failing records had another owner lately, by the CRM's history of changes, on every kind of server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import ENTITIES
from monitor.quality.engine import Reader, run_entity
from monitor.quality.outcome import EntityResult
from monitor.quality.selection import Options, stored_key
from tests.quality.small_crm import NOW, SmallCrm, check, opened

_metadata = sa.MetaData()
log = sa.Table(
    "owner_log",
    _metadata,
    *(sa.Column(name, sa.String(40)) for name in ("entity", "record_key", "field", "old", "new", "changed_by")),
    sa.Column("changed_at", sa.DateTime),
)
HISTORY = EntitySource(
    entity="changes",
    selectable=sa.select(log).subquery("changes"),
    columns=ENTITIES["changes"].columns,
    zone=ZoneInfo("UTC"),
)
NAMED = check("expect_column_values_to_not_be_null", {"column": "name"})  # every seventh deal has no name


def changed(key: str, days: float, old: str | None = "u7", **more: str) -> Mapping[str, Any]:
    at = (NOW - timedelta(days=days)).replace(tzinfo=None)
    return {"entity": "opportunities", "record_key": key, "field": "owner_key", "old": old, "changed_at": at, **more}


def told(crm: SmallCrm, *changes: Mapping[str, Any], options: Options | None = None) -> EntityResult:
    with crm.engine.begin() as connection:
        _metadata.create_all(connection)
        connection.execute(sa.delete(log))
        for one in changes:
            connection.execute(log.insert(), dict(one))
    reader: Reader = replace(crm.reader(), sources={"opportunities": crm.source, "changes": HISTORY})
    return run_entity(reader, "opportunities", [NAMED], [], options or Options())


def handed(result: EntityResult) -> Mapping[str, datetime]:
    return {one.key: one.handed_at for one in result.outcomes[0].failing.records if one.handed_at is not None}


def test_a_record_taken_over_in_thirty_days_says_when_and_one_of_before_does_not(any_url: sa.URL) -> None:
    with opened(any_url, 30) as crm:
        result = told(crm, changed("d6", 29), changed("d6", 3), changed("d13", 31), changed("d7", 3))
        assert handed(result) == {"d6": NOW - timedelta(days=3)}  # d7 has a name
        assert result.facts is not None
        assert result.facts.owner_history


def test_a_first_owner_another_field_and_another_entity_are_no_hand_over(any_url: sa.URL) -> None:
    with opened(any_url, 30) as crm:
        result = told(
            crm,
            changed("d6", 3, old=None),
            changed("d6", 3, old=" "),
            changed("d6", 3, field="stage"),
            changed("d6", 3, entity="leads"),
            changed("d6", -1),  # of tomorrow, seen from the day that the run looks at
        )
        assert handed(result) == {}


def test_a_history_that_never_told_of_an_owner_tells_nothing(any_url: sa.URL) -> None:
    with opened(any_url, 30) as crm:
        silent = told(crm, changed("d6", 3, field="stage"))
        assert silent.facts is not None
        assert not silent.facts.owner_history
        told_once = told(crm, changed("d6", 400))
        assert told_once.facts is not None
        assert told_once.facts.owner_history


def test_a_history_that_cannot_be_read_takes_no_figure_along(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 30) as crm:
        broken = replace(HISTORY, selectable=sa.select(log).where(sa.text("no_such_column = 1")).subquery("changes"))
        with crm.engine.begin() as connection:
            _metadata.create_all(connection)
        reader = replace(crm.reader(), sources={"opportunities": crm.source, "changes": broken})
        result = run_entity(reader, "opportunities", [NAMED], [], Options())
        assert result.facts is not None
        assert not result.facts.owner_history
        assert len(result.outcomes[0].failing.records) == 4


def test_keys_that_are_kept_as_hashes_are_told_apart_all_the_same(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 30) as crm:
        crm.source = replace(crm.source, hash_keys=True)
        options = Options(hash_key=b"secret")
        result = told(crm, changed("d6", 3), options=options)
        assert list(handed(result)) == [stored_key(crm.source, "d6", options)]
