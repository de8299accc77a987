"""Reads people's use of the CRM into the state: what is new since the last reading, and what was entered late."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.activity.facts import Reading, Window
from monitor.activity.measure import Availability
from monitor.activity.reading import read_activity
from monitor.activity.windows import history, is_whole_due, next_window
from monitor.adoption.buckets import buckets
from monitor.adoption.known import Known
from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import keep_known, person_weeks
from monitor.app.project import OpenProject
from monitor.crm.directory import PersonKind
from monitor.garbage import without_collecting
from monitor.quality.check import Attribution, Check, Dimension
from monitor.store.state import State

STANDING_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading did: the days it covered, and the weeks that were summed anew. ``back``: the days
    of a past that was not stored are, and some of them longer than they may."""

    window: Window
    weeks: tuple[IsoWeek, ...]
    reading: Reading
    back: bool = False


def read_use(
    opened: OpenProject, state: State, now: datetime, *, as_of: datetime | None = None, whole: bool = False
) -> Read | None:
    """Read what is missing up to ``now`` and store it with the weeks it belongs to.

    ``whole``: read all of the history again. So it is from time to time in any case, for what was entered very late.

    None where the state already knows of later days: an earlier day is then answered from the state.
    Raises CrmUnavailable and StateUnavailable.
    """
    use, strict = opened.use, opened.naming.strict
    sources = opened.sources(as_of)
    capabilities = {entity: opened.project.crm_map.capability(entity) for entity in sources}
    today = now.astimezone(opened.project.zone).date()
    checks = completeness(opened.project.checks)
    read_from = _read_from(opened)
    meaning = _meaning(checks, read_from)
    read_to = state.activity.read_to(use.measures, strict=strict, depends_on=meaning, read_from=read_from)
    if read_to is not None and read_to > today:
        return None

    def read(window: Window, read_to: date | None) -> Reading:
        return read_activity(
            opened.crm,
            sources,
            capabilities,
            use.measures,
            window,
            zone=opened.project.zone,
            is_working_day=opened.project.is_working_day,
            now=now,
            completeness=checks,
            not_people=not_people(opened),
            standing_days=_standing_days(window, read_to),
        )

    everything, again = history(today), opened.project.settings.use
    if strict or whole or is_whole_due(state.activity.whole_on(), today, every_days=again.full_every.days):
        window = everything
    else:
        window = next_window(read_to, today, late_days=again.late.days)
    reading = read(window, read_to)
    if window != everything and state.activity.appeared(reading):  # of what the CRM has only now the past is missing
        window = everything
        reading = read(window, None)
    teams = buckets(opened.organisation) if strict else None
    same = state.activity.same_meaning(use.measures, strict=strict, read_from=read_from)
    before = _Before(state.activity.complete_from(), same)
    state.activity.save(
        reading, use.measures, teams=teams, depends_on=meaning, read_from=read_from, whole=window == everything
    )
    weeks = _sum_weeks(opened, state, reading, before)
    return Read(window, weeks, reading, before.complete_from is None or window.first < before.complete_from)


