"""Snapshots to JSON and back, exactly. What has a field's default is left out, so that a later field can be added."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.adoption.week import IsoWeek
from monitor.digest.snapshot import Snapshot

VERSION = 1
_PLAIN = (str, int, float, bool)


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """``{"version": 1, ...}`` of JSON's own types only: moments in UTC, amounts as text, weeks as ``2026-W47``."""
    return {"version": VERSION, **_encode(snapshot)}


def from_json(data: Mapping[str, Any]) -> Snapshot:
    """The snapshot that ``to_json`` wrote. Raises ValueError when ``data`` is nothing of the kind."""
    if data.get("version") != VERSION:
        raise ValueError(f"a digest of version {data.get('version')!r}; this program knows version {VERSION}")
    try:
        found = _decode(Snapshot, data)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"not a digest: {type(error).__name__} {error}") from error
    assert isinstance(found, Snapshot)
    return found


def _encode(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case IsoWeek() | Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [_encode(item) for item in value]
        case frozenset():
            return sorted(value)
        case Mapping():
            return {key: _encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        default = _defaults(kind)
        shown = {name: getattr(value, name) for name in _types(kind)}
        return {name: _encode(item) for name, item in shown.items() if name not in default or item != default[name]}
    return value


def _decode(wanted: Any, data: Any) -> Any:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return _decode_union(arguments, data)
    if origin is tuple:
        return tuple(_decode(arguments[0], item) for item in data)
    if origin is frozenset:
        return frozenset(data)
    if origin is Mapping:
        return {key: _decode(arguments[1], item) for key, item in data.items()}
    if wanted is not IsoWeek and dataclasses.is_dataclass(wanted):
        make: Any = wanted
        known = {name: kind for name, kind in _types(make).items() if name in data}
        return make(**{name: _decode(kind, data[name]) for name, kind in known.items()})
    return _decode_plain(wanted, data)


def _decode_union(choices: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in choices:
        return None
    left = [choice for choice in choices if choice is not type(None)]
    return _decode(left[0], data) if len(left) == 1 else _plain(tuple(left), data)


def _decode_plain(wanted: Any, data: Any) -> Any:
    if wanted is float:
        return _plain((float, int), data)
    if wanted in _PLAIN:
        return _plain((wanted,), data)
    if issubclass(wanted, Enum):
        return wanted(data)
    return _READERS[wanted](_plain((str,), data))


def _plain(wanted: tuple[type, ...], data: Any) -> Any:
    if type(data) not in wanted:
        raise TypeError(f"{' or '.join(kind.__name__ for kind in wanted)} expected, not {type(data).__name__}")
    return data


_READERS: Mapping[type, Callable[[str], Any]] = {
    IsoWeek: IsoWeek.parse,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


@cache
def _types(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@cache
def _defaults(kind: Any) -> Mapping[str, Any]:
    found = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found
