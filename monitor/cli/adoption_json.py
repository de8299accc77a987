"""People's use as JSON. Users by key, never by name, and only where a mandate allows it."""

from __future__ import annotations

from typing import Any

from monitor.adoption.figure import Figure
from monitor.adoption.note import Note
from monitor.adoption.scorecard import Scorecard
from monitor.app.adoption import AdoptionView
from monitor.digest.snapshot import SeatsRow

VERSION = 1


def _counts(card: Scorecard) -> dict[str, int | None]:
    return {name: None if card.is_untraced else count for name, count in card.counts.items()}


def to_json(view: AdoptionView) -> dict[str, Any]:
    """``{"version", "week", "naming", "figures", "teams", "people", "seats", "notes"}``; None is "not available"."""
    return {
        "version": VERSION,
        "week": str(view.week),
        "open_week": view.open_week,
        "data_as_of": view.data_as_of.isoformat() if view.data_as_of else None,
        "naming": {"allowed": view.naming.allowed, "reason": _note(view.naming.reason) if view.naming.reason else None},
        "figures": [_figure(figure) for figure in view.figures],
        "teams": [
            {
                "key": row.key or None,
                "name": row.name or None,
                "people": row.people,
                "merged": row.merged,
                "active_days": row.active_days,
                "usual": row.usual,
                "line": list(row.line),
                "figures": [_figure(figure) for figure in row.figures],
            }
            for row in view.teams
        ],
        "people": [
            {
                "key": row.key,
                "status": row.status,
                "since": str(row.since) if row.since else None,
                "since_at_least": row.at_least,
                "because": dict(row.because),
                "active_days": row.active_days,
                "working_days": row.working_days,
                "usual": row.usual,
                "created": row.created,
                "updated": row.updated,
                "counts": _counts(view.cards[row.key]),
                "complete": {"filled": row.complete.part, "asked": row.complete.of},
                "areas": {"used": row.areas.part, "meant": row.areas.of},
                "lag": row.lag,
                "last_active": row.last_active.isoformat() if row.last_active else None,
                "line": list(row.line),
            }
            for row in view.people
        ],
        "seats": _seats(view.seats, view.currency) if view.seats is not None else None,
        "notes": [_note(note) for note in view.notes],
    }


def _seats(seats: SeatsRow, currency: str) -> dict[str, Any]:
    return {
        "bought": seats.bought,
        "assigned": seats.assigned,
        "active": seats.active,
        "unused": seats.unused,
        "never": seats.never,
        "assigned_to_nobody": seats.free,
        "cost_per_month": None if seats.cost is None else str(seats.cost),
        "currency": seats.currency or currency,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "id": figure.id.value,
        "unit": figure.unit.value,
        "value": figure.value,
        "top": figure.top,
        "bottom": figure.bottom,
        "goal": {"limit": figure.goal.limit, "at_least": figure.goal.at_least} if figure.goal else None,
        "last_week": figure.last_week,
        "usual": figure.usual,
        "line": list(figure.line),
        "notes": [_note(note) for note in figure.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    return {"code": note.code.value, **note.params}
