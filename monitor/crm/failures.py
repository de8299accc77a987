"""A database's errors in a person's words. Nothing of a row ever comes through: only names, codes and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from socket import gaierror

import sqlalchemy as sa

from monitor.errors import CrmUnavailable

OVERRIDE = "if the CRM was updated, its map may need an override"
NOT_THERE = f"run `crm-monitor doctor`; {OVERRIDE}"
_GRANT = "grant the monitor's role SELECT on it"
_SLOW = "raise connection.statement_timeout, or run at a quieter hour"
_URL = "connection.url (usually CRM_URL in .env)"
_UNREACHABLE = f"check host, port and firewall, that the server runs, and {_URL}"
_UNKNOWN_HOST = f"check the host's name in {_URL}"
NO_FILE = f"check the path in {_URL}; a relative one begins at the project's folder"
_PASSWORD = f"check the user and the password in {_URL}, where @ is %40, / is %2F and % is %25"
_NO_DATABASE = f"check the name of the database in {_URL}"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong; ``lost`` when no other query can succeed on this connection either."""

    message: str
    hint: str = ""
    lost: bool = False


_NO_HOST = Failure("the host's name is not known", _UNKNOWN_HOST, lost=True)

# SQLSTATE -> the failure; those whose own text names nothing but tables, columns and roles keep it.
_POSTGRESQL = {
    "57014": Failure("the query was stopped: it ran longer than the statement timeout", _SLOW),
    "55P03": Failure("the query waited too long for a lock", "someone is changing that table's structure; try again"),
    "25006": Failure("the session is read-only, and something tried to write"),
    "53300": Failure("the server takes no more connections", "lower connection.max_scans, or try again", lost=True),
    "57P01": Failure("the server closed the connection", _UNREACHABLE, lost=True),
    "57P03": Failure("the server is starting, stopping, or closed to new connections", "try again", lost=True),
    "40P01": Failure("the query met a deadlock", "try again"),
    "28P01": Failure("the password was refused", _PASSWORD, lost=True),
    "28000": Failure("the user or the password was refused", _PASSWORD, lost=True),
    "3D000": Failure("there is no such database", _NO_DATABASE, lost=True),
}
_NAMES_ONLY = {"42P01": NOT_THERE, "42703": NOT_THERE, "42501": _GRANT, "3F000": NOT_THERE, "42883": NOT_THERE}
_LOCKED = Failure("the user's account is locked", "unlock it on the server", lost=True)
_EXPIRED = Failure("the user's password has expired", "set a new one on the server, and in CRM_URL", lost=True)
_MYSQL = {
    1040: _POSTGRESQL["53300"],
    1044: Failure("this user may not use that database", _GRANT, lost=True),
    1045: Failure("the user or the password was refused", _PASSWORD, lost=True),
    1698: Failure("the user or the password was refused", _PASSWORD, lost=True),
    1049: Failure("there is no such database", _NO_DATABASE, lost=True),
    1205: _POSTGRESQL["55P03"],
    1053: _POSTGRESQL["57P03"],
    1129: Failure("the server has blocked this host after failed logins", "run FLUSH HOSTS on the server", lost=True),
    1130: Failure("the server takes no connections from this host", _PASSWORD, lost=True),
    1203: _POSTGRESQL["53300"],
    1213: _POSTGRESQL["40P01"],
    1226: Failure("the user may open no more connections or queries", "raise the limits of its account", lost=True),
    1792: _POSTGRESQL["25006"],
    1820: _EXPIRED,
    1862: _EXPIRED,
    1927: _POSTGRESQL["57P01"],
    1969: _POSTGRESQL["57014"],
    3024: _POSTGRESQL["57014"],
    3118: _LOCKED,
    4151: _LOCKED,
    2003: Failure("the server cannot be reached", _UNREACHABLE, lost=True),
    2006: Failure("the connection was lost", _UNREACHABLE, lost=True),
    2013: Failure("the connection was lost", _UNREACHABLE, lost=True),
}
_MYSQL_NAMES_ONLY = {1146: NOT_THERE, 1054: NOT_THERE, 1142: _GRANT, 1143: _GRANT, 1305: NOT_THERE}
_SQLITE = (
    (
        "unable to open database file",
        Failure("there is no such database file, or it cannot be read", _NO_DATABASE, True),
    ),
    ("file is not a database", Failure("this is not a SQLite file", _NO_DATABASE, True)),
    ("database is locked", Failure("the file is locked by another program", "try again when it has finished")),
    ("interrupted", _POSTGRESQL["57014"]),
    ("readonly", _POSTGRESQL["25006"]),
    ("disk i/o error", Failure("the file cannot be read from the disk", "check the disk", True)),
)
_SQLITE_NAMES = re.compile(r"no such (?:table|column|function): [\w.]+", re.IGNORECASE)
# psycopg gives no SQLSTATE for what fails before a session exists; its text then names host, user and database only.
_CONNECTING = (
    (re.compile(r"password authentication failed|no password supplied", re.I), _POSTGRESQL["28P01"]),
    (re.compile(r"pg_hba\.conf|role \".*\" does not exist", re.I), _POSTGRESQL["28000"]),
    (re.compile(r"database \".*\" does not exist", re.I), _POSTGRESQL["3D000"]),
    (re.compile(r"too many clients|too many connections|remaining connection slots", re.I), _POSTGRESQL["53300"]),
    (re.compile(r"starting up|shutting down|not (?:currently )?accepting connections", re.I), _POSTGRESQL["57P03"]),
    (
        re.compile(r"resolve|name or service not known", re.I),
        _NO_HOST,
    ),
    (re.compile(r"refused|timeout|timed out|unreachable|no route", re.I), _MYSQL[2003]),
    (re.compile(r"closed|terminat|lost|reset", re.I), _MYSQL[2013]),
)


