"""Several services on one PostgreSQL state: one leads, another follows it, and who lost the lead writes nothing."""

from __future__ import annotations

import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store.all_tables import metadata
from monitor.store.database import STILL
from monitor.store.state import State
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.serving import Served, free_port, until
from tests.delivery.fake_slack.faults import Slow
from tests.servers import database

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]
TERM = 4.0
FROZEN = STILL + TERM + 5  # it may be frozen in the midst of writing
SCHEDULE = """\
jobs:
  records: {do: check, every: 2s, catch_up: latest, overlap: wait}
  beat: {do: heartbeat, every: 1s, catch_up: none}
"""
WRITTEN = "written_by"
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def state_url() -> Iterator[sa.URL]:
    with database("postgresql") as url:
        yield url


@contextmanager
def services(slack: SlackChannel, state: sa.URL, count: int) -> Iterator[list[Served]]:
    """So many, each with a project folder of its own, as on hosts of their own."""
    url = state.render_as_string(hide_password=False)
    made = []
    for number in range(count):
        folder = slack.crm.folder.parent / f"host{number}" / "project"
        shutil.copytree(slack.crm.folder, folder)
        _configure(folder, slack, url)
        made.append(Served(folder, f"host{number}", {"CRM_MONITOR_SLACK_API": slack.server.base_url}))
    with ExitStack() as stack:
        for one in made:
            stack.enter_context(one)
        yield made


def _configure(folder: Path, slack: SlackChannel, url: str) -> None:
    text = (folder / "config" / "monitor.yaml").read_text(encoding="utf-8").split("slack:")[0]
    text += f"slack: {{token: {slack.server.workspace.token}}}\nstate: {{url: '{url}'}}\n"
    text += f"service: {{listen: 127.0.0.1:{free_port()}, lease: {TERM:.0f}s}}\n"
    (folder / "config" / "monitor.yaml").write_text(text, encoding="utf-8")
    routes = f"targets:\n  crm: {{slack: {CHANNEL}}}\ndefault: [crm]\nbudget: {{day: 1000, week: 1000}}\n"
    (folder / "config" / "routes.yaml").write_text(routes, encoding="utf-8")
    (folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")


def leader(hosts: list[Served]) -> Served | None:
    leading = [one for one in hosts if one.leads]
    assert len(leading) <= 1, "two lead"
    return leading[0] if leading else None


def watch_writes(url: sa.URL) -> None:
    """From now on, the database notes who writes, by the name of the connection, into a table of the test's."""
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {WRITTEN} (at timestamptz, who text, what text)")
        connection.exec_driver_sql(
            f"CREATE FUNCTION note_writer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO {WRITTEN} "
            "VALUES (clock_timestamp(), current_setting('application_name'), TG_TABLE_NAME); RETURN NULL; END $$"
        )
        for table in metadata.tables:
            connection.exec_driver_sql(
                f"CREATE TRIGGER note_writer AFTER INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION note_writer()"
            )


def writers(url: sa.URL) -> Counter[str]:
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return Counter(connection.exec_driver_sql(f"SELECT who FROM {WRITTEN}").scalars())


def done(url: sa.URL) -> int:
    with State.open(url) as state:
        return len(state.ledger.recorded("beat", _LONG_AGO))


def test_of_three_one_leads_and_when_it_is_killed_another_does_within_its_term(
    slack: SlackChannel, state_url: sa.URL
) -> None:
    with services(slack, state_url, 3) as hosts:
        first = until(lambda: leader(hosts), about="a leader")
        others = [one for one in hosts if one is not first]
        until(lambda: done(state_url) > 2, about="runs of the first leader")
        first.signal(signal.SIGKILL)
        begun = time.monotonic()
        second = until(lambda: leader(others), TERM + 5, "a second leader")
        assert time.monotonic() - begun < TERM * 2, "it took longer than the term and a moment"
        before = done(state_url)
        until(lambda: done(state_url) > before, about="runs of the second leader")
        begun = time.monotonic()
        assert second.end() == 0
        third = until(lambda: leader([one for one in others if one is not second]), TERM, "a third leader")
        assert third.end() == 0


def test_a_leader_that_was_frozen_writes_nothing_when_it_wakes_up(slack: SlackChannel, state_url: sa.URL) -> None:
    with services(slack, state_url, 2) as hosts:
        first = until(lambda: leader(hosts), about="a leader")
        other = next(one for one in hosts if one is not first)
        until(lambda: done(state_url) > 2, about="runs of the first leader")
        slack.crm.without_account(1, 60)  # there is something to tell
        first.signal(signal.SIGSTOP)
        until(lambda: other.leads, FROZEN, "a second leader")
        watch_writes(state_url)
        before = done(state_url)
        until(lambda: done(state_url) > before + 1, about="runs of the second leader")
        first.signal(signal.SIGCONT)
        until(lambda: first.ask("/healthz")[0] == 200, about="the first is awake")
        until(lambda: "does not lead any more" in first.said, about="the first notices")
        before = done(state_url)
        until(lambda: done(state_url) > before + 3, about="more runs of the second leader")
        until(lambda: writers(state_url)[other.name] > 10, about="enough writes of the second leader to tell")
        found = writers(state_url)
        assert set(found) == {other.name}, "who lost the lead wrote"
        assert other.leads
        assert not first.leads
        assert [one.end() for one in (first, other)] == [0, 0]
    posted = Counter((one.metadata or {})["event_payload"]["event"] for one in [*slack.roots, *slack.replies])
    assert sum(number - 1 for number in posted.values()) <= 1, "more than the message in flight went out again"


def test_of_a_leader_that_is_frozen_while_it_sends_only_the_message_in_flight_goes_out(
    slack: SlackChannel, state_url: sa.URL
) -> None:
    with services(slack, state_url, 2) as hosts:
        first = until(lambda: leader(hosts), about="a leader")
        other = next(one for one in hosts if one is not first)
        until(lambda: _learned(state_url), about="a first run, whose findings are the baseline")
        slack.server.fail("chat.postMessage", Slow(3.0))
        slack.crm.execute("UPDATE deal SET customer_id = NULL, value = 0, next_action = NULL")  # three incidents
        until(lambda: slack.server.count("chat.postMessage"), about="a message in flight")
        first.signal(signal.SIGSTOP)
        until(lambda: other.leads, FROZEN, "a second leader")
        until(lambda: len(slack.roots) >= 3, about="the messages that were not in flight, from the second leader")
        watch_writes(state_url)
        first.signal(signal.SIGCONT)
        until(lambda: "does not lead any more" in first.said, about="the first notices")
        assert first.end() == 0
        until(lambda: _all_sent(state_url), 90, "what was in flight is looked for, and not sent again")
        assert set(writers(state_url)) == {other.name}, "who lost the lead wrote"
        assert other.end() == 0
    posted = Counter((one.metadata or {})["event_payload"]["event"] for one in [*slack.roots, *slack.replies])
    assert len(posted) >= 3
    assert sum(number - 1 for number in posted.values()) <= 1, "more than the message in flight went out again"


def _learned(url: sa.URL) -> bool:
    with State.open(url) as state:
        return bool(state.baselines.all())


def _all_sent(url: sa.URL) -> bool:
    with State.open(url) as state:
        return not state.outbox.undelivered()
