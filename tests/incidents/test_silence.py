"""A silence holds for a while, and for what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.silence import Silence
from tests.incidents.labelled import LABELS, MATCHERS

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = Labels(IncidentKind.DATA, "deal-late", teams=frozenset({"Nord", "Syd"}))
SILENCE = Silence(1, Matcher(checks=("deal-*",)), START, START + 2 * HOUR, "ann", "an import is mended")


def test_it_holds_from_its_start_until_its_end() -> None:
    moments = [START - HOUR, START, START + HOUR, START + 2 * HOUR]
    assert [SILENCE.active(moment) for moment in moments] == [False, True, True, False]
    assert [SILENCE.silences(LATE, moment) for moment in moments] == [False, True, True, False]


def test_one_that_was_ended_before_its_time_is_over_then_and_never_lasts_longer() -> None:
    ended = replace(SILENCE, ended_at=START + HOUR, ended_by="bob")
    assert (ended.over_at, ended.active(START + HOUR)) == (START + HOUR, False)
    assert replace(SILENCE, ended_at=START + 9 * HOUR).over_at == SILENCE.ends_at


def test_a_teams_silence_leaves_another_teams_trouble_loud() -> None:
    nord = replace(SILENCE, matcher=Matcher(teams=("Nord",)))
    assert not nord.silences(LATE, START)
    assert nord.silences(replace(LATE, teams=frozenset({"Nord"})), START)


@given(MATCHERS, LABELS, st.integers(-3, 3))
def test_it_silences_what_its_matcher_covers_while_it_is_active(matcher: Matcher, labels: Labels, hours: int) -> None:
    now = START + hours * HOUR
    silence = replace(SILENCE, matcher=matcher)
    assert silence.silences(labels, now) == (0 <= hours < 2 and matcher.covers(labels))
