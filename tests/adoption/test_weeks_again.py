"""An old week that is summed anew, when the CRM or the state has forgotten a part of it."""

from __future__ import annotations

from datetime import date

from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import keep_known

WEEK = IsoWeek.of(date(2026, 10, 5))
OLD = PersonWeek("1", WEEK, 3, {"calls": 4, "touched": 2, "logins": 5}, {0: 3, 2: 1}, last_active=date(2026, 10, 8))
USE = {"calls", "touched"}


def _again(found: list[PersonWeek], *lasting: str) -> list[PersonWeek]:
    return keep_known(found, [OLD], lasts=lambda measure, week: measure in lasting and week == WEEK, use=USE)


def test_what_the_crm_still_tells_in_whole_replaces_what_was_known() -> None:
    new = PersonWeek("1", WEEK, 1, {"calls": 1, "touched": 0, "logins": 0}, {0: 1})
    assert _again([new]) == [new]
    assert _again([]) == []


def test_stamps_that_were_overwritten_since_do_not_lower_an_old_week() -> None:
    new = PersonWeek("1", WEEK, 1, {"calls": 1, "touched": 0, "logins": 0}, {0: 1}, last_active=date(2026, 10, 5))
    (row,) = _again([new], "touched", "logins")
    assert row.counts == {"calls": 1, "touched": 2, "logins": 5}
    assert row.active_days == 2  # two touches cannot have been on more days
    assert row.last_active == date(2026, 10, 8)


def test_a_person_whose_traces_are_all_gone_is_still_known() -> None:
    (row,) = _again([], "logins")
    assert (row.counts, row.active_days, row.last_active) == ({"logins": 5}, 0, None)
    (row,) = _again([], "calls", "touched", "logins")
    assert row.counts == OLD.counts
    assert row.active_days == OLD.active_days


def test_another_persons_week_is_left_as_it_is() -> None:
    other = PersonWeek("2", WEEK, 5, {"calls": 9})
    assert _again([other], "calls")[1] == other
