"""Figures as they are shown: never rounded into a lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.messages import figures

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 21, 5, 10, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("share", "limit", "shown"),
    [
        (0.0, None, "0%"),
        (0.16, None, "16%"),
        (1.0, None, "100%"),
        (1 / 8800, None, "<0.1%"),
        (8799 / 8800, None, ">99.9%"),
        (0.0049, None, "0.5%"),
        (0.0096, None, "1%"),
        (0.9949, None, "99.5%"),
        (0.0149, None, "1%"),
        (34 / 212, 0.15, "16%"),
        (0.1604, 0.16, "16.04%"),
        (0.1496, 0.15, "14.96%"),
        (0.15, 0.15, "15%"),
        (0.154, 0.15, "15.4%"),
        (0.007, 0.005, "0.7%"),
        (0.004, 0.0, "0.4%"),
        (0.1600001, 0.16, "just over 16%"),
        (0.1599999, 0.16, "just under 16%"),
        (1e-9, 0.0, "just over 0%"),
    ],
)
def test_a_share_is_shown_as_shortly_as_is_true(share: float, limit: float | None, shown: str) -> None:
    assert figures.percent(share, limit) == shown


@given(st.integers(0, 10**7), st.integers(1, 10**7))
@settings(deadline=None)
def test_something_is_never_nothing_and_not_all_is_never_all(part: int, whole: int) -> None:
    shown = figures.percent(min(part, whole) / whole)
    assert (shown == "0%") == (part == 0)
    assert (shown == "100%") == (part >= whole)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 1000))
@settings(deadline=None)
def test_a_share_that_crossed_its_limit_is_never_shown_as_equal_to_it(part: int, whole: int, permille: int) -> None:
    share, limit = min(part, whole) / whole, permille / 1000
    same = figures.percent(share, limit) == figures.limit_percent(limit)
    assert same == (share == limit)


@pytest.mark.parametrize(("limit", "shown"), [(0.15, "15%"), (0.005, "0.5%"), (0.0, "0%"), (1.0, "100%")])
def test_a_limit_is_shown_as_it_was_written(limit: float, shown: str) -> None:
    assert figures.limit_percent(limit) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0 DKK"),
        ("0.40", "0.40 DKK"),
        ("412300.49", "412,300 DKK"),
        ("999949.99", "999,950 DKK"),
        ("999950", "1m DKK"),
        ("4123456", "4.1m DKK"),
        ("10005534", "10m DKK"),
        ("999949999", "999.9m DKK"),
        ("1234567890", "1.2bn DKK"),
        ("-4123456", "−4.1m DKK"),
    ],
)
def test_money_is_shown_in_the_unit_that_fits(amount: str, shown: str) -> None:
    assert figures.money(Decimal(amount), "DKK") == shown


def test_money_without_a_currency_has_none() -> None:
    assert figures.money(Decimal(12), "") == "12"


def test_counts_have_thousands_and_changes_have_signs() -> None:
    assert (figures.count(8800), figures.change(1200), figures.change(-3)) == ("8,800", "+1,200", "−3")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW - timedelta(hours=1), "05:10"),
        (NOW - timedelta(days=1), "Friday"),
        (NOW - timedelta(days=6), "Sunday"),
        (NOW - timedelta(days=7), "14 Nov"),
        (NOW - timedelta(days=400), "17 Oct 2025"),
        (NOW + timedelta(days=1), "22 Nov"),
    ],
)
def test_when_something_began_is_said_as_people_say_it(at: datetime, shown: str) -> None:
    assert figures.since(at, COPENHAGEN, NOW) == shown


def test_a_moment_is_shown_in_the_zone_and_with_the_year_where_it_is_another() -> None:
    assert figures.moment(NOW, COPENHAGEN, NOW) == "Sat 21 Nov 06:10"
    assert figures.moment(NOW, COPENHAGEN) == "Sat 21 Nov 2026 06:10"


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=3), "3 days"),
        (timedelta(seconds=-5), "less than a minute"),
    ],
)
def test_a_duration_is_shown_in_its_largest_unit(span: timedelta, shown: str) -> None:
    assert figures.duration(span) == shown
