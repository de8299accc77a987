"""An incident told as a message: opened (and edited while open), resolved, and the reply that says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.messages import figures
from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount
from monitor.messages.alert_care import buttons, care_fields, person
from monitor.messages.tree import Field, Fields, Footer, Heading, Mention, Message, Paragraph, Span, Tone

MOST_TEAMS = 12
_STATES = {
    "fail": ("\N{LARGE RED CIRCLE}", "Failing", Tone.FAILING),
    "warn": ("\N{LARGE ORANGE DIAMOND}", "Warning", Tone.WARNING),
    "error": ("\N{CONSTRUCTION SIGN}", "Could not check", Tone.SYSTEM),
    "no_rows": ("\N{CONSTRUCTION SIGN}", "Nothing to check", Tone.SYSTEM),
    "pass": ("\N{LARGE YELLOW CIRCLE}", "Recovering", Tone.WARNING),  # well again, but not for long enough
    "no_data": ("\N{LARGE YELLOW CIRCLE}", "Recovering", Tone.WARNING),
}
_NO_RESULT = ("error", "no_rows")
_RESOLVED = ("\N{WHITE HEAVY CHECK MARK}", "Resolved", Tone.RESOLVED)
_LANGUAGES = ("en",)


def alert_message(view: AlertView, *, language: str = "en") -> Message:
    """The incident's root message; of a resolved incident, what the root is edited into.

    Raises ValueError for a language that the program has no texts in.
    """
    _known(language)
    if view.state is AlertState.RESOLVED:
        return resolved_message(view, language=language)
    emoji, word, tone = _STATES.get(view.status, _STATES["warn"])
    if view.severity == "critical" and view.status in ("fail", "warn"):
        word = f"{word}, critical"
    headline = _headline(view)
    fields = tuple(_error_fields(view) if view.status in _NO_RESULT else _open_fields(view))
    blocks = (
        Heading(f"{emoji} {word}: {view.title}"),
        *((Paragraph((Span(headline, bold=True),)),) if headline else ()),
        *((Fields(fields),) if fields else ()),
        *((Mention(view.mention),) if view.mention else ()),
        _footer(view),
        *buttons(view),
    )
    return Message(_summary(word, view.title, headline), blocks, tone)


def resolved_message(view: AlertView, *, language: str = "en") -> Message:
    """What the root message says once the incident is resolved: where it stands now, and for how long it was open."""
    _known(language)
    emoji, word, tone = _RESOLVED
    headline = _now_headline(view)
    blocks = (
        Heading(f"{emoji} {word}: {view.title}"),
        Paragraph((Span(headline, bold=True), *_open_for(view))),
        *((Fields(_command(view)),) if view.unexpected and view.command and not view.ended else ()),
        _footer(view),
    )
    return Message(_summary(word, view.title, headline), blocks, tone)


def resolved_reply(view: AlertView, *, language: str = "en") -> Message:
    """The reply in the root's thread when the incident is resolved; short, as the root says the rest."""
    _known(language)
    emoji, word, tone = _RESOLVED
    headline = _now_headline(view)
    spans = (Span(f"{emoji} {word}: {view.title}. ", bold=True), Span(headline), *_open_for(view))
    return Message(_summary(word, view.title, headline), (Paragraph(spans), Footer((_data_as_of(view),))), tone)


def changed_reply(view: AlertView, *, word: str = "Worse", language: str = "en") -> Message:
    """The reply in the thread when the incident got worse, or came back (``word``); the root has the rest."""
    _known(language)
    emoji, _, tone = _STATES.get(view.status, _STATES["warn"])
    headline = _headline(view)
    where = (Span(f". Where from: {view.origin.what} {_against(view.origin)}"),) if view.origin else ()
    spans = (Span(f"{emoji} {word}: {view.title}. ", bold=True), Span(headline), *where)
    return Message(_summary(word, view.title, headline), (Paragraph(spans), Footer((_data_as_of(view),))), tone)


def overdue_reply(view: AlertView, *, language: str = "en") -> Message:
    """The reply in the thread when the day is over by which it was to be mended; it calls who has it."""
    _known(language)
    emoji, _, tone = _STATES.get(view.status, _STATES["warn"])
    headline = _headline(view)
    day = (Span(f". It was due {figures.day(view.due)}"),) if view.due else ()
    whose = (Span("; "), person(view.assignee), Span(" has it")) if view.assignee else ()
    spans = (Span(f"{emoji} Overdue: {view.title}. ", bold=True), Span(headline), *day, *whose)
    return Message(_summary("Overdue", view.title, headline), (Paragraph(spans), Footer((_data_as_of(view),))), tone)


def _known(language: str) -> None:
    if language not in _LANGUAGES:
        raise ValueError(f"there are no messages in the language {language!r}, only in: {', '.join(_LANGUAGES)}")


def _summary(word: str, title: str, headline: str) -> str:
    return f"{word}: {title}: {headline}" if headline else f"{word}: {title}"


def short(view: AlertView) -> str:
    """The incident in one line, for a list of several: ``🔴 Offers without amount: 34 of 212 (16%, limit 15%)``."""
    if view.state is AlertState.RESOLVED:
        return f"{_RESOLVED[0]} {view.title}: {_now_headline(view)}"
    emoji, _, _ = _STATES.get(view.status, _STATES["warn"])
    figure = _figure(view) or _sentence(view.reason if view.status == "error" else view.observed)
    return f"{emoji} {view.title}: {figure}" if figure else f"{emoji} {view.title}"


def _headline(view: AlertView) -> str:
    """``34 of 212 (16%, limit 15%), +12 since Friday``; for a check on a table as a whole, what was seen."""
    figure = _figure(view)
    if not figure:
        return _sentence(view.reason if view.status == "error" else view.observed)
    return figure + _usual(view) + _change(view)


