"""A fix list as a message to its owner alone, within Slack's limits whatever the records are called.

It names no other person: of people who left only the records are told, not whose they were.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from monitor.fixlist.model import Named, RecordId
from monitor.fixlist.told import Part, Told, ToldRecord
from monitor.language import Language
from monitor.messages.clean import clean, safe_link
from monitor.messages.slack_text import cut
from monitor.messages.tree import Block, Bullets, Divider, Footer, Heading, Message, Paragraph, Span, Tone

LONGEST_NAME, LONGEST_TITLE, LONGEST_LINK, LONGEST_FIX, LONGEST_KEY = 65, 90, 210, 160, 60
_CHECKS_SHOWN = 3  # on one record
_FIXES_SHOWN = 4
_A_BLOCK = 5  # bullets: Slack takes only so many characters in one


@dataclass(frozen=True, slots=True)
class CheckText:
    """What fails, and how to mend it, as the suite says it."""

    title: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a message needs beside the list. ``owner`` is how the program knows the recipient; ``week`` an ISO week."""

    owner: str
    week: int
    zone: tzinfo
    currency: str = ""
    checks: Mapping[str, CheckText] = field(default_factory=dict)
    named: Mapping[RecordId, Named] = field(default_factory=dict)


def fixlist_message(told: Told, around: Around, language: Language) -> Message:
    """The message. Its summary, which a lock screen shows, tells numbers only."""
    blocks: list[Block] = [Heading(title(told, around, language))]
    if told.thanks:
        blocks += _thanks(told, around, language)
    elif not told.own.is_empty:
        blocks += _own(told.own, around, language)
    if not told.handed.is_empty:
        blocks += _handed(told.handed, around, language)
    blocks += _fixes((*told.own.records, *told.handed.records), around, language)
    tone = Tone.RESOLVED if told.thanks and told.handed.is_empty else Tone.WARNING
    return Message(summary(told, around, language), (*blocks, Divider(), _footer(told, around, language)), tone)


def title(told: Told, around: Around, language: Language) -> str:
    """``Your fix list, week 48``."""
    if told.thanks:
        return language.text("Everything on your list is mended")
    return language.text("Your fix list, week {week}", week=str(around.week))


def summary(told: Told, around: Around, language: Language) -> str:
    """In one line, without the name of a record: ``Your fix list, week 48: 23 records to mend``."""
    if told.thanks and told.handed.is_empty:
        return title(told, around, language)
    parts = [] if told.own.is_empty else [_count(told.own, language)]
    if not told.handed.is_empty:
        parts.append(_handed_count(told.handed, language))
    return f"{title(told, around, language)}: {', '.join(parts)}"


def _count(part: Part, language: Language) -> str:
    return language.plural("{n} record to mend", "{n} records to mend", part.total)


def _handed_count(part: Part, language: Language) -> str:
    return language.plural("{n} record of people who left", "{n} records of people who left", part.total)


def _thanks(told: Told, around: Around, language: Language) -> Iterator[Block]:
    said = language.text("Nothing of yours is left to mend. Thank you!")
    if told.own.mended and told.own.since is not None:
        said = f"{said} {_mended(told.own.mended, told.own, around, language)}."
    yield Paragraph((Span(said),))
    yield Paragraph((Span(language.text("You get a list again when something new needs mending.")),))


def _own(part: Part, around: Around, language: Language) -> Iterator[Block]:
    yield Paragraph((Span(_count(part, language), bold=True), Span(_changes(part, around, language))))
    yield from _records(part, around, language, f"crm-monitor fixlist --owner {_word(around.owner)}")
    yield from _uncertain(part, around, language)


def _handed(part: Part, around: Around, language: Language) -> Iterator[Block]:
    yield Heading(language.text("Of people who left"))
    said = language.plural(
        "{n} record has to be mended, and needs a new owner.",
        "{n} records have to be mended, and need a new owner.",
        part.total,
    )
    yield Paragraph((Span(said),))
    yield from _records(part, around, language, "crm-monitor fixlist --handover")


