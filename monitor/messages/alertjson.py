"""Alert views to JSON and back: what is stored of an incident, so that its message can be written anew at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount

_MOMENTS = ("since", "data_as_of", "opened_at", "resolved_at", "acknowledged_at", "snoozed_until")
_NAMES = frozenset(field.name for field in fields(AlertView))


def to_json(view: AlertView) -> dict[str, Any]:
    """The view's fields by their names, of JSON's own types only."""
    return {name: _plain(value) for name, value in asdict(view).items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case AlertState():
            return value.value
        case tuple() | list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value


def from_json(data: Mapping[str, Any]) -> AlertView:
    """The view that ``to_json`` wrote; fields of a later version are left out. Raises ValueError for anything else."""
    try:
        values = {name: value for name, value in data.items() if name in _NAMES}
        values |= {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if values.get(name)}
        if values.get("due"):
            values["due"] = date.fromisoformat(values["due"])
        if values.get("amount") is not None:
            values["amount"] = Decimal(values["amount"])
        if values.get("origin"):
            values["origin"] = Origin(**values["origin"])
        values["teams"] = tuple(TeamCount(**team) for team in values.get("teams", ()))
        values["trend"] = tuple(values.get("trend", ()))
        return AlertView(**values | {"state": AlertState(values["state"])})
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"not the view of an alert: {type(error).__name__}") from error
