"""Figures about seats and the people in them: who uses the CRM weekly, who not at all, who began well, how broadly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.activity.measure import MeasureKind
from monitor.adoption.evidence import Evidence, Told, strict
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member
from monitor.adoption.scorecards import meant_areas
from monitor.adoption.week import IsoWeek

UNUSED_DAYS = 60
STARTERS_WEEKS = 12
FIRST_RECORDS = 5
FIRST_DAYS = 5  # of the ten working days of two weeks: whoever was to work less is not counted
_NOTHING = Note(NoteCode.NOTHING_TO_MEASURE)
_STRICT = Told(None, notes=(Note(NoteCode.MANDATE_STRICT),))


def seats_active(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """People who may write and use the CRM in all but at most one of their working weeks, of all who had one. Managers
    of whom nothing was ever seen are left out where logins are not known: they may read every day."""
    if strict(keys):
        return _STRICT
    seats = [member for member in evidence.seats(keys) if not _reads_only(member)]
    blind = not evidence.known.of(MeasureKind.LOGIN)
    regular = [
        None if blind and _may_only_read(evidence, member, week) else evidence.regular(member, week) for member in seats
    ]
    counted = [one for one in regular if one is not None]
    inputs: dict[str, float] = {"seats": len(seats), "away": len(regular) - len(counted)}
    told = _share(sum(counted), len(counted), inputs)
    leaders = [member for member in seats if member.key in evidence.managers]
    # of few it is said whatever they did, or it would tell of them
    if 0 < len(leaders) < LEAST_GROUP or not all(_left_a_trace(evidence, one, week) for one in leaders):
        return replace(told, notes=(*told.notes, Note(NoteCode.NOT_SEEN_READING)))
    return told


def seats_unused(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Seats without use in 60 days, of those held as long by people who were at work in that time."""
    if strict(keys):
        return _STRICT
    if (told := unknown_before(evidence, week)) is not None:
        return told
    held = [member for member in evidence.seats(keys) if held_long(evidence, member, week)]
    unused = [member for member in held if not used_lately(evidence, member, week)]
    never = sum(1 for member in unused if evidence.last_use(member, week) is None)
    told = _share(len(unused), len(held), {"seats": len(held), "never": never})
    seats = evidence.seats(keys)
    leaders = sum(1 for member in seats if member.key in evidence.managers)
    # of few leaders it is said whatever they did, as above
    doubtful = 0 < leaders < LEAST_GROUP or any(_may_only_read(evidence, member, week) for member in seats)
    if doubtful and not evidence.known.of(MeasureKind.LOGIN):
        return replace(told, notes=(*told.notes, Note(NoteCode.NOT_SEEN_READING)))
    return told


