"""The benchmark of people's use: 5 million activities of 500 users in 52 weeks, and what follows from them.

``python -m tests.bench.use`` needs a PostgreSQL server. One hand-written GROUP BY takes turns with the program's first
reading and a daily increment; then scorecards of everybody and a digest with charts for each of 50 managers are made.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.activity.facts import Reading, Window
from monitor.activity.reading import read_activity
from monitor.activity.windows import LATE_DAYS
from monitor.adoption.week import IsoWeek
from monitor.app.project import OpenProject
from monitor.settings.project import load_project
from tests.bench.generate import Size, ensure
from tests.bench.program import write_project
from tests.bench.report import say
from tests.servers import DEFAULTS

T = TypeVar("T")
NAME = "crm_monitor_bench_use"
LAST = date(2026, 11, 15)
WEEKS = 52
FIRST = LAST - timedelta(weeks=WEEKS) + timedelta(days=1)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)

# Written in the order of time, as a CRM does, with an index on the time; on working days from eight to four.
_ACTIVITIES = """
CREATE TABLE activities AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.015 THEN 1 + pick(i, 2, 500) END AS owner_id,
    (ARRAY['call','call','call','meeting','task','task','email','email','email','note'])[1 + pick(i, 3, 10)] AS kind,
    CASE WHEN chance(i, 4) < 0.12 THEN 'open' ELSE 'done' END AS status,
    'Subject ' || pick(i, 6, 5000) AS subject, at AS happened_at, at AS due_at,
    1 + pick(i, 11, 2000) AS account_id, 1 + pick(i, 13, 5000) AS contact_id, 1 + pick(i, 15, 20000) AS opportunity_id,
    1 + pick(i, 2, 500) AS created_by,
    at + CASE WHEN chance(i, 7) < 0.3 THEN chance(i, 8) * interval '3 days' ELSE interval '10 minutes' END AS created_at
FROM (SELECT i, timestamp '{first}' + ((i - 1) * {days}::bigint / {count}) * interval '1 day' + interval '8 hours'
        + chance(i, 17) * interval '8 hours' AS at
    FROM generate_series(1, {count}) AS i) AS a
"""
_BY_HAND = """
SELECT owner_id, CAST(happened_at AS date), kind, COUNT(*) FROM activities
WHERE status = 'done' AND happened_at >= :first AND happened_at < :end GROUP BY 1, 2, 3
"""


@dataclass(slots=True)
class Times:
    """Seconds per contender and round."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    managers: int = 0

    def of(self, name: str, work: Callable[..., T], *given: Any) -> T:
        """Do some work and note what it took."""
        started = time.perf_counter()
        found = work(*given)
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)
        return found

    def median(self, name: str) -> float:
        return median(self.seconds[name])


def main() -> int:
    """Measure, print the table, and exit 0; 1 where the counts differ from the hand-written SQL's."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--markdown", type=Path)
    given = options.parse_args()
    variable, default = DEFAULTS["postgresql"]
    server = sa.make_url(os.environ.get(variable, default))
    try:
        url = prepare(server, NAME, 5_000_000)
    except sa.exc.OperationalError:
        say(f"skipped: no PostgreSQL at {server.render_as_string()}; set {variable} to its URL")
        return 0
    with tempfile.TemporaryDirectory(prefix="crm-monitor-bench-") as folder:
        times, wrong = measure(url.render_as_string(hide_password=False), Path(folder) / "use", given.rounds)
    text = page(times, wrong)
    say(text)
    if given.markdown:
        given.markdown.write_text(text)
    return 1 if wrong else 0


def prepare(server: sa.URL, name: str, count: int) -> sa.URL:
    """The benchmark's CRM, with activities of its own; kept between runs."""
    url = ensure(server, name, Size(500, 2000, 5000, 20_000, 1000))
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if connection.execute(sa.text("SELECT COUNT(*) FROM activities")).scalar() != count:
            connection.exec_driver_sql("DROP TABLE activities")
            connection.exec_driver_sql(_ACTIVITIES.format(first=FIRST, days=WEEKS * 7, count=count))
            connection.exec_driver_sql("CREATE INDEX ON activities (happened_at)")
            connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE) activities")
    return url


