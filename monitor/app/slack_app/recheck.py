"""A run that somebody asked for from Slack: of one entity, as a whole, in its own time; it counts."""

from __future__ import annotations

from monitor.app.project import OpenProject
from monitor.app.slack_app.asked import Asked
from monitor.crm.vocabulary import RECORDS

TRIGGER = "slack"


def recheck(asked: Asked, entity: str) -> None:
    """Begin it, beside what is being answered; without an entity (the CRM could not be read) all are checked."""
    from monitor.app.check import CheckRequest, run_check

    entities = (entity,) if entity in RECORDS else ()
    request = CheckRequest(entities=entities, trigger=TRIGGER, notify=False)

    def run(opened: OpenProject) -> None:
        run_check(opened, request, lambda _title, _done, _total: None)

    asked.background(run)
