"""Puts a digest together: what is known about a scope, cut down to what its reader may see. Pure.

The scope, the groups (suppression applied) and the figures come from the adoption room; nothing is counted anew here.
Without naming no person's row, name or key gets in, and numbers about fewer than five people are taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.adoption.few import nameless
from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scorecard import Scorecard
from monitor.digest.actions import PastDigest, better, choose, last_actions
from monitor.digest.actions_rules import Situation
from monitor.digest.build_rows import (
    Cards,
    Group,
    measure_counts,
    person_row,
    person_rows,
    team_row,
)
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    TROUBLED,
    Kind,
    LastAction,
    Look,
    ManagementUse,
    MandateText,
    PersonRow,
    QualityCount,
    SeatsRow,
    Snapshot,
    SubjectKind,
    TeamRow,
    Titles,
)

MOST_HEADLINE = 3
MOST_TEAMS_IN_TITLE = 3
_MANAGERS_HEADLINE = (FigureId.TOUCHED_VALUE, FigureId.NEW_COMPLETE, FigureId.LAG)
_SPONSORS_HEADLINE = (FigureId.SEATS_ACTIVE, FigureId.TOUCHED_VALUE, FigureId.MANAGERS_USE)
_SAYS_NOTHING = (NoteCode.NOTHING_TO_MEASURE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all digests of a run have in common. ``created_at`` is UTC, ``measures`` are titles by name,
    ``titles`` what the project's own files call things, ``attention`` the statuses that somebody should ask about."""

    period: Period
    zone: str
    created_at: datetime
    company: str = ""
    currency: str = ""
    data_as_of: datetime | None = None
    mandate: MandateText | None = None
    measures: Mapping[str, str] = field(default_factory=dict)
    titles: Titles = field(default_factory=dict)
    attention: tuple[str, ...] = TROUBLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a scope. ``people`` are keys of the persons in it; ``groups`` are its teams as suppression
    left them, none where there is only one; ``quality`` is of the records that these people own. ``managers_named``:
    the sponsor is somebody who may see each of the managers by name. ``too_few``: nothing is told of the people."""

    people: Sequence[str] = ()
    cards: Cards = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    groups: Sequence[Group] = ()
    quality: Sequence[QualityCount] = ()
    management: ManagementUse | None = None
    seats: SeatsRow | None = None
    managers_named: bool = False
    too_few: bool = False


def build_manager(
    frame: Frame,
    recipient: str,
    organisation: Organisation,
    naming: Naming,
    facts: Facts,
    history: Sequence[PastDigest] = (),
) -> Snapshot:
    """A manager's week: the own subtree; its people by name where ``naming`` allows. ``history`` is newest first."""
    rows: tuple[PersonRow, ...] = ()
    if naming.allowed:
        rows = person_rows(facts.people, facts.cards, organisation, frame.period.week, frame.attention)
    title = _title(facts.people, organisation)
    return _digest(
        Kind.MANAGER,
        frame,
        recipient,
        title,
        naming,
        _cut(facts, naming, Kind.MANAGER, recipient),
        rows,
        _MANAGERS_HEADLINE,
        history,
    )


def build_sponsor(
    frame: Frame, recipient: str, naming: Naming, facts: Facts, history: Sequence[PastDigest] = ()
) -> Snapshot:
    """The sponsor's month: the whole, by team. It names nobody, whatever the mandate says: it is not about persons."""
    cut = _cut(facts, naming, Kind.SPONSOR, recipient)
    return _digest(Kind.SPONSOR, frame, recipient, frame.company, naming, cut, (), _SPONSORS_HEADLINE, history)


def build_own(
    frame: Frame,
    member: Member,
    naming: Naming,
    cards: Sequence[Scorecard] = (),
    quality: Sequence[QualityCount] = (),
    looks: Sequence[Look] = (),
    history: Sequence[PastDigest] = (),
) -> Snapshot:
    """A person's own page: the own week and records, and who looked. ``naming`` is what others may see of it."""
    card = next((card for card in cards if card.week == frame.period.week and card.user == member.key), None)
    own = [other for other in cards if other.user == member.key]
    rows = () if card is None else (person_row(member, card, own, counts=measure_counts(card, frame.measures)),)
    facts = Facts(people=(member.key,), quality=quality)
    page = _digest(Kind.OWN, frame, member.key, member.name, naming, facts, rows, (), history)
    notes = (*_inherited(page.quality), *(card.notes if card else ()))
    return replace(page, people=None, looks=tuple(looks), uncertain=_distinct((*page.uncertain, *notes)))


def _inherited(quality: Sequence[QualityCount]) -> Iterator[Note]:
    """What is to be said of records that the reader took over lately: that some are left out, or may not be."""
    if any(one.left_out for one in quality):
        yield Note(NoteCode.INHERITED)
    if any(one.left_out is None and one.count for one in quality):
        yield Note(NoteCode.INHERITED_UNKNOWN)


