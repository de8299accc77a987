"""What a run compares its figures with: loaded once, for the checks of the run that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.app.project import OpenProject
from monitor.quality.check import Check
from monitor.quality.past import OF_ENTITY, Past
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import CountRule, UseRule, unit_of
from monitor.quality.usual import DEFAULTS, Unit
from monitor.store.state import State


def compared_with_history(checks: Sequence[Check]) -> Mapping[str, Unit]:
    """Per check what its figure counts: of those that say so, and those that have nothing else to go by."""
    found = {}
    for check in checks:
        rule = REGISTRY.get(check.type)
        unit = unit_of(check.type, REGISTRY, by_row=True)
        if unit is not None and (check.anomaly is not None or isinstance(rule, CountRule | UseRule)):
            found[check.id] = unit
    return found


def past_of(opened: OpenProject, state: State | None, checks: Sequence[Check], now: datetime) -> Past | None:
    """The past that these checks may be compared with at ``now``; None where none of them asks for it.

    Without a state there is none yet. Raises CrmUnavailable and StateUnavailable.
    """
    units = compared_with_history(checks)
    if not units:
        return None
    past = Past(opened.project.zone, working(opened))
    if state is None:
        return past
    windows = [_window(check, units[check.id]) for check in checks if check.id in units]
    history = state.histories.load(
        outcomes_of=[name for name, unit in units.items() if unit in (Unit.SHARE, Unit.NEW_RECORDS)],
        facts_of={check.id: check.entity for check in checks if units.get(check.id) in OF_ENTITY},
        troubles_of=units.keys(),
        before=now,
        window=timedelta(days=max(windows)),
    )
    past = replace(past, checks=history.checks, entities=history.entities, troubles=history.troubles)
    of_teams = [name for name, unit in units.items() if unit is Unit.ENTRIES]
    if not of_teams:
        return past
    from monitor.app.team_use import use_by_team

    troubles = [trouble for name in of_teams for trouble in history.troubles.get(name, ())]
    return replace(past, use=use_by_team(opened, state, now, troubles))


def working(opened: OpenProject) -> Callable[[date], bool]:
    """Whether people are expected at work on a day: no weekend, holiday or day off, and in no quiet week."""
    is_working_day, quiet = opened.project.is_working_day, opened.project.settings.working_time.quiet_weeks
    return lambda day: day.isocalendar().week not in quiet and is_working_day(day)


def _window(check: Check, unit: Unit) -> int:
    return (check.anomaly.window if check.anomaly else None) or DEFAULTS[unit].window
