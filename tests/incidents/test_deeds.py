"""What people do with incidents, and when it means nothing any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.errors import UsageError
from monitor.incidents.deeds import Deed, act
from monitor.incidents.model import UNTIL_MENDED, EventKind, IncidentState, Reason
from tests.incidents.cases import BAD, CLOCK, GOOD, Life, seen
from tests.incidents.test_notice import MENDED, NOW, OPEN

ANN = "slack:U0ANN0001"


def test_who_acknowledges_is_known_until_it_is_worse_than_then() -> None:
    life = Life()
    life.run(BAD)
    life.run(seen(unexpected=240))
    assert life.incident is not None
    life.incident, event = act(life.incident, Deed(EventKind.ACKNOWLEDGED, ANN, note="with the vendor"), life.now)
    assert (life.incident.state, life.incident.acknowledged_by) == (IncidentState.ACKNOWLEDGED, ANN)
    assert (event.kind, event.by, event.note, event.reason) == (
        EventKind.ACKNOWLEDGED,
        ANN,
        "with the vendor",
        Reason.BY_PERSON,
    )
    assert life.run(seen(unexpected=250)).reason is Reason.ACKNOWLEDGED  # 25% more than 200, but not than 240
    worse = life.run(seen(unexpected=301))
    assert worse.reason is Reason.WORSENED
    assert worse.incident is not None
    assert (worse.incident.state, worse.incident.acknowledged_by) == (IncidentState.OPEN, "")


def test_what_was_agreed_ends_with_the_incident_but_who_had_it_stays_known() -> None:
    life = Life()
    life.run(BAD)
    for deed in (
        Deed(EventKind.ASSIGNED, ANN, to="slack:U0BO", due=date(2026, 3, 9)),
        Deed(EventKind.SNOOZED, ANN, until=UNTIL_MENDED),
        Deed(EventKind.ACKNOWLEDGED, ANN),
    ):
        assert life.incident is not None
        life.incident, _ = act(life.incident, deed, life.now)
    life.run(GOOD)
    ended = life.incident
    assert ended is not None
    assert (ended.state, ended.assignee, ended.due, ended.snoozed_until, ended.acknowledged_by) == (
        IncidentState.RESOLVED,
        "slack:U0BO",
        None,
        None,
        "",
    )


@pytest.mark.parametrize(
    "kind", [EventKind.ACKNOWLEDGED, EventKind.ASSIGNED, EventKind.SNOOZED, EventKind.WOKEN], ids=str
)
def test_with_a_resolved_incident_nothing_is_left_to_do(kind: EventKind) -> None:
    with pytest.raises(UsageError, match="incident 1 is resolved already"):
        act(MENDED, Deed(kind, ANN, until=NOW + timedelta(days=1)), NOW)


def test_that_a_rule_is_wrong_can_still_be_said_of_a_resolved_incident() -> None:
    after, event = act(MENDED, Deed(EventKind.RULE_WRONG, ANN, note="consumers have no account"), NOW)
    assert (after, event.note) == (MENDED, "consumers have no account")


def test_a_snooze_needs_an_end_to_come_and_can_be_taken_back() -> None:
    with pytest.raises(UsageError, match="needs an end that is still to come"):
        act(OPEN, Deed(EventKind.SNOOZED, ANN, until=CLOCK), NOW)
    with pytest.raises(UsageError, match="incident 1 is not snoozed"):
        act(OPEN, Deed(EventKind.WOKEN, ANN), NOW)
    snoozed, event = act(OPEN, Deed(EventKind.SNOOZED, ANN, until=NOW + timedelta(days=1)), NOW)
    assert snoozed.snoozed(NOW)
    assert event.note.startswith("until 2026-03-0")
    woken, _ = act(snoozed, Deed(EventKind.WOKEN, ANN), NOW)
    assert not woken.snoozed(NOW)


def test_a_pending_incident_is_nobodys_yet() -> None:
    with pytest.raises(UsageError, match="is not open yet"):
        act(replace(OPEN, state=IncidentState.PENDING), Deed(EventKind.NOTE, ANN, note="x"), NOW)


def test_an_event_says_what_was_done() -> None:
    assert (
        act(OPEN, Deed(EventKind.ASSIGNED, ANN, to="Bo", due=date(2026, 3, 9)), NOW)[1].note == "to Bo, due 2026-03-09"
    )
    assert act(OPEN, Deed(EventKind.ASSIGNED, ANN), NOW)[1].note == "to nobody"
    assert act(OPEN, Deed(EventKind.ACCEPTED, ANN, count=12, note="fair"), NOW)[1].note == "12 records: fair"
