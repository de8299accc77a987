"""How long what is known of people is kept, and the deleting of it. Everything here may be done again at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa

from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.week import IsoWeek
from monitor.store.corrections import correct
from monitor.store.people import persons
from monitor.store.slack_users import AS_LONG, asked_before
from monitor.store.tables import (
    entity_facts,
    fact_owners,
    failing_records,
    meta,
    outcome_owners,
    outcome_teams,
    outcomes,
    owners,
    runs,
)
from monitor.store.tables_adoption import (
    activity,
    activity_lags,
    deal_standing,
    digest_actions,
    digests,
    looks,
    new_records,
    person_weeks,
    scorecards,
    use_figures,
    won_deals,
)
from monitor.store.tables_fixlists import fixlists
from monitor.store.thinning import delete_those, not_pointed_at, of_runs, thin
from monitor.store.upsert import upsert
from monitor.store.write_activity import COMPLETE

Redact = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A stored digest without its persons (or one of them). Doing it again changes nothing."""


@dataclass(frozen=True, slots=True)
class Redacting:
    """How stored digests lose persons: ``aged`` when their time is over, ``unnamed`` where none may be stored.

    ``has_names`` tells whether a digest has anybody in it but its reader.
    """

    aged: Redact
    unnamed: Redact
    has_names: Callable[[Mapping[str, Any]], bool]


PERSON = "person:"
"""How the subject of an action begins that is about a person."""
OWN = "own"
"""The kind of a digest that is one person's own page."""

PER_DAY = (activity, activity_lags, new_records, won_deals, deal_standing)
PER_WEEK = (person_weeks, scorecards)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept. ``strict``: nothing about a single person's use is, however new."""

    person_day: timedelta = timedelta(days=35)
    person_week: timedelta = timedelta(weeks=26)
    team: timedelta = timedelta(days=730)
    strict: bool = False

    def __str__(self) -> str:
        days = "/".join(str(one.days) for one in (self.person_day, self.person_week, self.team))
        return f"{days} days{', nobody' if self.strict else ''}"


def prune(
    connection: sa.Connection, now: datetime, retention: Retention, redacting: Redacting, zone: tzinfo = UTC
) -> dict[str, int]:
    """Deletes what is past its time, and says how many rows of which table (a name ending in ``redacted``: changed).

    What is of fewer than five people is kept no longer than what is of one. Names that went out on Slack go, too.
    """
    today = now.astimezone(zone).date()
    counts: dict[str, int] = {}

    def gone(table: sa.Table, *where: sa.ColumnElement[bool]) -> None:
        counts[table.name] = counts.get(table.name, 0) + connection.execute(sa.delete(table).where(*where)).rowcount

    if retention.strict:
        for table in (*PER_DAY, *PER_WEEK):
            gone(table, table.c.owner_id.in_(persons()))
        gone(looks, sa.true())
        gone(digests, digests.c.kind == OWN)
        gone(use_figures, _few(use_figures))
    days_from = _next_monday(today - retention.person_day)
    weeks_from = today - retention.person_week
    # how deals stood at the end of a week is a week's: the line of a figure is made of twelve
    ends = deal_standing.c.day.in_(_sundays(weeks_from, days_from))
    for table in PER_DAY:
        gone(table, table.c.day < days_from, *([~ends] if table is deal_standing else []))
    _not_complete_before(connection, days_from)
    for table in PER_WEEK:
        gone(table, table.c.week < weeks_from)
    gone(use_figures, use_figures.c.week < weeks_from, _few(use_figures))
    gone(use_figures, use_figures.c.week < today - retention.team)
    week_ago = now - retention.person_week
    gone(looks, looks.c.at < week_ago)
    gone(fixlists, fixlists.c.created_at < week_ago)
    gone(digests, digests.c.created_at < now - retention.team)
    gone(digests, digests.c.created_at < week_ago, digests.c.kind == OWN)
    gone(meta, meta.c.key.in_(asked_before(connection, now - AS_LONG)))
    old = digests.c.created_at < week_ago
    counts["digests redacted"] = _redact_all(connection, old, redacting.aged, redacting, now)
    _forget_answers(connection, old)
    if retention.strict:
        counts["digests redacted"] += _redact_all(connection, ~old, redacting.unnamed, redacting, now)
    counts |= _prune_quality(connection, now, retention, zone)
    counts |= thin(connection, now, (now - retention.person_day, week_ago, now - retention.team), zone)
    counts["owners"] = _delete_unused_owners(connection)
    return {name: count for name, count in counts.items() if count}


def _few(table: sa.Table) -> sa.ColumnElement[bool]:
    """Rows of a group of fewer than five people, or of which that is not known."""
    return sa.or_(table.c.people.is_(None), table.c.people < LEAST_GROUP)


def _delete_unused_owners(connection: sa.Connection) -> int:
    """Keys of whom nothing is stored any more."""
    return delete_those(connection, owners.c.id, not_pointed_at(connection, sa.select(owners.c.id), _POINTING))


_POINTING = (  # small tables first: where nobody is left to look for, the large ones are not read
    *(table.c.owner_id for table in (*PER_WEEK, deal_standing, new_records, won_deals, fact_owners, failing_records)),
    failing_records.c.created_by_id,
    *(table.c.owner_id for table in (activity_lags, activity, outcome_owners)),
)


