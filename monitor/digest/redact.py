"""Persons taken out of a stored digest: no name, no key, no row, and no number that tells of one; the rest renders.

What a digest with names tells of few people together is taken out with the names: a team of one, a figure of a scope of
three, and whatever could be worked out of what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from monitor.adoption.few import beside, nameless, of_too_few
from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.suppression import Table, suppressed_together
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Better,
    Kind,
    LastAction,
    Look,
    Reason,
    ReasonCode,
    Snapshot,
    Subject,
    SubjectKind,
    TeamRow,
)
from monitor.digest.snapshot_json import from_json, to_json

REMOVED = "removed"
"""Stands where a person's key was; no user of a CRM is shown for it."""


def redacted(snapshot: Snapshot, keys: Collection[str]) -> Snapshot:
    """The digest without the persons of these keys (CRM keys of users). Doing it again changes nothing.

    A person's own page keeps nothing but its frame. Sums that the person was part of stay: see ``without_names``.
    """
    if snapshot.kind is Kind.OWN and snapshot.recipient in keys:
        return Snapshot(
            snapshot.kind, REMOVED, snapshot.period, snapshot.zone, snapshot.created_at, snapshot.naming,
            company=snapshot.company, currency=snapshot.currency, data_as_of=snapshot.data_as_of,
        )  # fmt: skip

    def gone(action: Action) -> bool:
        return action.subject.is_person and action.subject.key in keys

    return replace(
        snapshot,
        recipient=REMOVED if snapshot.recipient in keys else snapshot.recipient,
        actions=tuple(_blank(action) if gone(action) else action for action in snapshot.actions),
        last_actions=tuple(_blank_last(last) if gone(last.action) else last for last in snapshot.last_actions),
        person_rows=tuple(row for row in snapshot.person_rows if row.key not in keys),
        looks=tuple(_look(look, keys) for look in snapshot.looks),
    )


def without_names(snapshot: Snapshot, naming: Naming | None = None) -> Snapshot:
    """The digest as it would be told to somebody who may see nobody by name. An own page stays: it is one's own.

    Where it had names, what tells of fewer than five goes along: it was shown beside them. ``naming`` says why.
    """
    if snapshot.kind is Kind.OWN or not snapshot.naming.allowed:
        return snapshot
    bare = replace(redacted(snapshot, persons(snapshot)), naming=naming or Naming(False))
    return _cut(bare) if snapshot.kind is Kind.MANAGER else without_use(bare)


def without_use(snapshot: Snapshot) -> Snapshot:
    """Without what the reader, or few managers together, did in the CRM: that is a person's, too."""
    use = snapshot.management
    if use is None or use.managers >= LEAST_GROUP:
        return snapshot
    return replace(
        snapshot,
        management=replace(use, active=None, active_days=None, deals_changed=None, last_change=None),
        actions=tuple(_blank(one) if one.subject.kind is SubjectKind.SELF else one for one in snapshot.actions),
        last_actions=tuple(
            _blank_last(one) if one.action.subject.kind is SubjectKind.SELF else one for one in snapshot.last_actions
        ),
    )


def persons(snapshot: Snapshot) -> frozenset[str]:
    """The keys of all persons who stand in a digest; its recipient only where it is a page of their own."""
    actions = (*snapshot.actions, *(last.action for last in snapshot.last_actions))
    found = {
        *(row.key for row in snapshot.person_rows),
        *(action.subject.key for action in actions if action.subject.is_person),
        *(look.key for look in snapshot.looks),
        *((snapshot.recipient,) if snapshot.kind is Kind.OWN else ()),
    }
    return frozenset(found - {REMOVED})


def mentions(data: Mapping[str, Any], key: str) -> bool:
    """Whether a stored digest has a person in it, be it as its recipient. Raises ValueError for what is no digest."""
    snapshot = from_json(data)
    return key == snapshot.recipient or key in persons(snapshot)


def has_names(data: Mapping[str, Any]) -> bool:
    """Whether a stored digest has anybody in it but its reader. Raises ValueError for what is no digest."""
    snapshot = from_json(data)
    return bool(persons(snapshot) - {snapshot.recipient})


