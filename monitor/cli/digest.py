"""``crm-monitor digest``: what managers and the sponsor read, and what became of what it asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from monitor.cli import words
from monitor.cli.adoption import AsOf, Read, Week, looker, parse_week
from monitor.cli.common import HERE, Day, Project, err, in_state, now, out
from monitor.errors import UsageError
from monitor.messages.outgoing import Action, DeliveryState

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.app.digests import Digests, Made, Recipient, Sent
    from monitor.app.project import OpenProject
    from monitor.language import Language
    from monitor.store.digests import Already

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
Who = Annotated[str, typer.Option("--manager", help="One manager's, by login, e-mail or key.")]
For = Annotated[
    str, typer.Option("--for", help="Whose digest, by login, e-mail or key; not needed where there is but one.")
]
When = Annotated[
    str,
    typer.Option("--period", metavar="PERIOD", help="Of which week or month, as 2026-W47 or 2026-11; else the newest."),
]
Number = Annotated[int, typer.Argument(help="The action's number in the digest.", min=1, callback=in_state)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.info.no_args_is_help = False
    app.callback(invoke_without_command=True)(digest)
    app.command("done")(done)
    app.command("seen")(seen)


def digest(
    context: typer.Context,
    project: Project = HERE,
    week: Week = "",
    manager: Who = "",
    sponsor: Annotated[
        bool, typer.Option("--sponsor", help="The sponsor's, of the month that the week ends in.")
    ] = False,
    own: Annotated[str, typer.Option("--own", help="One person's own page, by login, e-mail or key.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Print it; store and send nothing.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Store and send what is due: once per person and period.")
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page that stands alone.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, da or nb; by default the reader's.")] = "",
    as_of: AsOf = None,
    read: Read = True,
) -> int:
    """Show, write or send the digests of a week. Without options: who gets one, and what was sent.

    Exit codes of --send: 0, or 4 when a message is undelivered or nobody at all can be reached.
    """
    if context.invoked_subcommand is not None:
        return 0
    from monitor.app.keeping import keep_no_longer
    from monitor.app.project import open_project

    if language:
        _known(language)
    with open_project(project, dict(os.environ), clock=now) as opened:
        all_of_week = _digests(opened, week, as_of, read=read)
        if send:
            return _send(opened, all_of_week, _chosen(all_of_week, manager, own, sponsor=sponsor, send=True))
        chosen = _chosen(all_of_week, manager, own, sponsor=sponsor)
        if html is not None or preview:
            _show(opened, all_of_week, chosen, html, language)
        else:
            _list(all_of_week, chosen)
        if read:
            keep_no_longer(opened, opened.state)
    return 0


def done(
    number: Number,
    project: Project = HERE,
    whose: For = "",
    period: When = "",
    irrelevant: Annotated[bool, typer.Option("--irrelevant", help="It was not worth doing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said.")] = False,
    note: Annotated[str, typer.Option("--note", help="Why, for next week.")] = "",
) -> int:
    """Say that an action of a digest is done, or irrelevant; the next digest tells.

    Whoever gets both a manager's week and the sponsor's month says which with --period, as the digests do.
    """
    from monitor.app.digest_answers import answer
    from monitor.app.project import open_project
    from monitor.digest.snapshot import Outcome

    outcome = Outcome.OPEN if undo else Outcome.IRRELEVANT if irrelevant else Outcome.DONE
    with open_project(project, dict(os.environ), clock=now) as opened:
        found = answer(opened, whose, _period(period), number, outcome, looker(opened), note)
    out().print(f"Action {number} of the digest of {found.period}: {outcome.value.replace('open', 'taken back')}.")
    return 0


def seen(project: Project = HERE, whose: For = "", period: When = "") -> int:
    """Say that a digest was read: reading leaves no other trace."""
    from monitor.app.digest_answers import acknowledge
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        found = acknowledge(opened, whose, _period(period), looker(opened))
    out().print(f"The digest of {found.period} is noted as read.")
    return 0


def _period(text: str) -> str:
    """The name of a week or month, as digests have it. Raises typer.BadParameter for what is neither."""
    if not text or _MONTH.fullmatch(text):
        return text
    try:
        return str(parse_week(text))
    except typer.BadParameter:
        raise typer.BadParameter(f"{text!r} is no week and no month; write 2026-W47 or 2026-11") from None


def _digests(opened: OpenProject, week: str, as_of: Day | None, *, read: bool) -> Digests:
    from monitor.adoption.week import IsoWeek
    from monitor.app.adoption import Wanted, week_of
    from monitor.app.check import end_of_day
    from monitor.app.digests import Digests

    moment = end_of_day(as_of, opened) if as_of else None
    _, today = week_of(opened, Wanted(as_of=moment))
    wanted = parse_week(week) or IsoWeek.of(today) + -1
    if wanted >= IsoWeek.of(today):
        raise UsageError(f"week {wanted} is not over", hint=f"a digest is of a week that is: {IsoWeek.of(today) + -1}")
    return Digests(opened, wanted, read=read, now=moment)


def _chosen(digests: Digests, manager: str, own: str, *, sponsor: bool, send: bool = False) -> list[Recipient]:
    """Whom the options name; without any of them everybody who is due."""
    from monitor.app.adoption import find_user
    from monitor.app.digests import Recipient
    from monitor.digest.snapshot import Kind

    found: list[Recipient] = []
    if manager:
        key = find_user(digests.opened, manager)
        found = [one for one in digests.managers() if one.key == key]
        if not found:
            raise UsageError(f"{manager} manages nobody", hint="crm-monitor people check says who manages whom")
    if sponsor:
        found.append(digests.sponsor())
    if own:
        key = find_user(digests.opened, own)
        _check_own(digests, key, send=send)
        found.append(Recipient(key, Kind.OWN, digests.maker.frame.period))
    return found or digests.everybody()


def _check_own(digests: Digests, key: str, *, send: bool) -> None:
    """Raises UsageError where a person's page may not be shown or sent."""
    from monitor.app.adoption import check_nameable

    maker, mine = digests.maker, looker(digests.opened) == key
    if digests.members[key].forgotten:
        raise UsageError(
            "nothing is stored of this person", hint="crm-monitor privacy remember takes a forgetting back"
        )
    if not maker.situation.naming.allowed and (send or not mine):
        raise UsageError(
            "without a mandate a person's page is shown to nobody else, and not stored",
            hint="crm-monitor mandate check says what it lacks",
        )
    if not mine:
        check_nameable(maker, key, "")


