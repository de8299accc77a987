"""What becomes of the runs that fell due: done now, done afterwards, or recorded as missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.schedule.job import CatchUp, Job

PUNCTUAL = timedelta(minutes=1)
"""A run that begins no later than this after its time was not missed, whatever the policy."""
MOST = 1000
"""So many missed runs are recorded one by one (of more, the newest), and so many handed out at a time (the oldest)."""

STOOD_FOR = "nothing ran at its time, and a later run stands for it"
"""Why a run is missed that nobody misses."""
MOST_DEATHS = 5
"""So many processes may die at one run, before it is taken for what kills them."""


Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``missed`` says why the run due then is not done; empty: it is."""

    due: datetime
    missed: str = ""


def judge(job: Job, dues: Sequence[datetime], now: datetime, busy: Span | None = None) -> list[Verdict]:
    """What becomes of the runs that are due and not recorded, oldest first. ``dues`` are in order; ``busy`` is when the
    job's last run went on, for a job whose runs wait for each other."""
    fallen = [due for due in dues if job.fires(due) <= now]
    found = [Verdict(due, _missed(job, due, now, fallen[-1], busy)) for due in fallen]
    missed, to_do = [one for one in found if one.missed], [one for one in found if not one.missed]
    return sorted((*missed[-MOST:], *to_do[:MOST]), key=lambda verdict: verdict.due)


def _missed(job: Job, due: datetime, now: datetime, newest: datetime, busy: Span | None) -> str:
    if now - job.fires(due) <= PUNCTUAL:
        return ""
    if busy and busy[0] <= job.fires(due) <= busy[1] and now - busy[1] <= PUNCTUAL:
        return "" if due == newest else STOOD_FOR  # it waited for the run before it
    if job.catch_up is CatchUp.NONE:
        return "it was not begun at its time, and the job catches up on nothing"
    if now - job.fires(due) > job.catch_up_within:
        return "nothing ran at its time, nor within the time to catch up"
    if job.catch_up is CatchUp.LATEST and due != newest:
        return STOOD_FOR
    return ""


def in_time(job: Job) -> timedelta:
    """How late a run may be done."""
    return max(job.catch_up_within, PUNCTUAL)


def too_late(job: Job, due: datetime, now: datetime) -> str:
    """Why a run that was begun and not ended is not done any more; empty: it is, whatever the job catches up on."""
    if now - job.fires(due) > in_time(job):
        return "it was begun and not ended, and nothing went on with it within the time to catch up"
    return ""


def too_often(deaths: int) -> str:
    """Why a run at which so many processes died is not tried again; empty: it is."""
    if deaths < MOST_DEATHS:
        return ""
    return f"{deaths} processes died at it: look at their logs and at their memory"
