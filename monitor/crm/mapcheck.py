"""What is wrong in a map although its shape is right: names nobody knows, parts that do not go together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.crm.vocabulary import ENTITIES, RECORDS
from monitor.errors import Problem
from monitor.yamlfile import Document, nearest

if TYPE_CHECKING:
    from monitor.crm.maps import Branch, ColumnMap, CrmMap, EntityMap

VARIABLE = re.compile(r"\$\{(\w+)\}")
SAFE_VALUE = re.compile(r"[\w .,@/+:-]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_UNSURE = re.compile(r"--|/\*|[#$\\]")
_NO_SQL = ("link", "list_link", "meaning")
Path = tuple[Any, ...]


def check_map(crm_map: CrmMap, document: Document) -> list[Problem]:
    """Every problem, at its place."""
    return list(_problems(crm_map, document))


def _problems(crm_map: CrmMap, document: Document) -> Iterator[Problem]:
    try:
        ZoneInfo(crm_map.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield document.problem("this is no time zone", "time_zone", hint="write one such as Europe/Copenhagen, or UTC")
    for name, value in crm_map.variables.items():
        if not SAFE_VALUE.fullmatch(value):
            yield document.problem("a variable may hold letters, digits and . , @ / + : - only", "variables", name)
    for name in crm_map.capabilities:
        if name not in ENTITIES:
            yield _unknown(document, "entity", name, ENTITIES, ("capabilities", name))
    for name, entity in crm_map.entities.items():
        if name not in ENTITIES:
            yield _unknown(document, "entity", name, ENTITIES, ("entities", name))
        else:
            yield from _entity(entity, name, document)
            yield from _texts(crm_map, name, document)


def _entity(entity: EntityMap, name: str, document: Document) -> Iterator[Problem]:
    at: Path = ("entities", name)
    if sum(map(bool, (entity.from_, entity.select, entity.union))) != 1:
        yield document.problem(f"{name} needs one of `from`, `select` and `union`", *at, key=True)
        return
    known = set(ENTITIES[name].columns) | set(entity.extra)
    for branch, path in _branches(entity, at):
        yield from _branch(branch, name, path, document, known, whole=bool(entity.select))
    for extra, spec in entity.extra.items():
        yield from _extra(extra, spec, name, (*at, "extra", extra), document)
    mapped = set(entity.mapped())
    for index, column in enumerate(entity.disclose):
        if column not in known | {"key"}:
            yield _unknown(document, "column", column, known, (*at, "disclose", index), key=False)
    if entity.extra and not entity.union:
        missing = [extra for extra in entity.extra if extra not in mapped]
        for extra in missing:
            yield document.problem(f"{extra} has no `sql`", *at, "extra", extra, key=True)


def _branches(entity: EntityMap, at: Path) -> Iterator[tuple[Branch, Path]]:
    if not entity.union:
        yield entity, at
    for index, branch in enumerate(entity.union):
        yield branch, (*at, "union", index)


def _branch(
    branch: Branch, name: str, path: Path, document: Document, known: set[str], *, whole: bool
) -> Iterator[Problem]:
    keyed = branch.key or (whole and "key" in branch.columns)
    if name in RECORDS and not keyed:
        hint = "name `key` among the columns" if whole else "write `key:` with the SQL of the record's key"
        yield document.problem(f"{name} has no key", *path, key=True, hint=hint)
    if whole != isinstance(branch.columns, list):
        words = "a list of the names that the SELECT gives" if whole else "a mapping of canonical names to SQL"
        yield document.problem(f"`columns` must be {words}", *path, "columns")
        return
    if not whole and not branch.from_:
        yield document.problem("this branch has no `from`", *path)
    for index, column in enumerate(branch.columns):
        step: Any = index if whole else column
        if column not in known:
            hint = "declare a column of your own under `extra`"
            yield _unknown(document, "column", column, known, (*path, "columns", step), key=not whole, hint=hint)
        elif (spec := branch.column(column)) is not None and not whole:
            yield from _spec(spec, (*path, "columns", column), document)


def _extra(extra: str, spec: ColumnMap, name: str, path: Path, document: Document) -> Iterator[Problem]:
    if extra in ENTITIES[name].columns:
        yield document.problem(f"{extra} is a canonical column of {name}", *path, key=True, hint="map it in `columns`")
    elif not _NAME.fullmatch(extra):
        yield document.problem("a column's name is made of small letters, digits and _", *path, key=True)
    if spec.sql or spec.date:
        yield from _spec(spec, path, document)


def _spec(spec: ColumnMap, path: Path, document: Document) -> Iterator[Problem]:
    if bool(spec.sql) == bool(spec.date):
        yield document.problem("a column needs either `sql`, or `date` and `time`", *path)
    if bool(spec.time) and not spec.date:
        yield document.problem("`time` needs `date` beside it", *path)


def _texts(crm_map: CrmMap, name: str, document: Document) -> Iterator[Problem]:
    """Every SQL text of an entity: its variables exist, and it is one expression."""
    for path, text in _strings(document.get("entities", name), ("entities", name)):
        for variable in VARIABLE.findall(text):
            if variable not in crm_map.variables:
                near = nearest(variable, crm_map.variables)
                hint = f"did you mean ${{{near}}}?" if near else "declare it under `variables`"
                yield document.problem(f"the variable ${{{variable}}} is not declared", *path, hint=hint)
        if path[-1] not in _NO_SQL and _stacked(text):
            yield document.problem("a semicolon may not stand in a map's SQL", *path, hint="write one expression")


def _stacked(text: str) -> bool:
    """Whether a second statement may begin in it. A semicolon in plain quotes is text; beside marks that change
    where a text ends (comments, backslashes, dollar quotes) nobody can tell."""
    one = VARIABLE.sub("", text).rstrip().removesuffix(";")
    return ";" in (one if _UNSURE.search(one) else _QUOTED.sub("", one))


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))


def _unknown(
    document: Document, what: str, name: str, known: Any, path: Path, *, key: bool = True, hint: str = ""
) -> Problem:
    near = nearest(name, known)
    return document.problem(
        f"no {what} is called {name}", *path, key=key, hint=f"did you mean {near}?" if near else hint
    )
