"""A digest as titled parts of message blocks, in a reader's language: what Slack and plain text are made of.

``full`` has all rows, for plain text; else each part is short enough that a whole message keeps within Slack's limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.adoption.figure import Figure
from monitor.digest import words, words_actions
from monitor.digest.commands import list_command
from monitor.digest.notes_short import first_notes, other_notes
from monitor.digest.parts_detail import details
from monitor.digest.parts_text import bold, joined, link_spans, list_spans, plain, record_spans, short
from monitor.digest.snapshot import Action, Kind, LastAction, Outcome, Snapshot, Who
from monitor.language import Language
from monitor.messages.tree import Block, Bullets, Field, Fields, Paragraph, Span

MOST_NOTES = 40
LONGEST_NOTE = 400
MARKS = {Outcome.DONE: "✓", Outcome.OPEN: "○", Outcome.IRRELEVANT: "–"}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it. ``answerable``: the reader can say what became of its actions."""

    title: str
    blocks: tuple[Block, ...]
    answerable: bool = False


def parts(snapshot: Snapshot, language: Language, *, full: bool = False) -> tuple[Part, ...]:
    """The parts of a digest, in their order: what became of the last actions, this time's, how it stands, the rest."""
    first = (
        _last(snapshot, language),
        _now(snapshot, language),
        _stands(snapshot, language),
        _better(snapshot, language),
        _uncertain(snapshot, language),
    )
    shown = [part for part in first if part is not None]
    more = [Part(title, blocks) for title, blocks in details(snapshot, language, full=full)]
    rest = _rest(snapshot, language) if full else None
    each = _each_uncertain(snapshot, language) if full else None
    return (*shown, *more, *(part for part in (rest, each) if part))


def facts(snapshot: Snapshot, language: Language) -> list[str]:
    """Below the title: which days, how many people."""
    people = snapshot.people if snapshot.kind is not Kind.OWN else None
    counted = "" if people is None else language.plural("{n} person", "{n} people", people)
    return [text for text in (words.period_days(snapshot.period, language), counted) if text]


def _last(snapshot: Snapshot, language: Language) -> Part | None:
    if not snapshot.last_actions:
        return None
    title = language.text("From last month") if snapshot.period.is_month else language.text("From last week")
    return Part(title, (Bullets(tuple(_outcome(last, snapshot, language) for last in snapshot.last_actions)),))


def _outcome(last: LastAction, snapshot: Snapshot, language: Language) -> tuple[Span, ...]:
    head = f"{MARKS[last.outcome]} {words.outcome_word(last.outcome, language)}: "
    then_and_now = words.last_action_now(last, language)
    text = words_actions.action_text(last.action, snapshot, language)
    return (bold(head), plain(text), *((plain(f" ({then_and_now})"),) if then_and_now else ()))


def _now(snapshot: Snapshot, language: Language) -> Part:
    title = language.text("This month") if snapshot.period.is_month else language.text("This week")
    told = words.instead_of_actions(snapshot, language)
    instead = (Paragraph((plain(told),)),) if told else ()
    actions = [block for action in snapshot.actions for block in _action(action, snapshot, language)]
    return Part(title, (*actions, *instead), answerable=snapshot.kind is not Kind.OWN and bool(actions))


def _action(action: Action, snapshot: Snapshot, language: Language) -> Iterator[Paragraph]:
    """What to do and why, and below it where the records are."""
    yield Paragraph(tuple(_asked(action, snapshot, language)))
    command = list_command(action.command, snapshot) if action.who is Who.YOU else ""
    records = record_spans(action.records, snapshot, language)
    found = [some for some in (records, list_spans(command, language), link_spans(action.link, language)) if some]
    if found:
        yield Paragraph(joined(found))


def _asked(action: Action, snapshot: Snapshot, language: Language) -> Iterator[Span]:
    yield bold(f"{action.number}. ")
    yield bold(short(words_actions.action_text(action, snapshot, language)).rstrip("."))
    reasons = (
        words_actions.reason_text(action.reason, snapshot, language),
        words_actions.repeated_text(action, language),
        words_actions.who_text(action, language),
    )
    yield plain("".join(f" · {reason.rstrip('.')}" for reason in reasons if reason))


def _stands(snapshot: Snapshot, language: Language) -> Part | None:
    headline = [snapshot.figure(wanted) for wanted in snapshot.headline]
    fields = tuple(_figure(figure, snapshot, language) for figure in headline if figure is not None)
    return Part(language.text("How it stands"), (Fields(fields),)) if fields else None


def _rest(snapshot: Snapshot, language: Language) -> Part | None:
    others = (figure for figure in snapshot.figures if figure.id not in snapshot.headline)
    fields = tuple(_figure(figure, snapshot, language) for figure in others)
    return Part(language.text("All figures"), (Fields(fields),)) if fields else None


def _figure(figure: Figure, snapshot: Snapshot, language: Language) -> Field:
    value = words.figure_value(figure, figure.value, language)
    before = snapshot.period.earlier(figure)
    beside = [
        ""
        if before is None
        else words.before_text(snapshot.period, words.figure_value(figure, before, language), language),
        words.figure_goal(figure, language),
        _kept(figure, language),
    ]
    text = ", ".join(part for part in beside if part)
    title = words.figure_title(figure.id, language, snapshot.titles)
    return Field(title, (bold(value), *((plain(f" ({text})"),) if text else ())))


def _kept(figure: Figure, language: Language) -> str:
    if figure.goal is None or figure.value is None:
        return ""
    return language.text("reached") if figure.goal.reached(figure.value) else language.text("not reached")


def _better(snapshot: Snapshot, language: Language) -> Part | None:
    if not snapshot.better:
        return None
    found = tuple((plain(words.better_text(better, snapshot, language)),) for better in snapshot.better)
    thanks = Paragraph((plain(language.text("Worth a thank-you.")),))
    return Part(language.text("Better"), (Bullets(found), *(() if snapshot.kind is Kind.OWN else (thanks,))))


def _uncertain(snapshot: Snapshot, language: Language) -> Part | None:
    shown = [short(text, LONGEST_NOTE) for text in first_notes(snapshot, language)]
    return Part(language.text("Uncertain"), (Bullets(tuple((Span(text),) for text in shown)),)) if shown else None


def _each_uncertain(snapshot: Snapshot, language: Language) -> Part | None:
    each = tuple((Span(short(text)),) for text in other_notes(snapshot, language)[:MOST_NOTES])
    return Part(language.text("What is uncertain"), (Bullets(each),)) if each else None
