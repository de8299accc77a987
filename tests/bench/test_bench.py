"""The benchmark measures what it says: its contenders answer the same questions about the same rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.activity.facts import Activity, Reading, Window
from monitor.settings.project import load_project
from tests.bench import handwritten, report, use, use_crm, use_report
from tests.bench.checks import differences
from tests.bench.generate import TABLES, Size, ensure
from tests.bench.measure import Measured
from tests.bench.program import write_project

SIZE = Size().scaled(0.001)


@pytest.fixture
def crm(postgresql_url: sa.URL) -> Iterator[sa.URL]:
    name = f"{postgresql_url.database}_bench"
    yield ensure(postgresql_url, name, SIZE)
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def figures(url: sa.URL, *, owners: bool) -> handwritten.Figures:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return handwritten.run(connection, owners=owners)


@pytest.mark.postgresql
def test_owners_add_up_and_the_database_is_kept_and_made_alike(crm: sa.URL, postgresql_url: sa.URL) -> None:
    by_owner = figures(crm, owners=True)
    assert len(by_owner) == 29
    assert handwritten.totals(by_owner) == handwritten.totals(figures(crm, owners=False))
    assert ensure(postgresql_url, str(crm.database), SIZE) == crm
    assert figures(crm, owners=True) == by_owner
    ensure(postgresql_url, str(crm.database), SIZE, fresh=True)
    assert figures(crm, owners=True) == by_owner
    engine = sa.create_engine(crm, poolclass=sa.NullPool)
    with engine.connect() as connection:
        for table in TABLES:
            count = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count == getattr(SIZE, table)


def test_the_project_has_the_same_29_checks(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", "postgresql+psycopg://127.0.0.1/bench")
    checks = {check.id for check in load_project(folder, {}).checks}
    assert checks == {check for readings in handwritten.READINGS.values() for check in readings}
    assert len(checks) == 29


def test_a_figure_that_differs_is_told_and_shown() -> None:
    owners = {"deal-without-account": {"1": [10, 2], "": [5, 1]}}
    other = {"deal-without-account": {"1": [10, 3], "": [5, 1]}}
    total = {"deal-without-account": {"*": [15, 3]}}
    gx = {"deal-without-account": [15, 3]}

    def run(program: handwritten.Figures) -> dict[str, Measured]:
        found = {"total": total, "owners": owners, "gx": gx, "program": program}
        others = {name: Measured([1.0], 100.0) for name in ("fresh", "import", "tenth")}
        return {name: Measured([1.0, 2.0], 50.0, figures) for name, figures in found.items()} | others

    assert differences(run(owners)) == []
    wrong = differences(run(other))
    assert wrong == ["this program, deal-without-account, 1: [10, 3] is not [10, 2]"]
    page = report.markdown(report.Result(15, "15.1", 2, run(other), wrong))
    assert "MISSED: the figures of all contenders are equal" in page
    assert "| hand-written SQL, one query per table | 1.50 s |" in page


DAY = date(2026, 11, 13)


def _reading(*activities: Activity) -> Reading:
    return Reading(Window(DAY, DAY), activities)


def test_use_that_is_counted_otherwise_is_told_and_parts_are_added_up() -> None:
    by_hand = {("1", DAY, "call"): 3, ("1", DAY, "note"): 9}
    parts = [Activity("1", DAY, "calls", "activities", count) for count in (2, 1)]
    note = Activity("1", DAY, "notes", "activities", 10)  # one that is not done: notes are counted all the same
    assert use.differences(by_hand, _reading(*parts, note)) == []
    assert use.differences(by_hand, _reading(*parts[:1], note)) == ["the counts differ from the hand-written SQL's"]


def test_the_table_of_use_says_which_goals_are_reached() -> None:
    names = ("by hand", "first", "kept", "increment", "increment kept", "scorecards", "digests", "another")
    seconds = dict(zip(names, ([4.0], [5.0], [7.0], [0.2], [0.1], [20.0], [3.0], [2.0]), strict=True))
    times = use.Times(seconds, people=500, managers=50, charts=100, late_days=7)
    page = use_report.markdown(times, "15.1")
    assert "| crm-monitor, first reading: users, days, measures, delay of logging | 5.00 s |  |  | 1.25 |" in page
    assert "reached: a daily reading at most 5% of the first: 4.0%" in page
    assert "MISSED" not in page
    seconds["digests"] = [41.0]
    assert "MISSED: scorecards and digests with charts in under 60 s: 61.0 s" in use_report.markdown(times, "15.1")


def test_one_part_of_the_page_is_written_and_the_others_stay(tmp_path: Path) -> None:
    page, titles = tmp_path / "benchmarks.md", {"checks": "Checks of records", "use": "People's use"}
    report.write_part(page, titles, "use", "old\n\n| table |\n")
    report.write_part(page, titles, "checks", "29 checks\n")
    report.write_part(page, titles, "use", "new\n\n| table |\n")
    text = page.read_text()
    assert text.index("## Checks of records\n\n29 checks\n\n## People's use\n\nnew\n\n| table |\n")
    assert "old" not in text
    assert text.count("## ") == 2


def test_without_a_server_it_says_so_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    monkeypatch.setenv("CRM_MONITOR_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:9/postgres")
    command = [sys.executable, "-m", "tests.bench", "--markdown", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("skipped: no PostgreSQL at postgresql+psycopg://127.0.0.1:9/postgres")
    assert not page.exists()


@pytest.fixture
def used(postgresql_url: sa.URL) -> Iterator[sa.URL]:
    name = f"{postgresql_url.database}_bench"
    yield use_crm.prepare(postgresql_url, name, 5000)
    server = sa.create_engine(postgresql_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.mark.postgresql
@pytest.mark.journeys
def test_use_is_measured_on_the_people_and_days_that_it_should_be(
    used: sa.URL, postgresql_url: sa.URL, tmp_path: Path
) -> None:
    assert use_crm.prepare(postgresql_url, str(used.database), 5000) == used  # kept as it is
    engine = sa.create_engine(used, poolclass=sa.NullPool)
    with engine.connect() as connection:
        query = "SELECT MIN(happened_at)::date, MAX(happened_at)::date, COUNT(*) FROM activities"
        [days] = connection.execute(sa.text(query)).all()
    assert tuple(days) == (use_crm.FIRST, use_crm.LAST, 5000)

    times = use.measure(used.render_as_string(hide_password=False), tmp_path / "use", 1)
    assert times.wrong == []
    assert (times.people, times.managers, times.late_days) == (500, 50, 7)
    assert times.charts > 100  # a strip of people each, the completeness of their records, and teams
    assert all(len(seconds) == 1 for seconds in times.seconds.values())
