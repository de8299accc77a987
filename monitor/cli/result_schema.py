"""The JSON schema of what ``crm-monitor check --format json`` prints."""

from __future__ import annotations

from typing import Any

from monitor.quality.anomaly import Alike
from monitor.quality.check import Dimension, Severity
from monitor.quality.outcome import Status
from monitor.quality.usual import Unit

_NUMBER = {"type": ["integer", "null"], "description": "null: not available"}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_TEXT = {"type": ["string", "null"]}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_MONEY = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": "exact decimal"}
_COUNT = {"type": "integer", "minimum": 0}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_FIGURE = {"type": ["number", "null"], "description": "null: not known yet"}
_HISTORY = {
    "description": "the figure beside what is usual of it; null: the check is not compared with its own history",
    "anyOf": [
        {"type": "null"},
        _object(
            counts={"enum": [item.value for item in Unit]},
            value={"type": "number"},
            usual=_FIGURE,
            low=_FIGURE,
            high=_FIGURE,
            compared_with={"enum": [item.value for item in Alike]},
            has={**_COUNT, "description": "days (or weeks) that were learned from"},
            needs={"type": ["integer", "null"], "description": "how many it takes, where there are too few"},
        ),
    ],
}
_OWNER = _object(owner=_TEXT, kind=_TEXT, rows=_COUNT, unexpected=_COUNT, amount=_MONEY)
_CHECK = _object(
    id={"type": "string"},
    title={"type": "string"},
    type={"type": "string"},
    dimension={"enum": [item.value for item in Dimension]},
    severity={"enum": [item.value for item in Severity]},
    status={"enum": [item.value for item in Status]},
    rows=_NUMBER,
    unexpected=_NUMBER,
    share=_SHARE,
    limits=_object(warn=_SHARE, fail=_SHARE),
    observed=_TEXT,
    reason=_TEXT,
    history=_HISTORY,
    accepted=_COUNT,
    amount=_MONEY,
    change=_NUMBER,
    new=_NUMBER,
    fixed=_NUMBER,
    baseline=_NUMBER,
    incident=_NUMBER,
    attributed={"type": "boolean"},
    owners=_list(_OWNER),
    teams=_list(_object(team=_TEXT, rows=_COUNT, unexpected=_COUNT)),
)
_PIPELINE = _object(
    status=_TEXT,
    rows=_COUNT,
    amount=_MONEY,
    owners=_list(_object(owner=_TEXT, rows=_COUNT, amount=_MONEY)),
)
_ENTITY = _object(
    entity={"type": "string"},
    rows=_NUMBER,
    newest=_MOMENT,
    problem=_TEXT,
    seconds={"type": "number"},
    scans=_COUNT,
    pipeline=_list(_PIPELINE),
    checks=_list(_CHECK),
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "crm-monitor/check/1",
    "title": "CRM Monitor: the result of a run",
    **_object(
        schema={"const": "crm-monitor/check/1"},
        project={"type": "string"},
        crm={"type": "string"},
        run=_NUMBER,
        started_at=_MOMENT,
        as_of=_MOMENT,
        data_as_of=_MOMENT,
        learning={"type": "boolean"},
        replay={"type": "boolean"},
        dry_run={"type": "boolean"},
        filtered={"type": "boolean"},
        exit_code={"enum": [0, 1, 3, 4, 5]},
        state_problem=_TEXT,
        notes=_list({"type": "string"}),
        coverage={**_SHARE, "description": "of the checks, those that can be asked of this CRM"},
        outcomes={"type": "object", "additionalProperties": _COUNT},
        entities=_list(_ENTITY),
        incidents=_list(
            _object(
                id=_NUMBER,
                check={"type": "string"},
                change={"type": "string"},
                reason={"type": "string"},
                told={"type": "boolean"},
            )
        ),
        delivery={
            "anyOf": [
                {"type": "null"},
                _object(sent=_COUNT, waiting=_COUNT, failed=_COUNT, unknown=_COUNT, errors=_list({"type": "string"})),
            ]
        },
    ),
}