def measure(url: str, folder: Path, rounds: int) -> tuple[Times, list[str]]:
    """Every contender in turn, ``rounds`` times; what differs is said."""
    times, wrong = Times(), list[str]()
    write_project(folder, url)
    told = folder / "config" / "map.yaml"
    with_author = "created_at: t.created_at\n      created_by: t.created_by"
    told.write_text(told.read_text().replace("created_at: t.created_at", with_author))
    project = load_project(folder, dict(os.environ))
    for number in range(rounds + 1):
        shutil.rmtree(folder / "state", ignore_errors=True)
        opened = OpenProject(project, lambda: NOW, dict(os.environ))
        kept = times if number else Times()  # the first round warms up
        try:
            by_hand = kept.of("by hand", _by_hand, opened)
            first = kept.of("first", _read, opened, Window(FIRST, LAST))
            kept.of("kept", opened.state.activity.save, first, opened.use.measures)
            again = kept.of("increment", _read, opened, Window(LAST - timedelta(days=LATE_DAYS), LAST))
            kept.of("increment kept", opened.state.activity.save, again, opened.use.measures)
            wrong += _differences(by_hand, first)
        finally:
            opened.close()
    opened = OpenProject(project, lambda: NOW, dict(os.environ))
    try:
        _follow(opened, times)
    finally:
        opened.close()
    return times, wrong


def _by_hand(opened: OpenProject) -> dict[tuple[str, date, str], int]:
    with opened.crm.scan() as connection:
        rows = connection.execute(sa.text(_BY_HAND), {"first": FIRST, "end": LAST + timedelta(days=1)})
        return {(str(owner or ""), day, kind): count for owner, day, kind, count in rows}


def _read(opened: OpenProject, window: Window) -> Reading:
    """Only the measures of activities, as the hand-written query has only these."""
    measures = [measure for measure in opened.use.measures if measure.entity == "activities"]
    return read_activity(
        opened.crm,
        opened.sources(None),
        {"activities": "available"},
        measures,
        window,
        zone=opened.project.zone,
        is_working_day=opened.project.is_working_day,
        now=NOW,
        standing_days=(),
    )


def _differences(by_hand: dict[tuple[str, date, str], int], reading: Reading) -> list[str]:
    kinds = {"calls": "call", "meetings": "meeting", "tasks": "task", "emails": "email", "notes": "note"}
    told: Counter[tuple[str, date, str]] = Counter()
    for one in reading.activities:
        told[one.user, one.day, kinds[one.measure]] += one.count
    # Notes have no status: those that are not done count as well.
    expected = {key: count for key, count in by_hand.items() if key[2] != "note"}
    found = {key: count for key, count in told.items() if key[2] != "note"}
    return [] if expected == found else ["the counts differ from the hand-written SQL's"]


def _follow(opened: OpenProject, times: Times) -> None:
    """Scorecards and figures of everybody, then digests with their charts."""
    from monitor.app.digests import Digests
    from monitor.digest.email import draw
    from monitor.digest.html import to_html
    from monitor.language import language

    made: Digests = times.of("scorecards", partial(Digests, now=NOW), opened, IsoWeek.of(LAST))
    danish = language("da")

    def digests() -> int:
        recipients = made.managers()
        for recipient in recipients:
            snapshot = made.make(recipient).snapshot
            to_html(snapshot, danish)
            draw(snapshot, danish)
        return len(recipients)

    times.managers = times.of("digests", digests)


def page(times: Times, wrong: list[str]) -> str:
    """The table, and whether the goals are reached."""
    hand, first, increment = (times.median(name) for name in ("by hand", "first", "increment"))
    rest = times.median("scorecards") + times.median("digests")
    rows = [
        ("one hand-written GROUP BY user, day, kind", hand),
        ("first reading of 52 weeks (users, days, measures, logging delay)", first),
        ("keeping it in the state (SQLite)", times.median("kept")),
        (f"a daily increment ({LATE_DAYS} days back, for late entries)", increment),
        ("keeping the increment", times.median("increment kept")),
        (
            "reading the rest, scorecards of 12 weeks and figures of 500 users, 50 teams and their managers",
            times.median("scorecards"),
        ),
        (f"{times.managers} managers' digests as HTML, with their charts as images", times.median("digests")),
    ]
    goals = [
        (not wrong, "the counts equal the hand-written SQL's"),
        (first <= 1.5 * hand, f"first reading at most 1.5 times the hand-written query: {first / hand:.2f}"),
        (increment <= 0.05 * first, f"an increment at most 5 % of the first reading: {increment / first:.1%}"),
        (rest <= 60, f"scorecards and the digests with charts in under 60 s: {rest:.1f} s"),
    ]
    body = "".join(f"| {name} | {seconds:.2f} s |\n" for name, seconds in rows)
    told = "".join(f"* {'reached' if good else 'MISSED'}: {text}\n" for good, text in goals)
    return (
        "# Benchmark of people's use\n\n"
        "Written by `python -m tests.bench.use`: 5,000,000 activities of 500 users in 52 weeks, in PostgreSQL, with\n"
        "an index on their time.\n\n"
        f"| | median |\n|---|--:|\n{body}\n{told}\n{os.cpu_count()} cores.\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
