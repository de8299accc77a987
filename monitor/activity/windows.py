"""Which days the next reading of the CRM covers."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.activity.facts import Window

HISTORY_WEEKS = 26
LATE_DAYS = 14
WEEKLY_DAYS = 28


def next_window(
    last_read_to: date | None,
    today: date,
    *,
    history_weeks: int = HISTORY_WEEKS,
    late_days: int = LATE_DAYS,
    weekly_days: int = WEEKLY_DAYS,
) -> Window:
    """The days to read on ``today``, given the last day of the reading before (None: there was none).

    The first reading covers whole ISO weeks, ``history_weeks`` of them and the present one. Later ones cover what is
    new, and for what was entered late the ``late_days`` before today; the first of an ISO week ``weekly_days``, so
    that a week is told from what came in up to its end. A reading never leaves a gap; after a pause longer than the
    history it begins anew.
    """
    monday = today - timedelta(days=today.weekday())
    oldest = monday - timedelta(weeks=history_weeks)
    if last_read_to is None:
        return Window(oldest, today)
    first_of_week = last_read_to < monday
    back = max(late_days, weekly_days) if first_of_week else late_days
    first = min(today - timedelta(days=back), last_read_to)
    return Window(max(first, oldest), today)
