"""Users in the tables of people's use: as numbers, as teams where no person may be stored, and those forgotten."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping

import sqlalchemy as sa

from monitor.store.tables import meta, owners
from monitor.store.tables_adoption import forgotten
from monitor.store.upsert import insert_ignoring

HASH_KEY = "hash_key"
"""A key of ``meta``."""


def team_key(team: str) -> str:
    """The key under which a team's facts are stored where no person's are; the empty team is those without one."""
    from monitor.adoption.scope import TEAM  # late: commands that only look at the state need nothing of adoption

    return f"{TEAM}{team}"


def stored_as(teams: Mapping[str, str] | None) -> Callable[[str], str]:
    """How a user is stored: as such, or with ``teams`` (user -> team) as the team."""
    if teams is None:
        return lambda user: user
    return lambda user: team_key(teams.get(user, ""))


def is_person(owner_key: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a stored key is that of one person, and neither a team's nor nobody's."""
    from monitor.adoption.scope import TEAM  # late, as above

    return sa.and_(owner_key != "", sa.not_(owner_key.startswith(TEAM, autoescape=True)))


def persons() -> sa.Select[tuple[int]]:
    """The numbers of all keys that are one person's."""
    return sa.select(owners.c.id).where(is_person(owners.c.key))


def hash_key(connection: sa.Connection) -> bytes:
    """32 random bytes, made once, in the caller's transaction: the secret with which personal keys are hashed."""
    stored = stored_hash_key(connection)
    if stored is None:
        made = secrets.token_hex(32)  # another process may be quicker; the first one stays
        connection.execute(insert_ignoring(connection, meta).values(key=HASH_KEY, value=made))
        stored = stored_hash_key(connection)
        assert stored is not None  # it was just written
    return stored


def stored_hash_key(connection: sa.Connection) -> bytes | None:
    """The same where it was made already, for a transaction that only reads."""
    stored = connection.execute(sa.select(meta.c.value).where(meta.c.key == HASH_KEY)).scalar()
    return None if stored is None else bytes.fromhex(stored)


def forgotten_mark(secret: bytes, user: str) -> str:
    """What stands for a forgotten person: a keyed hash, which names nobody."""
    return hmac.new(secret, f"forgotten:{user}".encode(), hashlib.sha256).hexdigest()


def forgotten_among(connection: sa.Connection, users: Iterable[str]) -> frozenset[str]:
    """Those of these users who were forgotten."""
    marks = set(connection.execute(sa.select(forgotten.c.person)).scalars())
    if not marks:
        return frozenset()
    secret = hash_key(connection)
    return frozenset(user for user in users if forgotten_mark(secret, user) in marks)


def not_forgotten(connection: sa.Connection, users: Iterable[str]) -> Callable[[str], bool]:
    """Tells for these users whether anything may be stored of them: not of one who was to be forgotten."""
    gone = forgotten_among(connection, users)
    return lambda user: user not in gone
