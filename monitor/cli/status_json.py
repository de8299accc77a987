"""The status as JSON, ``crm-monitor/status/1``, and its schema: no name of a person, no key, no value of the CRM."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.app.status import Asked, JobStatus, Standing, Status, StatusCode
from monitor.incidents.model import IncidentKind, IncidentState
from monitor.quality.check import Severity
from monitor.store.ledger import How
from monitor.store.observed_jobs import Ending, ending

if TYPE_CHECKING:
    from monitor.store.ledger import JobRun

NAME = "crm-monitor/status/1"


def document(asked: Asked, found: Status | None, at: datetime, problem: str = "") -> dict[str, Any]:
    """The status as plain data; ``found`` None where it cannot be told, for the reason ``problem``.

    Moments are ISO 8601 with a zone, spans are seconds.
    """
    return {
        "schema": NAME,
        "project": asked.configured.settings.name,
        "at": _moment(at if found is None else found.seen.at),
        "exit_code": int(StatusCode.NOT_KNOWN if found is None else found.code),
        "problem": problem or None,
        "jobs": [_job(one) for one in found.jobs] if found else None,
        "leader": _leader(found) if found else None,
        "service_died_at": _moment(found.died_at) if found else None,
        "incidents": _incidents(found) if found else None,
        "undelivered": _undelivered(found) if found else None,
        "data": {"as_of": _moment(found.data_as_of), "read_at": _moment(found.read_at)} if found else None,
    }


def _job(one: JobStatus) -> dict[str, Any]:
    running = one.seen.running
    return {
        "job": one.job.id,
        "does": one.job.work.value,
        "standing": one.standing.value,
        "last": _run(one.seen.last),
        "last_worked_at": _moment(one.seen.worked.finished_at) if one.seen.worked else None,
        "running_since": _moment(running.started_at) if running else None,
        "late_since": _moment(one.late),
        "next": _moment(one.next),
    }


def _run(run: JobRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "due": _moment(run.due_at),
        "how": run.how.value,
        "ended": ending(run.state, run.exit_code).value,
        "exit_code": run.exit_code,
        "began_at": _moment(run.started_at),
        "ended_at": _moment(run.finished_at),
        "seconds": None if run.seconds is None else round(run.seconds, 3),
        "attempt": run.attempt,
        "why": run.why or None,
    }


def _leader(found: Status) -> dict[str, Any] | None:
    lease = found.seen.lease
    if lease is None or not lease.held:
        return None
    host, process = lease.holder.split("/")[:2]
    return {
        "host": host,
        "process": process,
        "term": lease.term,
        "since": _moment(lease.taken_at),
        "seconds_left": _seconds(lease.left),
    }


def _incidents(found: Status) -> list[dict[str, Any]]:
    return [
        {"kind": kind.value, "severity": severity.value, "state": state.value, "number": number}
        for (kind, severity, state), number in sorted(found.seen.incidents.items())
    ]


def _undelivered(found: Status) -> dict[str, Any]:
    waiting = found.waiting
    return {
        "queued": waiting.queued,
        "sending": waiting.sending,
        "scheduled": waiting.scheduled,
        "failed": waiting.failed,
        "unknown": waiting.unknown,
        "oldest_since": _moment(waiting.since),
        "overdue": found.undelivered,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)


_AT = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_SPAN = {"type": ["number", "null"], "minimum": 0, "description": "seconds"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _or_null(item: dict[str, Any], why: str) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, item], "description": f"null: {why}"}


def _one_of(*kinds: Any) -> dict[str, Any]:
    return {"enum": [member.value for kind in kinds for member in kind]}


_RUN = _object(
    due=_AT,
    how=_one_of(How),
    ended=_one_of(Ending),
    exit_code={"type": ["integer", "null"], "description": "null: it was missed"},
    began_at=_AT,
    ended_at=_AT,
    seconds=_SPAN,
    attempt={**_COUNT, "description": "how many processes began it"},
    why=_TEXT,
)
_JOB = _object(
    job={"type": "string"},
    does={"type": "string"},
    standing=_one_of(Standing),
    last=_or_null(_RUN, "none is over yet"),
    last_worked_at=_AT,
    running_since=_AT,
    late_since=_AT,
    next=_AT,
)
_UNKNOWN = "it cannot be told"
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": NAME,
    "description": "What crm-monitor status --format json prints.",
    **_object(
        schema={"const": NAME},
        project={"type": "string"},
        at=_AT,
        exit_code=_one_of(StatusCode),
        problem={**_TEXT, "description": "why it cannot be told"},
        jobs=_or_null({"type": "array", "items": _JOB}, _UNKNOWN),
        leader=_or_null(
            _object(host={"type": "string"}, process={"type": "string"}, term=_COUNT, since=_AT, seconds_left=_SPAN),
            f"nobody leads, or {_UNKNOWN}",
        ),
        service_died_at={**_AT, "description": "when a service ended that was not told to, and no job began since"},
        incidents=_or_null(
            {
                "type": "array",
                "items": _object(
                    kind=_one_of(IncidentKind),
                    severity=_one_of(Severity),
                    state={"enum": [IncidentState.OPEN.value, IncidentState.ACKNOWLEDGED.value]},
                    number=_COUNT,
                ),
            },
            _UNKNOWN,
        ),
        undelivered=_or_null(
            _object(
                queued=_COUNT,
                sending=_COUNT,
                scheduled={**_COUNT, "description": "wait for a time of their own: nothing is wrong with them"},
                failed=_COUNT,
                unknown=_COUNT,
                oldest_since={**_AT, "description": "since when the oldest could have arrived"},
                overdue={"type": "boolean"},
            ),
            _UNKNOWN,
        ),
        data=_or_null(_object(as_of=_AT, read_at=_AT), _UNKNOWN),
    ),
}
