"""What led to a figure, in structured lines: a label, how it is counted, the value and the numbers behind it.

Labels and definitions are plain English, as all that commands print; the digest has words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from monitor.activity.measure import Measure
from monitor.adoption.calendar import LEAST_DAYS, is_working_week
from monitor.adoption.figure import Figure, Unit
from monitor.adoption.figures_load import FiguresSaid
from monitor.adoption.figures_records import median
from monitor.adoption.note import Note
from monitor.adoption.organisation import Member
from monitor.adoption.scorecard import Scorecard, Share
from monitor.adoption.seats import Seats
from monitor.adoption.statuses import VARIABLES, Statuses

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, and how it is counted.

    ``value`` None is "not available". ``unit`` tells how to write it: ``share``, ``days``, ``points`` or nothing.
    ``inputs`` are further numbers by label; ``titles`` are the label per language, where the project gives it.
    """

    label: str
    value: Value
    definition: str = ""
    unit: str = ""
    inputs: tuple[tuple[str, Value], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines in the order in which they are read, and what is uncertain about all of them."""

    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()


class Label(StrEnum):
    """Labels of inputs that several lines share."""

    TOP = "part"
    BOTTOM = "of"
    GOAL_LEAST = "goal, at least"
    GOAL_MOST = "goal, at most"
    LAST_WEEK = "last week"
    USUAL = "mean of the four weeks before"
    INHERITED = "left out: taken over in the last 30 days"


_INPUTS: Mapping[str, str] = {
    "deals": "open deals",
    "deals_touched": "of them touched",
    "value": "their value",
    "value_touched": "value of those touched",
    "won": "deals won",
    "won_quickly": "of them within 7 days",
    "new_records": "new records",
    "fields_asked": "fields asked for",
    "fields_filled": "fields filled",
    "entries": "entries",
    "entries_late": "of them later than 2 working days",
    "teams": "teams compared",
    "best": "best team",
    "worst": "worst team",
    "seats": "seats",
    "away": "not counted: without a working week among the four, not started yet, or not seen as they may only read",
    "never": "never used",
    "started": "people who started",
    "people": "people who used it",
    "managers": "managers",
    "without_trace": "without any trace",
}
"""What ``Figure.inputs`` are called."""


def explain_scorecard(card: Scorecard, member: Member, measures: Sequence[Measure], statuses: Statuses) -> Explanation:
    """Every figure of a scorecard with how it is counted and what led to it."""
    lines = [_status(card, statuses), _working_days(card, member), _active_days(card)]
    lines += [_count(card, measure) for measure in measures if measure.name in card.counts]
    lines += [
        _counted(card, "Records created", card.created, "All measures of kind created together.", "created"),
        _counted(card, "Records changed", card.updated, "All measures of kind changed together.", "updated"),
        _areas(card),
        _lag(card),
        _share(
            "New records complete",
            card.complete,
            "Filled fields, of those asked for, in records created in the last 28 days.",
        ),
    ]
    lines += [_hygiene(card, check, share) for check, share in sorted(card.hygiene.items())]
    lines.append(Line("Last day of use", card.last_active, "The newest day with use beyond a login."))
    return Explanation(tuple(lines), card.notes)


def explain_figures(figures: Sequence[Figure], said: FiguresSaid) -> Explanation:
    """Every figure of a team, a subtree or the whole."""
    lines: list[Line] = []
    notes: dict[str, Note] = {}
    for figure in figures:
        about = said.figures.get(figure.id)
        unit = figure.unit.value
        inputs: list[tuple[str, Value]] = []
        if figure.bottom is not None and figure.unit is Unit.SHARE:
            inputs += [(Label.TOP.value, figure.top), (Label.BOTTOM.value, figure.bottom)]
        inputs += [(_INPUTS.get(name, name), value) for name, value in figure.inputs.items()]
        if figure.goal is not None:
            inputs.append(((Label.GOAL_LEAST if figure.goal.at_least else Label.GOAL_MOST).value, figure.goal.limit))
        inputs += [(Label.LAST_WEEK.value, figure.last_week), (Label.USUAL.value, figure.usual)]
        label = about.title if about is not None else figure.id.value
        titles = about.titles if about is not None else {}
        lines.append(Line(label, figure.value, about.about if about is not None else "", unit, tuple(inputs), titles))
        notes.update({f"{note.code} {sorted(note.params.items())}": note for note in figure.notes})
    return Explanation(tuple(lines), tuple(notes.values()))


def explain_seats(seats: Seats) -> Line:
    """The seats of the whole: those that are paid for and not used, and what they are made of."""
    about = (
        "Seats assigned to nobody, and those held for 60 days or more by somebody who was at work and neither used "
        "the CRM nor logged in. Assigned are those of persons with an active user. The cost is the price of one times "
        "these."
    )
    inputs: list[tuple[str, Value]] = [
        ("bought", seats.bought),
        ("assigned to a person", seats.assigned),
        ("used in 60 days", seats.active),
        ("unused for 60 days", seats.unused),
        ("of these never used", seats.never),
        ("new, away, or not seen", seats.other),
        ("assigned to nobody", seats.free),
        ("cost of one per month", None if seats.per_month is None else f"{seats.per_month} {seats.currency}".strip()),
        ("cost of the unused, per month", None if seats.cost is None else f"{seats.cost} {seats.currency}".strip()),
    ]
    known = seats.free is not None or seats.unused is not None
    label = f"Seats paid for and not used ({seats.of})" if seats.of else "Seats paid for and not used"
    return Line(label, seats.idle if known else None, about, "", tuple(inputs))


def _status(card: Scorecard, statuses: Statuses) -> Line:
    status = statuses.named(card.verdict.status)
    inputs: list[tuple[str, Value]] = [
        (VARIABLES.get(name, name), value) for name, value in card.verdict.because.items()
    ]
    if card.verdict.since is not None:
        label = "since week, at least (nothing is known of before)" if card.verdict.at_least else "since week"
        inputs.append((label, str(card.verdict.since)))
    title = status.title if status is not None else card.verdict.status
    return Line("Status", title, status.about if status is not None else "", "", tuple(inputs))


def _working_days(card: Scorecard, member: Member) -> Line:
    about = "Working days expected: less holidays, days off, quiet weeks, absence, before the start; times part-time."
    working = is_working_week(card.working_days, member.part_time)
    short = f"no: fewer than {LEAST_DAYS} days to be worked; without use it changes no status, and is no week missed"
    inputs: list[tuple[str, Value]] = [
        ("share of full time", member.part_time),
        ("a working week", "yes" if working else short),
    ]
    if member.start is not None:
        inputs.append(("start", member.start))
        inputs.append(("start taken from", member.start_from))
    return Line("Working days", card.working_days, about, "days", tuple(inputs))


def _active_days(card: Scorecard) -> Line:
    about = "Days with at least one event of a measure; a login alone is no use."
    return _counted(card, "Active days", card.active_days, about, "active_days", "days")


def _count(card: Scorecard, measure: Measure) -> Line:
    column = f"{measure.entity}: {measure.user}, {measure.time}"
    definition = f"{column}; {measure.where}" if measure.where else column
    line = _counted(card, measure.title, card.counts[measure.name], definition, measure.name)
    return replace(line, titles=measure.titles)


def _counted(card: Scorecard, label: str, count: int | None, about: str, usual: str, unit: str = "") -> Line:
    """Not available where there never was a trace of the person, and beside the usual otherwise."""
    if card.is_untraced:
        return Line(label, None, about, unit)
    return Line(label, count, about, unit, _usual(card, usual))


def _areas(card: Scorecard) -> Line:
    used, meant = len(card.areas_used & card.areas_meant), len(card.areas_meant)
    about = "Areas used in the last four weeks, of those that the role is meant to use."
    inputs: tuple[tuple[str, Value], ...] = (
        ("used", ", ".join(sorted(card.areas_used))),
        ("meant", ", ".join(sorted(card.areas_meant))),
    )
    return Line("Areas in use", used / meant if meant else None, about, "share", inputs)


def _lag(card: Scorecard) -> Line:
    about = "Working days between what happened in the week and its entry, the median."
    entries: tuple[tuple[str, Value], ...] = (("entries", sum(card.lags.values())),)
    return Line("Logging delay", median(card.lags), about, "days", entries)


def _share(label: str, share: Share, about: str) -> Line:
    inputs: tuple[tuple[str, Value], ...] = ((Label.TOP.value, share.part), (Label.BOTTOM.value, share.of))
    return Line(label, share.value, about, "share", inputs)


def _hygiene(card: Scorecard, check: str, share: Share) -> Line:
    about = (
        "Failing records, of those that the check applies to and the person owns. Failing ones that the person took "
        "over from others in the last 30 days are left out."
    )
    line = _share(check, share, about)
    if check not in card.inherited:  # scored by an earlier version
        return line
    return replace(line, inputs=(*line.inputs, (Label.INHERITED.value, card.inherited[check])))


def _usual(card: Scorecard, name: str) -> tuple[tuple[str, Value], ...]:
    return ((Label.USUAL.value, card.usual[name]),) if name in card.usual else ()
