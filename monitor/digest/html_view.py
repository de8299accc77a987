"""What the page's templates ask for: every word and figure of a snapshot in the reader's language, ready to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.note import Note
from monitor.adoption.scorecard import Share
from monitor.adoption.week import IsoWeek
from monitor.digest import charts_svg, words, words_actions
from monitor.digest.charts import FULL_WEEK, Chart, ChartKind, charts, team_name
from monitor.digest.choosing import MOST_OF_SPONSOR, MOST_RECORDS, team_columns, team_figure, worst_first
from monitor.digest.commands import answer_command, list_command
from monitor.digest.figure_table import FigureTable, figure_table
from monitor.digest.notes_short import first_notes, other_notes, short_notes
from monitor.digest.parts_detail import active_days_label, managers_use
from monitor.digest.parts_text import record_links, records_head
from monitor.digest.seat_lines import SeatLine, seat_lines, seat_parts, seats_text
from monitor.digest.snapshot import (
    Action,
    Better,
    Kind,
    LastAction,
    MeasureCount,
    Outcome,
    PersonRow,
    QualityCount,
    Snapshot,
    TeamRow,
    Who,
)
from monitor.language import Language
from monitor.messages.clean import safe_link
from monitor.quality.check import Attribution

_MARKS = {Outcome.DONE: "✓", Outcome.OPEN: "○", Outcome.IRRELEVANT: "–"}


@dataclass(frozen=True)
class View:
    """One snapshot in one language."""

    snapshot: Snapshot
    language: Language

    # The whole page

    @property
    def title(self) -> str:
        return words.digest_title(self.snapshot, self.language)

    @property
    def days(self) -> str:
        return words.period_days(self.snapshot.period, self.language)

    @property
    def is_own(self) -> bool:
        return self.snapshot.kind is Kind.OWN

    @property
    def is_sponsor(self) -> bool:
        return self.snapshot.kind is Kind.SPONSOR

    @property
    def named(self) -> bool:
        """Whether people stand on the page by name (beside the reader on the own page)."""
        return self.snapshot.naming.allowed and not self.is_own and bool(self.snapshot.person_rows)

    @property
    def people(self) -> str:
        number = self.snapshot.people
        return "" if number is None or self.is_own else self.language.plural("{n} person", "{n} people", number)

    def moment(self, at: datetime) -> str:
        year = at.year != self.snapshot.period.last.year
        return self.language.moment(at, ZoneInfo(self.snapshot.zone), year=year)

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        return charts(self.snapshot, self.language)

    @property
    def line_charts(self) -> list[Chart]:
        return [chart for chart in self.charts if chart.kind is ChartKind.LINES]

    @property
    def strips(self) -> Chart | None:
        return next((chart for chart in self.charts if chart.kind is ChartKind.HEAT), None)

    def week(self, week: IsoWeek | None) -> str:
        return words.week_text(week, self.language, self.snapshot.period.week) if week else ""

    def notes(self, notes: tuple[Note, ...]) -> list[str]:
        """Each sentence once, what is alike in one."""
        return short_notes(notes, self.language, self.snapshot.measures, self.snapshot.titles)

    @property
    def uncertain(self) -> list[str]:
        return first_notes(self.snapshot, self.language)

    @property
    def more_uncertain(self) -> list[str]:
        """What the first screen had no room for."""
        return other_notes(self.snapshot, self.language)

    # Actions

    def action(self, action: Action) -> str:
        return words_actions.action_text(action, self.snapshot, self.language)

    @property
    def instead(self) -> str:
        return words.instead_of_actions(self.snapshot, self.language)

    def reasons(self, action: Action) -> str:
        parts = (
            words_actions.reason_text(action.reason, self.snapshot, self.language),
            words_actions.repeated_text(action, self.language),
            words_actions.who_text(action, self.language),
        )
        return " · ".join(part.rstrip(".") for part in parts if part)

    def link(self, url: str) -> str:
        return safe_link(url)

    def command(self, command: str) -> list[str]:
        """How to list the records, of the reader's scope: the words of a command."""
        return list_command(command, self.snapshot).split(" ") if list_command(command, self.snapshot) else []

    @property
    def answer_command(self) -> list[str]:
        return answer_command(self.snapshot).split(" ")

    def record_links(self, action: Action) -> list[tuple[str, str]]:
        """Text and address of the largest records."""
        return record_links(action.records, self.snapshot, self.language)

    def records_head(self, action: Action) -> str:
        return records_head(action.records, self.language)

    def mine(self, action: Action) -> bool:
        return action.who is Who.YOU

    def outcome(self, last: LastAction) -> str:
        return words.outcome_word(last.outcome, self.language)

    def outcome_mark(self, last: LastAction) -> str:
        return _MARKS[last.outcome]

    def then_and_now(self, last: LastAction) -> str:
        return words.last_action_now(last, self.language)

    def better(self, better: Better) -> str:
        return words.better_text(better, self.snapshot, self.language)

    # Figures

    @property
    def headline(self) -> list[Figure]:
        return [figure for wanted in self.snapshot.headline if (figure := self.snapshot.figure(wanted)) is not None]

    @cached_property
    def figures(self) -> FigureTable:
        return figure_table(self.snapshot.figures, lambda figure: self.notes(figure.notes))

    def figure_title(self, figure: Figure) -> str:
        return words.figure_title(figure.id, self.language, self.snapshot.titles)

    def definition(self, figure: Figure) -> str:
        return words.figure_definition(figure.id, self.language, self.snapshot.titles)

    def value(self, figure: Figure, value: float | None) -> str:
        return words.figure_value(figure, value, self.language)

    def short_value(self, figure: Figure, value: float | None) -> str:
        """A value in a narrow column."""
        return "–" if value is None else words.figure_value(figure, value, self.language)

    def before(self, figure: Figure) -> str:
        """What it was in the week or month before, or nothing."""
        value = self.snapshot.period.earlier(figure)
        return (
            "" if value is None else words.before_text(self.snapshot.period, self.value(figure, value), self.language)
        )

    @property
    def column_before(self) -> str:
        text = self.language.text
        return text("Month before") if self.snapshot.period.is_month else text("Week before")

    def goal(self, figure: Figure) -> str:
        return words.figure_goal(figure, self.language)

    def goal_limit(self, figure: Figure) -> str:
        """``≥ 80%``, for a column that is called goal."""
        if figure.goal is None:
            return ""
        return ("≥ " if figure.goal.at_least else "≤ ") + words.figure_value(figure, figure.goal.limit, self.language)

    def reached(self, figure: Figure) -> bool | None:
        """None where there is no goal or no value."""
        return None if figure.goal is None or figure.value is None else figure.goal.reached(figure.value)

    def part_of(self, figure: Figure) -> str:
        """``41 of 60`` behind a share, where it counts things."""
        if figure.unit is not Unit.SHARE or figure.top is None or not figure.bottom or figure.value is None:
            return ""
        if figure.bottom >= 100_000:
            first, last = (self.language.money(number, "") for number in (figure.top, figure.bottom))
            return self.language.text("{part} of {whole}", part=first, whole=last)
        return self.language.text("{part} of {whole}", part=int(figure.top), whole=int(figure.bottom))

    def figure_line(self, figure: Figure) -> Markup:
        texts = ", ".join(self.short_value(figure, value) for value in figure.line)
        label = self.language.text("Twelve weeks: {values}", values=texts)
        return charts_svg.spark(figure.line, label, goal=figure.goal.limit if figure.goal else None)

    # People and teams

    def status(self, name: str) -> str:
        return words.status_word(name, self.language, self.snapshot.titles)

    @property
    def statuses(self) -> Iterator[tuple[str, str, str]]:
        """Name, word and meaning of the statuses that the page shows."""
        shown = {person.status for person in self.snapshot.person_rows}
        own = (name for name in sorted(shown) if name and name not in words.STATUSES)
        for name in (*words.STATUSES, *own):
            if name in shown:
                yield name, self.status(name), words.status_definition(name, self.language, self.snapshot.titles)

    @property
    def troubled(self) -> list[PersonRow]:
        """Who should be asked, those who used it lately first."""
        asked = self.snapshot.attention
        rows = [person for person in self.snapshot.person_rows if person.status in asked]
        return sorted(rows, key=lambda person: (asked.index(person.status), person.name))

    def status_class(self, person: PersonRow) -> str:
        """How a status looks."""
        return f"status {person.status}{' asked' if person.status in self.snapshot.attention else ''}"

    def since(self, person: PersonRow) -> str:
        """Since when somebody has the status."""
        return words.since_text(person, self.language, self.snapshot.period.week)

    def quiet_since(self, person: PersonRow) -> str:
        if person.status == "never" or person.last_active is None:
            return self.week(person.since)
        year = person.last_active.year != self.snapshot.period.last.year
        return self.language.text("last active {day}", day=self.language.day(person.last_active, year=year))

    def asked_because(self, person: PersonRow) -> str:
        return words_actions.asked_text(person, self.snapshot, self.language)

    def number(self, value: float | None) -> str:
        return "–" if value is None else self.language.count(value, decimals=1)

    def share(self, share: Share) -> str:
        return "–" if share.value is None else self.language.percent(share.value)

    def count_title(self, one: MeasureCount) -> str:
        """What a measure is called."""
        return words.own_text(self.snapshot.titles, f"measure:{one.name}", self.language) or self.language.text(
            one.title
        )

    @property
    def team_columns(self) -> tuple[FigureId, ...]:
        return team_columns(self.snapshot.team_rows)

    def team_value(self, team: TeamRow, wanted: FigureId) -> str:
        figure = team_figure(team, wanted)
        return "–" if figure is None else self.short_value(figure, figure.value)

    def usual(self, team: TeamRow) -> str:
        return words.usual_text(self.snapshot.period, self.number(team.usual), self.language)

    def column(self, wanted: FigureId) -> str:
        return words.figure_title(wanted, self.language, self.snapshot.titles)

    def team(self, team: TeamRow) -> str:
        return team_name(team.name, team.merged, self.language)

    @cached_property
    def several_teams(self) -> bool:
        """Whether the people are of more than one team, so that it must be said of which."""
        return len({person.team for person in self.snapshot.person_rows}) > 1

    def days_line(self, values: tuple[float | None, ...]) -> Markup:
        """Days per week, all on one scale."""
        texts = ", ".join(self.number(value) for value in values)
        label = self.language.text("Twelve weeks: {values}", values=texts)
        return charts_svg.spark(values, label, scale=(0, FULL_WEEK))

    def panels(self, chart: Chart) -> list[Markup]:
        return [charts_svg.panel(chart, row) for row in chart.rows]

    def shade(self, value: float | None) -> str:
        """The class of a cell: the darker, the more days."""
        return "none" if value is None else f"h{min(round(value), FULL_WEEK)}"

    @property
    def seats(self) -> list[SeatLine]:
        """What is told of seats."""
        return seat_lines(self.snapshot.seats, self.language, self.snapshot.currency) if self.snapshot.seats else []

    @property
    def seat_parts(self) -> list[tuple[str, int]]:
        """The parts of the bar of seats."""
        return seat_parts(self.snapshot.seats) if self.snapshot.seats else []

    @property
    def seats_text(self) -> str:
        return seats_text(self.snapshot.seats, self.language) if self.snapshot.seats else ""

    @property
    def managers_use(self) -> tuple[str, str]:
        return managers_use(self.snapshot, self.language)

    @property
    def active_days_label(self) -> str:
        return active_days_label(self.snapshot, self.language)

    # Records

    @property
    def records(self) -> list[tuple[str, list[QualityCount]]]:
        """The worst checks with failing records under who mends them."""
        failing = worst_first(self.snapshot.quality)[: self._most_records]
        own = [one for one in failing if one.attribution is Attribution.REP]
        others = [one for one in failing if one.attribution is not Attribution.REP]
        text = self.language.text
        mine = text("Yours to mend") if self.is_own else text("For the people who own the records")
        return [(head, rows) for head, rows in ((mine, own), (text("The admin has these"), others)) if rows]

    @property
    def _most_records(self) -> int:
        return MOST_OF_SPONSOR if self.is_sponsor else MOST_RECORDS

    @property
    def more_records(self) -> str:
        more = len(worst_first(self.snapshot.quality)) - self._most_records
        return self.language.plural("and {n} more", "and {n} more", more) if more > 0 else ""

    @property
    def column_change(self) -> str:
        text = self.language.text
        return text("Since last month") if self.snapshot.period.is_month else text("Since last week")

    def change(self, one: QualityCount) -> str:
        return "–" if one.before is None else self.language.change(one.count - one.before)

    def worse(self, one: QualityCount) -> str:
        if one.before is None or one.count == one.before:
            return ""
        return "worse" if one.count > one.before else "better"

    def part(self, one: QualityCount) -> str:
        if not one.rows:
            return "–"
        return self.language.percent(one.count / one.rows, one.warn)

    def worth(self, one: QualityCount) -> str:
        """What the records are worth together; those that lack an amount are worth something nobody knows."""
        return self.language.money(one.amount, self.snapshot.currency) if one.amount else "–"