def _changes(part: Part, around: Around, language: Language) -> str:
    if part.new is None or part.mended is None or part.since is None:
        return " · " + language.text("what is new or mended is not available yet")
    new = language.plural("{n} new", "{n} new", part.new)
    return f" · {new} · {_mended(part.mended, part, around, language)}"


def _mended(count: int, part: Part, around: Around, language: Language) -> str:
    assert part.since is not None  # what is mended is known
    day = part.since.astimezone(around.zone).date()
    return language.plural(
        "{n} mended since {day}", "{n} mended since {day}", count, day=language.day(day, weekday=True)
    )


def _records(part: Part, around: Around, language: Language, command: str) -> Iterator[Block]:
    bullets = [_bullet(one, around, language) for one in part.records]
    for start in range(0, len(bullets), _A_BLOCK):
        yield Bullets(tuple(bullets[start : start + _A_BLOCK]))
    if rest := part.total - len(part.records):
        more = language.plural("And {n} more:", "And {n} more:", rest)
        yield Paragraph((Span(f"{more} "), Span(command, code=True)))


def _bullet(one: ToldRecord, around: Around, language: Language) -> tuple[Span, ...]:
    found = around.named.get(one.id, Named())
    name = cut(clean(found.name), LONGEST_NAME) or language.text("(without a name)")
    link = found.link if safe_link(found.link) and len(found.link) <= LONGEST_LINK else ""
    about = [language.money(one.amount, around.currency)] if one.amount else []
    about += [language.text("new")] if one.new else []
    shown = f" ({', '.join(about)})" if about else ""
    titles = [_title(check, around, language) for check in one.checks[:_CHECKS_SHOWN]]
    if more := len(one.checks) - len(titles):
        titles.append(language.plural("and {n} more", "and {n} more", more))
    return Span(name, bold=not link, link=link), Span(f"{shown}: {' · '.join(titles)}")


def _title(check: str, around: Around, language: Language) -> str:
    known = around.checks.get(check)
    return cut(clean(language.text(known.title) if known and known.title else check), LONGEST_TITLE)


def _uncertain(part: Part, around: Around, language: Language) -> Iterator[Block]:
    for check, count in part.beyond.items():
        said = language.plural(
            "{n} record more cannot be listed here: {title}",
            "{n} records more cannot be listed here: {title}",
            count,
            title=_title(check, around, language),
        )
        yield Paragraph((Span(said),))
    if part.unknown and part.since is not None:
        titles = [_title(check, around, language) for check in part.unknown[:_FIXES_SHOWN]]
        yield Paragraph((Span(language.text("Not compared with then: {titles}", titles="; ".join(titles))),))


def _fixes(shown: Iterable[ToldRecord], around: Around, language: Language) -> Iterator[Block]:
    """How to mend what the shown records lack, each said once."""
    checks = dict.fromkeys(check for one in shown for check in one.checks[:_CHECKS_SHOWN])
    told = [
        (check, around.checks[check].fix) for check in checks if check in around.checks and around.checks[check].fix
    ]
    items = [
        (
            Span(f"{_title(check, around, language)}: ", bold=True),
            Span(cut(clean(language.text(fix)), LONGEST_FIX)),
        )
        for check, fix in told[:_FIXES_SHOWN]
    ]
    if items:
        yield Heading(language.text("How to mend it"))
        yield Bullets(tuple(items))


def _footer(told: Told, around: Around, language: Language) -> Footer:
    checked = language.text("checked {moment}", moment=language.moment(told.as_of, around.zone))
    private = language.text("Only you get this list, because you asked for it.")
    end = language.text("To end it: {command}", command=f"crm-monitor fixlist unsubscribe {_word(around.owner)}")
    return Footer((checked, private, end))


def _word(key: str) -> str:
    """A key as a word of a command; one that nobody would type is left for the reader to fill in."""
    return shlex.quote(key) if 0 < len(key) <= LONGEST_KEY and key.isprintable() else "PERSON"
