"""The parts that digests are made of, with what a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from monitor.adoption.figure import Figure, FigureId, Goal, Unit
from monitor.adoption.naming import Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scorecard import Scorecard, Share, Verdict
from monitor.adoption.week import IsoWeek
from monitor.crm.directory import Team
from monitor.digest.build import Frame
from monitor.digest.period import Period
from monitor.digest.snapshot import Look, MandateText, QualityCount
from monitor.quality.check import Attribution, Dimension, Severity

WEEK = IsoWeek(2026, 47)
AT = datetime(2026, 11, 23, 5, 10, tzinfo=UTC)
NAMED = Naming(True)
UNNAMED = Naming(False, Note(NoteCode.NO_MANDATE, {"path": "config/mandate.yaml"}))
FRAME = Frame(
    period=Period.of_week(WEEK),
    zone="Europe/Copenhagen",
    created_at=AT,
    company="Fjord",
    currency="DKK",
    data_as_of=AT,
    mandate=MandateText("To help people use the CRM", "hr@fjord.example", "Not for pay or appraisal"),
    measures={"calls": "Calls logged", "opportunities_created": "Deals created"},
)


def quality(check: str = "deal-without-next-step", count: int = 5, **others: Any) -> QualityCount:
    values: dict[str, Any] = {
        "title": f"Title of {check}",
        "entity": "opportunities",
        "dimension": Dimension.COMPLETENESS,
        "severity": Severity.WARNING,
        "attribution": Attribution.REP,
        "rows": 100,
        "list_link": f"https://crm.example/{check}",
    }
    return QualityCount(check, count=count, **{**values, **others})


def figure(
    name: FigureId, value: float | None, goal: Goal | None = None, *, unit: Unit = Unit.SHARE, **others: Any
) -> Figure:
    return Figure(name, WEEK, unit, value, goal=goal, **others)


def card(user: str, status: str = "active", active: int = 4, *, back: int = 0, **others: Any) -> Scorecard:
    values: dict[str, Any] = {
        "counts": {"calls": 7},
        "created": 2,
        "updated": 9,
        "lags": {0: 3, 2: 1},
        "complete": Share(18, 20),
        "usual": {"active_days": 4.0, "calls": 6.0},
        "working_days": 5.0,
        "last_active": date(2026, 11, 20),
    }
    return Scorecard(user, WEEK + -back, Verdict(status, WEEK + -2), active_days=active, **{**values, **others})


def organisation(teams: Mapping[str, int]) -> Organisation:
    """``teams`` are sizes by key; people are ``nord-1`` and so on, named ``Name-of-nord-1``, managed by ``boss``."""
    members = {
        f"{team}-{number}": Member(
            f"{team}-{number}", f"Name-of-{team}-{number}", team_key=team, manager_key="boss", language="da"
        )
        for team, size in teams.items()
        for number in range(1, size + 1)
    }
    boss = Member("boss", "Name-of-boss")
    return Organisation({"boss": boss, **members}, {key: Team(key, key.title(), size) for key, size in teams.items()})


def people_of(company: Organisation, team: str = "") -> list[str]:
    return [member.key for member in company.members.values() if member.key != "boss" and team in member.team_key]


def cards_of(people: Sequence[str], *, weeks: int = 12, **others: Any) -> dict[str, list[Scorecard]]:
    return {key: [card(key, back=back, **others) for back in range(weeks)] for key in people}


LOOKS = (Look("boss", "Name-of-boss", AT, "digest"),)
SEATS_COST = Decimal(7200)
