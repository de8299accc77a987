"""One person, on request: everything that is stored, and the deleting of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from json import loads
from typing import Any

import sqlalchemy as sa

from monitor.adoption.scope import MANAGER
from monitor.messages.outgoing import Action, DeliveryState, Outgoing, thread_of_digest
from monitor.store.outbox import Draft, outgoing, queue
from monitor.store.people import forgotten_mark, hash_key
from monitor.store.retention import PER_DAY, PER_WEEK, PERSON, Redact, blank_actions, redact_one
from monitor.store.slack_users import slack_user_key
from monitor.store.tables import (
    checks,
    entity_facts,
    fact_owners,
    failing_records,
    meta,
    outbox,
    outcome_owners,
    outcomes,
    owners,
    runs,
)
from monitor.store.tables_adoption import digest_actions, digests, forgotten, looks, measures, use_figures
from monitor.store.tables_fixlists import fixlist_subscriptions, fixlists
from monitor.store.upsert import insert_ignoring


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted or changed, per table; the messages now queued that take the person out of sent ones; and sent
    messages that nobody can take back (e-mails): to be told to whoever asked."""

    rows: Mapping[str, int] = field(default_factory=dict)
    queued: tuple[int, ...] = ()
    beyond_reach: tuple[Outgoing, ...] = ()


def forget(connection: sa.Connection, user: str, redact: Redact, now: datetime) -> Forgotten:
    """Deletes all rows of a person, takes the person out of stored digests, and keeps later readings from bringing
    them back. ``redact`` gives a snapshot without this person."""
    counts: dict[str, int] = {}

    def note(name: str, count: int) -> None:
        counts[name] = counts.get(name, 0) + count

    mark = {"person": forgotten_mark(hash_key(connection), user), "at": now}
    connection.execute(insert_ignoring(connection, forgotten).values(mark))
    number = connection.execute(sa.select(owners.c.id).where(owners.c.key == user)).scalar()
    if number is not None:
        for table in (*PER_DAY, *PER_WEEK, outcome_owners, fact_owners):
            note(table.name, connection.execute(sa.delete(table).where(table.c.owner_id == number)).rowcount)
        for column in ("owner_id", "created_by_id"):
            records = sa.update(failing_records).where(failing_records.c[column] == number).values({column: None})
            note("failing_records redacted", connection.execute(records).rowcount)
        connection.execute(sa.delete(owners).where(owners.c.id == number))
    for table, where in (
        (use_figures, use_figures.c.scope == f"{MANAGER}{user}"),
        (looks, looks.c.subject == user),
        (digests, digests.c.recipient == user),
        (fixlists, fixlists.c.person == user),
        (fixlist_subscriptions, fixlist_subscriptions.c.person == user),
    ):
        note(table.name, connection.execute(sa.delete(table).where(where)).rowcount)
    for table, who in _DOERS:
        written = sa.update(table).where(table.c[who] == user).values({who: ""})
        note(f"{table.name} redacted", connection.execute(written).rowcount)
    on_slack = sa.delete(meta).where(meta.c.key == slack_user_key(user))
    note("meta", connection.execute(on_slack).rowcount)
    note("digest_actions redacted", blank_actions(connection, digest_actions.c.subject == f"{PERSON}{user}"))
    queued, beyond = _out_of_digests(connection, redact, now, note)
    return Forgotten({name: count for name, count in counts.items() if count}, queued, beyond)


_DOERS = (
    (looks, "looker"),
    (digests, "acknowledged_by"),
    (digest_actions, "decided_by"),
    (fixlist_subscriptions, "asked_by"),
)
"""Who did something to a row that is about somebody else."""


