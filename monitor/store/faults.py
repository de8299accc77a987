"""What can go wrong with the state database, in words a person can act on.

A driver's own text is not passed on: it may quote the row it was writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from monitor.errors import StateUnavailable

_LOCKED = ("is locked by another process", "wait for the other run to end, or stop it")
_SQLITE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": ("cannot be written: it is read-only", "check the rights on the file and on its folder"),
    "SQLITE_FULL": ("cannot be written: the disk is full", "free some space; what was stored before is unharmed"),
    "SQLITE_CANTOPEN": ("cannot be opened", "check that its folder exists and that you may write there"),
    "SQLITE_IOERR": ("cannot be written: the disk reports an error", "check the disk; a full one reports this too"),
    "SQLITE_CORRUPT": ("is damaged", "restore it from a backup, or move it away to start afresh"),
    "SQLITE_NOTADB": ("is not a SQLite database", "check `state.url` in config/monitor.yaml"),
    "SQLITE_PERM": ("cannot be opened: permission denied", "check the rights on the file and on its folder"),
}
_POSTGRESQL = {
    "28": ("refuses the login", "check the user and the password in `state.url`"),
    "3D000": ("does not exist on the server", "create it, or correct `state.url` in config/monitor.yaml"),
    "25P03": (
        "closed the connection, as this process did nothing for long in the midst of writing",
        "run the command again; what it was writing is undone as a whole",
    ),
    "25006": ("cannot be written: the server is read-only", "point `state.url` at the primary server"),
    "42501": ("cannot be written: permission denied", "grant the user rights on the schema and its tables"),
    "53100": ("cannot be written: the server's disk is full", "free some space; what was stored before is unharmed"),
    "53": ("has no resources left on its server", "try again later, or raise the server's limits"),
    "55P03": _LOCKED,
    "57014": ("took too long to answer", "try again; look for a lock on its tables"),
    "40": ("was changed by another process at the same moment", "run the command again"),
    "57P01": (
        "closed the connection: it is stopping, or another host had waited for this process too long",
        "run the command again; what it was writing is undone as a whole",
    ),
    "57P": ("closed the connection: the server is stopping or starting", "try again when it is up"),
    "08": ("cannot be reached", "check that the server is up, and the host and port in `state.url`"),
}
_WORDS = (  # psycopg gives no SQLSTATE when connecting fails; these phrases are the server's and libpq's own
    ("password authentication failed", _POSTGRESQL["28"]),
    ("no password supplied", _POSTGRESQL["28"]),
    ("no pg_hba.conf entry", _POSTGRESQL["28"]),
    ('role "', _POSTGRESQL["28"]),
    ('database "', _POSTGRESQL["3D000"]),
    ("starting up", _POSTGRESQL["57P"]),
    ("shutting down", _POSTGRESQL["57P"]),
    ("too many clients", _POSTGRESQL["53"]),
)


class StateConflict(StateUnavailable):
    """Another run changed the same incident meanwhile; nothing of this transaction was kept."""


class StateLocked(StateUnavailable):
    """Another process holds a lock for longer than this one waits."""


def _why(error: sa.exc.DBAPIError) -> tuple[str, str]:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        for known, words in _SQLITE.items():
            if name == known or name.startswith(f"{known}_"):
                return words
        return f"reports an error ({name})", "run `crm-monitor doctor`"
    state = getattr(error.orig, "sqlstate", None)
    if state:
        for known in sorted(_POSTGRESQL, key=len, reverse=True):
            if state.startswith(known):
                return _POSTGRESQL[known]
        return f"reports an error (SQLSTATE {state})", "run `crm-monitor doctor`"
    if not isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return f"refuses what should be written ({type(error.orig).__name__})", "run `crm-monitor doctor`"
    return _connecting(str(error.orig))


def _connecting(text: str) -> tuple[str, str]:
    for phrase, words in _WORDS:
        if phrase in text:
            return words
    return _POSTGRESQL["08"]


def explain(error: sa.exc.DBAPIError, place: str) -> StateUnavailable:
    """The database's failure as the error a user sees; ``place`` is its URL without the password."""
    what, hint = _why(error)
    kind = StateLocked if what == _LOCKED[0] else StateUnavailable
    return kind(f"the state database {place} {what}", hint=hint)


@contextmanager
def guarded(place: str) -> Iterator[None]:
    """Turns a failure of the database into StateUnavailable; every other exception passes."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise StateConflict(
            f"the state database {place} was changed by another run at the same moment", hint="run the command again"
        ) from error
    except sa.exc.DBAPIError as error:
        raise explain(error, place) from error
