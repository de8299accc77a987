"""A run on the terminal: findings by entity, then by team, then what happened to incidents and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.app.report import CheckReport, EntityReport, FailOn, RunReport, StatusSum
from monitor.cli import words
from monitor.messages import figures
from monitor.quality.outcome import Status
from monitor.quality.standing_out import StandsOut, stands_out
from monitor.quality.teams import by_team

STYLES = {
    Status.FAIL: "bold red",
    Status.ERROR: "bold magenta",
    Status.WARN: "yellow",
    Status.PASS: "green",
    Status.SKIPPED: "dim",
    Status.NO_DATA: "dim",
    Status.NO_BASELINE: "dim",
}
_ORDER = {status: place for place, status in enumerate(STYLES)}
_WORTH_A_LINE = (Status.FAIL, Status.ERROR, Status.WARN)
_HIDDEN = {
    Status.PASS: "passed",
    Status.SKIPPED: "skipped",
    Status.NO_DATA: "without records to look at",
    Status.NO_BASELINE: "with nothing to be compared with",
}
_OWNERS_SHOWN = 3
_GAP = 2
_LONGEST_TITLE, _LONGEST_OWNERS = 68, 60
_ROOM_FOR_LIMITS = 96


@dataclass(frozen=True, slots=True)
class _Widths:
    """The columns of every table of one report, so that they stand below each other."""

    status: int
    title: int
    records: int
    share: int
    limit: int  # 0 leaves the column out
    change: int  # likewise
    owners: int

    @classmethod
    def of(cls, items: Iterable[CheckReport], available: int) -> _Widths:
        """What the figures need; titles and owners get what is left of ``available`` characters."""
        rows = list(items)
        status = max([4, *(len(_label(item)) for item in rows)])
        records = max([7, *(len(_records(item)) for item in rows)])
        changes = [len(_change(item)) for item in rows if item.change]
        change = max([6, *changes]) if changes else 0
        limit = 5 if available >= _ROOM_FOR_LIMITS else 0
        share = max([5, *(len(_share(item)) for item in rows)])
        gaps = (4 + bool(limit) + bool(change)) * _GAP
        left = max(40, available - status - records - share - limit - change - gaps)
        owners = min(_LONGEST_OWNERS, max(left * 9 // 20, left - _LONGEST_TITLE))
        return cls(status, min(_LONGEST_TITLE, left - owners), records, share, limit, change, owners)


def render(console: Console, report: RunReport, fail_on: FailOn | None, *, verbose: bool = False) -> None:
    """Print the whole report; ``verbose`` shows checks that passed or were skipped as well.

    Without ``fail_on`` nothing is said of delivery and of the exit code: for a report within another text.
    """
    _head(console, report)
    shown = [item for item in report.checks() if verbose or item.outcome.status in _WORTH_A_LINE]
    widths = _Widths.of(shown, console.width)
    for entity in report.entities:
        _entity(console, report, entity, widths, verbose=verbose)
    _teams(console, report)
    _incidents(console, report)
    _foot(console, report)
    if fail_on is not None:
        _consequences(console, report, fail_on)


def _head(console: Console, report: RunReport) -> None:
    console.print()
    crm = "" if report.crm == report.project else f"  ·  {report.crm}"
    console.print(Text.assemble((report.project, "bold"), crm))
    facts = [f"data as of {words.moment(report.data_as_of, report.zone)} ({report.zone.key})"]
    if report.as_of:
        facts.append(f"seen as of {words.moment(report.as_of, report.zone)} (later edits remain)")
    console.print(Text("  ·  ".join(facts), "dim"))
    for note in report.notes:
        console.print(Text(note, "cyan"))


def _entity(console: Console, report: RunReport, entity: EntityReport, widths: _Widths, *, verbose: bool) -> None:
    rows = f"{words.count(entity.facts.rows)} records" if entity.facts else ""
    console.print()
    console.rule(Text.assemble((entity.entity.capitalize(), "bold"), f"  {rows}"), align="left", style="dim")
    if entity.pipeline:
        console.print(Text("  ·  ".join(_in_pipeline(report, part) for part in entity.pipeline)))
    if entity.problem:
        console.print(Text(f"could not be read: {entity.problem}", "bold magenta"))
    own = [item for item in entity.checks if not entity.problem or item.outcome.reason != entity.problem]
    shown = [item for item in own if verbose or item.outcome.status in _WORTH_A_LINE]
    if shown:
        console.print(_table(report, sorted(shown, key=_worst_first), widths))
    if rest := _rest(entity, verbose=verbose):
        console.print(Text(rest, "dim"))


def _in_pipeline(report: RunReport, part: StatusSum) -> str:
    money = "" if part.amount is None else f" for {words.money(part.amount, report.currency)}"
    return f"{part.status or 'no status'} {words.count(part.rows)}{money}"


def _worst_first(item: CheckReport) -> tuple[int, int, float]:
    severity = ("critical", "warning", "info").index(item.outcome.check.severity.value)
    return _ORDER[item.outcome.status], severity, -(item.outcome.share or 0)


def _table(report: RunReport, items: list[CheckReport], widths: _Widths) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True, width=widths.status)
    table.add_column("what fails", width=widths.title, overflow="fold")
    table.add_column("records", justify="right", no_wrap=True, width=widths.records)
    table.add_column("share", justify="right", no_wrap=True, width=widths.share)
    if widths.limit:
        table.add_column("limit", justify="right", no_wrap=True, width=widths.limit)
    if widths.change:
        table.add_column("change", justify="right", no_wrap=True, width=widths.change)
    table.add_column("whose, most first", width=widths.owners, overflow="fold")
    for item in items:
        table.add_row(*_row(report, item, widths))
    return table


def _row(report: RunReport, item: CheckReport, widths: _Widths) -> list[Text | str]:
    outcome = item.outcome
    label = Text(_label(item), STYLES[outcome.status])
    title = outcome.check.title or outcome.check.id
    check_id = "\n".join(["", *wrap(outcome.check.id, widths.title)])  # at its hyphens, where it has to be broken
    if not _records(item):
        said = outcome.reason or outcome.observed
        return [label, Text.assemble(title, (check_id, "dim cyan"), (f"\n{said}" if said else "", "dim"))]
    bound = words.crossed(outcome)[1]
    limit = [Text("" if bound is None else figures.limit_percent(bound), "dim")] if widths.limit else []
    usual = f"\n{outcome.observed}" if outcome.observed else ""
    named = Text.assemble(title, (check_id, "dim cyan"), (usual, "dim"))
    change = [_change(item)] if widths.change else []
    return [label, named, _records(item), _share(item), *limit, *change, _whose(report, item, widths.owners)]


def _label(item: CheckReport) -> str:
    return item.outcome.status.value.upper().replace("_", " ")


def _records(item: CheckReport) -> str:
    outcome = item.outcome
    if outcome.rows is None or outcome.unexpected is None or outcome.reason:
        return ""
    return f"{words.count(outcome.unexpected)} of {words.count(outcome.rows)}"


def _share(item: CheckReport) -> str:
    share = item.outcome.share
    return "" if share is None else figures.percent(share, words.crossed(item.outcome)[1])


def _change(item: CheckReport) -> Text:
    if not item.change:
        return Text("")
    return Text(f"{item.change:+,}", "red" if item.change > 0 else "green")


def _whose(report: RunReport, item: CheckReport, width: int) -> Text:
    """The owners with most failing records, as many as two lines hold; no name is broken."""
    if not item.outcome.attributed:
        return Text("owners not attributed", "dim")
    failing = sorted((part for part in item.outcome.owners if part.unexpected), key=lambda part: -part.unexpected)
    named = [f"{words.owner(part.owner_key, report.directory)} {words.count(part.unexpected)}" for part in failing]
    for shown in range(min(_OWNERS_SHOWN, len(named)), 0, -1):
        rest = [f"{len(named) - shown} more"] if len(named) > shown else []
        lines = _lines([*named[:shown], *rest], width)
        if len(lines) <= 2 or shown == 1:
            return Text("\n".join(lines), "dim")
    return Text("")


def _lines(parts: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 3 <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines


def _rest(entity: EntityReport, *, verbose: bool) -> str:
    hidden: dict[Status, list[str]] = defaultdict(list)
    for item in entity.checks:
        if item.outcome.status not in _WORTH_A_LINE:
            hidden[item.outcome.status].append(item.outcome.check.id)
    said = [f"{len(hidden[status])} {_HIDDEN[status]}" for status in STYLES if status in hidden]
    if entity.problem and (errors := sum(item.outcome.reason == entity.problem for item in entity.checks)):
        said.insert(0, f"{errors} {'check' if errors == 1 else 'checks'} could not be made")
    unjudged = (Status.SKIPPED, Status.NO_BASELINE)
    reasons = sorted({item.outcome.reason for item in entity.checks if item.outcome.status in unjudged} - {""})
    tail = f" ({'; '.join(reasons)})" if reasons and not verbose else ""
    return ", ".join(said) + tail


def _teams(console: Console, report: RunReport) -> None:
    """Failing records per team (a record counts once for each check that it fails), and where a team stands out."""
    outcomes = [
        item.outcome for item in report.checks() if item.outcome.status in _WORTH_A_LINE and item.outcome.owners
    ]
    failing: dict[str, int] = defaultdict(int)
    checked: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        for part in by_team(outcome.owners, report.directory):
            failing[part.team.key if part.team else ""] += part.unexpected
            checked[part.team.key if part.team else ""] += part.rows
    if not any(failing.values()):
        return
    special = stands_out(outcomes, report.directory)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("team", no_wrap=True)
    for heading in ("people", "failings", "of checks", "share"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("stands out by", ratio=1)
    shares = {key: failing[key] / checked[key] for key in failing if checked[key]}
    for key in sorted(shares, key=lambda key: (not key, -shares[key])):
        team = report.directory.teams.get(key)
        table.add_row(
            team.name if team else "(no team)",
            str(team.size) if team else "",
            words.count(failing[key]),
            words.count(checked[key]),
            words.percent(shares[key]),
            _special(special[key]) if key in special else "",
        )
    console.print()
    console.rule(Text("By team, over the checks that warn or fail", "bold"), align="left", style="dim")
    console.print(table)


def _special(one: StandsOut) -> str:
    title = one.outcome.check.title or one.outcome.check.id
    counts = f"{words.count(one.unexpected)} of {words.count(one.rows)}"
    return f"{title}: {counts} ({words.percent(one.share)}, others {words.percent(one.others)})"


def _incidents(console: Console, report: RunReport) -> None:
    told = [change for change in report.incidents if change.change]
    if not told:
        return
    console.print()
    console.rule(Text("Incidents", "bold"), align="left", style="dim")
    for change in told:
        number = f"#{change.incident_id} " if change.incident_id else ""
        said = "" if change.told else f"  (not told: {change.reason.replace('_', ' ')})"
        console.print(Text.assemble((f"{number}{change.change}", "bold"), f"  {change.title}", (said, "dim")))


def _foot(console: Console, report: RunReport) -> None:
    counts = report.counts()
    said = [
        (f"{counts[status]} {status.value.replace('_', ' ')}", STYLES[status]) for status in STYLES if counts[status]
    ]
    console.print()
    number = sum(counts.values())
    line = Text(f"{number} {'check' if number == 1 else 'checks'}: ")
    for place, (words_, style) in enumerate(said):
        line.append(", " if place else "").append(words_, style)
    if known := sum(_is_known(item) for item in report.checks()):
        line.append(
            f"; {known} of those that warn or fail {'is' if known == 1 else 'are'} no worse than the baseline", "dim"
        )
    console.print(line)
    if report.coverage is not None and counts[Status.SKIPPED]:
        asked = (
            f"{counts[Status.SKIPPED]} of {number} checks ask for what this CRM does not have, or its map leaves out"
        )
        console.print(Text(f"coverage {words.percent(report.coverage)}: {asked}", "dim"))


def _is_known(item: CheckReport) -> bool:
    seen = item.outcome.unexpected
    bad = item.outcome.status in (Status.WARN, Status.FAIL)
    return bad and item.baseline is not None and seen is not None and seen <= item.baseline


def _consequences(console: Console, report: RunReport, fail_on: FailOn) -> None:
    if report.delivery and (report.delivery.sent or report.delivery.undelivered):
        console.print(f"Messages: {report.delivery.sent} sent, {report.delivery.undelivered} undelivered")
        for error in report.delivery.errors:
            console.print(Text(f"  {error}", "bold magenta"))
    if report.state_problem:
        console.print(Text(f"Not stored: {report.state_problem}", "bold magenta"))
    console.print(Text(f"exit code {int(report.exit_code(fail_on))}", "dim"))
