"""People's use as it is counted: what hand-written SQL counts, on every database; and asked for in every way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acceptance import use_crm
from tests.acceptance.use_crm import DESK, DIRECTOR, NORTH_LEAD, ROBOT, SOUTH, SOUTH_LEAD, everybody, traces
from tests.acceptance.using import Firm, firm
from tests.servers import database

pytestmark = pytest.mark.journeys

FIRST, END = "2026-11-16 00:00:00", "2026-11-23 00:00:00"
MONTH = "2026-10-26 00:00:00"
TEAM = [SOUTH_LEAD, *SOUTH]


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def firm_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The CRM on one kind of database, read once, with a mandate."""
    folder = tmp_path_factory.mktemp("counted")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "sqlite":
            with firm(use_crm.make(_file(folder), folder / "project"), patch) as made:
                yield made
            return
        with database(request.param) as url, firm(use_crm.make(url, folder / "project"), patch) as made:
            yield made


def _file(folder: Path) -> sa.URL:
    return sa.URL.create("sqlite", database=str(folder / "crm.db"))


@pytest.fixture(scope="module")
def named(firm_on: Firm) -> Any:
    """The last week as JSON."""
    firm_on.crm.mandate()
    return firm_on.ok("adoption", "--format", "json").json


def test_each_persons_calls_and_new_deals_are_what_sql_counts(firm_on: Firm, named: Any) -> None:
    for measure, table, column in (("calls", "call_made", "at"), ("opportunities_created", "deal", "created_at")):
        rows = firm_on.crm.ask(
            f"SELECT staff_id, COUNT(*) FROM {table} WHERE {column} >= '{FIRST}' AND {column} < '{END}' GROUP BY 1"
        )
        expected = {str(key): int(count) for key, count in rows}
        told = {one["key"]: one["counts"].get(measure, 0) for one in named["people"]}
        assert sum(expected.values()) > 20
        assert {key: count for key, count in told.items() if count} == expected
    # the director is nobody's people, so no manager may see that name
    assert {one["key"] for one in named["people"]} == set(map(str, everybody())) - {str(DIRECTOR)}


def test_a_teams_active_days_and_complete_records_are_what_sql_counts(firm_on: Firm, named: Any) -> None:
    south = next(one for one in named["teams"] if one["key"] == "2")
    members = ", ".join(map(str, TEAM))
    both = f"""
        SELECT staff_id, {"SUBSTR(at, 1, 10)" if firm_on.crm.url.drivername == "sqlite" else "DATE(at)"} AS day FROM
        (SELECT staff_id, at FROM call_made UNION ALL SELECT staff_id, created_at FROM deal) AS both_kinds
        WHERE at >= '{FIRST}' AND at < '{END}' AND staff_id IN ({members}) GROUP BY 1, 2"""
    days = len(firm_on.crm.ask(both))
    assert south["people"] == 7
    assert south["active_days"] == pytest.approx(days / 7, abs=0.05)

    [(asked, filled)] = firm_on.crm.ask(
        f"""SELECT COUNT(*), SUM(CASE WHEN next_action <> '' THEN 1 ELSE 0 END) FROM deal
        WHERE staff_id IN ({members}) AND created_at >= '{MONTH}' AND created_at < '{END}'"""
    )
    complete = next(figure for figure in south["figures"] if figure["id"] == "new_complete")
    assert (complete["top"], complete["bottom"]) == (int(filled), asked)


def test_the_faded_the_silent_and_the_robot_are_told_apart(named: Any) -> None:
    status = {one["key"]: one["status"] for one in named["people"]}
    assert status[str(use_crm.FADED)] == "fading"
    assert status[str(use_crm.SILENT)] == "never"
    assert str(ROBOT) not in status


def test_a_late_entry_and_a_new_day_are_read_and_the_rest_stays(firm_on: Firm, named: Any) -> None:
    before = {one["key"]: one["counts"]["calls"] for one in named["people"] if "calls" in one["counts"]}
    at = datetime(2026, 11, 19, 9)  # noqa: DTZ001 - as a CRM stores it
    firm_on.crm.add(use_crm.call, {"staff_id": SOUTH[0], "subject": "Late", "result": "ok", "at": at, "entered_at": at})
    after = firm_on.ok("adoption", "--format", "json").json
    calls = {one["key"]: one["counts"]["calls"] for one in after["people"] if "calls" in one["counts"]}
    assert calls == before | {str(SOUTH[0]): before[str(SOUTH[0])] + 1}
    answered = firm_on.ok("adoption", "--format", "json", "--no-read").json
    assert answered == after


