"""The parts of a digest below its first screen: whom to ask, the own week, records, teams, managers' use, seats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from monitor.adoption.figure import FigureId
from monitor.adoption.scorecard import Share
from monitor.digest import words
from monitor.digest.charts import team_name
from monitor.digest.choosing import MOST_OF_SPONSOR, MOST_RECORDS, team_columns, team_figure, worst_first
from monitor.digest.commands import list_command
from monitor.digest.notes_short import short_notes
from monitor.digest.parts_text import LONGEST_NAME, bold, link_spans, plain, short
from monitor.digest.seat_lines import seat_lines
from monitor.digest.snapshot import Kind, ManagementUse, PersonRow, QualityCount, Snapshot, TeamRow
from monitor.digest.words_actions import asked_text
from monitor.language import Language
from monitor.messages.tree import Block, Bullets, Field, Fields, Paragraph, Span

MOST_PEOPLE = 8
MOST_RECORDS_IN_SHORT = 5
MOST_LOOKS = 5
MOST_COUNTS = 6
MOST_IN_FULL = 100  # rows; the page has them all

Detail = tuple[str, tuple[Block, ...]]


def details(snapshot: Snapshot, language: Language, *, full: bool) -> Iterator[Detail]:
    """Title and blocks of each part that the snapshot has data for."""
    if snapshot.kind is Kind.OWN:
        yield from _own_week(snapshot, language)
    elif snapshot.naming.allowed:
        yield from _people(snapshot, language, full)
    if full or snapshot.kind is Kind.OWN:
        yield from _records(snapshot, language, full)
    if full:
        yield from _teams(snapshot, language)
    yield from _management(snapshot, language)
    yield from _seats(snapshot, language, full)
    yield from _looks(snapshot, language, full)


def _people(snapshot: Snapshot, language: Language, full: bool) -> Iterator[Detail]:
    troubled = [row for row in snapshot.person_rows if row.status in snapshot.attention]
    if troubled:
        yield language.text("Whom to ask"), (_rows(troubled, snapshot, language, full, _asked),)
    if full and snapshot.person_rows:
        yield language.text("People"), (_rows(list(snapshot.person_rows), snapshot, language, full, _week),)


def _rows(
    rows: list[PersonRow], snapshot: Snapshot, language: Language, full: bool, tell: Callable[..., str]
) -> Bullets:
    shown = rows[: MOST_IN_FULL if full else MOST_PEOPLE]
    items = [
        (bold(row.name or language.text("(removed)"), LONGEST_NAME), plain(tell(row, snapshot, language)))
        for row in shown
    ]
    return Bullets((*items, *_more(len(rows) - len(shown), language)))


def _asked(row: PersonRow, snapshot: Snapshot, language: Language) -> str:
    status = words.status_word(row.status, language, snapshot.titles)
    return f": {status} · {asked_text(row, snapshot, language)}"


def _week(row: PersonRow, snapshot: Snapshot, language: Language) -> str:
    known = row.active_days is not None and (row.working_days != 0 or row.active_days > 0)  # leave is not zero days
    active = words.active_days_text(row, language)
    parts = (
        words.status_word(row.status, language, snapshot.titles) if row.status else "",
        words.since_text(row, language, snapshot.period.week) if row.status in snapshot.attention else "",
        active if known else "",
    )
    return ": " + " · ".join(part for part in parts if part)


def _own_week(snapshot: Snapshot, language: Language) -> Iterator[Detail]:
    for row in snapshot.person_rows[:1]:
        active = _number(row.active_days, language)
        if row.active_days is not None and row.working_days is not None:
            working = _number(row.working_days, language)
            active = language.text("{part} of {whole}", part=active, whole=working)
        fields = [
            *(
                [Field(language.text("Status"), (plain(words.status_word(row.status, language, snapshot.titles)),))]
                if row.status
                else []
            ),
            Field(language.text("Active days"), (plain(active), _before(row.usual, language))),
            Field(language.text("Created"), (plain(_number(row.created, language)),)),
            Field(language.text("Complete"), (plain(_share(row.complete, language)),)),
        ]
        counts = [
            Field(
                short(
                    words.own_text(snapshot.titles, f"measure:{one.name}", language) or language.text(one.title),
                    LONGEST_NAME,
                ),
                (plain(_number(one.count, language)), _before(one.usual, language)),
            )
            for one in row.counts[:MOST_COUNTS]
        ]
        yield language.text("Your week"), (Fields((*fields, *counts)),)


def _before(value: float | None, language: Language) -> Span:
    text = "" if value is None else language.text("4 weeks before: {value}", value=_number(value, language))
    return plain(f" ({text})" if text else "")


def _records(snapshot: Snapshot, language: Language, full: bool) -> Iterator[Detail]:
    failing = worst_first(snapshot.quality)
    if failing:
        most = MOST_OF_SPONSOR if snapshot.kind is Kind.SPONSOR else MOST_RECORDS
        shown = failing[: most if full else MOST_RECORDS_IN_SHORT]
        items = [(bold(language.text(one.title), LONGEST_NAME), *_record(one, snapshot, language)) for one in shown]
        yield language.text("Records to mend"), (Bullets((*items, *_more(len(failing) - len(shown), language))),)


def _record(one: QualityCount, snapshot: Snapshot, language: Language) -> Iterator[Span]:
    text = language.count(one.count)
    if one.rows:
        share = language.percent(one.count / one.rows, one.warn)
        text = language.text("{count} of {rows} ({share})", count=one.count, rows=one.rows, share=share)
    change = "" if one.before in (None, one.count) else _since(one, snapshot, language)
    money = "" if not one.amount else language.money(one.amount, snapshot.currency)
    yield plain(": " + " · ".join(part for part in (text, change, money) if part))
    command = short(list_command(one.command, snapshot))
    for spans in ((Span(command, code=True),) if command else (), link_spans(one.list_link, language)):
        yield from (Span(" · "), *spans) if spans else ()


def _since(one: QualityCount, snapshot: Snapshot, language: Language) -> str:
    change = language.change(one.count - (one.before or 0))
    if snapshot.period.is_month:
        return language.text("{change} since last month", change=change)
    return language.text("{change} since last week", change=change)


def _teams(snapshot: Snapshot, language: Language) -> Iterator[Detail]:
    if snapshot.team_rows:
        items = tuple(_team(row, snapshot, language) for row in snapshot.team_rows)
        yield language.text("Teams"), (Bullets(items),)


def _team(row: TeamRow, snapshot: Snapshot, language: Language) -> tuple[Span, ...]:
    name = team_name(row.name, row.merged, language)
    people = language.plural("{n} person", "{n} people", row.people)
    active = words.team_days(row.active_days, row.usual, snapshot.period, language)
    told = people if row.active_days is None else f"{people} · {active}"
    shown = [figure for wanted in team_columns(snapshot.team_rows) if (figure := team_figure(row, wanted)) is not None]
    figures = [
        f"{words.figure_title(figure.id, language, snapshot.titles)}: "
        f"{words.figure_value(figure, figure.value, language)}"
        for figure in shown
        if figure.value is not None
    ]
    return (bold(name, LONGEST_NAME), plain(": " + " · ".join((told, *figures))))


def _management(snapshot: Snapshot, language: Language) -> Iterator[Detail]:
    use = snapshot.management
    if use is None or snapshot.kind is Kind.OWN:
        return
    title = language.text("Managers' own use") if snapshot.kind is Kind.SPONSOR else language.text("Your own use")
    fields = tuple(Field(label, (plain(value),)) for label, value in _use(use, snapshot, language))
    notes = tuple((plain(text),) for text in short_notes(use.notes, language, snapshot.measures, snapshot.titles))
    yield title, (Fields(fields), *((Bullets(notes),) if notes else ()))


def _use(use: ManagementUse, snapshot: Snapshot, language: Language) -> Iterator[tuple[str, str]]:
    if snapshot.kind is Kind.SPONSOR:
        yield managers_use(snapshot, language)
    yield active_days_label(snapshot, language), _number(use.active_days, language)
    yield language.text("Deals commented or changed"), _number(use.deals_changed, language)
    if use.digests:
        yield language.text("Digests acknowledged"), _part_of(use.acknowledged, use.digests, language)
    if use.actions:
        yield language.text("Actions done"), _part_of(use.done, use.actions, language)


def active_days_label(snapshot: Snapshot, language: Language) -> str:
    """What a manager's active days are called, or those of all managers."""
    if snapshot.kind is Kind.SPONSOR:
        return language.text("Active days in 4 weeks, together")
    return language.text("Active days in 4 weeks")


