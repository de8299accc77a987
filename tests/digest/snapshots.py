"""Snapshots as nobody would write them: any value that the types allow, and hostile names."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from monitor.adoption.week import IsoWeek
from monitor.digest.snapshot import Snapshot
from tests.messages.strategies import HOSTILE

weeks = st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(IsoWeek.of)
names = st.one_of(
    st.sampled_from([name for name in HOSTILE if len(name) < 99 and "\ud800" not in name]), st.text("aé<")
)

_PLAIN: Mapping[Any, Any] = {
    IsoWeek: weeks,
    bool: st.booleans(),
    float: st.floats(-1e12, 1e12),
    int: st.integers(-(10**9), 10**9),
    str: names,
    Decimal: st.decimals(Decimal(-(10**12)), Decimal(10**12), places=2),
    datetime: st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    date: st.dates(date(2015, 1, 1), date(2035, 1, 1)),
    types.NoneType: st.none(),
}


@cache
def of(kind: Any) -> Any:
    """Any value of a type; fields with a default too, a few items per list."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin in (Union, types.UnionType):
        return st.one_of(*(of(choice) for choice in arguments))
    if origin in (tuple, frozenset):
        return st.lists(of(arguments[0]), max_size=2).map(origin)
    if origin is Mapping:
        return st.dictionaries(of(arguments[0]), of(arguments[1]), max_size=2)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of(hints[field.name]) for field in dataclasses.fields(kind)})


snapshots: st.SearchStrategy[Snapshot] = of(Snapshot)
