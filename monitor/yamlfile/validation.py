"""Checks a document against a pydantic model; every error at once, in plain words, at its line and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.errors import Problem
from monitor.yamlfile.document import Document, Path
from monitor.yamlfile.keys import known_keys
from monitor.yamlfile.problems import Problems, either, nearest
from monitor.yamlfile.wording import EXPECTED, words

M = TypeVar("M", bound=BaseModel)
_ATTEMPTS = 4


def validate(model: type[M], document: Document, at: Path = ()) -> M:
    """The part of ``document`` at the path ``at``, as ``model`` (whose keys should be closed: ``extra="forbid"``).

    Raises ConfigurationError with every problem. No value is ever repeated in a message: it may be a secret.
    """
    problems = Problems()
    whole = salvage(model, document, problems, at)
    problems.raise_if_any()
    assert whole is not None  # nothing but a problem makes it so
    return whole


def salvage(model: type[M], document: Document, problems: Problems, at: Path = ()) -> M | None:
    """Like ``validate``, but adds to ``problems`` and gives what is left when the wrong parts are taken out.

    So what depends on the right parts can be checked too, and a person sees everything in one go.
    None where too little is left.
    """
    data = document.get(*at)
    for attempt in range(_ATTEMPTS):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            found = _found(error, data)
        if attempt == 0:  # what is missing later, we took out ourselves
            for problem in _problems(model, found, document, at):
                problems.add(problem)
        data = _without(data, [one.path[:-1] if one.type == "missing" else one.path for one in found])
    return None


def _without(data: Any, paths: list[Path]) -> Any:
    """A copy less the values at ``paths``; a list goes as a whole, so that every place stays right."""
    if () in paths or not isinstance(data, Mapping):
        return None
    first = {path[0] for path in paths}
    return {
        key: _without(value, [path[1:] for path in paths if path[0] == key]) if key in first else value
        for key, value in data.items()
        if (key,) not in paths and not (key in first and not isinstance(value, Mapping))
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """One of pydantic's errors: ``path`` within the document, ``forks`` the paths at which a union was tried."""

    path: Path
    forks: frozenset[Path]
    type: str
    context: Mapping[str, Any]
    message: str
    given: Any


def _found(error: ValidationError, data: Any) -> list[_Found]:
    result = []
    for one in error.errors(include_url=False, include_input=False):
        path, forks, given = _walk(one["loc"], data, one["type"])
        result.append(_Found(path, forks, one["type"], one.get("ctx", {}), one["msg"], given))
    return result


def _walk(location: Path, value: Any, kind: str) -> tuple[Path, frozenset[Path], Any]:
    """pydantic's location less the names of union members in it, where those stood, and the value there."""
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
    return path, frozenset(forks), value


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
    if first.type == "missing" and isinstance(path[-1], int):
        return document.problem(f"{_name(path[:-1])} has too few entries", *where[:-1])
    if first.type == "missing":
        return document.problem(f"the key {str(path[-1])!r} is missing", *where[:-1], key=len(where) > 1)
    told = [words(one.type, one.context, one.message, one.given) for one in errors]
    expected = [EXPECTED[one.type] for one in errors if one.type in EXPECTED]
    if len(expected) == len(errors) > 1:
        told = [("must be " + either(expected), "")]
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
