"""Checks beside their own history, as the engine runs them: fixed limits hold, what is usual is added."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.quality.anomaly import Point
from monitor.quality.check import Check
from monitor.quality.engine import Options
from monitor.quality.outcome import Outcome, Selection, Status
from monitor.quality.past import Earlier, Past, TeamUse, UseByTeam
from monitor.quality.usual import Anomaly, Comparison
from tests.quality.small_crm import NOW, ZONE, SmallCrm, check, deal, opened, share

FILLED = "expect_column_values_to_be_filled"
VOLUME, FRESH, NEW, TEAMS = (
    "expect_entity_volume_to_be_usual",
    "expect_entity_to_be_fresh",
    "expect_new_records_to_be_usual",
    "expect_team_activity_to_be_usual",
)
NO_SEASON = Anomaly(weekdays=False)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def earlier(days: int, **seen: Any) -> tuple[Earlier, ...]:
    """The same on each of so many days before now, at the same hour; ``newest`` in hours before."""
    runs = []
    for number in range(days, 0, -1):
        at = NOW - timedelta(days=number)
        newest = at - timedelta(hours=seen["newest"]) if "newest" in seen else None
        runs.append(Earlier(at, at, seen.get("rows", 120), seen.get("bad"), newest))
    return tuple(runs)


def options(of: Check, runs: tuple[Earlier, ...], **more: Any) -> Options:
    past = Past(ZONE, weekdays, {of.id: runs}, {"opportunities": runs}, **more)
    return Options(past=past)


def comparison(outcome: Outcome) -> Comparison:
    assert outcome.comparison is not None
    return outcome.comparison


@pytest.fixture
def crm(sqlite_url: sa.URL) -> Any:
    with opened(sqlite_url) as made:
        yield made


def test_without_limits_the_history_alone_decides_about_a_share(crm: SmallCrm) -> None:
    alone = check(FILLED, {"column": "name"}, anomaly=NO_SEASON)
    none = crm.one(alone)
    assert (none.status, none.reason) == (Status.NO_BASELINE, "needs 14 days of history, has 0")
    short = crm.one(alone, options(alone, earlier(13, bad=17)))
    assert (short.status, short.reason) == (Status.NO_BASELINE, "needs 14 days of history, has 13")
    usual = crm.one(alone, options(alone, earlier(14, bad=17)))
    assert (usual.status, usual.unexpected, usual.observed) == (Status.PASS, 17, "usually 5.9-22.5%")
    assert crm.one(alone, options(alone, earlier(14, bad=6))).status is Status.WARN
    assert crm.one(alone, options(alone, earlier(14, bad=0))).status is Status.FAIL
    assert crm.one(alone, options(alone, earlier(14, bad=60))).status is Status.PASS, "better than usual"


def test_fixed_limits_hold_beside_what_is_usual_and_before_it_is_known(crm: SmallCrm) -> None:
    limited = check(FILLED, {"column": "name"}, anomaly=NO_SEASON, limits=share(fail=0.1))
    short = crm.one(limited, options(limited, earlier(3, bad=17)))
    assert (short.status, short.reason, short.observed) == (Status.FAIL, "", "")
    assert comparison(short).usually == "needs 14 days of history, has 3"
    usual = crm.one(limited, options(limited, earlier(14, bad=17)))
    assert (usual.status, usual.observed) == (Status.FAIL, "usually 5.9-22.5%")
    lenient = check(FILLED, {"column": "name"}, anomaly=NO_SEASON, limits=share(fail=0.5))
    assert crm.one(lenient, options(lenient, earlier(14, bad=0))).status is Status.FAIL


def test_of_some_owners_records_no_share_is_compared(crm: SmallCrm) -> None:
    some = Selection(owners=frozenset(["u1"]))
    alone, limited = (check(FILLED, {"column": "name"}, anomaly=NO_SEASON, limits=one) for one in (share(), share(0.9)))
    assert crm.one(alone, Options(selection=some)).status is Status.NO_BASELINE
    assert crm.one(limited, Options(selection=some)).status is Status.PASS
    assert crm.one(check(NEW), Options(selection=some)).status is Status.SKIPPED


def test_where_hardly_any_row_is_left_no_share_would_be_news(crm: SmallCrm) -> None:
    few = check(FILLED, {"column": "name"}, anomaly=NO_SEASON, when="amount < 60")
    found = crm.one(few, options(few, earlier(20, rows=6, bad=1)))
    assert found.status is Status.NO_BASELINE
    assert found.reason.endswith("with so few, no figure would be news")


@pytest.mark.parametrize(
    ("before", "max_drop", "status", "observed"),
    [
        (120, "20%", Status.PASS, "120 records, usually 110-130"),
        (131, "20%", Status.WARN, "120 records (-8%), usually 121-141"),
        (140, "20%", Status.FAIL, "120 records (-14%), usually 130-150"),
        (131, "5%", Status.FAIL, "120 records (-8%), usually 121-141"),
        (90, "20%", Status.PASS, "120 records (+33%), usually 80-100"),
    ],
)
def test_a_total_has_one_usual_for_its_limit_and_for_its_history(
    crm: SmallCrm, before: int, max_drop: str, status: Status, observed: str
) -> None:
    volume = check(VOLUME, {"max_drop": max_drop}, anomaly=Anomaly())
    found = crm.one(volume, options(volume, earlier(20, rows=before)))
    assert (found.status, found.observed) == (status, observed)


def newest_at(moment: datetime) -> Any:
    return lambda number: {**deal(number), "created_at": moment.replace(tzinfo=None)}


@pytest.mark.parametrize(
    ("hours", "within", "status"),
    [
        (20, "5 days", Status.PASS),
        (55, "5 days", Status.WARN),
        (75, "5 days", Status.FAIL),
        (20, "2 hours", Status.FAIL),
    ],
)
def test_a_wait_is_news_by_its_limit_or_by_what_is_usual(
    sqlite_url: sa.URL, hours: int, within: str, status: Status
) -> None:
    fresh = check(FRESH, {"within": within}, anomaly=Anomaly())
    runs = earlier(60, newest=14)
    with opened(sqlite_url, 5, newest_at(NOW - timedelta(hours=hours))) as crm:
        found = crm.one(fresh, options(fresh, runs))
    assert found.status is status
    assert f"; {hours} hours of working days, usual on a Friday up to 50" in found.observed


def around_yesterday(number: int) -> dict[str, Any]:
    """Every ten minutes around the 19th of November in Copenhagen, where it begins at 23:00 of the 18th."""
    at = datetime(2026, 11, 18, 22, 0) + timedelta(minutes=10 * number)  # noqa: DTZ001 - as a CRM stores it
    return {**deal(number), "created_at": at, "status": "open" if number % 2 else "won"}


def test_the_records_of_the_day_before_are_counted_on_every_database(any_url: sa.URL) -> None:
    new, won = check(NEW, id="new"), check(NEW, id="won", when="status = 'won'")
    with opened(any_url, 200, around_yesterday) as crm:
        runs = earlier(40, rows=144)
        found = crm.run([new, won], options(new, runs)).outcomes
    assert [one.rows for one in found] == [144, 72]
    assert (found[0].status, found[0].unexpected, found[0].attributed) == (Status.PASS, None, False)
    assert found[0].observed == "144 new records on Thursday 19 November, usual on a Thursday 134-154"
    assert found[1].reason == "needs 14 days of history, has 0"


def test_new_records_are_news_in_the_direction_that_the_check_says(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 200, around_yesterday) as crm:
        for anomaly, before, status in (
            (None, 400, Status.FAIL),
            (None, 40, Status.PASS),
            (Anomaly(), 157, Status.WARN),
            (Anomaly(direction=None, smallest_count=20), 160, Status.PASS),
        ):
            new = check(NEW, anomaly=anomaly)
            assert crm.one(new, options(new, earlier(40, rows=before))).status is status


def use(*teams: TeamUse, reason: str = "") -> Options:
    monday = date(2026, 11, 9)
    return Options(past=Past(ZONE, weekdays, use=UseByTeam(monday, teams, reason)))


def team(name: str, now: float, weeks: int = 20, usual: float = 4.0) -> TeamUse:
    monday = date(2026, 11, 9)
    return TeamUse(name, now, tuple(Point(monday - timedelta(weeks=number), usual) for number in range(1, weeks + 1)))


def test_teams_are_judged_each_by_its_own_weeks_and_the_worst_decides(crm: SmallCrm) -> None:
    teams = check(TEAMS)
    assert crm.one(teams).status is Status.NO_BASELINE
    fine = crm.one(teams, use(team("Nord", 4), team("Syd", 3.9)))
    assert (fine.status, fine.observed) == (Status.PASS, "week 46: 2 teams enter as much as usual")
    worse = crm.one(teams, use(team("Nord", 3.1), team("Syd", 1), team("Vest", 4, weeks=3)))
    assert worse.status is Status.FAIL
    assert worse.observed == (
        "week 46: Syd 1.0 entries per person and working day, usually 3.2-4.8;"
        " Nord 3.1 entries per person and working day, usually 3.2-4.8"
    )
    young = crm.one(teams, use(team("Nord", 1, weeks=5), team("Syd", 1, weeks=2)))
    assert (young.status, young.reason) == (Status.NO_BASELINE, "needs 8 weeks of history, has 5")
    assert crm.one(teams, use()).status is Status.NO_DATA
    assert crm.one(teams, use(reason="not read")).reason == "not read"


def test_the_run_itself_and_other_runs_of_its_day_are_no_history(crm: SmallCrm) -> None:
    alone = check(FILLED, {"column": "name"}, anomaly=NO_SEASON)
    today = Earlier(datetime(2026, 11, 20, 6, tzinfo=UTC), NOW, 120, 0)
    found = crm.one(alone, options(alone, (*earlier(13, bad=17), today)))
    assert found.reason == "needs 14 days of history, has 13"
