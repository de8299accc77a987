"""A run as JSON, ``crm-monitor/check/1``. Owners are keys here: names of people are for the terminal only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from monitor.app.report import CheckReport, EntityReport, FailOn, RunReport, StatusSum
from monitor.quality.anomaly import TooShort
from monitor.quality.outcome import Outcome
from monitor.quality.teams import by_team
from monitor.quality.usual import Comparison

SCHEMA = "crm-monitor/check/1"


def render(report: RunReport, fail_on: FailOn) -> str:
    """The whole report as one JSON document, ending in a newline."""
    return json.dumps(document(report, fail_on), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(report: RunReport, fail_on: FailOn) -> dict[str, Any]:
    """The report as plain data. Shares are 0 to 1; moments are ISO 8601 with a zone; money is a string."""
    return {
        "schema": SCHEMA,
        "project": report.project,
        "crm": report.crm,
        "run": report.run_id,
        "started_at": _moment(report.started_at),
        "as_of": _moment(report.as_of),
        "data_as_of": _moment(report.data_as_of),
        "learning": report.learning,
        "replay": report.replay,
        "dry_run": report.dry_run,
        "filtered": report.selection.filtered,
        "exit_code": int(report.exit_code(fail_on)),
        "state_problem": report.state_problem or None,
        "notes": list(report.notes),
        "coverage": report.coverage,
        "outcomes": {status.value: count for status, count in sorted(report.counts().items())},
        "entities": [_entity(report, entity) for entity in report.entities],
        "incidents": [
            {
                "id": change.incident_id,
                "check": change.check_id,
                "change": change.change,
                "reason": change.reason,
                "told": change.told,
            }
            for change in report.incidents
        ],
        "delivery": report.delivery
        and {
            "sent": report.delivery.sent,
            "waiting": report.delivery.waiting,
            "failed": report.delivery.failed,
            "unknown": report.delivery.unknown,
            "errors": list(report.delivery.errors),
        },
    }


def _entity(report: RunReport, entity: EntityReport) -> dict[str, Any]:
    return {
        "entity": entity.entity,
        "rows": entity.facts.rows if entity.facts else None,
        "newest": _moment(entity.facts.newest) if entity.facts else None,
        "problem": entity.problem or None,
        "seconds": round(entity.seconds, 3),
        "scans": entity.scans,
        "pipeline": [_pipeline(part) for part in entity.pipeline],
        "checks": [_check(report, check) for check in entity.checks],
    }


def _pipeline(part: StatusSum) -> dict[str, Any]:
    return {
        "status": part.status,
        "rows": part.rows,
        "amount": _money(part.amount),
        "owners": [{"owner": one.owner_key, "rows": one.rows, "amount": _money(one.amount)} for one in part.owners],
    }


def _check(report: RunReport, item: CheckReport) -> dict[str, Any]:
    outcome = item.outcome
    check = outcome.check
    return {
        "id": check.id,
        "title": check.title,
        "type": check.type,
        "dimension": check.dimension.value,
        "severity": check.severity.value,
        "status": outcome.status.value,
        "rows": outcome.rows,
        "unexpected": outcome.unexpected,
        "share": outcome.share,
        "limits": {"warn": check.limits.warn, "fail": check.limits.fail},
        "observed": outcome.observed or None,
        "reason": outcome.reason or None,
        "history": _history(outcome.comparison),
        "accepted": outcome.accepted,
        "amount": _money(outcome.amount),
        "change": item.change,
        "new": item.new,
        "fixed": item.fixed,
        "baseline": item.baseline,
        "incident": item.incident_id,
        "attributed": outcome.attributed,
        "owners": _owners(report, outcome),
        "teams": [
            {"team": part.team.key if part.team else None, "rows": part.rows, "unexpected": part.unexpected}
            for part in by_team(outcome.owners, report.directory)
        ],
    }


def _history(comparison: Comparison | None) -> dict[str, Any] | None:
    """The figure beside what is usual of it; of a history that is too short, how long it is."""
    if comparison is None:
        return None
    usual, band = comparison.usual, comparison.band
    return {
        "counts": comparison.unit.value,
        "value": comparison.value,
        "usual": usual.usual if usual else None,
        "low": usual.low if usual else None,
        "high": usual.high if usual else None,
        "compared_with": band.alike.value,
        "has": band.has if isinstance(band, TooShort) else band.values,
        "needs": band.needs if isinstance(band, TooShort) else None,
    }


def _owners(report: RunReport, outcome: Outcome) -> list[dict[str, Any]]:
    kinds = {key: person.kind.value for key, person in report.directory.people.items()}
    return [
        {
            "owner": owner.owner_key,
            "kind": kinds.get(owner.owner_key or ""),
            "rows": owner.rows,
            "unexpected": owner.unexpected,
            "amount": _money(owner.amount),
        }
        for owner in outcome.owners
    ]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _money(amount: object) -> str | None:
    return None if amount is None else str(amount)
