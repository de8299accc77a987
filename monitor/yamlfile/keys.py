"""Which keys a model knows at some place within it."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from monitor.yamlfile.document import Path


def known_keys(model: type[BaseModel], path: Path) -> frozenset[str]:
    """The keys that may stand in the mapping at ``path``."""
    types: list[Any] = [model]
    for step in path:
        types = [below for each in types for below in _below(each, step)]
    names: set[str] = set()
    for each in types:
        for member in _members(each):
            if isinstance(member, type) and issubclass(member, BaseModel):
                names.update(field.alias or name for name, field in member.model_fields.items())
    return frozenset(names)


def _members(annotation: Any) -> Iterator[Any]:
    """The single types that an annotation stands for."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _below(annotation: Any, step: Any) -> Iterator[Any]:
    """The types of what stands at ``step`` in a value of this type."""
    for member in _members(annotation):
        arguments = get_args(member)
        if isinstance(member, type) and not arguments and issubclass(member, BaseModel):
            for name, field in member.model_fields.items():
                if step in (name, field.alias):
                    yield field.annotation
        elif arguments:  # dict[K, V], list[V], tuple[V, ...]
            yield arguments[1] if len(arguments) == 2 and arguments[1] is not Ellipsis else arguments[0]
