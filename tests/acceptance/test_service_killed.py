"""A service that is killed at any moment: every run is done once or recorded as missed, and what it found is told."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.schedule.due import due_between
from monitor.schedule.job import Job
from monitor.schedule.missed import MOST_DEATHS
from monitor.settings.configured import load_settings
from monitor.settings.schedule import load_schedule
from monitor.store.comparable import RunStatus
from monitor.store.ledger import COULD_NOT_RUN, RunState
from monitor.store.state import State
from monitor.store.tables import runs
from monitor.store.tables_service import job_runs, jobs
from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_killed import SUITE, _of, change, forker

pytestmark = pytest.mark.faults
TIMES = int(os.environ.get("CRM_MONITOR_KILLS") or (30 if os.environ.get("CI") else 200))
SEED = 20261129
SCHEDULE = """\
jobs:
  every: {do: check, every: 1s, catch_up: all}
  latest: {do: check, every: 2s, catch_up: latest, overlap: wait}
  never: {do: heartbeat, every: 1s, catch_up: none}
  hourly: {do: retention, cron: "@hourly"}
"""


def _state(slack: SlackChannel) -> State:
    return State.open(f"sqlite:///{slack.crm.folder}/state/monitor.db")


def _kill(slack: SlackChannel) -> dict[str, datetime]:
    """Since when each job is known: what is due from then on may not be lost."""
    chance, ends = random.Random(SEED), Counter[str]()
    with forker(slack) as child:
        begun = datetime.now(UTC)
        assert child.end("serve", after=5.0) == "0"
        with _state(slack) as state, state.database.read() as connection:
            since = {row.name: row.since for row in connection.execute(sa.select(jobs))}
            first = connection.execute(sa.select(sa.func.min(job_runs.c.started_at))).scalar_one()
        longest = max(2.5, 2 * (first - begun).total_seconds())  # so that many are at work, on a slow machine, too
        for _ in range(TIMES):
            change(slack, chance)
            ends[child.run("serve", kill_after=chance.uniform(0.05, longest))] += 1
        assert child.end("serve", after=12.0) == "0"  # as it is stopped: what it does is done
        assert child.run("notify", "send") == "0"
    assert set(ends) == {"killed"}
    return since


def _jobs(slack: SlackChannel) -> tuple[Job, ...]:
    configured = load_settings(slack.crm.folder, os.environ)
    return load_schedule(configured, {}, None).schedule.jobs


@pytest.fixture
def served(slack: SlackChannel) -> SlackChannel:
    for entity in ("users", "accounts"):
        (slack.crm.folder / "expectations" / f"{entity}.yaml").unlink()
    slack.crm.suite("opportunities", SUITE)
    slack.crm.settings(f"slack: {{token: {slack.server.workspace.token}}}\nservice: {{listen: 'off', lease: 3s}}\n")
    targets = "targets:\n  crm: {slack: C0CRM0001}\ndefault: [crm]\nbudget: {day: 1000, week: 1000}\n"
    (slack.crm.folder / "config" / "routes.yaml").write_text(targets, encoding="utf-8")
    (slack.crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return slack


def test_every_due_run_is_done_once_or_missed_by_policy_and_nothing_is_told_twice(served: SlackChannel) -> None:
    since = _kill(served)
    assert set(since) == {job.id for job in _jobs(served)}
    with _state(served) as state:
        with state.database.read() as connection:
            rows = connection.execute(sa.select(job_runs)).all()
            closed = connection.execute(
                sa.select(sa.func.count()).where(runs.c.status == RunStatus.CLOSED, runs.c.trigger == "schedule")
            ).scalar_one()
        lease = state.leases.standing()[0]
        assert not state.outbox.undelivered()
    assert lease is None, "who stopped gives the lease back"
    assert not [row for row in rows if row.state == RunState.RUNNING]
    for job in _jobs(served):
        mine = [row for row in rows if row.job == job.id]
        if not mine:
            assert job.id == "hourly"  # unless an hour began
            continue
        newest = max(row.due_at for row in mine)
        due = list(due_between(job, since[job.id], newest))
        assert sorted(row.due_at for row in mine) == due, f"{job.id}: a due time is lost, or was never due"
        assert all(row.why for row in mine if row.state == RunState.MISSED)
    done = [row for row in rows if row.job in ("every", "latest") and row.state == RunState.DONE]
    given_up = [row for row in done if row.deaths >= MOST_DEATHS and row.exit_code == COULD_NOT_RUN]
    assert len(given_up) <= TIMES // MOST_DEATHS
    checks = [row for row in done if row not in given_up]
    assert {row.exit_code for row in checks} <= {0, 4}
    assert closed == len(checks), "a run was done and not recorded, or recorded and not done"
    assert sum(row.attempt > 1 for row in rows) > TIMES // 20, "too few were killed at work to tell"
    posted = [*served.roots, *served.replies]
    assert Counter(_of(one)[0] for one in posted).most_common(1)[0][1] == 1, "something was posted twice"


def test_a_dead_leader_is_followed_at_once_on_the_same_host(served: SlackChannel) -> None:
    with forker(served) as child:
        assert child.run("serve", kill_after=3.0) == "killed"
        with State.open(f"sqlite:///{served.crm.folder}/state/monitor.db") as state:
            before = state.leases.standing()[0]
            taken = state.leases.take("another", timedelta(seconds=5))
        assert before is not None
        assert taken is not None
        assert taken.term == before.term + 1
