from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from monitor.demo import DemoStory
from monitor.demo.rewind import rewound
from tests.demo.conftest import NOW

EARLIER = NOW - timedelta(days=7)
AT = EARLIER.replace(tzinfo=None).isoformat(" ", "seconds")


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_nothing_of_a_rewound_crm_is_of_later_and_afterwards_it_is_as_it_was(story: DemoStory, tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    copyfile(story.path, path)
    with rewound(path, EARLIER):
        for table, column in (
            *((table, "created_at") for table in ("company", "person", "inquiry", "deal", "call_log", "note")),
            *(("deal", name) for name in ("closed_at", "stage_since", "updated_at", "deleted_at")),
            *(("inquiry", "updated_at"), ("todo", "done_at"), ("field_history", "changed_at"), ("login_log", "at")),
        ):
            assert rows(path, f"SELECT count(*) FROM {table} WHERE {column} > '{AT}'") == [(0,)], (table, column)
    assert path.read_bytes() == story.path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["crm.db"]


def test_deals_are_in_the_stage_in_which_they_were(story: DemoStory, tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    copyfile(story.path, path)
    was = f"""SELECT d.id, coalesce((SELECT new_value FROM field_history AS h WHERE h.record_id = d.id
        AND field = 'stage_id' AND changed_at <= '{AT}' ORDER BY h.id DESC LIMIT 1), 'New')
        FROM deal AS d WHERE created_at <= '{AT}' ORDER BY d.id"""
    expected = rows(story.path, was)
    with rewound(path, EARLIER):
        found = rows(path, "SELECT d.id, s.title FROM deal AS d JOIN deal_stage AS s ON s.id = stage_id ORDER BY d.id")
        closed = rows(path, "SELECT count(*) FROM deal WHERE (stage_id > 4) <> (closed_at IS NOT NULL)")
    assert found == expected
    assert closed == [(0,)]
    assert rows(story.path, "SELECT id, stage_id FROM deal") != [(key, stage) for key, stage in found]