def unnamed_json(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored digest where no person's use may be stored: without names, and without the reader's own use.

    What has none of it comes back as it was. Raises ValueError for what is no digest.
    """
    return _rewritten(data, without_use(_frame_of_own(without_names(from_json(data)))))


def aged_json(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored digest whose time for persons is over: likewise, and without what few readers answered to it."""
    left = without_use(_frame_of_own(without_names(from_json(data))))
    if left.management is not None and left.management.managers < LEAST_GROUP:
        left = replace(left, management=None)
    return _rewritten(data, left)


def forgotten_json(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A stored digest without one person.

    One that named the person loses the others' names, too: from sums and all other names the person could be worked
    out. What does not have the person comes back as it was. Raises ValueError for what is no digest.
    """
    snapshot = from_json(data)
    if not mentions(data, key):
        return data
    named = key in persons(snapshot) and snapshot.kind is not Kind.OWN
    return _rewritten(data, redacted(without_names(snapshot) if named else snapshot, {key}))


def own_copy_json(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored digest as it is handed out to whom it was made for: nobody else stands in it, but for who looked."""
    return _rewritten(data, without_names(from_json(data)))


def _rewritten(data: Mapping[str, Any], snapshot: Snapshot) -> Mapping[str, Any]:
    return data if snapshot == from_json(data) else to_json(snapshot)


def _frame_of_own(snapshot: Snapshot) -> Snapshot:
    return redacted(snapshot, {snapshot.recipient}) if snapshot.kind is Kind.OWN else snapshot


def _cut(snapshot: Snapshot) -> Snapshot:
    """A manager's digest that had names, without what tells of few."""
    few = (snapshot.people or 0) < LEAST_GROUP
    single = () if few else _single(snapshot)
    rows = () if few else _rows([row for row in snapshot.team_rows if row.key in single], snapshot.figures)
    figures = () if few else _figures(snapshot, single)
    told = {one.id: one for one in figures if one.value is not None}
    teams = {row.key for row in rows if row.active_days is not None and row.usual is not None}

    def kept(subject: Subject) -> bool:
        match subject.kind:
            case SubjectKind.CHECK:
                return not few
            case SubjectKind.TEAM:
                return subject.key in teams
            case SubjectKind.FIGURE:
                return subject.key in told
            case _:
                return True

    def better(one: Better) -> bool:
        figure = next((found for name, found in told.items() if name == one.subject.key), None)
        about = one.subject.kind is SubjectKind.FIGURE
        return kept(one.subject) and (figure is None or not about or figure.last_week is not None)

    return replace(
        snapshot,
        too_few=few,
        headline=tuple(wanted for wanted in snapshot.headline if wanted in told),
        figures=figures,
        team_rows=rows,
        quality=() if few else snapshot.quality,
        actions=tuple(one if kept(one.subject) else _blank(one) for one in snapshot.actions),
        last_actions=tuple(one if kept(one.action.subject) else _blank_last(one) for one in snapshot.last_actions),
        better=tuple(one for one in snapshot.better if better(one)),
    )


def _single(snapshot: Snapshot) -> Collection[str]:
    """The teams that may be shown by themselves beside their total, by what the digest says of their sizes."""
    groups: dict[str, frozenset[str]] = {}
    numbers = map(str, range(snapshot.people or 0))
    for row in snapshot.team_rows:
        groups[row.key] = frozenset(islice(numbers, max(0, row.people)))
    people = frozenset(map(str, range(snapshot.people or 0)))
    return suppressed_together([Table(people, groups)])[0].single


def _rows(rows: list[TeamRow], total: tuple[Figure, ...]) -> tuple[TeamRow, ...]:
    parts = beside([row.figures for row in rows], total)
    return tuple(_row(replace(row, figures=nameless(part))) for row, part in zip(rows, parts, strict=True))


def _row(row: TeamRow) -> TeamRow:
    """A team's row without the weeks in which few of it were at work."""
    counted = row.at_work if len(row.at_work) == len(row.line) else (0,) * len(row.line)
    many = [count >= LEAST_GROUP for count in counted]
    line = tuple(value if shown else None for value, shown in zip(row.line, many, strict=True))
    usual = row.usual if all(many[-5:-1]) else None
    return replace(row, line=line, active_days=line[-1] if line else None, usual=usual)


def _figures(snapshot: Snapshot, single: Collection[str]) -> tuple[Figure, ...]:
    compared = {row.key for row in snapshot.team_rows if row.people >= LEAST_GROUP}
    shown = nameless(snapshot.figures)
    if compared <= set(single):
        return shown
    return tuple(of_too_few(one) if one.id is FigureId.UNIFORMITY else one for one in shown)


def _blank(action: Action) -> Action:
    # the number stays, so that "digest done 2" still means what it meant
    return Action(action.number, ActionKind.REMOVED, Subject(SubjectKind.PERSON, REMOVED), Reason(ReasonCode.REMOVED))


def _blank_last(last: LastAction) -> LastAction:
    return replace(last, action=_blank(last.action), now=None)


def _look(look: Look, keys: Collection[str]) -> Look:
    return replace(look, key=REMOVED, who="") if look.key in keys else look