def explain(error: sa.exc.SQLAlchemyError) -> Failure:
    """What a failed statement or connection means, in words that are safe to show anyone."""
    original = getattr(error, "orig", None)
    if original is None:
        return Failure(f"the database layer refused the query ({type(error).__name__})", NOT_THERE)
    found = _by_number(original) or _by_state(original) or _by_text(original)
    if found is None:
        code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None) or _number(original)
        found = Failure(
            f"the database refused the query ({type(original).__name__}{f', {code}' if code else ''})", NOT_THERE
        )
    lost = found.lost or bool(getattr(error, "connection_invalidated", False))
    return Failure(found.message, found.hint, lost)


def unavailable(error: sa.exc.SQLAlchemyError, target: str) -> CrmUnavailable:
    """The error to raise for what happened at ``target`` (a URL without its password)."""
    failure = explain(error)
    message = f"The CRM at {target} cannot be read: {failure.message}."
    return CrmUnavailable(message, hint=failure.hint, cause=failure.message)


def _by_state(original: BaseException) -> Failure | None:
    state = getattr(original, "sqlstate", None)
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    if state in _NAMES_ONLY:
        primary = getattr(getattr(original, "diag", None), "message_primary", None) or "a name is not known"
        return Failure(str(primary), _NAMES_ONLY[state])
    return None


def _by_number(original: BaseException) -> Failure | None:
    number = _number(original)
    if number in _MYSQL_NAMES_ONLY:
        return Failure(str(original.args[1]), _MYSQL_NAMES_ONLY[number])
    if number == 2003 and isinstance(getattr(original, "original_exception", None), gaierror):
        return _NO_HOST
    return _MYSQL.get(number) if number else None


def _number(original: BaseException) -> int | None:
    first = original.args[0] if original.args else None
    return first if isinstance(first, int) else None


def _by_text(original: BaseException) -> Failure | None:
    text = str(original)
    kind = type(original).__module__.split(".")[0]
    if kind == "sqlite3":
        if names := _SQLITE_NAMES.search(text):
            return Failure(names[0], NOT_THERE)
        return next((failure for words, failure in _SQLITE if words in text.lower()), None)
    if kind == "psycopg" and getattr(original, "sqlstate", None) is None:
        return next((failure for pattern, failure in _CONNECTING if pattern.search(text)), None)
    return None
