"""Silences as they are kept."""

from __future__ import annotations

from dataclasses import replace

from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.silence import Silence
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.store.state import State
from tests.store.world import day

MATCHER = Matcher(
    (IncidentKind.DATA,),
    ("deal-*",),
    ("opportunities",),
    ("validity",),
    (Severity.WARNING,),
    (Status.WARN,),
    ("forecast",),
    ("Nord",),
)
SILENCE = Silence(0, MATCHER, day(1), day(4), "ann", "an import is mended")


def test_a_silence_is_kept_as_it_was_said(state: State) -> None:
    kept = state.silences.add(SILENCE)
    assert kept.id > 0
    assert state.silences.get(kept.id) == replace(SILENCE, id=kept.id)
    assert state.silences.get(kept.id + 1) is None


def test_those_that_hold_are_told_from_those_to_come_and_those_that_are_over(state: State) -> None:
    long, soon = (
        state.silences.add(replace(SILENCE, matcher=Matcher(checks=("a",)), starts_at=day(start), ends_at=day(end)))
        for start, end in ((0, 9), (2, 4))
    )
    assert state.silences.list(day(1)) == [soon, long]
    assert state.silences.active(day(1)) == [long]
    assert state.silences.active(day(3)) == [soon, long]
    assert state.silences.list(day(4)) == [long]
    assert state.silences.list() == [soon, long]


def test_one_that_is_ended_before_its_time_stays_with_who_ended_it(state: State) -> None:
    kept = state.silences.add(SILENCE)
    assert state.silences.expire(kept.id, day(2), "bob")
    assert state.silences.active(day(2)) == []
    assert state.silences.list(day(2)) == []
    assert state.silences.list() == [replace(kept, ended_at=day(2), ended_by="bob")]


def test_what_is_over_is_not_ended_again(state: State) -> None:
    kept = state.silences.add(SILENCE)
    assert not state.silences.expire(kept.id, day(4), "bob")
    assert state.silences.expire(kept.id, day(0), "bob"), "one to come can be called off"
    assert not state.silences.expire(kept.id, day(1), "eve")
    assert not state.silences.expire(kept.id + 1, day(1), "eve")
    assert state.silences.list() == [replace(kept, ended_at=day(0), ended_by="bob")]
