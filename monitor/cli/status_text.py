"""The status for a person: what is wrong first, then the jobs, then what stands around them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from monitor.app.status import Asked, JobStatus, Standing, Status
from monitor.cli.common import WIDE
from monitor.incidents.model import IncidentKind
from monitor.messages import figures
from monitor.quality.check import Severity
from monitor.store.ledger import JobRun, RunState
from monitor.store.processes import process_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import Console

_STYLES = {Standing.GOOD: "green", Standing.NEW: "dim", Standing.UNDELIVERED: "yellow"}
_NAMED = 2
"""As many jobs are named in the first line, of more only their number."""


def render(console: Console, asked: Asked, found: Status) -> None:
    """Print it."""
    zone, now = asked.configured.zone, found.seen.at
    troubles = _troubles(found)
    head = Text.assemble((asked.configured.settings.name, "bold"), ": ")
    head.append(*_headline(troubles, _about_itself(found)))
    console.print(head)
    console.print(Text(f"{figures.moment(now, zone)} ({zone.key})", style="dim"))
    console.print()
    console.print(_jobs(console, found, zone))
    said = [(one, why) for one in found.jobs if (why := _why(one, now, zone))]
    if said:
        table = _facts()
        for one, why in said:
            table.add_row(Text(one.job.id, _style(one)), why)
        console.print()
        console.print(table)
    console.print()
    console.print(_around(found, zone))


def _headline(troubles: list[str], about_itself: int) -> tuple[str, str]:
    if troubles:
        return ", ".join(troubles), "bold red"
    if about_itself:
        return f"every job runs; {_number(about_itself, 'incident')} about the monitor itself", "bold yellow"
    return "all is well", "bold green"


def _about_itself(found: Status) -> int:
    return sum(number for (kind, *_), number in found.seen.incidents.items() if kind is not IncidentKind.DATA)


def _facts() -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _troubles(found: Status) -> list[str]:
    if found.idle:
        return ["no job has run yet: crm-monitor serve runs them"]
    names: dict[Standing, list[str]] = {}
    for one in found.jobs:
        if one.standing.bad:
            names.setdefault(one.standing, []).append(one.job.id)
    said = [
        f"{' and '.join(jobs) if len(jobs) <= _NAMED else f'{len(jobs)} jobs'} {standing.value}"
        for standing, jobs in names.items()
    ]
    if found.died_at is not None:
        said.insert(0, "crm-monitor serve died")
    return [*said, "messages undelivered"] if found.undelivered else said


def _jobs(console: Console, found: Status, zone: ZoneInfo) -> Table:
    wide = console.width >= WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("job", "stands", "last run", *(("took",) if wide else ()), "next run"):
        table.add_column(heading, no_wrap=True, overflow="fold")
    now = found.seen.at
    for one in found.jobs:
        took = (_took(one.seen.last),) if wide else ()
        cells = (one.job.id, Text(_stands(one), _style(one)), _last(one, now, zone), *took, _at(one.next, now, zone))
        table.add_row(*cells)
    return table


def _style(one: JobStatus) -> str:
    return _STYLES.get(one.standing, "bold red")


def _stands(one: JobStatus) -> str:
    said = {Standing.NEW: "not run yet", Standing.UNDELIVERED: "done"}.get(one.standing, one.standing.value)
    return f"{said}, running" if one.seen.running else said


def _last(one: JobStatus, now: datetime, zone: ZoneInfo) -> str:
    run = one.seen.last
    if run is None:
        return ""
    return _at(run.due_at if run.state is RunState.MISSED else run.finished_at, now, zone)


def _took(run: JobRun | None) -> str:
    if run is None or run.seconds is None:
        return ""
    minutes, seconds = divmod(run.seconds, 60)
    took = f"{int(minutes)} min {int(seconds)} s" if minutes else f"{seconds:.1f} s" if seconds >= 0.1 else "<0.1 s"
    return f"{took}, attempt {run.attempt}" if run.attempt > 1 else took


def _at(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    return figures.moment(at, zone, now) if at else ""


def _why(one: JobStatus, now: datetime, zone: ZoneInfo) -> str:
    last = one.seen.last
    if one.standing is Standing.LATE:
        worked = one.seen.worked
        before = (
            f"it was last done {_at(worked.finished_at, now, zone)}"
            if worked
            else "no run of it that did its work is known"
        )
        return f"was to begin {_at(one.late, now, zone)}, and nobody did; {before}"
    if one.standing is Standing.LEFT:
        return "its process is gone, and nobody goes on with it yet: crm-monitor serve does"
    if last is None or one.standing is Standing.GOOD:
        return ""
    code = "" if last.exit_code is None else f"ended with {last.exit_code}: "
    return f"{code}{last.why or 'see its log'}"


def _around(found: Status, zone: ZoneInfo) -> Table:
    table = _facts()
    about = (
        ("leads", _leader(found, zone)),
        ("open", _incidents(found)),
        ("undelivered", _undelivered(found)),
        ("CRM data", _data(found, zone)),
    )
    for name, text in about:
        table.add_row(Text(name, "dim"), text)
    return table


def _leader(found: Status, zone: ZoneInfo) -> Text:
    lease, now = found.seen.lease, found.seen.at
    if lease is None:
        return Text("nobody: crm-monitor serve never ran on this state")
    if not lease.held:
        host, until = lease.holder.split("/")[0], _at(lease.lapsed_at, now, zone)
        gone = f"{host} did, and gave no sign of life after {until}" if lease.holder else "the last one ended"
        return Text(f"nobody ({gone})", style="bold red" if found.died_at else "yellow")
    return Text(f"{process_of(lease.holder)}, since {_at(lease.taken_at, now, zone)} (term {lease.term})")


def _incidents(found: Status) -> Text:
    data: Counter[Severity] = Counter()
    system = _about_itself(found)
    for (kind, severity, _), number in found.seen.incidents.items():
        if kind is IncidentKind.DATA:
            data[severity] += number
    if not data and not system:
        return Text("no incident")
    said = [f"{data[severity]} {severity.value}" for severity in reversed(Severity) if data[severity]]
    total = sum(data.values())
    text = Text(f"{_number(total, 'incident')} about records")
    text.append(f": {', '.join(said)}" if said else "")
    if system:
        text.append(f"; {system} about the monitor itself", style="bold red")
    return text.append("   crm-monitor incidents list", style="dim")


def _undelivered(found: Status) -> Text:
    waiting, now = found.waiting, found.seen.at
    counts = (
        (waiting.queued + waiting.sending, "waiting"),
        (waiting.failed, "refused"),
        (waiting.unknown, "of unknown fate"),
    )
    said = [f"{number} {what}" for number, what in counts if number]
    text = Text.assemble((", ".join(said) or "nothing", "bold red" if found.undelivered else ""))
    if said and waiting.since is not None:
        text.append(f", the oldest for {figures.duration(now - waiting.since)}")
    if waiting.scheduled:
        text.append(f"; {_number(waiting.scheduled, 'message')} to go out later")
    return text.append("   crm-monitor notify list", style="dim") if said else text


def _data(found: Status, zone: ZoneInfo) -> Text:
    now, as_of, read_at = found.seen.at, found.data_as_of, found.read_at
    if read_at is None:
        return Text("the CRM was not read yet")
    entered = "" if as_of is None else f"; newest record {_at(as_of, now, zone)}, {figures.duration(now - as_of)} ago"
    return Text(f"read {_at(read_at, now, zone)}, {figures.duration(now - read_at)} ago{entered}")


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
