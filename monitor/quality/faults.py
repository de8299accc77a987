"""What may be told of an error from a database: its kind and names, never a value of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from monitor.errors import CrmUnavailable, MonitorError

# Messages of these kinds name tables, columns and functions only.
_SAFE_STATES = frozenset({"42P01", "42703", "42883", "42501", "42704", "42P02", "22012", "57014", "55P03"})
_SAFE_CODES = frozenset({1054, 1146, 1142, 1143, 1305, 1365, 1205, 1213, 1969, 3024})
_SAFE_SQLITE = re.compile(
    r"^(no such (column|table|function): [\w.\" ]+|database( table)? is locked|interrupted"
    r"|wrong number of arguments to function \w+\(\))"
)
_TIMEOUT_STATES = frozenset({"57014"})
_TIMEOUT_CODES = frozenset({1969, 3024})
_LOCK_STATES = frozenset({"55P03"})
_LOCK_CODES = frozenset({1205})
# The database's own text quotes the value that it could not take for a number or a date.
_VALUE_STATES = frozenset({"22P02", "22003", "22007", "22008", "22018"})
_DEAD_STATES = ("08", "57P0")
_DEAD_CODES = frozenset({2002, 2003, 2006, 2013, 2055})


class CheckError(Exception):
    """One check cannot be judged; the message is safe to store and show."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def database_error(error: BaseException) -> sa.exc.DBAPIError | None:
    """The database's own error behind an exception, however it was wrapped."""
    return next((each for each in chain(error) if isinstance(each, sa.exc.DBAPIError)), None)


def is_dead(error: sa.exc.DBAPIError) -> bool:
    """Whether the connection is gone, so that asking again in smaller pieces is of no use."""
    state, code = _state(error), _code(error)
    nameless = type(error.orig).__module__.startswith("psycopg") and isinstance(error, sa.exc.OperationalError)
    return (
        error.connection_invalidated
        or state.startswith(_DEAD_STATES)
        or code in _DEAD_CODES
        or (nameless and not state)
    )


def is_timeout(error: sa.exc.DBAPIError) -> bool:
    """Whether the database stopped the query because it took too long."""
    return (
        _state(error) in _TIMEOUT_STATES or _code(error) in _TIMEOUT_CODES or str(error.orig).startswith("interrupted")
    )


def is_lock(error: sa.exc.DBAPIError) -> bool:
    """Whether somebody else holds the table."""
    return _state(error) in _LOCK_STATES or _code(error) in _LOCK_CODES or "is locked" in str(error.orig)


def unavailable(error: sa.exc.DBAPIError) -> CrmUnavailable:
    """The error to raise when the connection is gone."""
    return CrmUnavailable(
        f"the connection to the CRM's database was lost ({_kind(error)})",
        hint="check that the database is up, then run the check again; nothing was changed",
    )


def raise_if_gone(error: BaseException) -> None:
    """Raises what ends the run: the connection is gone, or another expected failure that is no check's own.

    The connection layer reports whatever the database refuses as CrmUnavailable; a refused query is one check's ERROR.
    """
    found = database_error(error)
    if isinstance(error, MonitorError):
        if found is None or is_dead(found):
            raise error
    elif found is not None and is_dead(found):
        raise unavailable(found) from error


def safe_reason(error: BaseException) -> str:
    """Why a check broke, in one line without any value of the CRM."""
    if isinstance(error, CheckError):
        return str(error)
    found = database_error(error)
    if found is None:
        return f"the check could not be computed ({type(error).__name__})"
    if is_timeout(found):
        return "the database stopped the query because it took too long: raise connection.statement_timeout"
    if is_lock(found):
        return "the table is locked by somebody else: run again when their work is done"
    if _state(found) in _VALUE_STATES:
        return f"a value in the CRM is no number or date, as which the map or the check reads it ({_state(found)})"
    text = _message(found)
    return f"the database refused the query: {text}" if text else f"the database refused the query ({_kind(found)})"


def _message(error: sa.exc.DBAPIError) -> str:
    """The database's first line, where its kind says that it holds names only."""
    original = error.orig
    diagnosis = getattr(original, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.message_primary or "") if _state(error) in _SAFE_STATES else ""
    if code := _code(error):
        arguments: tuple[object, ...] = getattr(original, "args", ())
        return str(arguments[1]).splitlines()[0] if code in _SAFE_CODES and len(arguments) > 1 else ""
    match = _SAFE_SQLITE.match(str(original))
    return match[0] if match else ""


def _kind(error: sa.exc.DBAPIError) -> str:
    mark = _state(error) or str(_code(error) or "")
    name = type(error.orig).__name__
    return f"{name}, {mark}" if mark else name


def _state(error: sa.exc.DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _code(error: sa.exc.DBAPIError) -> int:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0