def _show(opened: OpenProject, digests: Digests, chosen: list[Recipient], html: Path | None, code: str) -> None:
    """Print, or write as HTML: one into the file, several into a folder."""
    who = looker(opened)
    made = [digests.shown_to(who, digests.make(one)) for one in chosen]
    if html is None:
        for one in made:
            _print(one, code)
        return
    into_folder = len(made) > 1 or html.is_dir()
    if into_folder:
        try:
            html.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{html} is no folder: {error.strerror}", hint="several digests are written into a folder; name one"
            ) from None
    for one in made:
        whose = quote(one.recipient.key, safe="")  # a key may be any text
        path = html / f"{one.recipient.kind}-{whose}-{one.recipient.period.name}.html" if into_folder else html
        _write(path, one, code)


def _write(path: Path, made: Made, code: str) -> None:
    from monitor.digest.html import to_html

    try:
        path.write_text(to_html(made.snapshot, _language(made, code)), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", hint="name another file") from None
    out().print(f"{made.member.name}: {path}", markup=False, soft_wrap=True)


def _print(made: Made, code: str) -> None:
    from monitor.digest.text import to_plain

    console = out()
    console.print()
    console.rule(f"{made.member.name}{', as it was stored' if made.stored else ''}", align="left", style="dim")
    console.print(
        to_plain(made.snapshot, _language(made, code), width=min(console.width, 100)), markup=False, highlight=False
    )


def _language(made: Made, code: str) -> Language:
    from monitor.app.digests import DEFAULT_LANGUAGE

    return _known(code or made.member.language or DEFAULT_LANGUAGE)


def _known(code: str) -> Language:
    from monitor.language import UnknownLanguageError, language

    try:
        return language(code)
    except UnknownLanguageError:
        raise UsageError(f"there is no language {code!r}", hint="there are en, da and nb") from None


def _send(opened: OpenProject, digests: Digests, chosen: list[Recipient]) -> int:
    from monitor.app.deliver import deliver
    from monitor.app.keeping import keep_no_longer

    console, zone = out(), opened.project.zone
    made = digests.send(chosen)
    for one in made:
        console.print(f"{one.name}, {one.recipient.kind} {one.recipient.period.name}: {_fate(one, zone)}", markup=False)
    summary = deliver(opened, opened.state)
    why_nobody = digests.why_nobody(made)
    for error in filter(None, (*summary.errors, why_nobody)):
        err().print(error, style="yellow", markup=False, soft_wrap=True)
    counts = [f"{words.count(summary.sent)} messages sent", f"{words.count(summary.waiting)} waiting"]
    if later := sum(_waits(one) for one in made):
        counts.append(f"{words.count(later)} {'digest waits' if later == 1 else 'digests wait'} for the day after")
    if lost := sum(not one.target for one in made):
        counts.append(f"{words.count(lost)} cannot be reached")
    console.print(f"{', '.join(counts)}.")
    keep_no_longer(opened, opened.state)
    return 4 if summary.undelivered or why_nobody else 0


def _fate(sent: Sent, zone: ZoneInfo) -> str:
    if sent.already is not None:
        if sent.already.sent_at is not None:
            return f"was sent on {words.moment(sent.already.sent_at, zone)}"
        if not sent.already.messages:
            return "is stored; nobody could be reached: no Slack ID and no e-mail address"
        return _on_its_way(sent.already, zone)
    if not sent.target:
        return "stored; cannot be reached: no Slack ID and no e-mail address (or neither slack nor smtp is set up)"
    if sent.not_before is not None:
        return f"waits until {words.moment(sent.not_before, zone)}: people see their own pages a day before"
    return f"goes out by {sent.target.partition(':')[0]}"


def _waits(sent: Sent) -> bool:
    return (sent.not_before if sent.already is None else _until(sent.already)) is not None


def _until(already: Already) -> datetime | None:
    """When a digest that was made before is to go out, if that is still ahead."""
    return next((message.not_before for message in already.messages if message.scheduled(now())), None)


def _on_its_way(already: Already, zone: ZoneInfo) -> str:
    """What became of a digest that has not arrived anywhere, as far as one can tell."""
    if (until := _until(already)) is not None:
        return f"is made already, and waits until {words.moment(until, zone)}"
    states = {message.state for message in already.messages if message.action is Action.POST}
    said = {
        DeliveryState.UNKNOWN: "may have arrived or not, and is not sent again by itself",
        DeliveryState.FAILED: "was refused",
    }
    found = next((said[state] for state in said if state in states), "is on its way already")
    return f"{found}; crm-monitor notify list shows it"


def _list(digests: Digests, chosen: list[Recipient]) -> None:
    from rich.table import Table

    from monitor.app.reaching import way

    zone = digests.opened.project.zone
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("whose", "kind", "period", "by", "sent"):
        table.add_column(heading, overflow="fold")
    for one in chosen:
        member = digests.members[one.key]
        found = digests.state.digests.find(one.key, one.kind, one.period.name)
        sent = "" if found is None else words.moment(found.sent_at, zone) if found.sent_at else "stored, not sent"
        by = way(digests.target(member)) or "cannot be reached"
        table.add_row(member.name, str(one.kind), one.period.name, by, sent)
    console = out()
    console.print(table)
    console.print("\n--preview prints them, --html writes pages, --send sends them: once each.", style="dim")