def onboarded(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """People who created five records in their first two weeks, of those who started in the last 12 weeks."""
    if strict(keys):
        return _STRICT
    created = [measure.name for measure in evidence.known.of(MeasureKind.CREATED)]
    seats = [member for member in evidence.seats(keys) if not _reads_only(member)]
    no_start = sum(1 for member in seats if member.start is None)
    notes = (Note(NoteCode.NO_START_DATE, {"people": no_start}),) if no_start else ()
    if not created:
        return Told(None, notes=notes)
    good = of = 0
    for member in seats:
        weeks = _first_weeks(member, week)
        if weeks and _days_to_work(evidence, member, weeks) >= FIRST_DAYS * member.part_time:
            rows = evidence.rows.get(member.key, {})
            made = sum(rows[one].counts.get(name, 0) for one in weeks if one in rows for name in created)
            of, good = of + 1, good + (made >= FIRST_RECORDS)
    told = _share(good, of, {"started": of})
    return replace(told, notes=(*told.notes, *notes))


def breadth(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Areas used, of those that roles are meant to use, over everyone who used the CRM in four weeks."""
    if strict(keys):
        return _STRICT
    areas = {measure.name: measure.area for measure in evidence.known.use if measure.area}
    used = meant = people = 0
    for member in evidence.seats(keys):
        own = meant_areas(member, areas)
        counts = (row.counts for row in evidence.four([member.key], week))
        seen = {areas[name] for one in counts for name, count in one.items() if count and name in areas}
        if own and seen:
            people, used, meant = people + 1, used + len(seen & own), meant + len(own)
    return replace(_share(used, meant, {"people": people}), persons=people)


def managers_use(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Managers with use in all but at most one of their working weeks, of those who ever left a trace."""
    if strict(keys):
        return _STRICT
    managers = managers_in(evidence, keys)
    traced = [member for member in managers if _left_a_trace(evidence, member, week)]
    regular = [evidence.regular(member, week, evidence.acknowledged.get(member.key, ())) for member in traced]
    counted = [one for one in regular if one is not None]
    inputs: dict[str, float] = {"managers": len(managers), "without_trace": len(managers) - len(traced)}
    told = _share(sum(counted), len(counted), inputs)
    if len(traced) < len(managers):
        others = tuple(note for note in told.notes if note.code is not NoteCode.NOTHING_TO_MEASURE)
        return replace(told, notes=(*others, Note(NoteCode.NOT_SEEN_READING)))
    return told


@dataclass(frozen=True, slots=True)
class ManagersUse:
    """What some managers did: ``active`` in all but one of four weeks, ``active_days`` in these weeks together,
    ``deals_changed`` (None where no measure tells), and the week of the newest such change. ``told`` of them ever left
    a trace: with 0, nothing else is known."""

    managers: int
    told: int
    active: int
    active_days: int
    deals_changed: int | None = None
    last_change: IsoWeek | None = None


def count_managers_use(evidence: Evidence, managers: Iterable[str], week: IsoWeek) -> ManagersUse:
    """The own use of these managers up to the end of a week; on deals, what they changed or moved to another stage."""
    members = evidence.seats(managers)
    traced = [member for member in members if _left_a_trace(evidence, member, week)]
    regular = (evidence.regular(one, week, evidence.acknowledged.get(one.key, ())) for one in traced)
    on_deals = [
        measure.name
        for measure in evidence.known.of(MeasureKind.CHANGED, MeasureKind.STAGE)
        if "opportunities" in (measure.entity, measure.area) or measure.entity == "changes"
    ]
    rows = evidence.four((one.key for one in traced), week)
    changed = sum(row.counts.get(name, 0) for row in rows for name in on_deals)
    weeks = (
        at
        for one in traced
        for at, row in evidence.rows.get(one.key, {}).items()
        if at <= week and any(row.counts.get(name) for name in on_deals)
    )
    return ManagersUse(
        managers=len(members),
        told=len(traced),
        active=sum(1 for one in regular if one),
        active_days=sum(row.active_days for row in rows),
        deals_changed=changed if on_deals and traced else None,
        last_change=max(weeks, default=None),
    )


def managers_in(evidence: Evidence, keys: Iterable[str]) -> list[Member]:
    """The persons among some users to whom another person reports."""
    return [member for member in evidence.seats(keys) if member.key in evidence.managers]


def _reads_only(member: Member) -> bool:
    return member.role is not None and member.role.reads_only


def _may_only_read(evidence: Evidence, member: Member, week: IsoWeek) -> bool:
    """Whether somebody may well use the seat all the time, and leave no trace but logins: by role, or as a manager of
    whom nothing was ever seen."""
    return _reads_only(member) or (member.key in evidence.managers and evidence.last_use(member, week) is None)


def unknown_before(evidence: Evidence, week: IsoWeek) -> Told | None:
    """What is told instead where the history is shorter than 60 days; None where it is not."""
    known = (week.sunday - evidence.known.first.monday).days + 1
    if known >= UNUSED_DAYS:
        return None
    return Told(None, notes=(Note(NoteCode.TOO_SHORT, {"weeks": max(0, known // 7)}),))


def held_long(evidence: Evidence, member: Member, week: IsoWeek) -> bool:
    """Whether a member has had the seat for 60 days, was at work in that time, and would leave a trace."""
    first = week.sunday - timedelta(days=UNUSED_DAYS - 1)
    if member.start is not None and member.start > first:
        return False
    if _may_only_read(evidence, member, week) and not evidence.known.of(MeasureKind.LOGIN):
        return False
    return any(evidence.calendar.week(member, one).is_working_week for one in _sixty_days(week))


def used_lately(evidence: Evidence, member: Member, week: IsoWeek) -> bool:
    """Whether there was any use or login in the weeks that the 60 days touch."""
    weeks = _sixty_days(week)
    last = evidence.last_use(member, week)
    if last is not None and last >= weeks[0]:
        return True
    logins = [measure.name for measure in evidence.known.of(MeasureKind.LOGIN)]
    rows = evidence.rows.get(member.key, {})
    return any(rows[one].counts.get(name) for one in weeks if one in rows for name in logins)


def _sixty_days(week: IsoWeek) -> tuple[IsoWeek, ...]:
    return week.back(week - IsoWeek.of(week.sunday - timedelta(days=UNUSED_DAYS - 1)) + 1)


def _first_weeks(member: Member, week: IsoWeek) -> tuple[IsoWeek, ...]:
    """The weeks that hold a starter's first 14 days; none for whoever started before, or is not so far yet."""
    if member.start is None:
        return ()
    first, last = IsoWeek.of(member.start), IsoWeek.of(member.start + timedelta(days=13))
    return last.back(last - first + 1) if week.back(STARTERS_WEEKS)[0] <= first and last <= week else ()


def _days_to_work(evidence: Evidence, member: Member, weeks: Iterable[IsoWeek]) -> float:
    return sum(evidence.calendar.week(member, one).expected for one in weeks)


def _left_a_trace(evidence: Evidence, member: Member, week: IsoWeek) -> bool:
    return evidence.last_use(member, week) is not None or any(
        at <= week for at in evidence.acknowledged.get(member.key, ())
    )


def _share(top: int, bottom: int, inputs: dict[str, float]) -> Told:
    """A share of ``bottom`` persons."""
    found = Told(top / bottom, top, bottom, inputs) if bottom else Told(None, 0, 0, inputs, (_NOTHING,))
    return replace(found, persons=bottom)
