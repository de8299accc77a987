"""The ten figures of a real week."""

from __future__ import annotations

from dataclasses import replace

from monitor.adoption.figure import Figure, FigureId, Goal, Unit
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.week import IsoWeek

WEEK = IsoWeek(2026, 47)


def figures() -> tuple[Figure, ...]:
    """All ten; two cannot be told."""

    def one(
        kind: FigureId, unit: Unit, line: tuple[float, ...], goal: Goal | None, part: tuple[float, float] | None = None
    ) -> Figure:
        top, bottom = part or (None, None)
        usual = sum(line[-5:-1]) / 4
        return Figure(kind, WEEK, unit, line[-1], top, bottom, goal, line[-2], usual, line)

    share = Unit.SHARE
    return (
        one(
            FigureId.TOUCHED_VALUE,
            share,
            (0.81, 0.83, 0.85, 0.84, 0.86, 0.88, 0.85, 0.87, 0.86, 0.85, 0.84, 0.78),
            Goal(0.8, True),
            (18_642_000, 23_900_000),
        ),
        one(
            FigureId.SEATS_ACTIVE,
            share,
            (0.9, 0.9, 0.88, 0.88, 0.86, 0.86, 0.83, 0.83, 0.8, 0.78, 0.76, 0.74),
            Goal(0.75, True),
            (37, 50),
        ),
        one(
            FigureId.WON_QUICKLY,
            share,
            (0.04, 0.05, 0.06, 0.05, 0.07, 0.08, 0.06, 0.09, 0.12, 0.13, 0.12, 0.14),
            Goal(0.1, False),
            (3, 21),
        ),
        one(
            FigureId.NEW_COMPLETE,
            share,
            (0.82, 0.83, 0.82, 0.85, 0.86, 0.85, 0.87, 0.88, 0.9, 0.88, 0.89, 0.91),
            Goal(0.9, True),
            (1820, 2000),
        ),
        one(FigureId.LAG, Unit.DAYS, (1, 1, 2, 1, 1.5, 2, 2, 2, 1, 2, 2, 2.5), Goal(2, False)),
        one(
            FigureId.SEATS_UNUSED,
            share,
            (0.06, 0.06, 0.06, 0.08, 0.08, 0.08, 0.08, 0.08, 0.1, 0.1, 0.1, 0.1),
            Goal(0.1, False),
            (5, 50),
        ),
        replace(
            one(FigureId.ONBOARDED, share, (0,) * 12, Goal(0.8, True)),
            value=None,
            last_week=None,
            usual=None,
            line=(None,) * 12,
            notes=(Note(NoteCode.NOTHING_TO_MEASURE),),
        ),
        one(
            FigureId.BREADTH,
            share,
            (0.6, 0.61, 0.62, 0.62, 0.63, 0.64, 0.64, 0.63, 0.65, 0.66, 0.66, 0.67),
            Goal(0.6, True),
            (98, 146),
        ),
        one(
            FigureId.UNIFORMITY,
            Unit.POINTS,
            (0.2, 0.21, 0.2, 0.22, 0.24, 0.26, 0.27, 0.3, 0.31, 0.33, 0.34, 0.36),
            None,
        ),
        replace(
            one(FigureId.MANAGERS_USE, share, (0,) * 12, None),
            value=None,
            last_week=None,
            usual=None,
            line=(None,) * 12,
            notes=(
                Note(NoteCode.NOT_AVAILABLE, {"measure": "records_changed", "reason": "not mapped: changes.user_key"}),
            ),
        ),
    )
