"""Spans that are short enough: a title that a user wrote may be of any length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.digest.snapshot import RecordLink, Snapshot
from monitor.language import Language
from monitor.messages.clean import clean_span, safe_link
from monitor.messages.slack_text import cut
from monitor.messages.tree import Span

LONGEST_TEXT = 240
LONGEST_NAME = 100  # of what heads a line in a list
LONGEST_LINK = 350


def short(text: str, most: int = LONGEST_TEXT) -> str:
    """``text``, cut where it is longer than anybody reads."""
    return cut(clean_span(text), most)


def plain(text: str) -> Span:
    return Span(short(text))


def bold(text: str, most: int = LONGEST_TEXT) -> Span:
    return Span(short(text, most), bold=True)


def list_spans(command: str, language: Language) -> tuple[Span, ...]:
    """How the records are listed, if anybody can."""
    return (Span(language.text("The list:") + " "), Span(short(command), code=True)) if command else ()


def link_spans(url: str, language: Language) -> tuple[Span, ...]:
    """A link to the CRM's own list, where there is one."""
    if not safe_link(url) or len(url) > LONGEST_LINK:
        return ()
    return (Span(language.text("Open in the CRM"), link=url),)


def record_spans(records: Sequence[RecordLink], snapshot: Snapshot, language: Language) -> tuple[Span, ...]:
    """Links to the largest records, behind what they are."""
    shown = record_links(records, snapshot, language)
    if not shown:
        return ()
    spans = [Span(f"{records_head(records, language)} ")]
    for number, (text, url) in enumerate(shown):
        spans += [*((Span(", "),) if number else ()), Span(text, link=url)]
    return tuple(spans)


def joined(found: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    """Stretches of text beside each other."""
    return tuple(span for number, spans in enumerate(found) for span in ((Span(" · "),) if number else ()) + spans)


def record_links(records: Sequence[RecordLink], snapshot: Snapshot, language: Language) -> list[tuple[str, str]]:
    """Text and address of each record that can be opened: what it is worth, else when it was made, else a number."""
    found = []
    for number, record in enumerate(records, start=1):
        if safe_link(record.link) and len(record.link) <= LONGEST_LINK:
            text = _made_on(record.created, snapshot, language) if record.created else language.count(number)
            found.append((language.money(record.amount, snapshot.currency) if record.amount else text, record.link))
    return found


def _made_on(day: date, snapshot: Snapshot, language: Language) -> str:
    return language.day(day, year=day.year != snapshot.period.last.year)


def records_head(records: Sequence[RecordLink], language: Language) -> str:
    """What the records are that are linked to."""
    if any(record.amount for record in records):
        return language.text("The largest:")
    return language.text("The newest:") if any(record.created for record in records) else language.text("Some of them:")
