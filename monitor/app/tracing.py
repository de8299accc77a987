"""Where an incident of a check would go, and why: the routes it passes, on which terms, under which silences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from monitor.app.channel_teams import small_teams
from monitor.app.project import OpenProject
from monitor.app.selecting import NothingSelected, one_check
from monitor.app.silencing import team_names_of
from monitor.errors import CrmUnavailable
from monitor.incidents.labels import Labels
from monitor.incidents.model import IncidentKind
from monitor.incidents.routing import Delivery
from monitor.incidents.silence import Silence
from monitor.incidents.subjects import CONNECTION, entity_of, every_subject
from monitor.quality.check import Check, Severity
from monitor.quality.outcome import Status
from monitor.store.notices import posted_since
from monitor.store.state import State
from monitor.yamlfile import nearest

_TOLD = (Status.WARN, Status.FAIL, Status.ERROR)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of what to say where it goes. What is None is as the check has it, and as the last run found it."""

    subject: str
    teams: Sequence[str] = ()
    severity: Severity | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One target. ``name`` is what ``config/routes.yaml`` calls it, ``where`` what it is. ``quiet_until`` is the end of
    its quiet hours, None outside them; what is critical is told all the same. ``today`` and ``week`` count the new
    messages of these, which its budget is about."""

    delivery: Delivery
    name: str
    where: str
    quiet_until: datetime | None
    today: int
    week: int


@dataclass(frozen=True, slots=True)
class Trace:
    """``labels`` are what routes know it by; ``notes`` say where these come from."""

    labels: Labels
    title: str
    notes: tuple[str, ...]
    ways: tuple[Way, ...]
    silences: tuple[Silence, ...]
    routed: bool  # by config/routes.yaml

    @property
    def critical(self) -> bool:
        """Whether quiet hours do not hold it back."""
        return self.labels.severity is Severity.CRITICAL


def trace(opened: OpenProject, wanted: Wanted, at: datetime) -> Trace:
    """Where it would go at a moment. Raises NothingSelected for what there is not."""
    state = opened.existing_state()
    check = _check(opened, wanted.subject)
    labels, notes = _labels(opened, state, wanted, check)
    names = {target.key: target for target in opened.project.routes.targets} if opened.project.routes else {}
    ways = []
    for delivery in opened.routes.of(labels):
        said = names.get(delivery.target)
        until = delivery.quiet.until(at) if delivery.quiet else None
        today, week = _posted(opened, state, delivery.target, at)
        where = said.words if said else _where(delivery.target)
        ways.append(Way(delivery, said.name if said else "", where, until, today, week))
    silences = state.silences.active(at) if state else ()
    return Trace(
        labels,
        _title(wanted.subject, check),
        tuple(notes),
        tuple(ways),
        tuple(one for one in silences if one.silences(labels, at)),
        routed=opened.project.routes is not None,
    )


def _check(opened: OpenProject, subject: str) -> Check | None:
    if subject == CONNECTION or subject in every_subject(()):
        return None
    try:
        return one_check(opened.project.checks, subject)
    except NothingSelected:
        if near := nearest(subject, every_subject(())):
            raise NothingSelected(f"there is no check {subject!r}", hint=f"did you mean {near!r}?") from None
        raise


def _title(subject: str, check: Check | None) -> str:
    if check is not None:
        return check.title
    return f"{entity_of(subject) or 'The CRM'} cannot be read"


def _labels(opened: OpenProject, state: State | None, wanted: Wanted, check: Check | None) -> tuple[Labels, list[str]]:
    if check is None:
        severity = wanted.severity or Severity.CRITICAL
        entity = entity_of(wanted.subject)
        return Labels(IncidentKind.SYSTEM, wanted.subject, entity, "", severity, wanted.status or Status.ERROR), []
    last = state.results.previous().get(check.id) if state else None
    status, teams = wanted.status, tuple(wanted.teams)
    if status is None:
        status = last.status if last and last.status in _TOLD else Status.FAIL
    seen = ["status"] if last and last.status is status and wanted.status is None else []
    notes: list[str] = []
    if teams:
        teams, notes = _named(opened, teams)
    elif state and last:
        teams = tuple(part.name for part in state.results.team_parts(last.run_id, check.id) if part.unexpected)
        seen += ["teams"] if teams else []
    notes += [f"{' and '.join(seen)} as in the last run"] if seen else []
    kind = IncidentKind.SYSTEM if status is Status.ERROR else IncidentKind.DATA
    labels = Labels(
        kind,
        check.id,
        check.entity,
        check.dimension.value,
        wanted.severity or check.severity,
        status,
        check.tags,
        frozenset(teams),
        _few(opened, teams),
    )
    if labels.few:
        notes.append(
            f"only a route with audience: admin matches by {' or '.join(sorted(labels.few))}: under five people"
        )
    return labels, notes


def _few(opened: OpenProject, teams: Collection[str]) -> frozenset[str]:
    """Those of few people; none, where the CRM cannot be asked for them."""
    try:
        return small_teams(opened.directory) & frozenset(teams) if teams else frozenset()
    except CrmUnavailable:
        return frozenset()


def _named(opened: OpenProject, teams: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Teams as the CRM has them; where it cannot be asked, as they were named: routes can be tried without it."""
    try:
        return team_names_of(opened, teams), []
    except CrmUnavailable:
        return tuple(teams), ["the CRM cannot be asked whether there is such a team"]


def _where(target: str) -> str:
    return "Slack's incoming webhook" if target == "webhook" else f"Slack {target.removeprefix('slack:')}"


def _posted(opened: OpenProject, state: State | None, target: str, at: datetime) -> tuple[int, int]:
    """New messages to a target on the day and in the week of a moment."""
    if state is None:
        return 0, 0
    zone = opened.project.zone
    today = at.astimezone(zone).date()
    with state.database.read() as connection:
        since = (datetime.combine(day, time(), zone) for day in (today, _monday(today)))
        day, week = (posted_since(connection, target, moment) for moment in since)
    return day, week


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
