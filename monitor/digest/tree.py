"""A digest as a message: for a direct message on Slack, within its limits whatever the digest holds.

It goes to its recipient alone, never into a channel: a manager's may name the own people, where the mandate allows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from monitor.digest import words, words_actions
from monitor.digest.commands import answer_command
from monitor.digest.parts import Part, facts, parts
from monitor.digest.parts_text import short
from monitor.digest.snapshot import Kind, Snapshot
from monitor.language import Language
from monitor.messages.slack import REST, to_slack
from monitor.messages.tree import Block, Divider, Footer, Heading, Message, Paragraph, Span, Tone

LONGEST_TITLE = 120


def digest_message(snapshot: Snapshot, language: Language, *, buttons: bool = False) -> Message:
    """The first screen of a digest, whom to ask, and the own use; the page and its charts have the rest.

    With ``buttons`` beneath it, no command says how to answer. Parts that would not fit into one message are left to
    the page, the last first, and the message says so.
    """
    shown = parts(snapshot, language)
    for kept in range(len(shown), 0, -1):
        message = _message(snapshot, language, shown[:kept], whole=kept == len(shown), buttons=buttons)
        if REST not in json.dumps(to_slack(message), ensure_ascii=False):
            break
    return message


def _message(snapshot: Snapshot, language: Language, shown: Sequence[Part], *, whole: bool, buttons: bool) -> Message:
    title = short(words.digest_title(snapshot, language), LONGEST_TITLE)
    blocks: list[Block] = [Heading(title), Paragraph((Span(" · ".join(facts(snapshot, language))),))]
    for part in shown:
        blocks += [Heading(part.title), *part.blocks]
        if part.answerable and not buttons:
            told = Span(language.text("Done, or not relevant?") + " ")
            asked = Span(" " + language.text("No terminal at hand? Whoever runs CRM Monitor can type it for you."))
            blocks.append(Paragraph((told, Span(short(answer_command(snapshot)), code=True), asked)))
    if not whole:
        blocks.append(Paragraph((Span(language.text("Not everything fits here.")),)))
    return Message(digest_summary(snapshot, language), (*blocks, Divider(), _footer(snapshot, language)), Tone.WARNING)


def digest_summary(snapshot: Snapshot, language: Language) -> str:
    """The digest in one line: its title and the first thing to do. It names no person: a lock screen shows it."""
    title = short(words.digest_title(snapshot, language), LONGEST_TITLE)
    if snapshot.kind is Kind.OWN:
        return f"{language.text('Your own page')}: {words.period_text(snapshot.period, language)}"
    first = next((action for action in snapshot.actions if not action.subject.is_person), None)
    if first is None:
        return title
    return f"{title}: {short(words_actions.action_text(first, snapshot, language))}"


def closing(snapshot: Snapshot, language: Language) -> list[str]:
    """What stands at the end of every digest: how old the data is, what it is for and not for, whom to ask."""
    zone, mandate = ZoneInfo(snapshot.zone), snapshot.mandate
    as_of = snapshot.data_as_of
    age = (
        language.text("it is not known how old the data is")
        if as_of is None
        else language.text("data as of {moment}", moment=language.moment(as_of, zone))
    )
    not_for = mandate.not_for if mandate and mandate.not_for else language.text("Not for pay or appraisal.")
    parts_ = [age, short(not_for)]
    if mandate and mandate.contact:
        parts_.append(short(f"{language.text('Questions:')} {mandate.contact}"))
    return parts_


def _footer(snapshot: Snapshot, language: Language) -> Footer:
    return Footer(tuple(closing(snapshot, language)))
