"""A manager sees the own people and nobody else, however strange the tree is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption.organisation import Organisation
from monitor.adoption.people import in_cycles
from monitor.adoption.scope import chain, managers, may_see, subtree
from monitor.crm.directory import PersonKind
from tests.adoption.making import member, organisation

_KEYS = [str(number) for number in range(9)]


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """Any manager for anybody: oneself, nobody, a stranger, in circles; some have left, some are programs."""
    members = []
    for key in _KEYS:
        one = member(key, manager=draw(st.sampled_from(["", "stranger", *_KEYS])))
        kind = draw(st.sampled_from([PersonKind.PERSON] * 4 + [PersonKind.INTEGRATION]))
        members.append(replace(one, active=draw(st.sampled_from([True, True, True, False])), kind=kind))
    return organisation(*members)


def reports_by_steps(where: Organisation, manager: str) -> set[str]:
    """The people below, found level by level from the members themselves."""
    found: set[str] = set()
    level = {manager}
    while level:
        level = {one.key for above in level for one in where.reports(above)} - found
        found |= level
    return found


@settings(deadline=None)
@given(organisations())
def test_everyone_outside_a_circle_is_seen_by_exactly_the_managers_above(where: Organisation) -> None:
    circle = set(in_cycles({key: one for key, one in where.members.items() if one.manager_key != key}))
    for person in where.members:
        above = {manager for manager in where.members if person in subtree(where, manager)}
        wanted = {one for one in where.members if person in reports_by_steps(where, one)}
        assert above == set(chain(where, person)) == (set() if person in circle else wanted)
        assert {one for one in where.members if may_see(where, one, person)} == above | {person}


@settings(deadline=None)
@given(organisations())
def test_nobody_sees_the_own_manager_a_peer_or_oneself_as_a_report(where: Organisation) -> None:
    for viewer, one in where.members.items():
        below = subtree(where, viewer)
        assert viewer not in below
        assert not below & set(chain(where, viewer))
        peers = {peer.key for peer in where.reports(one.manager_key)} - {viewer}
        if one.manager_key and one.manager_key != viewer:
            assert not {peer for peer in peers & below if viewer not in chain(where, peer)}
            assert one.manager_key not in below


@settings(deadline=None)
@given(organisations())
def test_one_manager_never_sees_part_of_what_another_sees_unless_one_is_above_the_other(where: Organisation) -> None:
    circle = set(in_cycles(where.members))
    for one in where.members.keys() - circle:
        for other in where.members.keys() - circle - {one}:
            if subtree(where, one) & subtree(where, other):
                assert one in subtree(where, other) or other in subtree(where, one)


@settings(deadline=None)
@given(organisations())
def test_managers_are_the_persons_with_a_seat_who_have_somebody_with_a_seat_below(where: Organisation) -> None:
    wanted = [
        key
        for key, one in where.members.items()
        if one.is_person and any(where.members[below].is_person for below in subtree(where, key))
    ]
    assert list(managers(where)) == sorted(wanted)


def test_a_stranger_sees_nobody_and_nobody_has_a_stranger_below() -> None:
    where = organisation(member("1", manager="stranger"))
    assert subtree(where, "stranger") == frozenset()
    assert not may_see(where, "stranger", "1")
    assert chain(where, "stranger") == ()


def test_people_of_somebody_who_left_are_seen_by_the_manager_above() -> None:
    gone = replace(member("2", manager="1"), active=False)
    where = organisation(member("1"), gone, member("3", manager="2"))
    assert managers(where) == ("1",)
    assert subtree(where, "1") == {"2", "3"}