def _out_of_digests(
    connection: sa.Connection, redact: Redact, now: datetime, note: Callable[[str, int], None]
) -> tuple[tuple[int, ...], tuple[Outgoing, ...]]:
    queued: list[int] = []
    beyond: list[Outgoing] = []
    for row in connection.execute(sa.select(digests.c.id, digests.c.snapshot)).all():
        if not redact_one(connection, row.id, row.snapshot, redact, now):
            continue
        note("digests redacted", 1)
        thread = thread_of_digest(row.id)
        sent = connection.execute(sa.select(outbox).where(outbox.c.thread == thread).order_by(outbox.c.id))
        for message in map(outgoing, sent.all()):
            if (draft := _correction(message)) is not None:
                queued.append(queue(connection, thread, draft, now))
            elif _stands_somewhere(message):
                beyond.append(message)
    return tuple(queued), tuple(beyond)


def _stands_somewhere(message: Outgoing) -> bool:
    told = message.action in (Action.POST, Action.FILE)
    return told and message.state in (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)


def _correction(message: Outgoing) -> Draft | None:
    """What takes the person out of a message that went out, or may have: its edit, or an end to its image.

    One that has not gone out needs nothing: it is rendered from what is stored when it goes.
    """
    if not _stands_somewhere(message):
        return None
    if message.action is Action.FILE:
        gone = message.remote is not None and message.payload.get("people", True)
        return Draft(message.target, Action.DELETE, {"file": message.remote.ts}) if gone and message.remote else None
    if message.remote is not None or (message.state is not DeliveryState.SENT and message.target.startswith("slack:")):
        return Draft(message.target, Action.UPDATE, message.payload)
    return None


def remember(connection: sa.Connection, user: str) -> bool:
    """Takes a forgetting back, so that facts are stored again from now on; False when there was none."""
    mark = forgotten_mark(hash_key(connection), user)
    return connection.execute(sa.delete(forgotten).where(forgotten.c.person == mark)).rowcount > 0


_NOBODY = -1
"""No row's number. None would ask for the rows without an owner, which are other people's."""


def export(connection: sa.Connection, user: str, mentions: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """Everything that is stored about a person, of JSON's own types: per table a list of rows by column names.

    ``mentions`` tells whether a snapshot has the person in it.
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
    ours = sa.or_(failing_records.c.owner_id == number, failing_records.c.created_by_id == number)
    records = sa.select(checks.c.name.label("check"), failing_records).join(checks).where(ours)
    found["failing_records"] = _rows(connection, records.order_by(failing_records.c.id))
    found["looks"] = _rows(connection, sa.select(looks).where(sa.or_(looks.c.subject == user, looks.c.looker == user)))
    found["use_figures"] = _rows(connection, sa.select(use_figures).where(use_figures.c.scope == f"{MANAGER}{user}"))
    theirs = sa.or_(digest_actions.c.subject == f"{PERSON}{user}", digest_actions.c.decided_by == user)
    found["digest_actions"] = _rows(connection, sa.select(digest_actions).where(theirs))
    asked = sa.select(fixlist_subscriptions).where(fixlist_subscriptions.c.person == user)
    found["fixlist_subscriptions"] = _rows(connection, asked)
    told = sa.select(fixlists).where(fixlists.c.person == user).order_by(fixlists.c.id)
    found["fixlists"] = _rows(connection, told)
    everything = connection.execute(sa.select(digests).order_by(digests.c.id)).all()
    on_slack = sa.select(meta.c.value).where(meta.c.key == slack_user_key(user))
    found["slack_users"] = [loads(value) for value in connection.execute(on_slack).scalars()]
    found["digests"] = [_plain(row) for row in everything if row.recipient == user]
    found["mentioned_in_digests"] = [
        {"id": row.id, "kind": row.kind, "period": row.period, "recipient": row.recipient}
        for row in everything
        if row.recipient != user and mentions(row.snapshot)
    ]
    return found


_POINTERS = frozenset({"owner_id", "created_by_id", "measure_id", "outcome_id", "fact_id", "check_id"})


def _rows(connection: sa.Connection, rows: sa.Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in connection.execute(rows)]


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in row._mapping.items() if name not in _POINTERS}


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
