"""Reads who is away when: a CSV file of dates, exported from wherever a company keeps them. Why is not asked."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from monitor.adoption.organisation import Absence
from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.reach import FIRST, LAST, within_reach
from monitor.yamlfile import Problems, size_of

COLUMNS = ("user", "first", "last")
_MAX_BYTES = 5_000_000
_HEADER = "user,first,last"


def read_absences(path: Path) -> tuple[tuple[str, Absence], ...]:
    """Pairs of a user (login, e-mail or key) and the days away, in the order of the file; commas or semicolons.

    Raises ConfigurationError with every bad line. No line is repeated in a message.
    """
    problems = Problems()
    found: list[tuple[str, Absence]] = []
    lines = _text(path).splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    header = [name.strip().lower() for name in next(csv.reader(lines[:1], delimiter=separator), [])]
    if tuple(header) != COLUMNS:
        hint = f"the first line must be {_HEADER}"
        if set(COLUMNS) < set(header):
            hint += "; take the other columns out: why somebody is away does not belong here"
        problems.at(Place(str(path), 1, 1), "not the columns of a file of absences", hint)
        problems.raise_if_any()
    for number, line in enumerate(lines[1:], start=2):
        if line.strip().strip(separator):
            one = _line(line, separator, Place(str(path), number, 1), problems)
            if one is not None:
                found.append(one)
    problems.raise_if_any()
    return tuple(found)


def _text(path: Path) -> str:
    try:
        if size_of(path) > _MAX_BYTES:
            raise _error(path, f"the file is larger than {_MAX_BYTES // 1_000_000} MB", "is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _error(path, "there is no such file", f"make one that begins with {_HEADER}") from None
    except UnicodeDecodeError:
        raise _error(path, "the file is not UTF-8 text", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else ""
        raise _error(path, f"the file cannot be read: {cause or 'not a usable name'}") from None


def _line(line: str, separator: str, place: Place, problems: Problems) -> tuple[str, Absence] | None:
    try:
        fields = [field.strip() for field in next(csv.reader([line], delimiter=separator, strict=True), [])]
    except csv.Error:
        problems.at(place, "the quotes do not match")
        return None
    if len(fields) != len(COLUMNS) or not fields[0]:
        problems.at(place, "a line holds a user and two dates", f"as the first line says: {_HEADER}")
        return None
    first, last = _date(fields[1], "first", place, problems), _date(fields[2], "last", place, problems)
    if first is None or last is None:
        return None
    if last < first:
        problems.at(place, "the last day is before the first")
        return None
    if not (within_reach(first) or within_reach(last)):
        problems.at(place, "the days are not of this age", "write 2026-11-20")
        return None
    return fields[0], Absence(max(first, FIRST), min(last, LAST))  # until further notice is often written 9999-12-31


def _date(text: str, column: str, place: Place, problems: Problems) -> date | None:
    try:
        if len(text) == 10:  # not 20261120, nor 2026-W47-5: what a person reads as a date
            return date.fromisoformat(text)
    except ValueError:
        pass
    problems.at(place, f"{column} is no date", "write 2026-11-20")
    return None


def _error(path: Path, message: str, hint: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(Place(str(path)), message, hint)])