def completeness(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that ask a rep for a field."""
    return tuple(
        check for check in checks if check.dimension is Dimension.COMPLETENESS and check.attribution is Attribution.REP
    )


def not_people(opened: OpenProject) -> frozenset[str]:
    """Keys of the users that are programs: what they enter is nobody's use."""
    people = opened.directory.people.values()
    return frozenset(person.key for person in people if person.kind is PersonKind.INTEGRATION)


def known(opened: OpenProject, state: State, rows: Sequence[PersonWeek] | None = None) -> Known:
    """What the state knows of the measures, and since which week."""
    first = min((row.week for row in rows), default=None) if rows is not None else None
    if first is None:
        since = state.activity.complete_from()
        first = IsoWeek.of(since) if since else IsoWeek.of(opened.clock().date())
    return Known(opened.use.measures, state.activity.measures(), first, opened.use.figures.attributed)


def _standing_days(window: Window, read_to: date | None) -> list[date]:
    """The ends of the weeks that are not known yet, and today."""
    since = read_to or window.last - timedelta(weeks=STANDING_WEEKS + 1)
    first = IsoWeek.of(max(since, window.first))
    sundays = [(first + number).sunday for number in range(IsoWeek.of(window.last) - first)]
    return [*sundays, window.last]


@dataclass(frozen=True, slots=True)
class _Before:
    """What was known before a reading: the days since when, and the measures that mean now what they meant then."""

    complete_from: date | None
    same: frozenset[str]


@without_collecting()
def _sum_weeks(opened: OpenProject, state: State, reading: Reading, before: _Before) -> tuple[IsoWeek, ...]:
    """Sum the days of all weeks that the window touches, of which every day is stored."""
    window = reading.window
    since = state.activity.complete_from() or window.first
    first = IsoWeek.of(max(since, window.first - timedelta(days=6)))
    if first.monday < since:
        first += 1
    last = IsoWeek.of(window.last)
    weeks = tuple(first + number for number in range(last - first + 1))
    start, end = first.monday, last.sunday
    what = known(opened, state)
    found = person_weeks(
        state.activity.activities(start, end),
        state.activity.lags(start, end),
        state.activity.new_records(start, end),
        state.activity.wins(start, end),
        known=what,
        before=_last_active(state, first),
    )
    use = {measure.name for measure in what.measures if measure.is_use}
    earlier = _summed_from_more(state, weeks, before)
    found = keep_known(found, earlier, lasts=_lasting(reading, before.same), use=use)
    state.adoption.save_weeks(found, weeks)
    return weeks


def _summed_from_more(state: State, weeks: Sequence[IsoWeek], before: _Before) -> Sequence[PersonWeek]:
    """Rows of weeks whose days were deleted since they were summed."""
    if before.complete_from is None or not weeks:
        return ()
    known_from = before.complete_from
    return [row for row in state.adoption.weeks(weeks[0], weeks[-1]) if row.week.monday < known_from]


def _lasting(reading: Reading, same: frozenset[str]) -> Callable[[str, IsoWeek], bool]:
    """Whether a reading knows less of a measure and week than there once was."""

    def lasts(measure: str, week: IsoWeek) -> bool:
        if measure not in same:
            return False
        facts = reading.measures.get(measure)
        if facts is None or facts.availability is Availability.NONE or not facts.replaces:
            return True
        return facts.oldest is None or week.monday < facts.oldest

    return lasts


def _last_active(state: State, first: IsoWeek) -> Mapping[str, date]:
    """The newest day of use of each user before a week, as older weeks know it."""
    found: dict[str, date] = {}
    for row in state.adoption.weeks(first + -30, first + -1):
        if row.last_active is not None and row.last_active >= found.get(row.user, row.last_active):
            found[row.user] = row.last_active
    return found


def _read_from(opened: OpenProject) -> Mapping[str, str]:
    """Per entity a digest that changes when the map reads it otherwise, or its rows fall on other days."""
    crm_map, connection = opened.project.crm_map, opened.project.settings.connection
    clock = f"{opened.project.zone.key}|{connection.time_zone or crm_map.time_zone}|{crm_map.timestamps}"
    common = f"{crm_map.map}|{clock}|{sorted({**crm_map.variables, **connection.variables}.items())}"
    return {
        entity: _digest(f"{common}|{mapped.model_dump_json(exclude=_NO_MEANING)}")
        for entity, mapped in crm_map.entities.items()
    }


_NO_MEANING = {"disclose", "list_link", "hash_keys"}


def _meaning(checks: Sequence[Check], read_from: Mapping[str, str]) -> str:
    """A digest that changes when other fields are asked for, or are read from elsewhere."""
    parts = [
        f"{check.entity}|{check.id}|{check.type}|{sorted(check.kwargs.items())}|{check.when}|{check.since}"
        for check in checks
    ]
    return _digest("\n".join([*sorted(parts), *(read_from[entity] for entity in sorted(read_from))]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
