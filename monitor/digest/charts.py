"""The charts of a digest as data with its words: drawn as SVG on the page, and as PNG for Slack and e-mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.adoption.figure import FigureId
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.words import not_available
from monitor.language import Language

FULL_WEEK = 5
"""Working days of a week: the darkest shade, and the top of a scale of days at least."""
_DESCRIBED = 6  # panels that a description names one by one


Point = tuple[float, float]
_Lines = Sequence[tuple[str, Sequence[float | None]]]


class ChartKind(StrEnum):
    LINES = "lines"  # one small panel per row, all on one scale
    HEAT = "heat"  # rows x weeks


@dataclass(frozen=True, slots=True)
class Row:
    """One line or strip: a value per week, oldest first, None where it is not available; and each as text."""

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]

    @property
    def now(self) -> str:
        """The newest value as text."""
        return self.texts[-1] if self.texts else ""


@dataclass(frozen=True, slots=True)
class Chart:
    """``weeks`` are numbers of ISO weeks as text; the scale goes from 0 to ``top``; ``text`` describes it all."""

    id: str
    kind: ChartKind
    title: str
    text: str
    weeks: tuple[str, ...]
    rows: tuple[Row, ...]
    top: float
    top_text: str
    zero_text: str
    goal: float | None = None
    goal_text: str = ""


def charts(snapshot: Snapshot, language: Language) -> tuple[Chart, ...]:
    """The charts that a snapshot has data for."""
    makers = (_activity, _people, _completeness)
    return tuple(chart for maker in makers if (chart := maker(snapshot, language)) is not None)


def _activity(snapshot: Snapshot, language: Language) -> Chart | None:
    if snapshot.kind is Kind.OWN:
        lines: _Lines = [(language.text("You"), person.line) for person in snapshot.person_rows[:1]]
        title = language.text("Your active days per week")
    else:
        lines = [(team_name(team.name, team.merged, language), team.line) for team in snapshot.team_rows]
        title = language.text("Active days per person and week, by team")
    rows = tuple(_rows(lines, snapshot, lambda value: language.count(value, decimals=1), language))
    if not rows:
        return None
    most = max((value for row in rows for value in row.values if value is not None), default=0)
    top = float(max(FULL_WEEK, most))
    return Chart(
        "activity", ChartKind.LINES, title, _text(title, rows, snapshot, language), _weeks(snapshot), rows,
        top, language.count(top, decimals=1), language.count(0),
    )  # fmt: skip


def _people(snapshot: Snapshot, language: Language) -> Chart | None:
    if snapshot.kind is Kind.OWN or not snapshot.naming.allowed:
        return None
    lines = [(person.name or language.text("(removed)"), person.line) for person in snapshot.person_rows]
    rows = tuple(_rows(lines, snapshot, language.count, language))
    if not rows:
        return None
    title = language.text("Active days per week, by person")
    return Chart(
        "people", ChartKind.HEAT, title, _text(title, rows, snapshot, language), _weeks(snapshot), rows,
        FULL_WEEK, language.count(FULL_WEEK), language.count(0),
    )  # fmt: skip


def _completeness(snapshot: Snapshot, language: Language) -> Chart | None:
    figure = snapshot.figure(FigureId.NEW_COMPLETE)
    if figure is None:
        return None
    goal = figure.goal.limit if figure.goal else None
    title = language.text("Completeness of new records")
    rows = tuple(_rows([(title, figure.line)], snapshot, lambda value: language.percent(value, goal), language))
    if not rows:
        return None
    return Chart(
        "completeness", ChartKind.LINES, title, _text(title, rows, snapshot, language), _weeks(snapshot), rows,
        1.0, language.percent(1), language.percent(0), goal,
        language.text("goal {limit}", limit=language.percent(goal, goal)) if goal is not None else "",
    )  # fmt: skip


def team_name(name: str, merged: int, language: Language) -> str:
    """A team's name, or that of several small ones together."""
    if merged:
        return language.text("Small teams, and people without one")
    return name


def _rows(
    lines: _Lines,
    snapshot: Snapshot,
    write: Callable[[float], str],
    language: Language,
) -> Iterator[Row]:
    for name, line in lines:
        if any(value is not None for value in line):
            # A shorter history stands at the right, where the newest week is.
            values = (*(None,) * (len(snapshot.weeks) - len(line)), *line[-len(snapshot.weeks) :])
            yield Row(name, values, tuple(not_available(language) if v is None else write(v) for v in values))


def _weeks(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(str(week.number) for week in snapshot.weeks)


def _text(title: str, rows: tuple[Row, ...], snapshot: Snapshot, language: Language) -> str:
    """What the chart shows, for those who do not see it."""
    first, last = snapshot.weeks[0], snapshot.weeks[-1]
    parts = [language.text("{title}, week {first} to week {last}.", title=title, first=first.number, last=last.number)]
    for row in rows[:_DESCRIBED]:
        known = [text for text, value in zip(row.texts, row.values, strict=True) if value is not None]
        parts.append(language.text("{name}: from {first} to {last}.", name=row.name, first=known[0], last=known[-1]))
    if len(rows) > _DESCRIBED:
        more = len(rows) - _DESCRIBED
        parts.append(language.plural("And {n} more.", "And {n} more.", more))
    return " ".join(parts)


def stretches(points: Sequence[Point | None]) -> list[list[Point]]:
    """The parts of a line between its gaps."""
    found: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]
