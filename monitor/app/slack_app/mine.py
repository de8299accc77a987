"""Somebody's own records that need work: what nobody else sees here."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.app.fixlist import Shown, of_owner
from monitor.app.slack_app.asked import Asked
from monitor.app.slack_app.person import user_of
from monitor.fixlist.model import Line
from monitor.messages import figures
from monitor.messages.tree import Block, Bullets, Footer, Heading, Message, Paragraph, Span, Tone

MOST = 15


def mine(asked: Asked) -> Message:
    """The first records, worst first. Raises MonitorError, as before the first run."""
    opened = asked.opened
    user = user_of(opened, asked.who)
    if not user:
        return _sentence("It is not known which user of the CRM you are: ask for your `slack` in config/people.yaml.")
    shown = of_owner(opened, user, user, MOST)
    if shown.found.is_empty:
        return _sentence("None of your records needs work. Thank you.")
    return Message("Your records that need work", tuple(_blocks(asked, shown)), Tone.WARNING)


def _blocks(asked: Asked, shown: Shown) -> Iterator[Block]:
    found = shown.found
    many = len(found.lines)
    yield Heading("1 of your records needs work" if many == 1 else f"{figures.count(many)} of your records need work")
    if found.new_count is not None:
        moved = f"{figures.count(found.new_count)} new since last week, {figures.count(found.mended_count or 0)} mended"
        yield Paragraph((Span(moved),))
    yield Bullets(tuple(_line(asked, shown, line) for line in found.lines[:MOST]))
    more = f"and {figures.count(many - MOST)} more: crm-monitor fixlist" if many > MOST else "worst first"
    yield Footer((more, "only you see this; names are read from the CRM as it is now"))


def _line(asked: Asked, shown: Shown, line: Line) -> tuple[Span, ...]:
    named = shown.names.get(line.id)
    name, link = (named.name, named.link) if named else ("", "")
    missing = "; ".join(shown.checks[check].title or check for check in line.checks if check in shown.checks)
    spans = [Span(name or line.key, link=link), Span(f"  {missing}")]
    if line.amount:
        spans.append(Span(f" · {figures.money(line.amount, asked.opened.project.settings.currency)}"))
    return tuple(spans)


def _sentence(text: str) -> Message:
    return Message(text, (Paragraph((Span(text),)),), Tone.SYSTEM)