def test_without_reading_the_state_answers_alone(firm_on: Firm, named: Any) -> None:
    at = datetime(2026, 11, 20, 9)  # noqa: DTZ001 - as a CRM stores it
    firm_on.crm.add(use_crm.call, {"staff_id": DESK[0], "subject": "x", "result": "ok", "at": at, "entered_at": at})
    unread = firm_on.ok("adoption", "--format", "json", "--no-read").json
    read = firm_on.ok("adoption", "--format", "json").json
    key = str(DESK[0])

    def calls(found: Any) -> int:
        return next(int(one["counts"]["calls"]) for one in found["people"] if one["key"] == key)

    assert calls(read) == calls(unread) + 1


def test_a_team_and_a_person_are_found_by_any_of_their_names(firm_on: Firm, named: Any) -> None:
    team = firm_on.ok("adoption", "--team", "southern sales", "--no-read", "--format", "json").json
    assert {one["key"] for one in team["people"]} == set(map(str, TEAM))
    for name in traces(SOUTH[1])[0], f"log{SOUTH[1]}in", f"at{SOUTH[1]}box@firm.example":
        one = firm_on.ok("adoption", "--user", name, "--no-read", "--format", "json").json
        assert [row["key"] for row in one["people"]] == [str(SOUTH[1])]


def test_what_does_not_exist_or_has_not_begun_is_refused_in_words(firm_on: Firm, named: Any) -> None:
    for arguments, words in (
        (("adoption", "--week", "2026-W49"), "week 2026-W49 has not begun"),
        (("adoption", "--week", "2026-49"), "2026-49"),
        (("adoption", "--team", "Nobody's"), "there is no team"),
        (("adoption", "--user", "nobody"), "the CRM has no user"),
        (("explain", "nobody"), "called 'nobody', and no team"),
        (("explain", "all", "--week", "2026-W49"), "has not begun"),
        (("adoption", "--as-of", "2026-12-01"), "--as-of 2026-12-01 has not begun"),
        (("digest", "--as-of", "2026-12-01"), "--as-of 2026-12-01 has not begun"),
        (("digest", "--week", "2026-W48"), "is not over"),
        (("digest", "--manager", "nobody"), "the CRM has no user"),
        (("digest", "--manager", f"log{SOUTH[1]}in"), "manages nobody"),
        (("digest", "--preview", "--language", "xx", "--manager", f"log{NORTH_LEAD}in"), "en, da and nb"),
        (("digest", "done", 1), "there is no digest yet"),
        (("digest", "seen"), "there is no digest yet"),
    ):
        refused = firm_on.run(*arguments)
        assert refused.exit_code == 2, (arguments, refused.said)
        assert words in refused.said, arguments
        assert not refused.stdout


def test_an_earlier_week_is_told_as_it_was(firm_on: Firm, named: Any) -> None:
    earlier = firm_on.ok("adoption", "--week", "2026-W40", "--format", "json").json
    rows = firm_on.crm.ask(
        "SELECT staff_id, COUNT(*) FROM call_made"
        " WHERE at >= '2026-09-28 00:00:00' AND at < '2026-10-05 00:00:00' GROUP BY 1"
    )
    told = {one["key"]: one["counts"].get("calls", 0) for one in earlier["people"]}
    assert {key: count for key, count in told.items() if count} == {str(key): count for key, count in rows}
    status = {one["key"]: one["status"] for one in earlier["people"]}
    assert status[str(use_crm.FADED)] == "active"


def test_how_old_the_data_is_stands_above_the_table_and_is_not_known_before_a_first_check(used: Firm) -> None:
    assert "it is not known how old the data is" in used.ok("adoption").stdout
    used.run("check", "--fail-on", "never")
    assert "data as of" in used.ok("adoption").stdout
