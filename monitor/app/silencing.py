"""Silences as somebody says them, held against what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.app.presenting import labels_of
from monitor.app.project import OpenProject
from monitor.app.selecting import NothingSelected, check_people, one_entity
from monitor.incidents.matching import Matcher
from monitor.incidents.model import Incident, IncidentKind
from monitor.incidents.silence import Silence
from monitor.incidents.subjects import every_subject, is_about_something
from monitor.quality.check import Dimension, Severity
from monitor.quality.outcome import Selection
from monitor.store.notices import untold
from monitor.store.state import State
from monitor.yamlfile import nearest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be silent, in the words of the command line."""

    checks: Sequence[str] = ()
    entities: Sequence[str] = ()
    dimensions: Sequence[Dimension] = ()
    severities: Sequence[Severity] = ()
    teams: Sequence[str] = ()
    tags: Sequence[str] = ()
    kinds: Sequence[IncidentKind] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """The open incidents that a silence keeps silent, and those that it does not, as they touch other teams, too."""

    silent: tuple[Incident, ...]
    loud: tuple[Incident, ...]


def matcher_of(opened: OpenProject, wanted: Wanted) -> Matcher:
    """What is meant. Raises NothingSelected, naming the nearest, for what there is not, and CrmUnavailable where a team
    is named and cannot be looked up."""
    for entity in wanted.entities:
        one_entity(opened.project.checks, entity)
    _known_checks(opened, wanted.checks)
    tags = {tag for check in opened.project.checks for tag in check.tags}
    for tag in wanted.tags:
        if tag not in tags:
            near = nearest(tag, tags)
            hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(sorted(tags)) or 'none'}"
            raise NothingSelected(f"no check has the tag {tag!r}", hint=hint)
    return Matcher(
        kinds=tuple(wanted.kinds),
        checks=tuple(wanted.checks),
        entities=tuple(wanted.entities),
        dimensions=tuple(wanted.dimensions),
        severities=tuple(wanted.severities),
        tags=tuple(wanted.tags),
        teams=team_names_of(opened, wanted.teams),
    )


def team_names_of(opened: OpenProject, teams: Sequence[str]) -> tuple[str, ...]:
    """The names of teams that are named by name or key. Raises NothingSelected and, with any, CrmUnavailable."""
    if not teams:
        return ()
    check_people(opened.directory, Selection(teams=frozenset(teams)))
    wanted = {team.casefold() for team in teams}
    known = opened.directory.teams.values()
    return tuple(team.name for team in known if {team.key.casefold(), team.name.casefold()} & wanted)


def _known_checks(opened: OpenProject, patterns: Sequence[str]) -> None:
    subjects = every_subject(check.id for check in opened.project.checks)
    for pattern in patterns:
        if not is_about_something(pattern, subjects):
            near = nearest(pattern, subjects)
            hint = f"did you mean {near!r}?" if near else "crm-monitor config check --list shows them all"
            raise NothingSelected(f"there is no check {pattern!r}", hint=hint)


def effect(state: State, silence: Silence) -> Effect:
    """What a silence is about of what is open now, whether it has begun or not."""
    with state.database.read() as connection:
        known = [(one.incident, labels_of(one.incident, one.labels)) for one in untold(connection)]
    meant = [(one, labels) for one, labels in known if one.live and silence.matcher.matches(labels)]
    silent = tuple(one for one, labels in meant if silence.matcher.covers(labels))
    return Effect(silent, tuple(one for one, _ in meant if one not in silent))
