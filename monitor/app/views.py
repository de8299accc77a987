"""What an alert may say: figures, teams of five or more, money; no person's name, no customer's value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app.channel_teams import shown_teams
from monitor.app.project import OpenProject
from monitor.crm.directory import Directory
from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.incidents.subjects import CONNECTION, entity_of, job_of
from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount
from monitor.quality.check import Check
from monitor.quality.outcome import Outcome, Status
from monitor.quality.rules.team_activity import TeamActivityUsual
from monitor.quality.teams import by_team
from monitor.store.failing import Compared
from monitor.store.results import StoredOutcome

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

_USE = "crm-monitor adoption"
_NO_ROWS = "no_rows"
_OBSERVED = "no record is left that it applies to, where there were some"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known beside the incident when its message is written."""

    outcome: Outcome | None = None
    previous: StoredOutcome | None = None
    compared: Compared | None = None
    origin: Origin | None = None
    trend: tuple[int, ...] = ()


def alert_view(
    opened: OpenProject, reader: Reader | None, incident: Incident, told: Told, data_as_of: datetime | None
) -> AlertView:
    """The view of one incident as it stands now, for a channel that anyone may read."""
    outcome = told.outcome
    project = opened.project
    if outcome is None or reader is None:
        return AlertView(
            incident_id=incident.id,
            check_id=incident.subject,
            entity="" if job_of(incident.subject) else incident.entity or "CRM",
            title=_title(incident),
            state=_state(incident),
            status=incident.status.value,
            severity=incident.severity.value,
            reason=incident.observed,
            why=_why_it_matters(incident),
            command="crm-monitor status" if job_of(incident.subject) else "crm-monitor doctor",
            ended=_ended(incident, told),
            zone=project.settings.time_zone,
            opened_at=incident.opened_at,
            resolved_at=incident.resolved_at,
        )
    check = outcome.check
    broken = outcome.status is Status.ERROR  # what is said of failing records is of no help then
    source = reader.sources.get(check.entity)
    previous, compared = told.previous, told.compared
    change = None
    if previous and previous.unexpected is not None and outcome.unexpected is not None:
        change = outcome.unexpected - previous.unexpected
    return AlertView(
        incident_id=incident.id,
        check_id=check.id,
        entity=check.entity,
        title=_checked_title(incident, check),
        state=_state(incident),
        status=_NO_ROWS if _has_no_rows(incident) else outcome.status.value,
        severity=check.severity.value,
        rows=outcome.rows,
        unexpected=outcome.unexpected,
        limit=_limit(outcome),
        observed=_OBSERVED if _has_no_rows(incident) else outcome.observed,
        change=change,
        new=len(compared.new) if compared else None,
        since=compared.since if compared else None,
        origin=told.origin,
        teams=_teams(outcome, reader.directory),
        amount=outcome.amount or None,
        currency=project.settings.currency,
        amount_label="behind these records",
        why="" if broken else check.why,
        fix="" if broken else check.fix,
        mind="" if broken else check.mind,
        reason=outcome.reason,
        attributed=outcome.attributed,
        data_as_of=data_as_of,
        zone=project.settings.time_zone,
        command=_command(incident, outcome),
        link=source.list_link if source else "",
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        ended=_ended(incident, told),
        trend=told.trend,
    )


def _command(incident: Incident, outcome: Outcome) -> str:
    """What shows more: the records that fail, or where none can be listed, the check made anew."""
    check = outcome.check
    if check.type == TeamActivityUsual.type:
        return _USE
    listed = outcome.unexpected is not None and not _has_no_rows(incident)
    return f"crm-monitor failing {check.id}" if listed else f"crm-monitor check --check {check.id}"


def _limit(outcome: Outcome) -> float | None:
    """The limit that an outcome is beyond, or would be; none where only what is usual was left behind."""
    limits, share = outcome.check.limits, outcome.share or 0.0
    limit = limits.fail if outcome.status is Status.FAIL else limits.warn
    if outcome.check.anomaly is None or outcome.status not in (Status.FAIL, Status.WARN):
        return limit
    return next((one for one in (limit, limits.warn) if one is not None and share > one), None)


def _has_no_rows(incident: Incident) -> bool:
    return incident.kind is IncidentKind.SYSTEM and incident.status is Status.NO_DATA


def team_names(outcome: Outcome, directory: Directory) -> set[str]:
    """The teams that hold failing records, ``""`` for those of no team or nobody: what routes know the incident by."""
    parts = by_team(outcome.owners, directory)
    return {part.team.name if part.team else "" for part in parts if part.unexpected}


def _title(incident: Incident) -> str:
    if incident.subject == CONNECTION:
        return "the CRM cannot be read"
    if job := job_of(incident.subject):
        return f"the job {job} is not done"
    entity = entity_of(incident.subject)
    return f"{entity} cannot be read" if entity else f"{incident.subject}, which is checked no more"


def _why_it_matters(incident: Incident) -> str:
    if job_of(incident.subject):
        return "what it would have found, sent or deleted is not known, not sent, or still there"
    return "until it can be read, nothing is known of its records"


def _checked_title(incident: Incident, check: Check) -> str:
    """That a check can be made again must not read as if its records were mended."""
    title = check.title or check.id
    over = incident.kind is IncidentKind.SYSTEM and incident.state is IncidentState.RESOLVED
    return f"could not check {title}" if over else title


def _ended(incident: Incident, told: Told) -> str:
    if incident.subject == CONNECTION or (entity_of(incident.subject) and incident.status is Status.PASS):
        return "it can be read again"
    if job_of(incident.subject):
        return "it was done again" if incident.status is Status.PASS else "the job is no longer in the schedule"
    if told.outcome is None:
        return "the check is no longer in the project, so nobody looks whether its records were mended"
    if told.outcome.status is Status.SKIPPED:
        return f"it is no longer checked ({told.outcome.reason}), so nobody looks whether its records were mended"
    if incident.kind is IncidentKind.SYSTEM:
        return "the check has a result again"
    return "no record is left that it applies to" if told.outcome.status is Status.NO_DATA else ""


def _state(incident: Incident) -> AlertState:
    return AlertState.RESOLVED if incident.state is IncidentState.RESOLVED else AlertState.OPEN


def _teams(outcome: Outcome, directory: Directory) -> tuple[TeamCount, ...]:
    """The teams that a channel may read of by name; all others, and people without a team, as one sum; what nobody owns
    by itself. Where no team is told by name, a sum of all would say nothing."""
    owned = [part for part in outcome.owners if part.owner_key is not None]
    nobody = sum(part.unexpected for part in outcome.owners if part.owner_key is None)
    shown = shown_teams(directory)
    parts = [part for part in by_team(owned, directory) if part.unexpected]
    counts = [TeamCount(part.team.name, part.unexpected) for part in parts if part.team and part.team.key in shown]
    rest = sum(part.unexpected for part in parts if part.team is None or part.team.key not in shown)
    if rest and shown:
        counts.append(TeamCount("", rest))
    return (*counts, TeamCount("without an owner", nobody)) if nobody else tuple(counts)
