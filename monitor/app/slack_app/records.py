"""The records behind a check, for one person who may see them: their names are read live, and stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.app.failing import Wanted, list_failing
from monitor.app.project import OpenProject
from monitor.app.slack_app.asked import Asked
from monitor.messages import figures
from monitor.messages.tree import Bullets, Footer, Heading, Message, Paragraph, Span, Tone
from monitor.quality.outcome import FailingRecord

MOST = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """The keys of a check's failing records as the last run kept them; ``new`` are those since the run before."""

    failing: frozenset[str]
    new: frozenset[str]


def kept_records(opened: OpenProject, check_id: str) -> Kept | None:
    """None where there are more than are kept."""
    last = opened.state.results.previous().get(check_id)
    records = opened.state.failing.at(check_id, last.run_id) if last else None
    if last is None or records is None:
        return None
    compared = opened.state.failing.compared(check_id, last.run_id)
    new = frozenset(record.key for record in compared.new) if compared else frozenset()
    return Kept(frozenset(record.key for record in records), new)


def records_message(asked: Asked, check_id: str) -> Message:
    """The first records, with links, owners and money. Raises MonitorError, as where the CRM cannot be read."""
    opened = asked.opened
    found = list_failing(opened, Wanted(check_id, limit=MOST))
    title = found.check.title or check_id
    if not found.records:
        return Message(f"{title}: no record fails it now", (Paragraph((Span(f"{title}: no record fails it now."),)),))
    opened.state.looks.add(asked.by, _owners(found.records), "Slack", opened.clock())
    items = tuple(
        _line(opened, record, found.names.get(record.key, ""), found.link(record.key)) for record in found.records
    )
    more = (Footer((f"the first {MOST}; all of them: crm-monitor failing {check_id}",)),) if found.more else ()
    seen = Footer(("only you see this; names are read from the CRM as it is now",))
    return Message(title, (Heading(title), Bullets(items), *more, seen), Tone.WARNING)


def _owners(records: Sequence[FailingRecord]) -> list[str]:
    return sorted({record.owner_key for record in records if record.owner_key})


def _line(opened: OpenProject, record: FailingRecord, name: str, link: str) -> tuple[Span, ...]:
    person = opened.directory.people.get(record.owner_key or "")
    owner = (person.name if person else record.owner_key) or "nobody"
    spans = [Span(name or record.key, link=link), Span(f" · {owner}")]
    if record.amount:
        spans.append(Span(f" · {figures.money(record.amount, opened.project.settings.currency)}"))
    return tuple(spans)
