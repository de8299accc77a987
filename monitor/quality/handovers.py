"""Records that somebody else owned before, as the CRM's history of changes tells: since when they have another owner.

What was taken over in the last 30 days is not yet one's own: no figure of a person holds it against the heir.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.counting import instant
from monitor.quality.faults import raise_if_gone
from monitor.quality.prepare import Reader
from monitor.quality.rows import Condition, Rows

INHERITED = timedelta(days=30)
_NEEDED = ("entity", "record_key", "field", "changed_at")


def owner_history(sources: Mapping[str, EntitySource]) -> EntitySource | None:
    """The CRM's history of changes, where it can tell those of owners."""
    source = sources.get("changes")
    return source if source is not None and source.has(*_NEEDED) else None


def handed_over(changes: EntitySource, entity: str, since: datetime, until: datetime) -> sa.Select[Any]:
    """Columns ``key`` and ``at``: the entity's records that got another owner after ``since``, up to ``until``, and
    when last. A record that had no owner before was not taken over from anybody."""
    rows = Rows(changes, {*_NEEDED, *(["old"] if changes.has("old") else [])})
    first, last = (sa.literal(changes.instant(at), sa.DateTime(timezone=changes.aware)) for at in (since, until))
    changed = rows["changed_at"]
    query = sa.select(rows["record_key"].label("key"), sa.func.max(changed).label("at")).select_from(rows.table)
    query = query.where(_of_owners(rows, entity), changed > first, changed <= last)
    return query.group_by(rows["record_key"])


def known_handovers(reader: Reader, entity: str) -> Mapping[str, datetime] | None:
    """The records of an entity, by key, that were taken over in the last 30 days, and when; None where nobody can tell:
    the CRM has no history, it never told of an owner of this entity, or the database refused to say."""
    changes = owner_history(reader.sources)
    if changes is None:
        return None
    lately = handed_over(changes, entity, reader.now - INHERITED, reader.now)
    rows = Rows(changes, set(_NEEDED))
    ever = sa.select(sa.literal(1)).select_from(rows.table).where(_is_owner(rows, entity)).limit(1)
    try:
        with reader.connect() as connection:
            found = {str(key): at for key, at in connection.execute(lately) if key is not None}
            if not found and connection.execute(ever).first() is None:
                return None
    except Exception as error:  # noqa: BLE001 - the figures stand; only who had a record before is not known
        raise_if_gone(error)
        return None
    return {key: moment for key, at in found.items() if (moment := instant(at, changes)) is not None}


def _is_owner(rows: Rows, entity: str) -> Condition:
    return sa.and_(rows["entity"] == entity, rows["field"] == "owner_key")


def _of_owners(rows: Rows, entity: str) -> Condition:
    if "old" not in rows.names:
        return _is_owner(rows, entity)
    return sa.and_(_is_owner(rows, entity), rows["old"].is_not(None), sa.func.trim(rows["old"]) != "")
