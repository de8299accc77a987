"""One person, on request: everything that is stored of whom, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from json import loads
from typing import Any

import sqlalchemy as sa

from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.scope import MANAGER
from monitor.quality.keys import hashed_key
from monitor.store.forget import written_as
from monitor.store.people import stored_hash_key
from monitor.store.retention import PER_DAY, PER_WEEK, PERSON, Redact
from monitor.store.slack_users import slack_user_key
from monitor.store.tables import (
    accepted_empty,
    accepted_records,
    checks,
    entity_facts,
    fact_owners,
    failing_records,
    incident_events,
    incidents,
    meta,
    outcome_owners,
    outcomes,
    owners,
    runs,
)
from monitor.store.tables_adoption import digest_actions, digests, looks, measures, use_figures
from monitor.store.tables_fixlists import fixlist_subscriptions, fixlists
from monitor.store.tables_silences import silences
from monitor.store.unnamed import USERS

_NOBODY = -1
"""No row's number. None would ask for the rows without an owner, which are other people's."""


def export(
    connection: sa.Connection,
    user: str,
    mentions: Callable[[Mapping[str, Any]], bool],
    own_copy: Redact,
    names: Collection[str] = (),
) -> dict[str, Any]:
    """Everything that is stored about a person, of JSON's own types: per table a list of rows by column names.

    ``mentions`` tells whether a snapshot has the person in it, ``own_copy`` takes everybody else out of one that the
    person got; ``names`` are others that the person is written under (a login).
    """
    number = connection.execute(sa.select(owners.c.id).where(owners.c.key == user)).scalar()
    number = _NOBODY if number is None else number
    found: dict[str, Any] = {"user": user}
    for table in (*PER_DAY, *PER_WEEK):
        rows = sa.select(table).where(table.c.owner_id == number)
        if "measure_id" in table.c:
            rows = rows.add_columns(measures.c.name.label("measure")).join(measures)
        found[table.name] = _rows(connection, rows)
    quality = (
        sa.select(checks.c.name.label("check"), runs.c.started_at.label("run"), outcome_owners)
        .join(outcomes, outcomes.c.id == outcome_owners.c.outcome_id)
        .join(checks, checks.c.id == outcomes.c.check_id)
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(outcome_owners.c.owner_id == number)
    )
    found["outcome_owners"] = _rows(connection, quality.order_by(runs.c.id))
    owned = (
        sa.select(entity_facts.c.entity, runs.c.started_at.label("run"), fact_owners)
        .join(entity_facts, entity_facts.c.id == fact_owners.c.fact_id)
        .join(runs, runs.c.id == entity_facts.c.run_id)
        .where(fact_owners.c.owner_id == number)
    )
    found["fact_owners"] = _rows(connection, owned.order_by(runs.c.id))
    secret = stored_hash_key(connection)
    itself = (user, *((hashed_key(secret, USERS, user),) if secret else ()))
    ours = sa.or_(
        failing_records.c.owner_id == number,
        failing_records.c.created_by_id == number,
        sa.and_(checks.c.entity == USERS, failing_records.c.key.in_(itself)),
    )
    records = sa.select(checks.c.name.label("check"), failing_records).join(checks).where(ours)
    found["failing_records"] = _rows(connection, records.order_by(failing_records.c.id))
    found["looks"] = _rows(connection, sa.select(looks).where(sa.or_(looks.c.subject == user, looks.c.looker == user)))
    # of few they would be figures of others
    figures = sa.and_(use_figures.c.scope == f"{MANAGER}{user}", use_figures.c.people >= LEAST_GROUP)
    found["use_figures"] = _rows(connection, sa.select(use_figures).where(figures))
    known = written_as(connection, user, names)
    about, by = digest_actions.c.subject == f"{PERSON}{user}", digest_actions.c.decided_by.in_(known)
    actions = _rows(connection, sa.select(digest_actions).where(sa.or_(about, by)))
    found["digest_actions"] = [_of_nobody_else(row, user) for row in actions]
    asked = sa.select(fixlist_subscriptions).where(fixlist_subscriptions.c.person == user)
    found["fixlist_subscriptions"] = _rows(connection, asked)
    told = sa.select(fixlists).where(fixlists.c.person == user).order_by(fixlists.c.id)
    found["fixlists"] = _rows(connection, told)
    found["accepted"] = [
        row
        for table in (accepted_records, accepted_empty)
        for row in _rows(connection, sa.select(table).where(table.c.accepted_by.in_(known)))
    ]
    doings = (incidents.c.acknowledged_by, incidents.c.assignee, incidents.c.snoozed_by)
    ours = sa.or_(*(doer.in_(known) for doer in doings))
    columns = (incidents.c.id, incidents.c.subject, incidents.c.state, *doings)
    found["incidents"] = [_only(row, known) for row in _rows(connection, sa.select(*columns).where(ours))]
    events = (incident_events.c.incident_id, incident_events.c.at, incident_events.c.kind, incident_events.c.note)
    found["incident_events"] = _rows(connection, sa.select(*events).where(incident_events.c.by.in_(known)))
    ours = sa.or_(silences.c.said_by.in_(known), silences.c.ended_by.in_(known))
    said = (silences.c.id, silences.c.why, silences.c.starts_at, silences.c.said_by, silences.c.ended_by)
    found["silences"] = [_only(row, known) for row in _rows(connection, sa.select(*said).where(ours))]
    everything = connection.execute(sa.select(digests).order_by(digests.c.id)).all()
    on_slack = sa.select(meta.c.value).where(meta.c.key == slack_user_key(user))
    found["slack_users"] = [loads(value) for value in connection.execute(on_slack).scalars()]
    found["digests"] = [
        _plain(row) | {"snapshot": dict(own_copy(row.snapshot))} for row in everything if row.recipient == user
    ]
    found["mentioned_in_digests"] = [
        {"id": row.id, "kind": row.kind, "period": row.period, "recipient": row.recipient}
        for row in everything
        if row.recipient != user and mentions(row.snapshot)
    ]
    return found


def _only(row: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """What the person did, without who else did something to the same."""
    doers = ("acknowledged_by", "assignee", "snoozed_by", "said_by", "ended_by")
    return {name: value for name, value in row.items() if name not in doers or value in known}


def _of_nobody_else(action: dict[str, Any], user: str) -> dict[str, Any]:
    """An action that the person answered; whom it was about is somebody else's."""
    subject = str(action["subject"])
    other = subject.startswith(PERSON) and subject != f"{PERSON}{user}"
    return action | ({"subject": PERSON, "data": {}} if other else {})


_POINTERS = frozenset({"owner_id", "created_by_id", "measure_id", "outcome_id", "fact_id", "check_id"})


def _rows(connection: sa.Connection, rows: sa.Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in connection.execute(rows)]


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in row._mapping.items() if name not in _POINTERS}


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
