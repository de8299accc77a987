"""The debt of the first day: learned, worked off, told of only when it grows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.baseline import Standing, learn, ratchet, standing
from monitor.incidents.model import Baseline, IncidentState, Observation, Policy, Reason
from monitor.quality.outcome import Status
from tests.incidents.cases import BAD, CLOCK, GOOD, Life, debt, seen


def test_the_first_run_learns_and_tells_nobody() -> None:
    life = Life(baseline=None)
    decision = life.run(BAD, learning=True)
    assert (decision.reason, decision.incident) == (Reason.LEARNING, None)
    assert decision.baseline == Baseline("c", 1, CLOCK + timedelta(days=1), Status.FAIL, 1000, 200, 0.2)
    assert life.run(BAD).reason is Reason.WITHIN_BASELINE


def test_a_check_added_later_learns_its_own_debt() -> None:
    life = Life(baseline=None)
    assert life.run(BAD).reason is Reason.LEARNING
    assert life.run(seen(unexpected=250)).reason is Reason.FIRST


def test_a_run_by_hand_may_be_the_one_that_learns() -> None:
    assert Life(baseline=None).run(BAD, learning=True, counts=False).baseline is not None


def test_what_was_within_its_limits_on_the_first_day_opens_by_its_limits() -> None:
    life = Life(baseline=None)
    life.run(GOOD, learning=True)
    assert life.run(seen(unexpected=151)).reason is Reason.FIRST


def test_debt_is_told_of_only_beyond_the_smallest_change() -> None:
    life = Life(baseline=debt(200), policy=Policy(smallest_change_records=5, smallest_change_share=0.1))
    assert life.run(seen(unexpected=219)).reason is Reason.WITHIN_BASELINE
    assert life.run(seen(unexpected=220)).reason is Reason.FIRST


def test_a_small_step_back_does_not_resolve_but_the_baseline_does() -> None:
    life = Life(baseline=debt(200), policy=Policy(smallest_change_share=0.1))
    assert life.runs([seen(unexpected=230), seen(unexpected=210), seen(unexpected=200)]) == [
        "first",
        "unchanged",
        "resolved",
    ]


def test_a_limit_that_the_debt_had_not_crossed_is_told_of() -> None:
    life = Life(baseline=debt(149, status=Status.WARN))
    assert life.run(seen(Status.FAIL, 151, 1000)).reason is Reason.FIRST


def test_a_growing_crm_kept_as_before_is_no_worse() -> None:
    life = Life(baseline=debt(200, 1000))
    assert life.run(seen(unexpected=300, rows=1600)).reason is Reason.WITHIN_BASELINE
    assert life.run(seen(unexpected=400, rows=1700)).reason is Reason.FIRST


def test_a_shrinking_crm_with_the_same_debt_is_no_worse() -> None:
    assert Life(baseline=debt(200, 1000)).run(seen(unexpected=200, rows=500)).reason is Reason.WITHIN_BASELINE


def test_mended_records_stay_mended() -> None:
    life = Life(baseline=debt(200))
    life.run(seen(unexpected=100))
    assert life.baseline is not None
    assert (life.baseline.unexpected, life.baseline.share, life.baseline.rows) == (100, 0.1, 1000)
    assert life.run(seen(unexpected=120)).reason is Reason.FIRST
    assert life.run(seen(Status.FAIL, 100)).reason is Reason.RESOLVED


def test_debt_worked_off_below_the_limit_counts_by_the_limit_from_then_on() -> None:
    life = Life(baseline=debt(200))
    assert life.runs([GOOD, BAD]) == ["within_limits", "first"]


def test_a_reset_baseline_learns_again_and_mends_the_incident() -> None:
    life = Life()
    life.run(BAD)
    life.baseline = None
    decision = life.run(BAD)
    assert (decision.reason, decision.baseline is not None) == (Reason.RESOLVED, True)
    assert life.run(BAD).reason is Reason.WITHIN_BASELINE


def test_stale_on_the_first_day_is_debt_until_it_gets_worse_or_mended() -> None:
    life = Life(baseline=None)
    stale = seen(Status.WARN, None, None)
    assert life.run(stale, learning=True).reason is Reason.LEARNING
    assert life.run(stale).reason is Reason.WITHIN_BASELINE
    assert life.run(seen(Status.FAIL, None, None)).reason is Reason.FIRST
    assert life.runs([seen(Status.PASS, None, None), stale]) == ["resolved", "reopened"]


@pytest.mark.parametrize("status", [Status.ERROR, Status.NO_DATA, Status.NO_BASELINE, Status.SKIPPED])
def test_nothing_is_learned_from_an_outcome_without_a_verdict(status: Status) -> None:
    assert learn(seen(status), 1, CLOCK) is None
    assert ratchet(debt(), seen(status, 0)) == debt()
    assert Life(baseline=None).run(seen(status, None, None), learning=True).baseline is None


VERDICT = st.sampled_from([Status.PASS, Status.WARN, Status.FAIL])


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    rows = draw(st.integers(1, 5000))
    return seen(draw(VERDICT), draw(st.integers(0, rows)), rows)


@given(st.lists(observations(), min_size=2, max_size=30))
def test_a_baseline_never_rises_by_itself(found: list[Observation]) -> None:
    life = Life(baseline=None)
    life.run(found[0], learning=True)
    for observation in found[1:]:
        before = life.baseline
        life.run(observation)
        after = life.baseline
        assert before is not None
        assert after is not None
        assert (after.unexpected or 0) <= (before.unexpected or 0)
        assert (after.share or 0) <= (before.share or 0)
        assert standing(observation, after, life.policy) is not Standing.NO_VERDICT


@given(
    st.lists(observations(), min_size=1, max_size=40),
    st.integers(1, 3),
    st.integers(1, 3),
    st.lists(st.integers(1, 200), min_size=40, max_size=40),
)
def test_whatever_happens_the_story_that_is_told_makes_sense(
    found: list[Observation], failing: int, passing: int, hours: list[int]
) -> None:
    """Opened before resolved, never opened twice, told of only by a reason that tells."""
    life = Life(Policy(failing_runs=failing, passing_runs=passing))
    is_open = False
    for observation, gap in zip(found, hours, strict=False):
        news = life.incident.news if life.incident else 0
        decision = life.run(observation, after=timedelta(hours=gap))
        if decision.before is None:
            news = 0  # a new incident
        if decision.reason in (Reason.FIRST, Reason.REOPENED):
            assert not is_open
            assert observation.status is not Status.PASS
            is_open = True
        elif decision.reason is Reason.RESOLVED:
            assert is_open
            is_open = False
        elif decision.reason is Reason.WORSENED:
            assert is_open
        assert decision.reason.notifies == (decision.incident is not None and decision.incident.news > news)
        live = life.incident is not None and life.incident.state is IncidentState.OPEN
        assert live == is_open
