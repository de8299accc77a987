"""What messages say of each incident, looked up when a run closes, before its transaction begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app.channel_teams import small_teams
from monitor.app.origin import Origins
from monitor.app.project import OpenProject
from monitor.app.views import Told, alert_view, team_names
from monitor.incidents.decide import Decision
from monitor.incidents.model import Incident, IncidentKind, RunContext
from monitor.messages.alertjson import to_json
from monitor.quality.outcome import Outcome
from monitor.store.failing import Compared
from monitor.store.results import StoredOutcome
from monitor.store.runs import Described
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

TREND = 14
"""Runs that a trend shows."""


class Describing:
    """Describes the incidents of one run."""

    def __init__(self, opened: OpenProject, state: State, reader: Reader, run: RunContext) -> None:
        self._opened, self._state, self._reader, self._run = opened, state, reader, run
        self._origins = Origins(reader, opened.project.zone)
        self._known: dict[tuple[IncidentKind, str], Described] = {}

    def all(
        self,
        decisions: Sequence[Decision],
        outcomes: Sequence[Outcome],
        previous: Mapping[str, StoredOutcome],
        newest: datetime | None,
    ) -> Mapping[tuple[IncidentKind, str], Described]:
        """What to keep of those whose message may change. ``previous`` by check id; ``newest`` is the data's age."""
        by_check = {outcome.check.id: outcome for outcome in outcomes}
        for decision in decisions:
            key = (decision.kind, decision.subject)
            if decision.incident is not None and decision.shows and key not in self._known:
                outcome = by_check.get(decision.subject)
                told = self._told(decision, outcome, previous.get(decision.subject))
                self._known[key] = self._described(decision.incident, told, newest)
        return self._known

    def _told(self, decision: Decision, outcome: Outcome | None, before: StoredOutcome | None) -> Told:
        if outcome is None:
            return Told()
        compared = self._compared(decision.subject, before)
        origin = None
        if compared and compared.new and decision.kind is IncidentKind.DATA:
            origin = self._origins.of(outcome.check.entity, compared.new, compared.since)
        return Told(outcome, before, compared, origin, self._trend(decision))

    def _trend(self, decision: Decision) -> tuple[int, ...]:
        return self._state.results.trend(decision.subject, TREND) if decision.kind is IncidentKind.DATA else ()

    def _compared(self, check_id: str, before: StoredOutcome | None) -> Compared | None:
        """The records that are new and fixed, if against the same run as the figures are."""
        compared = self._state.failing.compared(check_id, self._run.run_id)
        return compared if compared and before and compared.base_run_id == before.run_id else None

    def _described(self, incident: Incident, told: Told, newest: datetime | None) -> Described:
        view = alert_view(self._opened, self._reader, incident, told, newest)
        labels: dict[str, object] = {}
        if told.outcome is not None:
            check = told.outcome.check
            teams = sorted(team_names(told.outcome, self._reader.directory))
            few = sorted(small_teams(self._reader.directory) & set(teams))
            labels = {"dimension": check.dimension.value, "tags": sorted(check.tags), "teams": teams, "few": few}
        return Described(to_json(view), labels)


def bare_description(opened: OpenProject, decision: Decision) -> Described:
    """Of an incident about which nothing can be looked up, as the CRM cannot be read."""
    if decision.incident is None:
        return Described({}, {})
    return Described(to_json(alert_view(opened, None, decision.incident, Told(), None)), {})
