"""One person, on request: the deleting of everything that is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.adoption.scope import MANAGER
from monitor.messages.outgoing import Outgoing, thread_of_digest, thread_of_fixlist
from monitor.quality.keys import hashed_key
from monitor.store.corrections import correct, messages_of, stands_somewhere
from monitor.store.people import forgotten_mark, hash_key
from monitor.store.retention import PER_DAY, PER_WEEK, PERSON, Redact, blank_actions, redact_one
from monitor.store.slack_users import slack_user_key
from monitor.store.tables import (
    accepted_empty,
    accepted_records,
    checks,
    fact_owners,
    failing_records,
    incident_events,
    incidents,
    meta,
    outcome_owners,
    owners,
)
from monitor.store.tables_adoption import digest_actions, digests, forgotten, looks, use_figures
from monitor.store.tables_fixlists import fixlist_subscriptions, fixlists
from monitor.store.tables_silences import silences
from monitor.store.unnamed import USERS
from monitor.store.upsert import insert_ignoring


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted or changed, per table; the messages now queued that take the person out of sent ones; and sent
    messages that nobody can take back (e-mails, what the person got): to be told to whoever asked."""

    rows: Mapping[str, int] = field(default_factory=dict)
    queued: tuple[int, ...] = ()
    beyond_reach: tuple[Outgoing, ...] = ()


def forget(
    connection: sa.Connection, user: str, redact: Redact, now: datetime, names: Collection[str] = ()
) -> Forgotten:
    """Deletes all rows of a person, takes the person out of stored digests, and keeps later runs from bringing them
    back. ``redact`` gives a snapshot without this person; ``names`` are others that the person is written under (a
    login)."""
    counts: dict[str, int] = {}

    def note(name: str, done: sa.CursorResult[Any] | int) -> None:
        counts[name] = counts.get(name, 0) + (done if isinstance(done, int) else done.rowcount)

    secret = hash_key(connection)
    mark = forgotten_mark(secret, user)
    connection.execute(insert_ignoring(connection, forgotten).values({"person": mark, "at": now}))
    _delete_rows(connection, user, note)
    _out_of_users(connection, user, secret, mark, note)
    beyond = [one for one in _own_messages(connection, user) if stands_somewhere(one)]
    known = written_as(connection, user, names)
    for table, where in (
        (use_figures, use_figures.c.scope == f"{MANAGER}{user}"),
        (looks, looks.c.subject == user),
        (digests, digests.c.recipient == user),
        (fixlists, fixlists.c.person == user),
        (fixlist_subscriptions, fixlist_subscriptions.c.person == user),
        (meta, meta.c.key == slack_user_key(user)),
    ):
        note(table.name, connection.execute(sa.delete(table).where(where)))
    for table, who in WRITTEN_BY:
        blank = {who: "", "note": ""} if table is digest_actions else {who: ""}
        written = sa.update(table).where(table.c[who].in_(known)).values(blank)
        note(f"{table.name} redacted", connection.execute(written))
    note("digest_actions redacted", blank_actions(connection, digest_actions.c.subject == f"{PERSON}{user}"))
    queued: list[int] = []
    for row in connection.execute(sa.select(digests.c.id, digests.c.snapshot)).all():
        if redact_one(connection, row.id, row.snapshot, redact, now):
            note("digests redacted", 1)
            edits, lost = correct(connection, row.id, now)
            queued, beyond = queued + edits, beyond + lost
    return Forgotten({name: count for name, count in counts.items() if count}, tuple(queued), tuple(beyond))


_Note = Callable[[str, sa.CursorResult[Any] | int], None]
WRITTEN_BY = (
    (looks, "looker"),
    (digests, "acknowledged_by"),
    (digest_actions, "decided_by"),
    (fixlist_subscriptions, "asked_by"),
    (accepted_records, "accepted_by"),
    (accepted_empty, "accepted_by"),
    *((incidents, who) for who in ("acknowledged_by", "assignee", "snoozed_by")),
    (incident_events, "by"),
    *((silences, who) for who in ("said_by", "ended_by")),
)
"""Who did something that is kept for other reasons."""


def written_as(connection: sa.Connection, user: str, names: Collection[str]) -> frozenset[str]:
    """All that stands for a person where it is kept who did something: the key, a login, who it is on Slack."""
    told = connection.execute(sa.select(meta.c.value).where(meta.c.key == slack_user_key(user))).scalar()
    on_slack = json.loads(told)["id"] if told else ""
    return frozenset({user, *names, f"slack:{on_slack}" if on_slack else ""} - {""})


def _delete_rows(connection: sa.Connection, user: str, note: _Note) -> None:
    number = connection.execute(sa.select(owners.c.id).where(owners.c.key == user)).scalar()
    if number is None:
        return
    for table in (*PER_DAY, *PER_WEEK, outcome_owners, fact_owners):
        note(table.name, connection.execute(sa.delete(table).where(table.c.owner_id == number)))
    for column in ("owner_id", "created_by_id"):
        records = sa.update(failing_records).where(failing_records.c[column] == number).values({column: None})
        note("failing_records redacted", connection.execute(records))
    connection.execute(sa.delete(owners).where(owners.c.id == number))


def _out_of_users(connection: sa.Connection, user: str, secret: bytes, mark: str, note: _Note) -> None:
    """A user is a record, too: what fails of it is kept under the mark, and nobody accepts it any more."""
    keys = (user, hashed_key(secret, USERS, user))
    of_users = sa.select(checks.c.id).where(checks.c.entity == USERS)
    for table, change in (
        (failing_records, sa.update(failing_records).values(key=mark)),
        (accepted_records, sa.delete(accepted_records)),
    ):
        ours = sa.and_(table.c.key.in_(keys), table.c.check_id.in_(of_users))
        name = "failing_records redacted" if table is failing_records else table.name
        note(name, connection.execute(change.where(ours)))


def _own_messages(connection: sa.Connection, user: str) -> list[Outgoing]:
    """What the person got: digests and fix lists."""
    threads = []
    for table, who, thread in (
        (digests, digests.c.recipient, thread_of_digest),
        (fixlists, fixlists.c.person, thread_of_fixlist),
    ):
        theirs = connection.execute(sa.select(table.c.id).where(who == user).order_by(table.c.id)).scalars()
        threads += [thread(number) for number in theirs]
    return [message for thread in threads for message in messages_of(connection, thread)]


def remember(connection: sa.Connection, user: str) -> bool:
    """Takes a forgetting back, so that facts are stored again from now on; False when there was none."""
    mark = forgotten_mark(hash_key(connection), user)
    return connection.execute(sa.delete(forgotten).where(forgotten.c.person == mark)).rowcount > 0
