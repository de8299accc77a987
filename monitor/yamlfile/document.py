"""A parsed file: plain data, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from monitor.errors import Problem
from monitor.place import Place

Path = tuple[Any, ...]  # keys and list indices from the top


@dataclass(frozen=True, slots=True)
class Document:
    """``data`` is made of dicts, lists, strings, numbers, booleans, dates and None.

    It may hold secrets once it is interpolated, so it is not shown by repr.
    """

    file: str
    data: dict[Any, Any] = field(repr=False)
    values: Mapping[Path, Place] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    keys: Mapping[Path, Place] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    filled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """What came from a variable or a file, and how it stands in the document: it may be secret, and is never told."""

    def place(self, *path: Any, key: bool = False) -> Place:
        """Where the value at ``path`` stands (or its key); where there is none, the nearest thing around it."""
        if key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return Place(self.file)

    def problem(self, message: str, *path: Any, key: bool = False, hint: str = "") -> Problem:
        """A problem at ``path``."""
        return Problem(self.place(*path, key=key), self._untold(message), self._untold(hint))

    def _untold(self, text: str) -> str:
        for value, written in self.filled.items():
            for shown in (value, repr(value)[1:-1]):
                text = text.replace(shown, written)
        return text

    def get(self, *path: Any) -> Any:
        """The value at ``path``, or None."""
        value: Any = self.data
        for step in path:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
                value = value[step]
            else:
                return None
        return value


def overlaid(base: Document, over: Document) -> Document:
    """``over`` laid on ``base``: mappings merge, anything else replaces, and null takes a key away.

    Every place still points into the file that the value came from.
    """
    values = {path: place for path, place in base.values.items() if not _replaced(path, over.data)}
    keys = {path: place for path, place in base.keys.items() if not _replaced(path, over.data)}
    return Document(over.file, _merge(base.data, over.data), {**values, **over.values}, {**keys, **over.keys})


def _merge(base: Mapping[Any, Any], over: Mapping[Any, Any]) -> dict[Any, Any]:
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = _merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def _replaced(path: Path, over: Any) -> bool:
    """Whether ``over`` has something other than a mapping at ``path`` or above it."""
    for step in path:
        if not isinstance(over, dict):
            return True
        if step not in over:
            return False
        over = over[step]
    return not isinstance(over, dict)
