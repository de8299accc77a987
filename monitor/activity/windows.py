"""Which days the next reading of the CRM covers."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.activity.facts import Window

HISTORY_WEEKS = 26
WEEKLY_DAYS = 28


def history(today: date) -> Window:
    """All that is ever read: whole ISO weeks, and the present one."""
    monday = today - timedelta(days=today.weekday())
    return Window(monday - timedelta(weeks=HISTORY_WEEKS), today)


def next_window(last_read_to: date | None, today: date, *, late_days: int) -> Window:
    """The days to read on ``today``, given the last day of the reading before (None: there was none).

    The first reading covers the history. Later ones cover what is new, and for what was entered late the ``late_days``
    before today; the first of an ISO week at least 28 days, so that a week is told from what came in up to its end. A
    reading never leaves a gap; after a pause longer than the history it begins anew.
    """
    whole = history(today)
    if last_read_to is None:
        return whole
    first_of_week = last_read_to < today - timedelta(days=today.weekday())
    back = max(late_days, WEEKLY_DAYS) if first_of_week else late_days
    first = min(today - timedelta(days=back), last_read_to)
    return Window(max(first, whole.first), today)


def is_whole_due(last: date | None, today: date, *, every_days: int) -> bool:
    """Whether all of the history is to be read again, given the day on which it last was (None: it is not known).

    It finds what was entered, changed or deleted later than other readings look back.
    """
    return last is None or (today - last).days >= every_days
