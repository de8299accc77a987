"""Snapshots as a real week would give them, with people of the demo's own names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from monitor.adoption.figure import FigureId
from monitor.adoption.naming import Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scorecard import Share
from monitor.demo.names import DENMARK, NORWAY
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Better,
    Kind,
    LastAction,
    Look,
    ManagementUse,
    MandateText,
    MeasureCount,
    Outcome,
    PersonRow,
    QualityCount,
    Reason,
    ReasonCode,
    SeatsRow,
    Snapshot,
    Subject,
    SubjectKind,
    TeamRow,
    Who,
)
from monitor.quality.check import Attribution, Dimension, Severity
from tests.digest.making_figures import WEEK, figures

CREATED = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)
OVERDUE = Subject(SubjectKind.CHECK, "deal-past-close-date", "Open deals past their close date")
NEXT_STEP = Subject(SubjectKind.CHECK, "deal-without-next-step", "Qualified deals without a next step")
_STATUSES = ("active", "active", "fading", "active", "dormant", "occasional", "away", "new", "active", "never")
_LINES = (
    (5, 4, 5, 5, 4, 5, 4, 5, 5, 4, 5, 5),
    (4, 4, 3, 4, 5, 4, 4, 3, 4, 4, 5, 4),
    (5, 5, 4, 5, 4, 4, 5, 4, 2, 1, 1, 0),
    (3, 3, 4, 3, 3, 4, 3, 3, 4, 3, 3, 4),
    (4, 3, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0),
    (1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0, 1),
    (5, 5, 4, 5, 5, 4, 5, 4, 0, 0, 0, 0),
    (None, None, None, None, None, None, None, None, None, 2, 4, 5),
    (4, 5, 4, 4, 5, 5, 4, 5, 4, 5, 4, 4),
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
)


def naming(allowed: bool) -> Naming:
    return Naming(allowed, None if allowed else Note(NoteCode.NO_MANDATE, {"path": "config/mandate.yaml"}))


def actions() -> tuple[Action, ...]:
    return (
        Action(
            1,
            ActionKind.OVERDUE,
            OVERDUE,
            Reason(ReasonCode.OVER_LIMIT, {"count": 9, "rows": 48, "share": 9 / 48, "limit": 0.15}),
            9,
            4,
            Decimal("1930000"),
            "https://crm.example.com/deals?filter=overdue",
            "",
        ),
        Action(
            2,
            ActionKind.GREW,
            NEXT_STEP,
            Reason(ReasonCode.GREW, {"before": 2, "now": 5}),
            5,
            2,
            None,
            "",
            "crm-monitor failing deal-without-next-step",
            weeks=2,
        ),
        Action(
            3,
            ActionKind.ADMIN_RECORDS,
            Subject(SubjectKind.CHECK, "account-without-number", "Accounts without a company number"),
            Reason(ReasonCode.ADMIN_HAS_IT, {"count": 11, "rows": 96}),
            11,
            11,
            who=Who.ADMIN,
        ),
    )


def sponsors_actions() -> tuple[Action, ...]:
    return (
        Action(
            1,
            ActionKind.TEAM_QUIETER,
            Subject(SubjectKind.TEAM, "t4", "Denmark West"),
            Reason(ReasonCode.QUIETER, {"now": 1.9, "usual": 4.1}),
            1.9,
            4.1,
        ),
        Action(
            2,
            ActionKind.UNUSED_SEATS,
            Subject(SubjectKind.FIGURE, "seats_unused"),
            Reason(ReasonCode.SEATS, {"bought": 60, "free": 8, "unused": 5}),
            13,
            amount=Decimal(7800),
        ),
        Action(
            3,
            ActionKind.OWNER_GONE,
            Subject(SubjectKind.CHECK, "deal-owner-gone", "Open deals whose owner is inactive or gone"),
            Reason(ReasonCode.OWNER_LEFT, {"count": 16}),
            16,
            14,
            Decimal(3_600_000),
            "",
            "crm-monitor failing deal-owner-gone",
            Who.ADMIN,
        ),
    )


def last_actions() -> tuple[LastAction, ...]:
    first = replace(actions()[0], now=14, amount=Decimal(2_400_000))
    return (
        LastAction(first, Outcome.DONE, 9),
        LastAction(replace(actions()[1], number=2), Outcome.OPEN, 5),
        LastAction(
            Action(
                3,
                ActionKind.WON_QUICKLY,
                Subject(SubjectKind.FIGURE, "won_quickly"),
                Reason(ReasonCode.ABOVE_GOAL, {"value": 0.13, "goal": 0.1}),
            ),
            Outcome.IRRELEVANT,
        ),
    )


def people() -> tuple[PersonRow, ...]:
    chance = Random(7)
    rows = []
    for number, (status, line) in enumerate(zip(_STATUSES, _LINES, strict=True)):
        country = DENMARK if number % 2 else NORWAY
        name = f"{country.given[number * 3 + 1]} {country.family[number * 2 + 5]}"
        known = [value for value in line[-5:-1] if value is not None]
        asked = 0 if line[-1] == 0 else 40
        rows.append(
            PersonRow(
                f"u{number}",
                name,
                status=status,
                since=WEEK + -(number % 5) if status != "active" else WEEK + -20,
                active_days=line[-1],
                working_days=0 if status == "away" else 5,
                usual=sum(known) / len(known),
                created=chance.randrange(1, 14) if line[-1] else 0,
                updated=chance.randrange(0, 30),
                complete=Share(asked - number, asked) if asked else Share(0, 0),
                areas=Share(3, 4),
                lag=1.5 if asked else None,
                last_active=date(2026, 11, 20 - number) if status != "never" else None,
                line=line,
            )
        )
    return tuple(rows)


def teams() -> tuple[TeamRow, ...]:
    chance = Random(3)
    rows = []
    for name, size, base in (
        ("Denmark East", 12, 4.1),
        ("Denmark West", 9, 3.6),
        ("Norway South", 8, 3.9),
        ("Norway North", 6, 3.1),
    ):
        fall = 0.32 if name == "Denmark West" else 0
        line = tuple(
            round(max(base + chance.uniform(-0.4, 0.4) - fall * max(week - 4, 0), 0.2), 2) for week in range(12)
        )
        shown = tuple(replace(figure, value=(figure.value or 0) - chance.uniform(0, 0.2)) for figure in figures()[:2])
        rows.append(TeamRow(f"t{size}", name, size, 0, line[-1], sum(line[-5:-1]) / 4, line, shown))
    return (
        *rows,
        TeamRow("", "", 7, 2, 2.8, 2.7, (2.6,) * 12, tuple(replace(one, value=None) for one in figures()[:2])),
    )


def quality() -> tuple[QualityCount, ...]:
    def one(
        check: str,
        title: str,
        fix: str,
        numbers: tuple[int, int, int],
        amount: int | None = None,
        attribution: Attribution = Attribution.REP,
        link: str = "",
    ) -> QualityCount:
        count, rows, before = numbers
        return QualityCount(
            check,
            title,
            "opportunities",
            Dimension.TIMELINESS,
            Severity.WARNING,
            attribution,
            count,
            rows,
            None if amount is None else Decimal(amount),
            before,
            rows,
            0.05,
            0.15,
            link,
            "" if link else f"crm-monitor failing {check}",
            "",
            fix,
        )

    return (
        one(
            "deal-past-close-date",
            "Open deals past their close date",
            "Ask the customer, then set a new date or close the deal.",
            (9, 48, 14),
            1_930_000,
            link="https://crm.example.com/deals?filter=overdue",
        ),
        one(
            "deal-without-next-step",
            "Qualified deals without a next step",
            "Write what happens next and when, as agreed with the customer.",
            (5, 41, 2),
            610_000,
        ),
        one(
            "offer-without-amount",
            "Offers without amount",
            "Enter the amount of the offer; where an integration writes the offers, map its total.",
            (3, 22, 3),
        ),
        one(
            "account-without-number",
            "Accounts without a company number",
            "Look it up in the public register of companies, and make the web form ask for it.",
            (11, 96, 2),
            None,
            Attribution.INTEGRATION,
        ),
    )


def manager(*, named: bool = True) -> Snapshot:
    """A manager's week, with or without a mandate."""
    return Snapshot(
        Kind.MANAGER,
        "m1",
        Period.of_week(WEEK),
        "Europe/Copenhagen",
        CREATED,
        naming(named),
        "Nordlys Handel",
        "DKK",
        datetime(2026, 11, 23, 5, 10, tzinfo=UTC),
        "Denmark West",
        42,
        actions(),
        "2026-W46",
        last_actions(),
        (FigureId.TOUCHED_VALUE, FigureId.NEW_COMPLETE, FigureId.LAG),
        figures(),
        (Better(OVERDUE, 14, 9), Better(Subject(SubjectKind.FIGURE, "new_complete"), 0.89, 0.91)),
        (
            Note(NoteCode.INCOMPLETE, {"measure": "emails", "reason": "the mailbox of team Norway is not synced"}),
            Note(NoteCode.NOT_ATTRIBUTABLE, {"measure": "calls", "share": 0.58}),
        ),
        people() if named else (),
        teams(),
        ManagementUse(1, 1, 11, 4, WEEK + -1, 6, 5, 15, 8),
        None,
        quality(),
        mandate=MandateText("To see early where the CRM is not useful, and to mend that.", "crm@example.com")
        if named
        else None,
        measures={"emails": "E-mails", "calls": "Calls", "records_changed": "Records changed"},
    )


