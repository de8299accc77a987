"""Checks a document against a pydantic model; every error at once, in plain words, at its line and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.errors import ConfigurationError, Problem
from monitor.yamlfile.document import Document, Path
from monitor.yamlfile.keys import known_keys
from monitor.yamlfile.problems import nearest
from monitor.yamlfile.wording import EXPECTED, words

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], document: Document, at: Path = ()) -> M:
    """The part of ``document`` at the path ``at``, as ``model`` (whose keys should be closed: ``extra="forbid"``).

    Raises ConfigurationError with every problem. No value is ever repeated in a message: it may be a secret.
    """
    try:
        return model.model_validate(document.get(*at))
    except ValidationError as error:
        found = _found(error, document, at)
    raise ConfigurationError(list(_problems(model, found, document, at)))


@dataclass(frozen=True, slots=True)
class _Found:
    """One of pydantic's errors: ``path`` within the document, ``forks`` the paths at which a union was tried."""

    path: Path
    forks: frozenset[Path]
    type: str
    context: Mapping[str, Any]
    message: str
    given: Any


def _found(error: ValidationError, document: Document, at: Path) -> list[_Found]:
    result = []
    for one in error.errors(include_url=False, include_input=False):
        path, forks = _walk(one["loc"], document.get(*at), one["type"])
        given = document.get(*at, *path)
        result.append(_Found(path, forks, one["type"], one.get("ctx", {}), one["msg"], given))
    return result


def _walk(location: Path, value: Any, kind: str) -> tuple[Path, frozenset[Path]]:
    """pydantic's location, less the names of union members in it."""
    path: Path = ()
    forks: set[Path] = set()
    last = len(location) - 1
    for number, step in enumerate(location):
        in_list = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if in_list or (isinstance(value, Mapping) and step in value):
            path, value = (*path, step), value[step]
        elif number == last and kind == "missing":
            path, value = (*path, step), None
        else:
            forks.add(path)
    return path, frozenset(forks)


def _problems(model: type[BaseModel], found: list[_Found], document: Document, at: Path) -> Iterator[Problem]:
    by_path: dict[Path, list[_Found]] = defaultdict(list)
    for one in found:
        if not _better_told_below(one, found):
            by_path[one.path].append(one)
    for path, errors in by_path.items():
        yield _problem(model, path, errors, document, at)


def _better_told_below(one: _Found, found: list[_Found]) -> bool:
    """Whether the value fits the shape of another member of the union, whose own errors say more."""
    if one.path not in one.forks or one.type not in EXPECTED:
        return False
    depth = len(one.path)
    return any(
        other.path[:depth] == one.path and (len(other.path) > depth or other.type not in EXPECTED)
        for other in found
        if one.path in other.forks
    )


def _problem(model: type[BaseModel], path: Path, errors: list[_Found], document: Document, at: Path) -> Problem:
    first = errors[0]
    where = (*at, *path)
    if first.type == "extra_forbidden":
        known = known_keys(model, path[:-1])
        near = nearest(str(path[-1]), known)
        hint = f"did you mean {near!r}?" if near else _choices(known)
        return document.problem(f"unknown key {str(path[-1])!r}", *where, key=True, hint=hint)
    if first.type == "missing":
        return document.problem(f"the key {str(path[-1])!r} is missing", *where[:-1], key=len(where) > 1)
    told = [words(one.type, one.context, one.message, one.given) for one in errors]
    expected = [EXPECTED[one.type] for one in errors if one.type in EXPECTED]
    if len(expected) == len(errors) > 1:
        told = [("must be " + " or ".join(dict.fromkeys(expected)), "")]
    name = _name(path)
    message, hint = told[0]
    return document.problem(f"{name} {message}" if name else message, *where, hint=hint)


def _name(path: Path) -> str:
    """The nearest key above, and which item of its list: ``tables[2]``."""
    items: list[int] = []
    for step in reversed(path):
        if isinstance(step, int):
            items.insert(0, step)
        else:
            return f"{step}" + "".join(f"[{item + 1}]" for item in items)
    return ""


def _choices(known: frozenset[str]) -> str:
    return f"known here: {', '.join(sorted(known))}" if known else ""
