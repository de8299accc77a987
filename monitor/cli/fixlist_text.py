"""Fix lists on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.app.fixlist import Shown
from monitor.app.fixlist_overview import Asked, Overview
from monitor.cli import words
from monitor.fixlist.model import Line
from monitor.quality.check import Check, Severity

_STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.INFO: ""}
_FIXES = 12
_INDENT = 2
_MENDED_NAMED = 5


def render(console: Console, shown: Shown, limit: int | None, zone: ZoneInfo) -> None:
    """Print one list, of which the first ``limit`` records."""
    lines = shown.found.lines[:limit]
    console.print(Text(f"{shown.whose.title}: {_records(len(shown.found.lines))}", "bold"))
    for said in _about(shown, zone):
        console.print(Text(said, "dim"))
    for line in lines:
        _entry(console, shown, line, zone)
    _fixes(console, shown, lines)
    more = [f"{words.count(len(shown.found.lines) - len(lines))} records more: --limit 0 shows all."]
    for said in (*(more if len(lines) < len(shown.found.lines) else ()), *_beyond(shown)):
        console.print()
        console.print(Text(said), soft_wrap=True)


def _records(count: int) -> str:
    return "nothing to mend" if not count else f"{words.count(count)} {'record' if count == 1 else 'records'} to mend"


def _about(shown: Shown, zone: ZoneInfo) -> Iterator[str]:
    found = shown.found
    if shown.whose.left and found.lines:
        yield "Whoever owned them has left: they need a new owner, too."
    if found.since is None:
        yield "New and mended: not available, as it takes a complete list of a week ago."
    else:
        counts = f"{found.new_count} new, {found.mended_count} mended{_mended(shown)}"
        yield f"Since {words.moment(found.since, zone)}: {counts}."
        if found.unknown:
            titles = "; ".join(_title(shown.checks, check) for check in found.unknown)
            yield f"Not compared, for want of a complete list of then: {titles}."
    yield f"Checked {words.moment(shown.as_of, zone)}."
    if shown.whose.owners is None and found.lines:
        yield "Owners are not named: there is no mandate for it."


def _mended(shown: Shown) -> str:
    """The first mended records, by name."""
    first = shown.found.mended[:_MENDED_NAMED]
    names = [shown.names[record].name for record in first if record in shown.names]
    more = len(shown.found.mended) - len(names)
    return f" ({', '.join(names)}{f' and {more} more' if more else ''})" if names else ""


def _beyond(shown: Shown) -> Iterator[str]:
    for check, count in shown.found.beyond.items():
        listed = f"crm-monitor failing {check} may list them"
        yield f"{_title(shown.checks, check)}: {words.count(count)} records more than are listed here; {listed}."


def _entry(console: Console, shown: Shown, line: Line, zone: ZoneInfo) -> None:
    """A record: its name and what is known of it; all that is missing, the gravest first; its page in the CRM."""
    found = shown.names.get(line.id)
    head = Text.assemble((found.name if found else "(not found any more)", "bold"))
    if line.new:
        head.append("  new", "cyan")
    about = ["" if line.amount is None else words.money(line.amount), _entered(line, zone), _owner(shown, line)]
    head.append("".join(f"  {part}" for part in about if part), "dim")
    missing = Text(" · ").join(
        Text(_title(shown.checks, check), _STYLES[shown.checks[check].severity]) for check in line.checks
    )
    console.print()
    console.print(head, soft_wrap=True)
    console.print(Padding(missing, (0, 0, 0, _INDENT), expand=False))
    if found and found.link:
        console.print(Text(f"{' ' * _INDENT}{found.link}", "dim"), soft_wrap=True)  # whole, so that it can be followed


def _entered(line: Line, zone: ZoneInfo) -> str:
    return f"entered {line.created_at.astimezone(zone):%d %b %Y}" if line.created_at else ""


def _owner(shown: Shown, line: Line) -> str:
    """Whose record it is, where the list is of several owners and may say so."""
    return "" if shown.whose.owner else (shown.whose.owners or {}).get(line.owner, "")


def _fixes(console: Console, shown: Shown, lines: Sequence[Line]) -> None:
    missing = dict.fromkeys(check for line in lines for check in line.checks)
    told = [shown.checks[check] for check in missing if check in shown.checks and shown.checks[check].fix]
    if told:
        console.print()
        console.print(Text("How to mend it", "bold"))
    for check in told[:_FIXES]:
        console.print(Text.assemble((f"{check.title or check.id}: ", ""), (check.fix, "dim")))


def _title(checks: Mapping[str, Check], check: str) -> str:
    return (checks[check].title or check) if check in checks else check


def render_overview(console: Console, found: Overview, zone: ZoneInfo) -> None:
    """Print who has how much to mend, and who gets the own list."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("team" if found.by_team else "owner", overflow="fold")
    for heading in ("to mend", "critical", "not listed", "new", "mended"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found.rows:
        cells = (row.records, row.critical, row.beyond, row.new, row.mended)
        table.add_row(Text(row.title), *("?" if cell is None else words.count(cell) for cell in cells))
    if found.rows:
        console.print(table)
        console.print()
    else:
        console.print("Nobody has anything to mend.")
    since = "not available" if found.since is None else f"since {words.moment(found.since, zone)}"
    notes = [f"Checked {words.moment(found.as_of, zone)}. New and mended: {since}."]
    if any(row.beyond for row in found.rows):
        notes.append("Not listed here: what fails a check that too many fail for the monitor to keep their keys.")
    if found.by_team:
        notes.append("Nobody is named without a mandate: crm-monitor mandate check says what it lacks.")
    for note in notes:
        console.print(Text(note, "dim"))
    if found.asked:
        console.print()
        console.print(_asked(found.asked, zone))


def _asked(asked: Sequence[Asked], zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("gets the own list", "since", "last told"):
        table.add_column(heading, overflow="fold")
    for one in asked:
        last = "" if one.last is None else words.moment(one.last.sent_at, zone) if one.last.sent_at else "not arrived"
        table.add_row(Text(one.name), words.moment(one.asked_at, zone), last)
    return table
