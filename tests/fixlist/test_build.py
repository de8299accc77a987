"""One line per record, the worst first; what is new and mended, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from monitor.fixlist.build import GRAVITY, OWNERS_ACTIVE, fix_list, tasks
from monitor.fixlist.model import FixList, Seen
from monitor.quality.check import Attribution, Check, Severity
from tests.fixlist.making import ADMINS, BY_ID, CHECKS, KNOWN, MONDAY, WEEK_AGO, seen, sinces


def made(*found: Seen, since: Mapping[str, datetime | None] = KNOWN, **more: Mapping[str, int]) -> FixList:
    return fix_list(CHECKS, since, found, **more)


def test_several_checks_on_one_record_are_one_line_with_the_gravest_first() -> None:
    found = made(Seen("source", "a", "7"), Seen("step", "a", "7"), Seen("amount", "a", "7"), Seen("phone", "a", "7"))
    assert [(line.entity, line.checks, line.severity) for line in found.lines] == [
        ("deals", ("amount", "step", "source"), Severity.CRITICAL),
        ("people", ("phone",), Severity.WARNING),
    ]


def test_the_worst_comes_first_by_severity_then_money_then_how_much_is_missing_then_age() -> None:
    found = made(
        Seen("step", "old", "7", created_at=WEEK_AGO),
        Seen("step", "young", "7", created_at=MONDAY),
        Seen("step", "ageless", "7"),
        Seen("step", "both", "7", created_at=MONDAY),
        Seen("source", "both", "7", created_at=MONDAY),
        Seen("step", "rich", "7", amount=Decimal(9)),
        Seen("step", "poor", "7", amount=Decimal(1)),
        Seen("source", "slight", "7", amount=Decimal(99)),
        Seen("amount", "grave", "7"),
    )
    order = ["grave", "rich", "poor", "both", "old", "young", "ageless", "slight"]
    assert [line.key for line in found.lines] == order


def test_a_record_is_new_that_fails_what_it_did_not_fail_a_week_ago() -> None:
    found = made(Seen("step", "a", "7"), Seen("step", "b", "7", then=True), Seen("amount", "b", "7"))
    assert {line.key: line.new for line in found.lines} == {"a": True, "b": True}
    assert made(Seen("step", "c", "7", then=True)).lines[0].new is False
    assert found.new_count == 2


def test_a_record_is_mended_once_it_fails_nothing_any_more() -> None:
    found = made(
        Seen("step", "half", "7", now=False, then=True),
        Seen("amount", "half", "7", then=True),
        Seen("step", "whole", "7", now=False, then=True),
    )
    assert found.mended == (("deals", "whole"),)
    assert [line.key for line in found.lines] == ["half"]


def test_without_a_complete_list_of_then_nothing_is_said_of_new_and_mended() -> None:
    found = made(Seen("step", "a", "7"), Seen("step", "b", "7", now=False, then=True), since={})
    assert (found.since, found.new_count, found.mended_count, found.lines[0].new) == (None, None, None, None)
    assert found.unknown == ("step",)


def test_checks_that_cannot_be_compared_are_named_and_the_others_compared() -> None:
    since = {**KNOWN, "amount": None}
    found = made(Seen("amount", "a", "7"), Seen("step", "a", "7", then=True), Seen("step", "b", "7"), since=since)
    assert {line.key: line.new for line in found.lines} == {"a": None, "b": True}
    assert (found.unknown, found.new_count) == (("amount",), 1)
    assert fix_list(CHECKS, since, (), failed_then=["amount", "step"]).unknown == ("amount",)


def test_where_more_fail_than_are_listed_nothing_of_that_entity_is_called_mended_and_the_list_is_not_empty() -> None:
    gone = (Seen("step", "a", "7", now=False, then=True), Seen("phone", "p", "7", now=False, then=True))
    found = made(*gone, beyond={"amount": 3, "source": 0})
    assert found.mended == (("people", "p"),)
    assert found.beyond == {"amount": 3}
    assert not found.is_empty
    assert made(*gone).is_empty


def test_only_what_an_owner_can_mend_is_a_task_and_what_a_leaver_leaves() -> None:
    left = Check("gone", "deals", OWNERS_ACTIVE, {}, attribution=Attribution.ADMIN)
    assert tasks([*CHECKS, ADMINS, left]) == (*CHECKS, left)


@given(seen, sinces, st.randoms())
def test_any_list_says_what_an_independent_reading_says(
    found: list[Seen], since: dict[str, datetime | None], order: Random
) -> None:
    made_list = fix_list(CHECKS, since, found)
    shuffled = list(found)
    order.shuffle(shuffled)
    assert fix_list(CHECKS, since, shuffled) == made_list
    _lines_are_right(made_list, found)
    _changes_are_right(made_list, found, since)


def _lines_are_right(made_list: FixList, found: Sequence[Seen]) -> None:
    pairs = {(BY_ID[one.check].entity, one.key, one.check) for one in found if one.now}
    assert {(*line.id, check) for line in made_list.lines for check in line.checks} == pairs
    assert sum(len(line.checks) for line in made_list.lines) == len(pairs)
    assert len({line.id for line in made_list.lines}) == len(made_list.lines)
    for line in made_list.lines:
        grave = [GRAVITY[BY_ID[check].severity] for check in line.checks]
        assert grave == sorted(grave)
        assert GRAVITY[line.severity] == grave[0]
        amounts = [one.amount for one in found if one.now and (BY_ID[one.check].entity, one.key) == line.id]
        assert line.amount == max((one for one in amounts if one is not None), default=None)
    for above, below in zip(made_list.lines, made_list.lines[1:], strict=False):
        assert GRAVITY[above.severity] <= GRAVITY[below.severity]
        if above.severity is below.severity:
            assert above.amount is not None or below.amount is None
            assert (above.amount or 0) >= (below.amount or 0)


def _changes_are_right(made_list: FixList, found: Sequence[Seen], since: Mapping[str, datetime | None]) -> None:
    on_it = {line.id for line in made_list.lines}
    before = {(BY_ID[one.check].entity, one.key) for one in found if one.then and since[one.check] is not None}
    assert set(made_list.mended) == before - on_it
    fresh = {
        (BY_ID[one.check].entity, one.key) for one in found if one.now and not one.then and since[one.check] is not None
    }
    assert {line.id for line in made_list.lines if line.new} == fresh
    for line in made_list.lines:
        if line.new is None:
            assert any(since[check] is None for check in line.checks)
    known = any(moment is not None for moment in since.values())
    assert (made_list.new_count is None) is (made_list.mended_count is None) is (not known)
