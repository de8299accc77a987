"""People's use: one hand-written GROUP BY takes turns with the program's first reading and a daily one; then scorecards
of everybody are made, and a digest with its charts for each manager.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.activity.facts import Reading, Window
from monitor.activity.reading import read_activity
from monitor.adoption.week import IsoWeek
from monitor.app.check import CheckRequest, run_check
from monitor.app.project import OpenProject
from monitor.settings.project import Project, load_project
from tests.bench.program import write_project
from tests.bench.report import say
from tests.bench.use_crm import FIRST, LAST, NOW

T = TypeVar("T")
_BY_HAND = """
SELECT owner_id, CAST(happened_at AS date), kind, COUNT(*) FROM activities
WHERE status = 'done' AND happened_at >= :first AND happened_at < :end GROUP BY 1, 2, 3
"""
_MANDATE = """\
purpose: To see where help is needed with the CRM.
legal_basis: GDPR art. 6(1)(f)
recipients: managers
consulted: {who: the representatives, on: 2026-01-10}
informed: {how: a letter to everybody, on: 2026-02-01}
review_on: 2999-01-01
country: DK
contact: the CRM team
"""


@dataclass(slots=True)
class Times:
    """Seconds per contender and round; what was made; what differs from the hand-written SQL."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    people: int = 0
    managers: int = 0
    charts: int = 0
    late_days: int = 0
    wrong: list[str] = field(default_factory=list)

    def of(self, name: str, work: Callable[..., T], *given: Any) -> T:
        """Do some work and note what it took."""
        started = time.perf_counter()
        found = work(*given)
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)
        return found

    def median(self, name: str) -> float:
        """The median of its rounds, in seconds."""
        return median(self.seconds[name])


def measure(url: str, folder: Path, rounds: int) -> Times:
    """Every contender in turn, ``rounds`` times after one to warm up; then what follows from it, once."""
    project = _project(url, folder)
    times = Times(late_days=project.settings.use.late.days)
    for number in range(rounds + 1):
        shutil.rmtree(folder / "state", ignore_errors=True)
        opened = OpenProject(project, lambda: NOW, dict(os.environ))
        try:
            _read_in_turn(opened, times if number else Times(late_days=times.late_days))
        finally:
            opened.close()
        if number:
            took = ", ".join(f"{name} {seconds[-1]:.2f}" for name, seconds in times.seconds.items())
            say(f"round {number} of {rounds}: {took}")
    opened = OpenProject(project, lambda: NOW, dict(os.environ))
    try:
        run_check(opened, CheckRequest(notify=False), lambda *_: None)  # digests tell of records, too
        _follow(opened, times)
    finally:
        opened.close()
    return times


def _project(url: str, folder: Path) -> Project:
    """That of the other benchmark, with an author of activities and a mandate to name people."""
    write_project(folder, url)
    told = folder / "config" / "map.yaml"
    with_author = "created_at: t.created_at\n      created_by: t.created_by"
    told.write_text(told.read_text().replace("created_at: t.created_at", with_author))
    (folder / "config" / "mandate.yaml").write_text(_MANDATE)
    return load_project(folder, dict(os.environ))


def _read_in_turn(opened: OpenProject, times: Times) -> None:
    by_hand = times.of("by hand", _by_hand, opened)
    first = times.of("first", _read, opened, Window(FIRST, LAST))
    times.of("kept", opened.state.activity.save, first, opened.use.measures)
    daily = Window(LAST - timedelta(days=times.late_days), LAST)
    again = times.of("increment", _read, opened, daily)
    times.of("increment kept", opened.state.activity.save, again, opened.use.measures)
    times.wrong += differences(by_hand, first)


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


def differences(by_hand: dict[tuple[str, date, str], int], reading: Reading) -> list[str]:
    """Whether a reading counts otherwise than the hand-written SQL, per user, day and kind."""
    kinds = {"calls": "call", "meetings": "meeting", "tasks": "task", "emails": "email", "notes": "note"}
    told: Counter[tuple[str, date, str]] = Counter()
    for one in reading.activities:
        told[one.user, one.day, kinds[one.measure]] += one.count
    # Notes have no status: those that are not done count as well.
    expected = {key: count for key, count in by_hand.items() if key[2] != "note"}
    found = {key: count for key, count in told.items() if key[2] != "note"}
    return [] if expected == found else ["the counts differ from the hand-written SQL's"]


def _follow(opened: OpenProject, times: Times) -> None:
    """Scorecards and figures of everybody, then digests with their charts; and what another command then takes."""
    from monitor.app.digests import Digests
    from monitor.digest.email import draw
    from monitor.digest.html import to_html
    from monitor.language import language

    made: Digests = times.of("scorecards", partial(Digests, now=NOW), opened, IsoWeek.of(LAST))
    danish = language("da")

    def digests() -> tuple[int, int]:
        recipients, charts = made.managers(), 0
        for recipient in recipients:
            snapshot = made.make(recipient).snapshot
            to_html(snapshot, danish)
            charts += len(draw(snapshot, danish))
        return len(recipients), charts

    times.managers, times.charts = times.of("digests", digests)
    times.people = len(made.maker.situation.cards)
    times.of("another", partial(Digests, now=NOW), opened, IsoWeek.of(LAST))
