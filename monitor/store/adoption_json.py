"""Weeks, scorecards and figures to JSON and back, exactly. Their keys (user, week, scope) are columns, not in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from monitor.adoption.figure import Figure, FigureId, Goal, Unit
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scorecard import PersonWeek, Scorecard, Share, Verdict
from monitor.adoption.week import IsoWeek

_Json = dict[str, Any]


def week_to_json(week: PersonWeek) -> _Json:
    """What is not nothing."""
    data: _Json = {name: value for name in _SUMS if (value := getattr(week, name))}
    data["counts"] = dict(week.counts)
    data["lags"] = _histogram(week.lags)
    data["last_active"] = _day(week.last_active)
    return data


def week_from_json(user: str, monday: date, data: Mapping[str, Any]) -> PersonWeek:
    """The week that ``week_to_json`` wrote."""
    return PersonWeek(
        user,
        IsoWeek.of(monday),
        counts=data["counts"],
        lags=_of_histogram(data["lags"]),
        last_active=_of_day(data["last_active"]),
        **{name: data[name] for name in _SUMS if name in data},
    )


_SUMS = ("active_days", "new_records", "new_asked", "new_filled", "won", "won_quickly")


def scorecard_to_json(card: Scorecard) -> _Json:
    """All but user, week, status and since."""
    return {
        "because": dict(card.verdict.because),
        "since_at_least": card.verdict.at_least,
        "working_days": card.working_days,
        "active_days": card.active_days,
        "counts": dict(card.counts),
        "created": card.created,
        "updated": card.updated,
        "areas_used": sorted(card.areas_used),
        "areas_meant": sorted(card.areas_meant),
        "lags": _histogram(card.lags),
        "complete": [card.complete.part, card.complete.of],
        "hygiene": {check: [share.part, share.of] for check, share in card.hygiene.items()},
        "inherited": dict(card.inherited),
        "usual": dict(card.usual),
        "last_active": _day(card.last_active),
        "notes": _notes(card.notes),
    }


def scorecard_from_json(user: str, monday: date, status: str, since: date | None, data: Mapping[str, Any]) -> Scorecard:
    """The scorecard that ``scorecard_to_json`` wrote."""
    return Scorecard(
        user,
        IsoWeek.of(monday),
        Verdict(status, IsoWeek.of(since) if since else None, data["because"], data.get("since_at_least", False)),
        working_days=data["working_days"],
        active_days=data["active_days"],
        counts=data["counts"],
        created=data["created"],
        updated=data["updated"],
        areas_used=frozenset(data["areas_used"]),
        areas_meant=frozenset(data["areas_meant"]),
        lags=_of_histogram(data["lags"]),
        complete=Share(*data["complete"]),
        hygiene={check: Share(*share) for check, share in data["hygiene"].items()},
        inherited=data.get("inherited", {}),
        usual=data["usual"],
        last_active=_of_day(data["last_active"]),
        notes=_of_notes(data["notes"]),
    )


def figure_to_json(figure: Figure) -> _Json:
    """All but id, week and value."""
    return {
        "unit": str(figure.unit),
        "top": figure.top,
        "bottom": figure.bottom,
        "goal": [figure.goal.limit, figure.goal.at_least] if figure.goal else None,
        "last_week": figure.last_week,
        "usual": figure.usual,
        "line": list(figure.line),
        "inputs": dict(figure.inputs),
        "notes": _notes(figure.notes),
        "persons": list(figure.persons),
    }


def figure_from_json(name: str, monday: date, value: float | None, data: Mapping[str, Any]) -> Figure:
    """The figure that ``figure_to_json`` wrote."""
    return Figure(
        FigureId(name),
        IsoWeek.of(monday),
        Unit(data["unit"]),
        value,
        top=data["top"],
        bottom=data["bottom"],
        goal=Goal(*data["goal"]) if data["goal"] else None,
        last_week=data["last_week"],
        usual=data["usual"],
        line=tuple(data["line"]),
        inputs=data["inputs"],
        notes=_of_notes(data["notes"]),
        persons=tuple(data.get("persons", ())),
    )


def _notes(notes: tuple[Note, ...]) -> list[list[Any]]:
    return [[str(note.code), dict(note.params)] for note in notes]


def _of_notes(data: list[list[Any]]) -> tuple[Note, ...]:
    return tuple(Note(NoteCode(code), params) for code, params in data)


def _histogram(lags: Mapping[int, int]) -> dict[str, int]:
    return {str(days): count for days, count in lags.items()}


def _of_histogram(data: Mapping[str, int]) -> dict[int, int]:
    return {int(days): count for days, count in data.items()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _of_day(data: str | None) -> date | None:
    return date.fromisoformat(data) if data else None
