"""Whether a target hears of an incident now, and why or why not: one pure decision with a named reason.

It looks at what the target was last told and at how the incident stands, not at what happened in between: what was held
back is told as soon as nothing holds it back any more, and nothing is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.incidents.model import Incident, IncidentState, Reason
from monitor.quality.check import Severity


class Tell(StrEnum):
    """What becomes of the incident's message at one target: one root, edited in place, answered in its thread."""

    NOTHING = "nothing"
    POST = "post"
    EDIT = "edit"  # silent
    EDIT_AND_REPLY = "edit_and_reply"
    ROLL_UP = "roll_up"  # one line of the day's collected message


@dataclass(frozen=True, slots=True)
class Memory:
    """What one target knows of one incident.

    ``news`` is the incident's when the target last heard of it, 0 if it never did; ``live`` whether it then went on.
    ``rollup`` is the collected message that told it, where it has no message of its own (``posted_at`` is None then).
    ``shown`` is what its own message says, as a fingerprint; ``snoozed_until`` the snooze that began after it was told.
    ``due`` is the day of which it was told that it is over with nothing mended.
    """

    news: int = 0
    live: bool = False
    told_at: datetime | None = None
    posted_at: datetime | None = None
    rollup: int | None = None
    shown: str = ""
    snoozed_until: datetime | None = None
    due: date | None = None
    reason: Reason | None = None  # of the last notice


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds for one incident at one target at a moment.

    ``silenced`` and ``inhibited`` say by what, or nothing. ``quiet_until`` is the end of the target's quiet hours, None
    outside them. ``room``: whether the target may have another new message today. ``repeat``: how long an open incident
    may go on until its message is repeated. ``shown`` is what a message would say now, as a fingerprint. ``today`` is
    the day in the project's zone; without it no day is over.
    """

    now: datetime
    today: date | None = None
    shown: str = ""
    silenced: str = ""
    inhibited: str = ""
    quiet_until: datetime | None = None
    room: bool = True
    repeat: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The decision: what to do, why, and what the target knows then. ``note`` says more: until when, by what."""

    tell: Tell
    reason: Reason
    memory: Memory
    note: str = ""
    until: datetime | None = None  # when what holds it back ends, where that is known

    @property
    def told(self) -> bool:
        """Whether somebody hears of it: an edit is silent."""
        return self.tell in (Tell.POST, Tell.EDIT_AND_REPLY, Tell.ROLL_UP)


def notice(incident: Incident, memory: Memory, at: Situation) -> Notice:
    """What the target hears of the incident now."""
    memory = _with_snooze(incident, memory, at)
    wanted = _wanted(incident, memory, at)
    if wanted is None:
        return _silent(memory, _why_silent(incident, memory, at), at)
    held = _held(incident, wanted, at)
    if held is not None:
        return _held_back(incident, memory, held, at)
    return _tell(incident, memory, wanted, at)


def _with_snooze(incident: Incident, memory: Memory, at: Situation) -> Memory:
    """A snooze is remembered until it has ended and been told of; one that was taken back is forgotten."""
    if incident.snoozed_until is None or incident.snoozed(at.now):
        return replace(memory, snoozed_until=incident.snoozed_until)
    return memory


def _wanted(incident: Incident, memory: Memory, at: Situation) -> Reason | None:
    """What there is to tell, whatever may hold it back."""
    if not incident.live:
        return (incident.newest or Reason.RESOLVED) if memory.live else None
    if not memory.news:
        return Reason.FIRST
    if not memory.live:
        return Reason.REOPENED
    if incident.news > memory.news:
        return incident.newest or Reason.WORSENED
    if memory.snoozed_until is not None and memory.snoozed_until <= at.now:
        return Reason.SNOOZE_EXPIRED
    if _is_overdue(incident, at) and memory.due != incident.due:
        return Reason.OVERDUE
    if at.repeat and memory.told_at and at.now - memory.told_at >= at.repeat and not _is_known(incident):
        return Reason.REPEAT_DUE
    return None


def _is_overdue(incident: Incident, at: Situation) -> bool:
    """That somebody acknowledged it does not matter: a day was set to be reminded by."""
    return at.today is not None and incident.overdue(at.today)


def _is_known(incident: Incident) -> bool:
    return incident.state is IncidentState.ACKNOWLEDGED


def _why_silent(incident: Incident, memory: Memory, at: Situation) -> Reason:
    if not incident.live:
        return (incident.newest or Reason.RESOLVED) if memory.news else Reason.NEVER_TOLD
    if incident.snoozed(at.now):
        return Reason.SNOOZED
    return Reason.ACKNOWLEDGED if _is_known(incident) else Reason.UNCHANGED


@dataclass(frozen=True, slots=True)
class _Held:
    reason: Reason
    note: str = ""
    until: datetime | None = None


def _held(incident: Incident, wanted: Reason, at: Situation) -> _Held | None:
    """What holds back something that is to be told, the strongest first; a budget does not hold back, see ``_tell``."""
    if at.silenced:
        return _Held(Reason.SILENCED, at.silenced)
    if incident.live and incident.snoozed(at.now):
        return _Held(Reason.SNOOZED, until=incident.snoozed_until)
    if incident.live and at.inhibited:
        return _Held(Reason.INHIBITED, at.inhibited)
    if wanted is Reason.SNOOZE_EXPIRED and _is_known(incident):
        return _Held(Reason.ACKNOWLEDGED)
    if at.quiet_until is not None and incident.severity is not Severity.CRITICAL:
        return _Held(Reason.QUIET_HOURS, until=at.quiet_until)
    return None


def _held_back(incident: Incident, memory: Memory, held: _Held, at: Situation) -> Notice:
    """Nobody hears of it now. The message that stands is edited all the same, silently, so that it stays true.

    A silence is meant: what ended under one is not told afterwards.
    """
    if held.reason is Reason.SILENCED and not incident.live:
        memory = replace(memory, live=False, news=incident.news)
    if held.reason is Reason.ACKNOWLEDGED:
        memory = replace(memory, snoozed_until=None)
    made = _silent(memory, held.reason, at)
    return replace(made, note=held.note, until=held.until)


def _silent(memory: Memory, reason: Reason, at: Situation) -> Notice:
    own = memory.posted_at is not None
    edit = own and at.shown != memory.shown
    after = replace(memory, reason=reason, shown=at.shown if own else memory.shown)
    return Notice(Tell.EDIT if edit else Tell.NOTHING, reason, after)


def _tell(incident: Incident, memory: Memory, wanted: Reason, at: Situation) -> Notice:
    """It is told: in its own message, or where it has none and the channel had enough new ones, in the roll-up."""
    heard = replace(memory, news=incident.news, live=incident.live, told_at=at.now, snoozed_until=None, reason=wanted)
    if _is_overdue(incident, at):  # whatever is told of it says so
        heard = replace(heard, due=incident.due)
    if memory.posted_at is not None:
        return Notice(Tell.EDIT_AND_REPLY, wanted, replace(heard, shown=at.shown))
    if not incident.live:  # it was told in a roll-up, which is edited
        return Notice(Tell.NOTHING, wanted, heard)
    if at.room:
        posted = replace(heard, posted_at=at.now, shown=at.shown, rollup=None)
        return Notice(Tell.POST, wanted, posted)
    return Notice(Tell.ROLL_UP, Reason.BUDGET, replace(heard, reason=Reason.BUDGET))
