"""Which tables an entity is read from, told from the SQL of its map."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.crm.maps import Branch, EntityMap

_PART = r"""(?:"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|[A-Za-z_][\w$]*)"""
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})?"
_KEYWORD = r"(?:AS|JOIN|LEFT|RIGHT|INNER|OUTER|FULL|CROSS|NATURAL|ON|USING|WHERE|GROUP|ORDER|LIMIT|UNION|HAVING)\b"
_TABLE = rf"{_NAME}(?:\s+(?:AS\s+)?(?!{_KEYWORD}){_PART})?"  # with the name it goes by, if any
_AFTER = re.compile(rf"\b(?:FROM|JOIN)\s+(?:LATERAL\s+)?({_TABLE}(?:\s*,\s*{_TABLE})*)", re.IGNORECASE)
_FIRST = re.compile(rf"\s*({_NAME})")
_NAMED_QUERY = re.compile(rf"(?:\bWITH\s+(?:RECURSIVE\s+)?|,\s*)({_PART})\s*(?:\([^)]*\)\s*)?AS\s*\(", re.IGNORECASE)
_STRING = re.compile(r"'(?:[^']|'')*'")
# FROM stands in these as well, before something that is no table.
_FUNCTION = re.compile(r"\b(?:EXTRACT|TRIM|SUBSTRING|OVERLAY)\s*\([^()]*\)", re.IGNORECASE)


def tables_of(mapped: EntityMap) -> tuple[str, ...]:
    """Tables (``schema.table`` or ``table``, unquoted), the main one first, each once."""
    found: dict[str, None] = {}
    for text in _texts(mapped):
        clean = _FUNCTION.sub("", _STRING.sub("''", text))
        named = {_bare(match) for match in _NAMED_QUERY.findall(clean)}
        for group in _AFTER.findall(clean):
            for item in group.split(","):
                first = _FIRST.match(item)
                if first and _bare(first[1]) not in named:
                    found.setdefault(_bare(first[1]))
    return tuple(found)


def _texts(mapped: EntityMap) -> Iterator[str]:
    if mapped.select:
        yield mapped.select
    for branch in mapped.branches:
        if branch.from_:
            yield f"FROM {branch.from_}"
        yield from (branch.where, branch.deleted, branch.system)
        yield from _columns(branch)
    yield from (extra.sql for extra in mapped.extra.values())


def _columns(branch: Branch) -> Iterator[str]:
    for name in branch.columns:
        spec = branch.column(name)
        if spec is not None:
            yield from (spec.sql, spec.date, spec.time)


def _bare(name: str) -> str:
    parts = re.findall(_PART, name)
    return ".".join(part[1:-1] if part[0] in '"`[' else part for part in parts)
