"""Who hears of an incident now, and the named reason why or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.incidents.model import UNTIL_MENDED, Incident, IncidentKind, IncidentState, Reason
from monitor.incidents.notice import Memory, Notice, Situation, Tell, notice
from monitor.quality.check import Severity
from tests.incidents.cases import CLOCK

OPEN = Incident(IncidentKind.DATA, "c", IncidentState.OPEN, CLOCK, id=1, opened_at=CLOCK, news=1, newest=Reason.FIRST)
MENDED = replace(OPEN, state=IncidentState.RESOLVED, resolved_at=CLOCK, news=2, newest=Reason.RESOLVED)
WORSE = replace(OPEN, news=2, newest=Reason.WORSENED)
NEVER = Memory()
TOLD = Memory(news=1, live=True, told_at=CLOCK, posted_at=CLOCK, shown="a", reason=Reason.FIRST)
ROLLED = Memory(news=1, live=True, told_at=CLOCK, rollup=7, reason=Reason.BUDGET)
NOW = CLOCK + timedelta(days=1)


def at(**more: object) -> Situation:
    return replace(Situation(NOW, shown="a"), **more)  # type: ignore[arg-type]


def said(made: Notice) -> tuple[Tell, Reason]:
    return made.tell, made.reason


def test_a_target_hears_of_a_new_incident_once() -> None:
    first = notice(OPEN, NEVER, at())
    assert said(first) == (Tell.POST, Reason.FIRST)
    assert said(notice(OPEN, first.memory, at())) == (Tell.NOTHING, Reason.UNCHANGED)


def test_what_it_shows_is_edited_in_silence_when_it_moves() -> None:
    moved = notice(OPEN, TOLD, at(shown="b"))
    assert said(moved) == (Tell.EDIT, Reason.UNCHANGED)
    assert not moved.told
    assert said(notice(OPEN, moved.memory, at(shown="b"))) == (Tell.NOTHING, Reason.UNCHANGED)


def test_what_is_worse_mended_or_back_is_a_reply_and_an_edit() -> None:
    worse = notice(WORSE, TOLD, at(shown="b"))
    assert said(worse) == (Tell.EDIT_AND_REPLY, Reason.WORSENED)
    mended = notice(replace(MENDED, news=3), worse.memory, at(shown="c"))
    assert said(mended) == (Tell.EDIT_AND_REPLY, Reason.RESOLVED)
    assert said(notice(replace(MENDED, news=3), mended.memory, at(shown="c"))) == (Tell.NOTHING, Reason.RESOLVED)
    back = replace(OPEN, news=4, newest=Reason.REOPENED, flapping=True)
    assert said(notice(back, mended.memory, at(shown="d"))) == (Tell.EDIT_AND_REPLY, Reason.REOPENED)


def test_what_happened_while_nobody_looked_is_told_as_it_stands_now() -> None:
    mended_and_back = replace(OPEN, news=3, newest=Reason.REOPENED)
    assert said(notice(mended_and_back, TOLD, at(shown="b"))) == (Tell.EDIT_AND_REPLY, Reason.REOPENED)
    assert said(notice(MENDED, NEVER, at())) == (Tell.NOTHING, Reason.NEVER_TOLD)


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (at(silenced="silence 3: a migration"), Reason.SILENCED),
        (at(inhibited="deals are stale"), Reason.INHIBITED),
        (at(quiet_until=NOW + timedelta(hours=8)), Reason.QUIET_HOURS),
    ],
)
def test_what_is_held_back_is_told_when_nothing_holds_it_any_more(situation: Situation, reason: Reason) -> None:
    held = notice(OPEN, NEVER, situation)
    assert (held.tell, held.reason, held.told) == (Tell.NOTHING, reason, False)
    assert said(notice(OPEN, held.memory, at())) == (Tell.POST, Reason.FIRST)
    edited = notice(WORSE, TOLD, replace(situation, shown="b"))
    assert said(edited) == (Tell.EDIT, reason)
    assert said(notice(WORSE, edited.memory, at(shown="b"))) == (Tell.EDIT_AND_REPLY, Reason.WORSENED)


def test_quiet_hours_never_hold_back_what_is_critical() -> None:
    critical = replace(OPEN, severity=Severity.CRITICAL)
    assert said(notice(critical, NEVER, at(quiet_until=NOW + timedelta(hours=8)))) == (Tell.POST, Reason.FIRST)


def test_what_ends_in_quiet_hours_is_edited_at_once_and_said_in_the_morning() -> None:
    night = notice(MENDED, TOLD, at(shown="b", quiet_until=NOW + timedelta(hours=8)))
    assert said(night) == (Tell.EDIT, Reason.QUIET_HOURS)
    assert said(notice(MENDED, night.memory, at(shown="b"))) == (Tell.EDIT_AND_REPLY, Reason.RESOLVED)


def test_what_ends_under_a_silence_is_not_told_afterwards() -> None:
    ended = notice(MENDED, TOLD, at(shown="b", silenced="silence 3"))
    assert said(ended) == (Tell.EDIT, Reason.SILENCED)
    assert said(notice(MENDED, ended.memory, at(shown="b"))) == (Tell.NOTHING, Reason.RESOLVED)


def test_a_snooze_holds_back_everything_but_the_end() -> None:
    snoozed = replace(WORSE, snoozed_until=NOW + timedelta(days=1))
    assert said(notice(snoozed, TOLD, at())) == (Tell.NOTHING, Reason.SNOOZED)
    assert said(notice(replace(MENDED, snoozed_until=None), TOLD, at(shown="b"))) == (
        Tell.EDIT_AND_REPLY,
        Reason.RESOLVED,
    )


def test_what_is_still_there_after_its_snooze_is_said_once() -> None:
    snoozed = replace(OPEN, snoozed_until=NOW + timedelta(hours=1))
    during = notice(snoozed, TOLD, at())
    later = replace(at(), now=NOW + timedelta(hours=2))
    after = notice(snoozed, during.memory, later)
    assert said(after) == (Tell.EDIT_AND_REPLY, Reason.SNOOZE_EXPIRED)
    over = replace(snoozed, snoozed_until=None)
    assert said(notice(over, after.memory, later)) == (Tell.NOTHING, Reason.UNCHANGED)


def test_a_snooze_that_has_ended_is_not_told_of_again_and_again() -> None:
    """The incident still holds the moment at which its snooze ended."""
    snoozed = replace(OPEN, snoozed_until=NOW)
    first = notice(snoozed, replace(TOLD, snoozed_until=NOW), at())
    assert first.reason is Reason.SNOOZE_EXPIRED
    assert said(notice(snoozed, first.memory, replace(at(), now=NOW + timedelta(days=1)))) == (
        Tell.NOTHING,
        Reason.UNCHANGED,
    )


def test_what_is_snoozed_until_it_is_mended_is_silent_until_then() -> None:
    snoozed = replace(WORSE, snoozed_until=UNTIL_MENDED)
    assert notice(snoozed, TOLD, replace(at(), now=NOW + timedelta(days=900))).reason is Reason.SNOOZED


def test_what_is_acknowledged_is_silent_and_neither_repeated_nor_woken() -> None:
    known = replace(OPEN, state=IncidentState.ACKNOWLEDGED)
    assert said(notice(known, TOLD, at(repeat=timedelta(hours=1)))) == (Tell.NOTHING, Reason.ACKNOWLEDGED)
    woken = notice(known, replace(TOLD, snoozed_until=NOW), at())
    assert said(woken) == (Tell.NOTHING, Reason.ACKNOWLEDGED)


def test_an_open_incident_is_repeated_when_it_is_time() -> None:
    week = timedelta(days=7)
    assert notice(OPEN, TOLD, at(repeat=week)).reason is Reason.UNCHANGED
    again = notice(OPEN, TOLD, replace(at(repeat=week), now=CLOCK + week))
    assert said(again) == (Tell.EDIT_AND_REPLY, Reason.REPEAT_DUE)
    assert notice(OPEN, again.memory, replace(at(repeat=week), now=CLOCK + week * 1.5)).reason is Reason.UNCHANGED


def test_that_the_day_is_over_by_which_somebody_was_to_mend_it_is_said_once() -> None:
    due = date(2026, 12, 1)
    taken = replace(OPEN, assignee="slack:U0BOB0001", due=due)
    assert said(notice(taken, TOLD, at(today=due))) == (Tell.NOTHING, Reason.UNCHANGED)
    over = notice(taken, TOLD, at(today=due + timedelta(days=1), shown="b"))
    assert (said(over), over.memory.due) == ((Tell.EDIT_AND_REPLY, Reason.OVERDUE), due)
    later = at(today=due + timedelta(days=9), shown="b")
    assert said(notice(taken, over.memory, later)) == (Tell.NOTHING, Reason.UNCHANGED)
    again = replace(taken, due=due + timedelta(days=5))
    assert said(notice(again, over.memory, later)) == (Tell.EDIT_AND_REPLY, Reason.OVERDUE)


def test_what_is_overdue_is_said_though_it_was_acknowledged_but_not_while_it_is_snoozed_or_held_back() -> None:
    late = at(today=date(2026, 12, 2))
    taken = replace(OPEN, state=IncidentState.ACKNOWLEDGED, assignee="bo", due=date(2026, 12, 1))
    assert said(notice(taken, TOLD, late)) == (Tell.EDIT_AND_REPLY, Reason.OVERDUE)
    assert notice(replace(taken, snoozed_until=UNTIL_MENDED), TOLD, late).reason is Reason.SNOOZED
    night = notice(taken, TOLD, replace(late, quiet_until=NOW + timedelta(hours=8)))
    assert said(night) == (Tell.NOTHING, Reason.QUIET_HOURS)
    assert notice(taken, night.memory, late).reason is Reason.OVERDUE


def test_what_is_told_for_another_reason_when_it_is_overdue_says_that_too_and_it_is_not_said_again() -> None:
    late = at(today=date(2026, 12, 2))
    worse = replace(WORSE, assignee="bo", due=date(2026, 12, 1))
    told = notice(worse, TOLD, late)
    assert said(told) == (Tell.EDIT_AND_REPLY, Reason.WORSENED)
    assert notice(worse, told.memory, late).reason is Reason.UNCHANGED


def test_beyond_the_budget_it_is_a_line_of_the_collected_message() -> None:
    rolled = notice(OPEN, NEVER, at(room=False))
    assert (rolled.tell, rolled.reason, rolled.told, rolled.memory.posted_at) == (
        Tell.ROLL_UP,
        Reason.BUDGET,
        True,
        None,
    )
    assert notice(OPEN, rolled.memory, at()).tell is Tell.NOTHING


def test_a_snooze_that_was_taken_back_is_told_of_by_nobody_later() -> None:
    during = notice(replace(OPEN, snoozed_until=NOW + timedelta(days=3)), TOLD, at())
    woken = notice(OPEN, during.memory, at())
    assert said(woken) == (Tell.NOTHING, Reason.UNCHANGED)
    assert said(notice(OPEN, woken.memory, replace(at(), now=NOW + timedelta(days=4)))) == (
        Tell.NOTHING,
        Reason.UNCHANGED,
    )


def test_what_was_collected_gets_a_message_of_its_own_when_it_gets_worse_and_there_is_room() -> None:
    assert said(notice(WORSE, ROLLED, at(room=False))) == (Tell.ROLL_UP, Reason.BUDGET)
    own = notice(WORSE, ROLLED, at())
    assert (own.tell, own.reason, own.memory.rollup) == (Tell.POST, Reason.WORSENED, None)


def test_what_was_collected_and_is_mended_is_said_in_the_collected_message() -> None:
    mended = notice(MENDED, ROLLED, at())
    assert (mended.tell, mended.reason, mended.memory.live) == (Tell.NOTHING, Reason.RESOLVED, False)


def test_an_edit_needs_no_room() -> None:
    assert said(notice(WORSE, TOLD, at(room=False, shown="b"))) == (Tell.EDIT_AND_REPLY, Reason.WORSENED)