def _digest(
    kind: Kind,
    frame: Frame,
    recipient: str,
    title: str,
    naming: Naming,
    facts: Facts,
    rows: tuple[PersonRow, ...],
    headline: Sequence[FigureId],
    history: Sequence[PastDigest],
) -> Snapshot:
    history = _told(history, kind, naming)
    least = 0 if naming.allowed and kind is Kind.MANAGER else LEAST_GROUP
    teams = tuple(team_row(group, facts.cards, frame.period, least) for group in facts.groups)
    figures = {figure.id: figure for figure in facts.figures}
    situation = Situation(
        kind, frame.period, tuple(facts.quality), figures, rows, teams, facts.management, facts.seats, frame.attention
    )
    return Snapshot(
        kind,
        recipient,
        frame.period,
        frame.zone,
        frame.created_at,
        naming,
        company=frame.company,
        currency=frame.currency,
        data_as_of=frame.data_as_of,
        title=title,
        people=len(facts.people),
        too_few=facts.too_few,
        actions=choose(situation, history),
        last_period=history[0].period if history else "",
        last_actions=last_actions(situation, history),
        headline=_headline(figures, headline),
        figures=tuple(figures[wanted] for wanted in FigureId if wanted in figures),
        better=better(situation),
        uncertain=_uncertain(facts, figures, headline),
        person_rows=rows,
        team_rows=tuple(row for row in teams if _says_something(row)),
        management=facts.management,
        seats=facts.seats,
        quality=tuple(replace(count, records=()) for count in facts.quality),
        mandate=frame.mandate,
        measures=frame.measures,
        titles=frame.titles,
        attention=frame.attention,
    )


def _cut(facts: Facts, naming: Naming, kind: Kind, reader: str) -> Facts:
    """The facts without what would tell of a few people; suppression did most of it, this is the last look.

    Their records are among it: how many of them fail, of a team of one, is a figure of one person. The sponsor's digest
    names nobody, whatever the mandate says. Who reads it makes no group large.
    """
    if naming.allowed and kind is not Kind.SPONSOR:
        return facts
    few = len(set(facts.people) - {reader}) < LEAST_GROUP
    groups = [replace(group, figures=nameless(group.figures)) for group in facts.groups]
    return replace(
        facts,
        figures=() if few else nameless(facts.figures),
        groups=[] if few else [group for group in groups if len(group.people) >= LEAST_GROUP],
        quality=() if few else facts.quality,
        seats=None if few else facts.seats,
        management=facts.management if kind is Kind.MANAGER or facts.managers_named else _management(facts.management),
        too_few=few,
    )


def _told(history: Sequence[PastDigest], kind: Kind, naming: Naming) -> list[PastDigest]:
    """The digests before; a mandate that has lapsed since takes their names along."""
    if kind is Kind.OWN or naming.allowed:
        return list(history)
    return [replace(past, actions=tuple(last for last in past.actions if not _about_person(last))) for past in history]


def _about_person(last: LastAction) -> bool:
    return last.action.subject.kind is SubjectKind.PERSON


def _management(use: ManagementUse | None) -> ManagementUse | None:
    """What managers do, without the numbers where they are fewer than five."""
    if use is None or use.managers >= LEAST_GROUP:
        return use
    note = Note(NoteCode.TOO_FEW_PEOPLE, {"least": LEAST_GROUP})
    told = (one for one in use.notes if one.code is not NoteCode.NOT_SEEN_READING)  # that one of them leaves no trace
    return ManagementUse(use.managers, notes=(*told, note))


def _title(people: Sequence[str], organisation: Organisation) -> str:
    """The names of the scope's teams, those with most people first."""
    sizes: dict[str, int] = {}
    for key in people:
        member = organisation.members.get(key)
        if member is not None and member.team_key in organisation.teams:
            sizes[member.team_key] = sizes.get(member.team_key, 0) + 1
    names = [organisation.teams[key].name for key in sorted(sizes, key=lambda key: (-sizes[key], key))]
    more = len(names) - MOST_TEAMS_IN_TITLE
    return ", ".join(names[:MOST_TEAMS_IN_TITLE]) + (f" +{more}" if more > 0 else "")


def _headline(figures: Mapping[FigureId, Figure], wanted: Sequence[FigureId]) -> tuple[FigureId, ...]:
    """The wanted three; where one has no value, the next that matters and has one."""
    order = [*wanted, *(other for other in FigureId if other not in wanted)] if wanted else []
    told = [figure for figure in order if figure in figures and figures[figure].value is not None]
    return tuple(told[:MOST_HEADLINE])


def _uncertain(facts: Facts, figures: Mapping[FigureId, Figure], headline: Sequence[FigureId]) -> tuple[Note, ...]:
    first = [figures[wanted] for wanted in headline if wanted in figures]
    notes = [note for figure in (*first, *figures.values()) for note in figure.notes]
    return _distinct((*notes, *(facts.management.notes if facts.management else ())))


def _distinct(notes: Sequence[Note]) -> tuple[Note, ...]:
    kept: list[Note] = []
    for note in notes:
        if note not in kept and note.code not in _SAYS_NOTHING:
            kept.append(note)
    return tuple(kept)


def _says_something(row: TeamRow) -> bool:
    return row.active_days is not None or bool(row.line) or any(figure.value is not None for figure in row.figures)