def managers_use(snapshot: Snapshot, language: Language) -> tuple[str, str]:
    """How many managers use it weekly: as the figure of that name counts them, which knows who leaves a trace."""
    title = words.figure_title(FigureId.MANAGERS_USE, language, snapshot.titles)
    figure, use = snapshot.figure(FigureId.MANAGERS_USE), snapshot.management
    if figure is not None and figure.value is not None and figure.top is not None and figure.bottom:
        return title, _part_of(int(figure.top), int(figure.bottom), language)
    return title, _part_of(use.active, use.managers, language) if use else words.not_available(language)


def _seats(snapshot: Snapshot, language: Language, full: bool) -> Iterator[Detail]:
    if snapshot.seats is not None:
        told = list(seat_lines(snapshot.seats, language, snapshot.currency))
        line = Paragraph((plain(" · ".join(f"{label}: {value}" for label, value, _part in told)),))
        fields = Fields(tuple(Field(label, (plain(value),)) for label, value, _part in told))
        yield language.text("Seats"), (fields if full else line,)


def _looks(snapshot: Snapshot, language: Language, full: bool) -> Iterator[Detail]:
    if snapshot.kind is not Kind.OWN:
        return
    zone = ZoneInfo(snapshot.zone)
    shown = snapshot.looks if full else snapshot.looks[:MOST_LOOKS]
    items = [
        (plain(f"{language.moment(look.at, zone)}: {look.who or language.text('(removed)')} ({look.by})"),)
        for look in shown
    ]
    nobody = ((plain(language.text("Nobody has.")),),)
    yield language.text("Who looked at your figures"), (Bullets(tuple(items) or nobody),)


def _more(number: int, language: Language) -> tuple[tuple[Span, ...], ...]:
    if number <= 0:
        return ()
    return ((plain(language.plural("and {n} more", "and {n} more", number)),),)


def _part_of(part: int | None, whole: int, language: Language) -> str:
    if part is None:
        return words.not_available(language)
    return language.text("{part} of {whole}", part=part, whole=whole)


def _number(value: float | None, language: Language) -> str:
    return words.not_available(language) if value is None else language.count(value, decimals=1)


def _share(share: Share, language: Language) -> str:
    return words.not_available(language) if share.value is None else language.percent(share.value)