def sponsor() -> Snapshot:
    """The sponsor's month: the whole, with seats and managers' use, and nobody by name."""
    base = manager(named=False)
    return replace(
        base,
        kind=Kind.SPONSOR,
        recipient="s1",
        period=Period.of_month(2026, 11),
        title="",
        people=60,
        actions=sponsors_actions(),
        last_period="2026-10",
        last_actions=(),
        seats=SeatsRow(60, 46, 5, 3, Decimal(7800), "DKK", assigned=52),
        management=ManagementUse(9, 6, 88, 23, WEEK, 36, 27, 104, 61, (Note(NoteCode.NOT_SEEN_READING),)),
    )


def own() -> Snapshot:
    """One person's own page."""
    base = manager(named=False)
    row = replace(
        people()[2], counts=(MeasureCount("calls", "Calls", 7, 12.5), MeasureCount("emails", "E-mails", 31, 28))
    )
    return replace(
        base,
        kind=Kind.OWN,
        recipient=row.key,
        title=row.name,
        people=1,
        actions=actions()[:2],
        last_actions=(),
        headline=(),
        figures=(),
        better=base.better[:1],
        person_rows=(row,),
        team_rows=(),
        management=None,
        looks=(Look(people()[0].key, people()[0].name, datetime(2026, 11, 17, 8, 2, tzinfo=UTC), "digest"),),
    )


def empty() -> Snapshot:
    """The least that there can be: a first week without anything."""
    return Snapshot(Kind.MANAGER, "m2", Period.of_week(WEEK), "Europe/Oslo", CREATED, naming(False))
