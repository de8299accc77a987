"""Everything that one digest shows, as plain data in no language: stored, and rendered the same a year later.

Words come at the edge: codes and parameters here, titles of checks and measures as their files write them (a built-in
title is a msgid). Names of persons are here only where ``naming`` allows them, or on a person's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.naming import Naming
from monitor.adoption.note import Note
from monitor.adoption.scorecard import Share
from monitor.adoption.week import IsoWeek
from monitor.digest.period import Period
from monitor.quality.check import Attribution, Dimension, Severity

Titles = Mapping[str, Mapping[str, str]]
"""``measure:NAME``, ``status:NAME``, ``status:NAME:about``, ``figure:NAME``, ``figure:NAME:about`` -> language -> text:
what a project's own files say, English always among them."""

TROUBLED = ("fading", "dormant", "never")
"""The built-in statuses that somebody should ask about: those first who used the CRM lately."""

LINE_WEEKS = 12
"""How many weeks every line has, oldest first, the digest's own week last."""


class Kind(StrEnum):
    """Whose digest: a manager's (the own subtree), the sponsor's (the whole), a person's own page."""

    MANAGER = "manager"
    SPONSOR = "sponsor"
    OWN = "own"


class SubjectKind(StrEnum):
    CHECK = "check"  # key: a check's id; name: its title
    PERSON = "person"  # key and name of a user: never without naming
    TEAM = "team"
    FIGURE = "figure"  # key: a FigureId; no name
    SELF = "self"  # the reader


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about. ``name`` as it was then; empty where the words come from the language."""

    kind: SubjectKind
    key: str = ""
    name: str = ""

    @property
    def is_person(self) -> bool:
        return self.kind is SubjectKind.PERSON

    @property
    def text(self) -> str:
        """``check:ID``, ``person:KEY``: as the store files an action."""
        return f"{self.kind}:{self.key}" if self.key else str(self.kind)


class ActionKind(StrEnum):
    """What to do. Subject, ``now`` and ``before`` stand behind each; a digest has at most one of a kind."""

    OVERDUE = "overdue"  # check; deals past their close date: redate or lose them
    GREW = "grew"  # check; records that got more: take it up today
    RECORDS = "records"  # check; the records most worth mending
    NEW_RECORDS = "new_records"  # figure; new records are left incomplete (shares)
    PERSON = "person"  # person; ask how it goes, see the reason (active days in 4 weeks, usual ones)
    TEAM_QUIETER = "team_quieter"  # team; active days per person and week, now and usual
    WON_QUICKLY = "won_quickly"  # figure; deals are entered when they are won (shares)
    OWN_USE = "own_use"  # self; open a deal in the team meeting
    MANAGERS_USE = "managers_use"  # figure; speak with the managers who do not use it (shares)
    UNUSED_SEATS = "unused_seats"  # figure; now: seats; amount: their cost per month
    OWNER_GONE = "owner_gone"  # check; records of somebody who left: to the admin
    ADMIN_RECORDS = "admin_records"  # check; records that the admin has to mend: for information
    REMOVED = "removed"  # what it was about may not be shown any more; the number of the action stays


class ReasonCode(StrEnum):
    """Why an action was chosen. Parameters stand behind each; shares are 0 to 1, weeks ``2026-W47``."""

    OVER_LIMIT = "over_limit"  # count, rows, share, limit
    AT_STAKE = "at_stake"  # count, rows (amount: in the action)
    GREW = "grew"  # before, now (a week ago)
    BACKLOG = "backlog"  # count, rows, share
    BELOW_GOAL = "below_goal"  # value, goal (a share that should be higher)
    ABOVE_GOAL = "above_goal"  # value, goal (a share that should be lower)
    FADING = "fading"  # active_days (4 weeks), usual_days (4 weeks), since
    DORMANT = "dormant"  # weeks (without activity; 0 where not known), since
    NEVER = "never"  # days (since the start; 0 where not known)
    ATTENTION = "attention"  # status (one of the project's own), since
    QUIETER = "quieter"  # now, usual (active days per person and week; on a monthly page: of the month before)
    NO_CHANGE_SINCE = "no_change_since"  # since
    NEVER_CHANGED = "never_changed"
    OWNER_LEFT = "owner_left"  # count
    ADMIN_HAS_IT = "admin_has_it"  # count, rows
    REMOVED = "removed"
    SEATS = "seats"  # bought, free (assigned to nobody), unused (60 days); 0 where not known


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    params: Mapping[str, str | int | float] = field(default_factory=dict)


class Who(StrEnum):
    YOU = "you"
    ADMIN = "admin"  # the reader need do nothing


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A failing record in the CRM, by its address and what tells it from others: what it is worth, when it was made.

    It has no name: those are never stored.
    """

    link: str
    amount: Decimal | None = None
    created: date | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do this week. ``command`` lists the records, of the whole: a form adds the reader's scope; ``link``
    opens the CRM's own list of such records, all of them; either may be empty. ``records`` are the largest few.

    ``weeks`` counts the digests in a row that asked for it, this one included. ``rank`` is what it was chosen by.
    """

    number: int
    kind: ActionKind
    subject: Subject
    reason: Reason
    now: float | None = None
    before: float | None = None
    amount: Decimal | None = None
    link: str = ""
    command: str = ""
    who: Who = Who.YOU
    weeks: int = 1
    rank: float = 0.0
    records: tuple[RecordLink, ...] = ()

    @property
    def id(self) -> str:
        """The same in every digest that asks for the same thing."""
        return f"{self.kind}:{self.subject.key}"


class Outcome(StrEnum):
    """What became of an action."""

    OPEN = "open"  # not done, or nobody said
    DONE = "done"
    IRRELEVANT = "irrelevant"


@dataclass(frozen=True, slots=True)
class LastAction:
    """An action of the digest before. ``now`` is its count today, None where it cannot be told."""

    action: Action
    outcome: Outcome
    now: float | None = None


@dataclass(frozen=True, slots=True)
class Better:
    """What got better: failing records of a check, or a figure (then the numbers are the figure's)."""

    subject: Subject
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """Events of one measure in the week, and the own mean over the four weeks before; None: not available."""

    name: str
    title: str
    count: int | None
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's week. None is "not available". ``line`` and ``usual`` are active days per week.

    ``lag`` is the median of working days between happening and entering; ``because`` the figures behind the status,
    which may be older than ``since`` where that is ``at_least``.
    """

    key: str
    name: str
    team: str = ""
    status: str = ""
    since: IsoWeek | None = None
    because: Mapping[str, float] = field(default_factory=dict)
    active_days: int | None = None
    working_days: float | None = None
    usual: float | None = None
    created: int | None = None
    updated: int | None = None
    complete: Share = field(default_factory=lambda: Share(0, 0))
    areas: Share = field(default_factory=lambda: Share(0, 0))
    lag: float | None = None
    last_active: date | None = None
    line: tuple[int | None, ...] = ()
    counts: tuple[MeasureCount, ...] = ()
    notes: tuple[Note, ...] = ()
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team, or several that are too small to be shown alone (``merged`` of them, then no key and no name).

    ``active_days``, ``usual`` and ``line`` are per person and full week of five working days, so that a week with
    holidays is no drop; None where nobody was to work. ``usual`` is of the four weeks before, or of the month before.
    ``at_work`` is how many people each week of ``line`` is of.
    """

    key: str
    name: str
    people: int
    merged: int = 0
    active_days: float | None = None
    usual: float | None = None
    line: tuple[float | None, ...] = ()
    figures: tuple[Figure, ...] = ()
    at_work: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ManagementUse:
    """What managers themselves do: the reader's own use (``managers`` is 1), or that of all managers for the sponsor.

    None is "not available": reading leaves no trace. ``last_change`` is the week of the newest change to a deal.
    """

    managers: int = 1
    active: int | None = None  # managers active in at least 3 of 4 weeks
    active_days: int | None = None  # in these 4 weeks, all managers together
    deals_changed: int | None = None
    last_change: IsoWeek | None = None
    digests: int = 0
    acknowledged: int = 0
    actions: int = 0
    done: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class SeatsRow:
    """Seats bought, used in 60 days, held so long and not used, and of those never used; ``assigned`` to a person.

    None is not told: of use where the history is short, of ``assigned`` in digests of before it was. ``cost`` is that
    of the idle per month: of those assigned to nobody and of the unused. ``other`` are of people who are new or were
    away, ``hidden`` of people who are too few to be told of.
    """

    bought: int | None
    active: int | None
    unused: int | None
    never: int | None
    cost: Decimal | None = None
    currency: str = ""
    assigned: int | None = None
    other: int | None = None
    hidden: int = 0

    @property
    def free(self) -> int | None:
        """Seats bought and assigned to nobody."""
        return None if self.bought is None or self.assigned is None else max(0, self.bought - self.assigned)

    @property
    def idle(self) -> int:
        """Seats that are paid for and not used, as far as is known."""
        return (self.free or 0) + (self.unused or 0)


@dataclass(frozen=True, slots=True)
class QualityCount:
    """A check's result among the records of the people in scope: ``count`` of ``rows`` fail; ``before`` a week ago, on
    a monthly page a month ago.

    On a person's own page what the person took over in the last 30 days is left out of all these, ``left_out`` records
    that fail now; None: of some or all it cannot be told. ``came_over``: so many of ``count`` had another owner
    ``before``, which is no growth; None likewise.

    ``amount`` is the value of the failing deals, None where there is none. ``mind`` is why it may mislead. ``command``,
    ``list_link`` and ``records``: see ``Action``; a stored digest has the records with its actions alone.
    """

    check: str
    title: str
    entity: str
    dimension: Dimension
    severity: Severity
    attribution: Attribution
    count: int
    rows: int | None = None
    amount: Decimal | None = None
    before: int | None = None
    before_rows: int | None = None
    warn: float | None = None
    fail: float | None = None
    list_link: str = ""
    command: str = ""
    why: str = ""
    fix: str = ""
    mind: str = ""
    tags: frozenset[str] = frozenset()
    records: tuple[RecordLink, ...] = ()
    left_out: int | None = 0
    came_over: int | None = 0


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at a person's page (``key`` and name), when (UTC), by what (a command, a digest): for the own page."""

    key: str
    who: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class MandateText:
    """What the measuring is for, whom to ask, and what it is not for, in the words of ``config/mandate.yaml``."""

    purpose: str = ""
    contact: str = ""
    not_for: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One digest. Moments are UTC, ``zone`` is where they are shown.

    ``title`` is a team's name, teams' names, the company (the whole), or on an own page the person's name; it may be
    empty. ``people`` counts the persons in scope, None where that says nothing; ``too_few``: they are fewer than five,
    so that without names nothing is told of them. ``headline`` names the figures of the first screen; ``figures`` has
    all there are. Blocks without input are empty or None.
    """

    kind: Kind
    recipient: str
    period: Period
    zone: str
    created_at: datetime
    naming: Naming
    company: str = ""
    currency: str = ""
    data_as_of: datetime | None = None
    title: str = ""
    people: int | None = None
    actions: tuple[Action, ...] = ()
    last_period: str = ""
    last_actions: tuple[LastAction, ...] = ()
    headline: tuple[FigureId, ...] = ()
    figures: tuple[Figure, ...] = ()
    better: tuple[Better, ...] = ()
    uncertain: tuple[Note, ...] = ()
    person_rows: tuple[PersonRow, ...] = ()
    team_rows: tuple[TeamRow, ...] = ()
    management: ManagementUse | None = None
    seats: SeatsRow | None = None
    quality: tuple[QualityCount, ...] = ()
    looks: tuple[Look, ...] = ()
    mandate: MandateText | None = None
    measures: Mapping[str, str] = field(default_factory=dict)  # name -> title, for notes that name a measure
    titles: Titles = field(default_factory=dict)  # the project's own, where they are not those of the program
    too_few: bool = False
    attention: tuple[str, ...] = TROUBLED  # statuses that somebody should ask about, in the order of the page

    @property
    def weeks(self) -> tuple[IsoWeek, ...]:
        """The weeks of every line, oldest first."""
        return self.period.week.back(LINE_WEEKS)

    def figure(self, wanted: FigureId) -> Figure | None:
        """One of the figures, or None where the digest has it not."""
        return next((figure for figure in self.figures if figure.id is wanted), None)
