"""What a run makes of an entity that somebody accepted as empty."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from monitor.crm.guard import on_purpose
from monitor.quality.outcome import EntityResult, Status
from monitor.quality.rules.new_records import NewRecordsUsual
from monitor.quality.rules.volume import VolumeUsual
from monitor.store.emptied import AcceptedEmpty

_HOW_MANY = (VolumeUsual.type, NewRecordsUsual.type)


def accepted_as_empty(result: EntityResult, accepted: AcceptedEmpty) -> tuple[EntityResult, str]:
    """The result without an alarm about the number of records, and a note that says why."""
    said = f"accepted as empty: {accepted.reason}"
    outcomes = [
        replace(outcome, status=Status.NO_DATA, reason=said)
        if outcome.check.type in _HOW_MANY and outcome.status in (Status.WARN, Status.FAIL)
        else outcome
        for outcome in result.outcomes
    ]
    return replace(result, outcomes=outcomes), f"{accepted.entity} is {said}"


def rows_are_back(accepted: AcceptedEmpty) -> str:
    """That the acceptance has ended by itself."""
    return f"{accepted.entity} has rows again: that it was accepted as empty is over."


def lapsed(accepted: AcceptedEmpty, zone: ZoneInfo) -> str:
    """Why an entity is an error again."""
    until = f" until {accepted.until.astimezone(zone):%Y-%m-%d}" if accepted.until else ""
    return f"{accepted.entity} reads 0 rows, and was accepted as empty{until} only; {on_purpose(accepted.entity)}"
