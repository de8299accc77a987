"""Writes the demo's CRM: a SQLite file with half a year of a Nordic company's work in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from monitor.demo import schema
from monitor.demo.activity import Log, Logging
from monitor.demo.companies import Market, found
from monitor.demo.deals import STAGES, Pipeline, Selling
from monitor.demo.imports import FILE, ImportBatch, load_visitors
from monitor.demo.inquiries import receive
from monitor.demo.people import COMPANY, Staff, hire
from monitor.demo.presence import attend
from monitor.demo.records import Inquiry
from monitor.demo.story import LATE_TEAM, STORY_TEAM, DemoStory, Ledger, Timeline

SEED = 2013


def generate(path: Path, *, now: datetime, seed: int = SEED) -> DemoStory:
    """Write the CRM to ``path`` (replacing a file that is there) as it stands at ``now`` (aware).

    The same ``now`` (to the second) and ``seed`` give the same content. Each room of the company draws its own
    random numbers, so that a change to one leaves the others as they were.
    """
    timeline, ledger = Timeline(now.replace(microsecond=0)), Ledger()

    def dice(room: str) -> Random:
        return Random(f"{seed}:{room}")  # deterministic: no secret is made of it

    staff = hire(dice("people"), timeline)
    attend(dice("presence"), staff, timeline)
    market = found(dice("companies"), staff, timeline, ledger)
    pipeline = Selling(dice("deals"), staff, market, timeline, ledger).run()
    inquiries = receive(dice("inquiries"), staff, market, pipeline, timeline)
    log = Logging(dice("activity"), staff, market, pipeline, timeline).run()
    batch = load_visitors(dice("import"), staff, market, timeline, ledger)
    _hand_over(staff, market, pipeline, ledger)
    rows = _write(path, _tables(staff, market, pipeline, inquiries, log, batch))
    return _story(path, timeline, staff, batch, ledger, rows)


def _hand_over(staff: Staff, market: Market, pipeline: Pipeline, ledger: Ledger) -> None:
    """What a proper hand-over would have moved: counts what the leaver still owns."""
    left = staff.leaver
    ledger.plant("accounts of the leaver", sum(c.owner_id == left and not c.archived for c in market.companies))
    ledger.plant("contacts of the leaver", sum(c.owner_id == left and not c.is_deleted for c in market.contacts))
    ledger.plant("deals of the leaver", sum(d.owner_id == left and not d.deleted_at for d in pipeline.deals))


def _tables(
    staff: Staff, market: Market, pipeline: Pipeline, inquiries: list[Inquiry], log: Log, batch: ImportBatch
) -> dict[str, list[Any]]:
    return {
        "sales_team": staff.teams,
        "app_user": staff.users,
        "absence": staff.absences,
        "import_batch": [batch],
        "company": market.companies,
        "person": market.contacts,
        "inquiry": inquiries,
        "deal_stage": list(STAGES),
        "deal": pipeline.deals,
        "deal_company": pipeline.links,
        "call_log": log.calls,
        "meeting": log.meetings,
        "todo": log.todos,
        "mail": log.mails,
        "note": log.notes,
        "field_history": pipeline.history,
        "login_log": log.logins,
    }


def _write(path: Path, tables: dict[str, list[Any]]) -> dict[str, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a file that can be made again at any time
        schema.create(connection)
        with connection:
            for table, rows in tables.items():
                schema.insert(connection, table, rows)
        connection.execute("ANALYZE")
        connection.commit()
    return {table: len(rows) for table, rows in tables.items()}


def _story(
    path: Path, timeline: Timeline, staff: Staff, batch: ImportBatch, ledger: Ledger, rows: dict[str, int]
) -> DemoStory:
    team = next(team for team in staff.teams if team.title == STORY_TEAM)
    late = next(team for team in staff.teams if team.title == LATE_TEAM)
    logins = {user.id: user.login for user in staff.users}
    return DemoStory(
        path=path,
        company=COMPANY,
        now=timeline.now,
        first_day=timeline.first_day,
        learned_at=timeline.learned_at,
        imported_at=batch.started_at,
        import_file=FILE,
        team_key=str(team.id),
        team=team.title,
        manager_key=str(team.manager_id),
        silent_from=timeline.silent_from,
        late_team_key=str(late.id),
        leaver_key=str(staff.leaver),
        on_leave_key=str(staff.on_leave),
        on_leave_from=timeline.today - timedelta(days=35),
        newcomer_key=str(staff.newcomer),
        reader_keys=tuple(map(str, staff.readers)),
        absences=tuple((logins[away.user_id], away.first_day, away.last_day) for away in staff.absences),
        director_key=str(staff.director),
        director=logins[staff.director],
        admin_key=str(staff.admin),
        integration_key=str(staff.integration),
        planted=dict(sorted(ledger.items())),
        rows=rows,
    )