def _usual(view: AlertView) -> str:
    """What is usual of a share, where the check is compared with its own history."""
    return f", {view.observed}" if view.observed and view.rows else ""


def _now_headline(view: AlertView) -> str:
    if view.ended:
        return _sentence(view.ended)
    figure = f"{_figure(view)}{_usual(view)}" if _figure(view) else view.observed
    return f"Now {figure}" if figure else "Back within its limits"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure(view: AlertView) -> str:
    if view.status in _NO_RESULT or view.unexpected is None:
        return ""
    if view.rows is None:
        return figures.count(view.unexpected)
    text = f"{figures.count(view.unexpected)} of {figures.count(view.rows)}"
    if not view.rows:
        return text
    share = view.unexpected / view.rows
    if view.limit is None:
        return f"{text} ({figures.percent(share)})"
    return f"{text} ({figures.percent(share, view.limit)}, limit {figures.limit_percent(view.limit)})"


def _change(view: AlertView) -> str:
    """How it moved; silent about what is not known, for "not available" is never zero."""
    when = _since(view)
    if view.change is None:
        return f", {figures.count(view.new)} new {when}" if view.new else ""
    if view.change == 0 and not view.new:
        return f", unchanged {when}"
    moved = figures.change(view.change) if view.change else "as many as before, but others,"
    if view.new is None or view.new == view.change or view.new < view.change:
        return f", {moved} {when}"
    return f", {moved} {when} ({figures.count(view.new)} new, {figures.count(view.new - view.change)} gone)"


def _since(view: AlertView) -> str:
    if view.since is None:
        return "since the run before"
    return f"since {figures.since(view.since, ZoneInfo(view.zone), view.data_as_of)}"


def _open_fields(view: AlertView) -> Iterator[Field]:
    if origin := view.origin:
        yield Field("Where from", (Span(origin.what), Span(f" {_against(origin)}")))
    if not view.attributed and view.unexpected is not None:
        yield Field("Teams", (Span("not available: this check does not say whose records fail"),))
    elif view.teams:
        yield Field("Teams", tuple(_teams(view.teams)))
    if view.amount:
        label = f" {view.amount_label}" if view.amount_label else ""
        yield Field("Money", (Span(figures.money(view.amount, view.currency), bold=True), Span(label)))
    yield from _advice(view)
    if view.mind:
        yield Field("Mind", (Span(view.mind),))
    yield from care_fields(view)
    yield from _command(view)


def _against(origin: Origin) -> str:
    """``(12 of the 12 new, against 0.3% of all records)``."""
    usual = "" if origin.usual is None else f", against {figures.percent(origin.usual)} of all records"
    return f"({figures.count(origin.count)} of the {figures.count(origin.of)} new{usual})"


def _error_fields(view: AlertView) -> Iterator[Field]:
    yield Field("What it means", (Span("the check has no result, so nothing is known of the data it looks at"),))
    yield from _advice(view)
    yield from care_fields(view)
    yield from _command(view)


def _advice(view: AlertView) -> Iterator[Field]:
    if view.why:
        yield Field("Why it matters", (Span(view.why),))
    if view.fix:
        yield Field("How to fix", (Span(view.fix),))


def _command(view: AlertView) -> tuple[Field, ...]:
    spans: list[Span] = []
    listed = view.unexpected is not None and view.status not in _NO_RESULT
    if view.command:
        spans.append(Span(view.command, code=True))
    if view.link:
        spans += [Span("  or  ")] if spans else []
        spans.append(Span("open them in the CRM" if listed else f"open {view.entity} in the CRM", link=view.link))
    label = "Full list" if listed else "Details"
    return (Field(label, tuple(spans)),) if spans else ()


def _teams(teams: tuple[TeamCount, ...]) -> Iterator[Span]:
    """``Nord 14 · Syd 9 · smaller teams 11``; beyond a dozen the rest is counted together."""
    named = [team for team in teams if team.name]
    left_over = sum(team.count for team in teams if not team.name)
    shown, rest = named[:MOST_TEAMS], named[MOST_TEAMS:]
    parts = [(team.name, team.count) for team in shown]
    if rest:
        parts.append((f"{len(rest)} more teams", sum(team.count for team in rest)))
    if left_over:
        parts.append(("smaller teams" if named else "teams under five people", left_over))
    for index, (name, number) in enumerate(parts):
        yield Span(f"{' · ' if index else ''}{name} ")
        yield Span(figures.count(number), bold=True)


def _open_for(view: AlertView) -> tuple[Span, ...]:
    if view.opened_at is None or view.resolved_at is None:
        return ()
    return (Span(f". It was open for {figures.duration(view.resolved_at - view.opened_at)}."),)


def _footer(view: AlertView) -> Footer:
    parts = [_data_as_of(view), view.entity, f"check severity: {view.severity}"]
    if view.incident_id:  # none yet in a preview of what nobody was told of
        opened = f", open since {_moment(view, view.opened_at)}" if view.opened_at and not view.resolved_at else ""
        again = ", comes and goes" if view.flapping else ""
        parts.append(f"incident {view.incident_id}{opened}{again}")
        if not view.assignee and view.state is AlertState.OPEN:
            parts.append("unassigned")
    return Footer(tuple(parts))


def _data_as_of(view: AlertView) -> str:
    if view.data_as_of is None:
        return "Data as of: not available"
    return f"Data as of {_moment(view, view.data_as_of)} ({view.zone})"


def _moment(view: AlertView, at: datetime) -> str:
    return figures.moment(at, ZoneInfo(view.zone), view.data_as_of or view.resolved_at)
