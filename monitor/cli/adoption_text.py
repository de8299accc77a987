"""People's use of the CRM on the terminal: figures against goals, teams, people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.note import NoteCode
from monitor.adoption.week import IsoWeek
from monitor.app.adoption import AdoptionView
from monitor.cli import words
from monitor.cli.common import WIDE
from monitor.digest import words as said
from monitor.digest.charts import team_name
from monitor.digest.notes import note_text
from monitor.digest.notes_short import short_notes
from monitor.digest.seat_lines import SeatLine, seat_lines
from monitor.digest.snapshot import PersonRow, TeamRow
from monitor.language import Language, language

_BARS = "▁▂▃▄▅▆▇█"
_NAME, _WIDEST = 14, 116  # columns
_FULL_WEEK = 5
_STATUS = {"active": "green", "dormant": "bold red", "never": "bold red", "away": "dim"}
_ASKED = "bold yellow"
_CELLS = (FigureId.SEATS_ACTIVE, FigureId.NEW_COMPLETE, FigureId.LAG)  # of a team


def render(console: Console, view: AdoptionView) -> None:
    """Print it all."""
    english = language("en")
    _head(console, view, english)
    if view.figures:
        _figures(console, view, english)
    if view.seats is not None:
        console.print()
        console.rule("[bold]Seats[/bold]", align="left", style="dim")
        console.print(_seats(seat_lines(view.seats, english, view.currency), english))
    if view.teams:
        console.print()
        console.rule("[bold]Teams[/bold]  active days per person and full week", align="left", style="dim")
        console.print(_teams(view.teams, _before(view.week), english))
    if view.people:
        console.print()
        console.rule("[bold]People[/bold]", align="left", style="dim")
        console.print(_people(view, english, console.width))
    _foot(console, view, english)


def _head(console: Console, view: AdoptionView, english: Language) -> None:
    console.print()
    console.print(Text.assemble((f"{view.title or view.company}", "bold"), f"  ·  use of the CRM, week {view.week}"))
    days = f"{view.week.monday:%d %b} to {view.week.sunday:%d %b %Y}"
    facts = [days + (", not over yet" if view.open_week else "")]
    age = words.moment(view.data_as_of, view.zone) if view.data_as_of is not None else ""
    facts.append(f"data as of {age}" if age else english.text("it is not known how old the data is"))
    console.print(Text("  ·  ".join(facts), "dim"))
    if view.naming.reason is not None:
        console.print(Text(note_text(view.naming.reason, english, view.measures), "cyan"))


def _figures(console: Console, view: AdoptionView, english: Language) -> None:
    console.print()
    console.rule("[bold]How it stands[/bold]", align="left", style="dim")
    table = _plain("figure", ("week", "right"), ("four weeks before", "right"), ("goal", "left"), ("12 weeks", "left"))
    for figure in view.figures:
        value = said.figure_value(figure, figure.value, english)
        missed = figure.value is not None and figure.goal is not None and not figure.goal.reached(figure.value)
        table.add_row(
            said.figure_title(figure.id, english, view.titles),
            Text(value, "dim" if figure.value is None else "yellow" if missed else "green" if figure.goal else ""),
            said.figure_value(figure, figure.usual, english) if figure.usual is not None else "",
            Text(said.figure_goal(figure, english), "dim"),
            spark(figure.line, top=None if figure.id is FigureId.LAG else 1.0),
        )
    console.print(table)


def _seats(told: Sequence[SeatLine], english: Language) -> Table:
    table = _plain("seats", ("", "right"))
    table.show_header = False
    for label, value, _part in told:
        table.add_row(label, Text(value, "dim" if value == said.not_available(english) else ""))
    return table


def _teams(rows: Sequence[TeamRow], before: str, english: Language) -> Table:
    table = _plain("team", ("people", "right"), ("week", "right"), (before, "right"), ("12 weeks", "left"))
    for heading in ("weekly users", "new records complete", "logging delay"):
        table.add_column(heading, justify="right")
    for row in rows:
        figures = {figure.id: figure for figure in row.figures}
        fell = row.active_days is not None and bool(row.usual) and row.active_days < (row.usual or 0) / 2
        table.add_row(
            row.name or team_name(row.name, max(row.merged, 1), english),
            words.count(row.people),
            Text(_days(row.active_days), "bold yellow" if fell else ""),
            _days(row.usual),
            spark(row.line, top=_FULL_WEEK),
            *(_cell(figures.get(wanted), english) for wanted in _CELLS),
        )
    return table


def _people(view: AdoptionView, english: Language, width: int) -> Table:
    """What matters most fits 80 columns, with names that can be read."""
    table = _plain("person", ("status", "left"), ("since", "left"), ("days", "right"), (_before(view.week), "right"))
    table.columns[0].min_width = _NAME
    table.add_column("12 weeks", no_wrap=True)
    table.add_column("complete", justify="right", no_wrap=True)
    if width >= WIDE:
        table.add_column("created", justify="right", no_wrap=True)
    if width >= _WIDEST:
        table.add_column("team", overflow="fold")
        table.add_column("last use", no_wrap=True)
    for row in view.people:
        cells = (
            Text(said.status_word(row.status, english, view.titles), _style(row.status, view)),
            _since(row, view.week),
            "n/a" if row.active_days is None else f"{row.active_days} of {_number(row.working_days)}",
            _days(row.usual),
            spark(row.line, top=_FULL_WEEK),
            "" if row.complete.value is None else english.percent(row.complete.value),
            "n/a" if row.created is None else words.count(row.created),
            row.team,
            row.last_active.isoformat() if row.last_active else "",
        )
        table.add_row(row.name, *cells[: len(table.columns) - 1])
    return table


def _since(row: PersonRow, week: IsoWeek) -> str:
    """``W44``, or with its year where that is another one."""
    if row.since is None:
        return ""
    told = f"W{row.since.number:02}" if row.since.year == week.year else str(row.since)
    return f"{told} or before" if row.at_least else told


def _style(status: str, view: AdoptionView) -> str:
    known = _STATUS.get(status, "")
    if status in view.attention:
        return known if known.startswith("bold") else _ASKED
    return "" if known.startswith("bold") else known


def _foot(console: Console, view: AdoptionView, english: Language) -> None:
    console.print()
    if view.automation:
        console.print(Text(f"Automation, not people: {', '.join(view.automation)}", "dim"))
    cells = [figure for row in view.teams for figure in row.figures if figure.id in _CELLS]
    told = [*view.notes, *(note for figure in (*view.figures, *cells) for note in figure.notes)]
    notes = [note for note in told if note.code is not NoteCode.NOTHING_TO_MEASURE]  # the figure itself says so
    for text in short_notes(notes, english, view.measures, view.titles):
        console.print(Text(text, "dim"))
    console.print(Text("How a figure is counted: crm-monitor explain TEAM or USER. Not for pay or appraisal.", "dim"))


def _before(week: IsoWeek) -> str:
    """The four weeks that a week stands beside, whose mean the column shows: ``W43-46``."""
    return f"W{(week + -4).number:02}-{(week + -1).number:02}"


def _plain(first: str, *others: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold")
    for heading, side in others:
        table.add_column(heading, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def _cell(figure: Figure | None, english: Language) -> str:
    return "" if figure is None else said.figure_value(figure, figure.value, english)


def _days(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def spark(line: Sequence[float | int | None], top: float | None = None) -> str:
    """Weeks as bars, oldest first; a dot where nothing is known. ``top`` is a full bar, by default the highest."""
    known = [value for value in line if value is not None]
    if not known:
        return ""
    most = max(top or 0.0, *known) or 1.0
    bars = (
        _BARS[min(len(_BARS) - 1, round(value / most * (len(_BARS) - 1)))] if value is not None else "·"
        for value in line
    )
    return "".join(bars)
