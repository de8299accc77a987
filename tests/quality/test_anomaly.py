"""What is usual: which changes of a history move it, and which must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.quality.anomaly import Alike, Band, Direction, Point, Sensitivity, TooShort, expected
from monitor.quality.usual import Anomaly, Unit, sensitivity
from tests.quality.series import MONDAY, OFFICE, SHOP, days, healthy, waits

PLAIN = Sensitivity(weekdays=False)
WEEKLY = Sensitivity()
GROWING = Sensitivity(weekdays=False, trend=True)
WEEKS = 6
TODAY = MONDAY + timedelta(weeks=WEEKS)

values = st.floats(0, 1e6).map(lambda value: round(value, 2))
histories = st.lists(values, min_size=14, max_size=42).map(
    lambda found: [Point(day, value) for day, value in zip(days(len(found)), found, strict=True)]
)
weekly = st.lists(values, min_size=7 * WEEKS, max_size=7 * WEEKS).map(
    lambda found: [Point(day, value) for day, value in zip(days(len(found)), found, strict=True)]
)
ways = st.sampled_from([PLAIN, WEEKLY, GROWING])


def band(history: list[Point], how: Sensitivity = PLAIN, at: int = 7 * WEEKS) -> Band:
    found = expected(history, MONDAY + timedelta(days=at), how)
    assert isinstance(found, Band)
    return found


def near(one: float, other: float, size: float = 1e6) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one), size)


@given(weekly, ways, st.floats(0.01, 1000), st.integers(0, 6))
def test_figures_in_another_unit_give_the_same_band_in_that_unit(
    history: list[Point], how: Sensitivity, factor: float, weekday: int
) -> None:
    scaled = [Point(point.day, point.value * factor) for point in history]
    how = replace(how, smallest=3.0)
    found = band(history, how, 7 * WEEKS + weekday)
    other = band(scaled, replace(how, smallest=3.0 * factor), 7 * WEEKS + weekday)
    size = 1e6 * factor
    assert near(other.usual, found.usual * factor, size)
    assert near(other.spread, found.spread * factor, size)


@given(weekly, ways, st.floats(-1e5, 1e5), st.integers(0, 6))
def test_the_same_more_on_every_day_moves_the_band_by_as_much(
    history: list[Point], how: Sensitivity, more: float, weekday: int
) -> None:
    found = band(history, how, 7 * WEEKS + weekday)
    moved = band([Point(point.day, point.value + more) for point in history], how, 7 * WEEKS + weekday)
    assert near(moved.usual, found.usual + more)
    assert near(moved.spread, found.spread)


@given(histories, ways, st.randoms(use_true_random=False), st.integers(0, 6))
def test_the_order_of_a_history_says_nothing(history: list[Point], how: Sensitivity, rng: Random, later: int) -> None:
    shuffled = rng.sample(history, len(history))
    at = MONDAY + timedelta(days=len(history) + later)
    assert expected(shuffled, at, how) == expected(history, at, how)


@given(histories, ways, values)
def test_the_day_itself_and_what_came_after_teach_nothing(history: list[Point], how: Sensitivity, value: float) -> None:
    at = MONDAY + timedelta(days=len(history))
    later = [Point(at + timedelta(days=number), value) for number in range(10)]
    assert expected([*history, *later], at, how) == expected(history, at, how)


@given(
    st.lists(st.floats(900, 1100), min_size=7 * WEEKS, max_size=7 * WEEKS),
    st.integers(0, 7 * WEEKS - 1),
    st.floats(-1e9, 1e9),
    st.sampled_from([PLAIN, WEEKLY]),
    st.integers(0, 6),
)
def test_one_wild_day_moves_the_band_no_further_than_the_others_lie_apart(
    found: list[float], place: int, wild: float, how: Sensitivity, weekday: int
) -> None:
    history = [Point(day, value) for day, value in zip(days(len(found)), found, strict=True)]
    history[place] = Point(history[place].day, wild)
    moved = band(history, how, 7 * WEEKS + weekday)
    assert 900 <= moved.usual <= 1100
    assert moved.spread <= 1.4826 * 200 + 1e-6


@given(
    st.lists(st.floats(900, 1100), min_size=14, max_size=20),
    st.integers(0, 13),
    st.floats(-1e9, 1e9),
)
def test_nor_does_it_in_the_first_weeks(found: list[float], place: int, wild: float) -> None:
    history = [Point(day, value) for day, value in zip(days(len(found)), found, strict=True)]
    history[place] = Point(history[place].day, wild)
    monday = expected(history, MONDAY + timedelta(days=21), WEEKLY)
    assert isinstance(monday, Band)
    assert monday.alike is Alike.KIND
    assert 900 <= monday.usual <= 1100
    assert monday.spread <= 1.4826 * 200 + 1e-6


@given(values, st.floats(0.5, 1000), ways)
def test_what_never_varied_is_news_beyond_the_smallest_change_only(
    value: float, smallest: float, how: Sensitivity
) -> None:
    found = band([Point(day, value) for day in days(7 * WEEKS)], replace(how, smallest=smallest))
    assert found.usual == value
    for direction, sign in ((Direction.UP, 1), (Direction.DOWN, -1)):
        assert found.beyond(value + sign * smallest * 0.999, direction) == 0
        assert found.beyond(value + sign * smallest * 1.001, direction) == 1
        assert found.beyond(value + sign * smallest * 1.501, direction) == 2
        assert found.beyond(value - sign * smallest * 10, direction) == 0
        assert found.beyond(value + sign * smallest * 10, Direction.BOTH) == 2


def test_a_change_must_reach_both_smallest_changes() -> None:
    flat = [Point(day, 1000.0) for day in days(30)]
    found = band(flat, replace(PLAIN, smallest=10, smallest_share=0.05))
    assert (found.low, found.high) == (950, 1050)
    found = band(flat, replace(PLAIN, smallest=80, smallest_share=0.05))
    assert (found.low, found.high) == (920, 1080)


@given(st.lists(values, min_size=7, max_size=7), st.integers(4, 12), st.integers(0, 6))
def test_a_weekly_pattern_is_usual(pattern: list[float], weeks: int, weekday: int) -> None:
    history = [Point(day, pattern[day.weekday()]) for day in days(7 * weeks)]
    found = band(history, WEEKLY, 7 * weeks + weekday)
    assert found.alike is Alike.WEEKDAY
    assert found.usual == pattern[weekday]
    assert found.beyond(pattern[weekday], Direction.BOTH) == 0


@given(st.lists(st.floats(100, 1e6), min_size=5, max_size=5), st.integers(14, 27))
def test_nor_are_quiet_fridays_news_before_there_were_four(pattern: list[float], number: int) -> None:
    friday = sorted(pattern)[2] / 2
    shares = [*pattern[:4], friday]
    history = [Point(day, shares[day.weekday()]) for day in days(number) if day.weekday() < 5]
    assume(len(history) >= 14)
    at = MONDAY + timedelta(days=32)  # a Friday, of which there are two or three
    found = expected(history, at, WEEKLY)
    assert isinstance(found, Band)
    assert found.beyond(friday, Direction.DOWN) == 0


@given(values, st.floats(-1000, 1000), st.integers(0, 30), st.floats(-1e9, 1e9))
def test_steady_growth_is_usual_whatever_happened_on_one_day(
    begin: float, growth: float, place: int, wild: float
) -> None:
    history = [Point(day, begin + growth * number) for number, day in enumerate(days(31))]
    history[place] = Point(history[place].day, wild)
    found = band(history, GROWING, 31)
    assert near(found.usual, begin + growth * 31)
    assert near(found.spread, 0)


def test_while_something_stands_no_trend_is_followed_beyond_its_beginning() -> None:
    history = [Point(day, 1000.0 + 10 * number) for number, day in enumerate(days(28))]
    found = expected(history, MONDAY + timedelta(days=90), GROWING, until=MONDAY + timedelta(days=28))
    assert isinstance(found, Band)
    assert found.usual == 1280


@pytest.mark.parametrize("number", [0, 1, 13])
def test_nothing_is_said_of_too_short_a_history(number: int) -> None:
    history = [Point(day, 5.0) for day in days(number)]
    assert expected(history, TODAY, PLAIN) == TooShort(14, number)
    assert expected(history, TODAY, WEEKLY) == TooShort(14, number)


def test_a_weekend_takes_four_of_its_day() -> None:
    history = [Point(day, 5.0) for day in days(20)]
    saturday = MONDAY + timedelta(days=26)
    assert expected(history, saturday, WEEKLY) == TooShort(4, 3, Alike.WEEKDAY)
    assert isinstance(expected(history, saturday, PLAIN), Band)


def test_the_window_is_what_lies_before_the_day_or_before_what_still_stands() -> None:
    history = [Point(day, float(number)) for number, day in enumerate(days(60))]
    how = replace(PLAIN, window=20)
    at = MONDAY + timedelta(days=60)
    assert band(history, how, 60).usual == 49.5
    pinned = expected(history, at, how, until=MONDAY + timedelta(days=30))
    assert isinstance(pinned, Band)
    assert pinned.usual == 19.5
    assert pinned.values == 20


def test_steady_weeks_are_hardly_ever_news_and_a_day_of_half_as_much_nearly_always_is() -> None:
    """200 series of 60 days, each day judged by those before it; then 200 with one working day at half its usual."""
    rng = Random(20261120)
    how = Sensitivity(smallest=10, smallest_share=0.02)
    table = ["per day  pattern  days judged  flagged down  both ways  half a day found"]
    for mean in (60, 400, 2000):
        for name, pattern in (("office", OFFICE), ("shop", SHOP)):
            judged = down = both = found = 0
            for number in range(200):
                first = MONDAY + timedelta(days=number % 7)
                series = healthy(rng, 60, mean, pattern, first)
                for point in series[14:]:
                    usual = expected(series, point.day, how)
                    if isinstance(usual, Band):
                        judged += 1
                        down += usual.beyond(point.value, Direction.DOWN) > 0
                        both += usual.beyond(point.value, Direction.BOTH) > 0
                at = first + timedelta(days=60)
                while at.weekday() >= 5:
                    at += timedelta(days=1)
                half = healthy(rng, 1, mean / 2, pattern, at)[0]
                usual = expected(series, at, how)
                assert isinstance(usual, Band)
                found += usual.beyond(half.value, Direction.DOWN) > 0
            shares = (down / judged, both / judged, found / 200)
            table.append(f"{mean:7}  {name:7}  {judged:11,}  {shares[0]:12.2%}  {shares[1]:9.2%}  {shares[2]:16.1%}")
            assert judged > 6000
            assert shares[1] < 0.01
            assert mean < 400 or shares[2] > 0.95
    print("\n".join(table))  # noqa: T201 - the figures themselves, with -s


def test_a_day_that_falls_is_found_the_surer_the_more_there_usually_is_and_the_deeper_it_falls() -> None:
    """The table of docs/checks.md, of fewer series; with -s it is printed."""
    rng, how = Random(20261128), Sensitivity(smallest=10, smallest_share=0.02)
    found = {
        (mean, left): sum(_is_found(rng, how, number, mean, left) for number in range(100)) / 100
        for mean in (60, 200, 1000)
        for left in (0.75, 0.5, 0.0)
    }
    print(found)  # noqa: T201 - the figures themselves, with -s
    assert found[60, 0.5] < found[200, 0.5] < found[1000, 0.5] + 0.01
    assert all(found[mean, 0.75] <= found[mean, 0.5] <= found[mean, 0.0] for mean in (60, 200, 1000))
    assert found[1000, 0.5] > 0.95
    assert found[60, 0.0] > 0.8


def _is_found(rng: Random, how: Sensitivity, number: int, mean: float, left: float) -> bool:
    """Whether a working day with only this share of its usual is news, after sixty healthy days."""
    first = MONDAY + timedelta(days=number % 7)
    series = healthy(rng, 60, mean, OFFICE, first)
    at = first + timedelta(days=60)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    low = healthy(rng, 1, mean * left, OFFICE, at)[0].value if left else 0.0
    usual = expected(series, at, how)
    return isinstance(usual, Band) and usual.beyond(low, Direction.DOWN) > 0


def test_waits_are_hardly_ever_news_however_little_is_entered() -> None:
    """120 mornings of an entity; a morning that was news teaches nothing, as its incident stands."""
    how = sensitivity(Anomaly(), Unit.HOURS)
    table = ["per day  mornings judged  flagged"]
    for rate in (0.3, 1, 2, 3, 5, 20):
        judged = flagged = 0
        for number in range(40):
            learned: list[Point] = []
            for point in waits(Random(number), 120, rate):
                usual = expected(learned, point.day, how)
                news = isinstance(usual, Band) and usual.beyond(point.value, Direction.UP) > 0
                judged += isinstance(usual, Band)
                flagged += news
                learned += [] if news else [point]
        table.append(f"{rate:7}  {judged:15,}  {flagged / judged:7.2%}")
        assert flagged / judged < 0.005
    print("\n".join(table))  # noqa: T201 - the figures themselves, with -s


def test_a_busy_office_that_is_silent_for_two_days_is_news() -> None:
    history = waits(Random(1), 56, 20)
    found = expected(history, MONDAY + timedelta(days=58), sensitivity(Anomaly(), Unit.HOURS))
    assert isinstance(found, Band)
    assert [found.beyond(hours, Direction.UP) for hours in (14, 38, 62, 86)] == [0, 0, 1, 2]
