"""Cron lines as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.schedule.cron import Cron, parse_cron

MONDAY = datetime(2026, 11, 30, tzinfo=UTC).replace(tzinfo=None)


def following(cron: Cron, after: datetime = MONDAY) -> list[datetime]:
    found: list[datetime] = []
    at: datetime | None = after
    while len(found) < 7 and at is not None and (at := cron.next_local(at)) is not None:
        found.append(at)
    return found


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 9 * * 1", "Mon"),
        ("0 9 * * 0", "Sun"),
        ("0 9 * * 7", "Sun"),
        ("0 9 * * sun", "Sun"),
        ("0 9 * * Monday", "Mon"),
        ("0 9 * * 1-5", "Mon Tue Wed Thu Fri"),
        ("0 9 * * MON-FRI", "Mon Tue Wed Thu Fri"),
        ("0 9 * * fri-mon", "Mon Fri Sat Sun"),
        ("0 9 * * 5-7", "Fri Sat Sun"),
        ("0 9 * * tue,thu", "Tue Thu"),
        ("0 9 * * */2", "Tue Thu Sat Sun"),
        ("0 9 * * 0-6", "Mon Tue Wed Thu Fri Sat Sun"),
        ("0 9 * * 1-7", "Mon Tue Wed Thu Fri Sat Sun"),
        ("0 9 * * 0-7", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_weekdays_mean_what_crontab_means(line: str, days: str) -> None:
    found = {f"{at:%a}" for at in following(parse_cron(line))}
    assert found == set(days.split())


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("30 6 * * *", "2026-11-30 06:30"),
        ("*/20 * * * *", "2026-11-30 00:20"),
        ("0 8 1st-mon * *", "2026-12-07 08:00"),
        ("0 8 last-fri * *", "2026-12-25 08:00"),
        ("0 8 last * *", "2026-11-30 08:00"),
        ("0 0 1 jan *", "2027-01-01 00:00"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("@daily", "2026-12-01 00:00"),
        ("@weekly", "2026-12-06 00:00"),
        ("@monthly", "2026-12-01 00:00"),
    ],
)
def test_a_line_comes_first_when_a_calendar_says_so(line: str, first: str) -> None:
    assert following(parse_cron(line))[0] == datetime.fromisoformat(first)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 9 * *", "has 4 fields, not 5"),
        ("", "has 0 fields, not 5"),
        ("61 * * * *", "has a minute that cannot be read: 61"),
        ("0 24 * * *", "has an hour that cannot be read: 24"),
        ("0 9 32 * *", "has a day that cannot be read: 32"),
        ("0 9 * smarch *", "has a month that cannot be read: smarch"),
        ("0 9 * * someday", "has a weekday that cannot be read: someday"),
        ("0 9 * * 8", "has a weekday that cannot be read: 8"),
        ("0 9 * * mon-fri/0", "has a weekday that cannot be read: mon-fri/0"),
        ("0 9 1 * mon", "says both a day of the month and a weekday"),
        ("0 0 30 feb *", "never comes"),
        ("@reboot", "is no time that cron knows: @reboot"),
        ("0 9 é * *", "has a day that cannot be read: é"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_and_what_to_write(line: str, words: str) -> None:
    with pytest.raises(ValueError, match="\n") as caught:
        parse_cron(line)
    assert str(caught.value).startswith(words)


def test_a_day_is_looked_for_years_ahead() -> None:
    leap = following(parse_cron("0 0 29 feb *"))
    assert [at.year for at in leap] == [2028, 2032, 2036, 2040, 2044, 2048, 2052]
    assert all(later - earlier > timedelta(days=1460) for earlier, later in pairwise(leap))
