"""Puts the demo's CRM back to an earlier moment, as an earlier run would have found it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

_ENTERED = ("company", "person", "inquiry", "deal", "call_log", "meeting", "todo", "mail", "note")
# What was changed since is undone: of a field with a history, the first later change knows what it was before.
_UNDO = """
DELETE FROM login_log WHERE at > :at;
DELETE FROM import_batch WHERE started_at > :at;
DELETE FROM deal_company WHERE deal_id NOT IN (SELECT id FROM deal);
UPDATE todo SET done_at = NULL WHERE done_at > :at;
UPDATE meeting SET state = 'planned' WHERE starts_at > :at;
UPDATE inquiry SET state = 'new', deal_id = NULL, is_deleted = 0, updated_at = NULL, updated_by = NULL
    WHERE updated_at > :at;
UPDATE app_user SET is_active = 1, updated_at = NULL, updated_by = NULL WHERE updated_at > :at;
UPDATE deal SET deleted_at = NULL WHERE deleted_at > :at;
UPDATE deal SET stage_id = s.id,
    stage_since = coalesce((SELECT max(changed_at) FROM field_history AS b WHERE b.table_name = 'deal'
        AND b.field = 'stage_id' AND b.record_id = deal.id AND b.changed_at <= :at), deal.created_at)
    FROM (SELECT record_id, old_value, min(id) FROM field_history WHERE table_name = 'deal' AND field = 'stage_id'
        AND changed_at > :at GROUP BY record_id) AS h JOIN deal_stage AS s ON s.title = h.old_value
    WHERE h.record_id = deal.id;
UPDATE deal SET closed_at = NULL, lost_because = NULL, likelihood = max(10, 25 * (stage_id - 1))
    WHERE closed_at > :at;
UPDATE deal SET expected_on = h.old_value
    FROM (SELECT record_id, old_value, min(id) FROM field_history WHERE table_name = 'deal' AND field = 'expected_on'
        AND changed_at > :at GROUP BY record_id) AS h
    WHERE h.record_id = deal.id AND expected_on < '2099';
UPDATE deal SET updated_at = (SELECT max(changed_at) FROM field_history AS b WHERE b.table_name = 'deal'
    AND b.record_id = deal.id AND b.changed_at <= :at) WHERE updated_at > :at;
DELETE FROM field_history WHERE changed_at > :at;
"""


@contextmanager
def rewound(path: Path, moment: datetime) -> Iterator[None]:
    """The CRM at ``path`` as it stood at ``moment`` (aware), while this lasts."""
    kept = path.with_suffix(".kept")
    copyfile(path, kept)
    try:
        _rewind(path, moment)
        yield
    finally:
        kept.replace(path)


def _rewind(path: Path, moment: datetime) -> None:
    at = moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE INDEX history_of ON field_history (record_id, field)")
        for table in _ENTERED:
            connection.execute(f"DELETE FROM {table} WHERE created_at > ?", [at])
        for statement in filter(str.strip, _UNDO.split(";")):
            connection.execute(statement, {"at": at})
