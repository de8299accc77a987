"""Snapshots as nobody would write them: any value that the types allow, and hostile names."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from monitor.adoption.figure import FigureId
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.week import IsoWeek
from monitor.digest.snapshot import PersonRow, Reason, ReasonCode, Snapshot, Subject, SubjectKind
from tests.messages.strategies import HOSTILE

PERSON = "Name-of-a-person"
"""What the name of every person in ``tellable`` begins with."""

Known = Mapping[Any, Any]
weeks = st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(IsoWeek.of)
names = st.one_of(
    st.sampled_from([name for name in HOSTILE if len(name) < 99 and "\ud800" not in name]), st.text("aé<")
)
long_names = st.one_of(names, st.sampled_from(["W" * 4000, "&" * 3000, '"\\' * 2000, "\U0001f534" * 3000]))


def of(kind: Any, known: Known) -> Any:
    """Any value of a type; fields with a default too, a few items per list. ``known``: strategies by type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in known:
        return known[kind]
    if origin in (Union, types.UnionType):
        return st.one_of(*(of(choice, known) for choice in arguments))
    if origin in (tuple, frozenset):
        return st.lists(of(arguments[0], known), max_size=2).map(origin)
    if origin is Mapping:
        return st.dictionaries(of(arguments[0], known), of(arguments[1], known), max_size=2)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return _built(kind, known)


def _built(kind: Any, known: Known, **given: Any) -> Any:
    hints = get_type_hints(kind)
    fields = {field.name: of(hints[field.name], known) for field in dataclasses.fields(kind) if field.name not in given}
    return st.builds(kind, **fields, **given)


_ANY: Known = {
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
snapshots: st.SearchStrategy[Snapshot] = of(Snapshot, _ANY)


_counts, _shares = st.integers(0, 10**6), st.floats(0, 1)
_reason = st.fixed_dictionaries(
    {
        **dict.fromkeys(("count", "rows", "before", "now", "weeks", "days"), _counts),
        **dict.fromkeys(("share", "limit", "value", "goal"), _shares),
        **dict.fromkeys(("active_days", "usual_days", "usual"), _counts | _shares),
        "since": weeks.map(str),
    }
)
_note = st.fixed_dictionaries(
    {
        **dict.fromkeys(("weeks", "people", "least"), st.integers(0, 500)),
        **dict.fromkeys(("measure", "reason", "path", "missing"), names),
        "share": _shares,
        "date": st.dates(date(2015, 1, 1), date(2035, 1, 1)).map(str),
    }
)
_subjects = st.one_of(
    st.builds(Subject, st.just(SubjectKind.FIGURE), st.sampled_from(FigureId)),
    st.builds(Subject, st.just(SubjectKind.PERSON), names, names.map(lambda name: PERSON + name)),
    st.builds(Subject, st.sampled_from([SubjectKind.CHECK, SubjectKind.TEAM, SubjectKind.SELF]), names, long_names),
)
_told: Known = {
    **_ANY,
    str: long_names,
    float: st.floats(0, 1e9),
    int: st.integers(0, 10**9),
    Subject: _subjects,
    Reason: st.builds(Reason, st.sampled_from(ReasonCode), _reason),
    Note: st.builds(Note, st.sampled_from(NoteCode), _note),
}
_people = _built(PersonRow, _told, name=names.map(lambda name: PERSON + name))
tellable: st.SearchStrategy[Snapshot] = _built(
    Snapshot, {**_told, PersonRow: _people}, zone=st.just("Europe/Copenhagen")
)
"""Snapshots that can be told: parameters fit their codes, names of people begin with ``PERSON``; texts of any size."""