def _next_monday(day: date) -> date:
    """Whole weeks only: a week of which some days are gone would be summed too low."""
    return day + timedelta(days=-day.weekday() % 7)


def _sundays(first: date, end: date) -> list[date]:
    """The last days of the weeks that begin on ``first`` or later and are over before ``end``."""
    sunday = _next_monday(first) + timedelta(days=6)
    return [sunday + timedelta(weeks=number) for number in range(max(0, (end - sunday).days + 6) // 7)]


def _not_complete_before(connection: sa.Connection, first: date) -> None:
    stored = connection.execute(sa.select(meta.c.value).where(meta.c.key == COMPLETE)).scalar()
    if stored:
        known, _, last = stored.partition("/")
        upsert(connection, meta, ("key",), {"key": COMPLETE, "value": f"{max(known, first.isoformat())}/{last}"})


def _redact_all(
    connection: sa.Connection, which: sa.ColumnElement[bool], redact: Redact, redacting: Redacting, now: datetime
) -> int:
    """Rewrites these digests, and corrects what went out of those that named somebody; returns how many changed."""
    changed = 0
    for row in connection.execute(sa.select(digests.c.id, digests.c.snapshot).where(which)).all():
        if redact_one(connection, row.id, row.snapshot, redact, now):
            changed += 1
            if redacting.has_names(row.snapshot):
                correct(connection, row.id, now)
    about_person = digest_actions.c.subject.startswith(PERSON, autoescape=True)
    blank_actions(connection, sa.and_(_of_digests(which), about_person))
    return changed


def _of_digests(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return digest_actions.c.digest_id.in_(sa.select(digests.c.id).where(which))


def _forget_answers(connection: sa.Connection, old: sa.ColumnElement[bool]) -> None:
    """Who answered an old digest, when, and in which words; what became of its actions stays."""
    read = {"acknowledged_by": "", "acknowledged_at": None}
    connection.execute(sa.update(digests).where(old, digests.c.acknowledged_at.is_not(None)).values(read))
    answers = {"decided_by": "", "decided_at": None, "note": ""}
    decided = digest_actions.c.decided_at.is_not(None)
    connection.execute(sa.update(digest_actions).where(_of_digests(old), decided).values(answers))


def redact_one(
    connection: sa.Connection, digest_id: int, snapshot: Mapping[str, Any], redact: Redact, now: datetime
) -> bool:
    """Writes a digest without the person; False when the person was not in it."""
    without = redact(snapshot)
    if without == snapshot:
        return False
    values = {"snapshot": dict(without), "redacted_at": now}
    connection.execute(sa.update(digests).where(digests.c.id == digest_id).values(values))
    return True


def blank_actions(connection: sa.Connection, where: sa.ColumnElement[bool]) -> int:
    """Takes the person out of actions; that there was one, and what became of it, stays."""
    values = {"subject": PERSON, "data": {}, "note": ""}
    named = digest_actions.c.subject != PERSON
    return connection.execute(sa.update(digest_actions).where(where, named).values(values)).rowcount


def _prune_quality(connection: sa.Connection, now: datetime, retention: Retention, zone: tzinfo) -> dict[str, int]:
    """Whose records failed: daily at first, then the last run of each ISO week, and then no more."""
    daily, weekly = now - retention.person_day, now - retention.person_week
    counts = {
        "outcome_owners": _thin(connection, outcomes, "check_id", outcome_owners, "outcome_id", daily, weekly, zone),
        "fact_owners": _thin(connection, entity_facts, "entity", fact_owners, "fact_id", daily, weekly, zone),
    }
    old_runs = sa.select(runs.c.id).where(runs.c.started_at < now - retention.team)
    old_outcomes = sa.select(outcomes.c.id).where(outcomes.c.run_id.in_(old_runs))
    teams = sa.delete(outcome_teams).where(outcome_teams.c.outcome_id.in_(old_outcomes))
    counts["outcome_teams"] = connection.execute(teams).rowcount
    earlier = sa.select(outcomes.c.id).where(
        outcomes.c.run_id.in_(sa.select(runs.c.id).where(runs.c.started_at < weekly))
    )
    few = sa.delete(outcome_teams).where(outcome_teams.c.outcome_id.in_(earlier), _few(outcome_teams))
    counts["outcome_teams"] += connection.execute(few).rowcount
    return counts


def _thin(
    connection: sa.Connection,
    parent: sa.Table,
    subject: str,
    child: sa.Table,
    pointer: str,
    daily: datetime,
    weekly: datetime,
    zone: tzinfo,
) -> int:
    """Deletes per-owner rows from before ``daily``, but of the last run per subject and week since ``weekly``."""
    found = of_runs(connection, parent, subject, daily, parent.c.id.in_(sa.select(child.c[pointer])))
    last: dict[tuple[Any, IsoWeek], int] = {}
    for row in found:
        if row.comparable and row.started_at >= weekly:
            last[row.subject, IsoWeek.of(row.started_at.astimezone(zone).date())] = row.id
    kept = set(last.values())
    return delete_those(connection, child.c[pointer], [row.id for row in found if row.id not in kept])
