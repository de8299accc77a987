"""A person who is forgotten is in no stored digest any more, and the digest still renders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adoption.figure import FigureId, Goal, Unit
from monitor.adoption.naming import Naming
from monitor.adoption.week import IsoWeek
from monitor.digest.build import Facts, build_manager
from monitor.digest.build_rows import Group
from monitor.digest.period import Period
from monitor.digest.redact import (
    REMOVED,
    aged_json,
    forgotten_json,
    mentions,
    own_copy_json,
    persons,
    redacted,
    unnamed_json,
    without_names,
)
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Kind,
    LastAction,
    Look,
    ManagementUse,
    Outcome,
    PersonRow,
    Reason,
    ReasonCode,
    Snapshot,
    Subject,
    SubjectKind,
)
from monitor.digest.snapshot_json import from_json, to_json
from tests.digest.parts import FRAME, NAMED, WEEK, cards_of, figure, organisation, people_of, quality
from tests.digest.snapshots import snapshots

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
ASK = Action(
    1, ActionKind.PERSON, Subject(SubjectKind.PERSON, "key-of-gone", "name-of-gone"), Reason(ReasonCode.DORMANT)
)
STAYS = PersonRow("key-of-other", "name-of-other")
DIGEST = Snapshot(
    Kind.MANAGER,
    "boss",
    Period.of_week(IsoWeek(2026, 47)),
    "UTC",
    AT,
    Naming(True),
    title="Nord",
    actions=(ASK,),
    last_actions=(LastAction(ASK, Outcome.OPEN),),
    person_rows=(PersonRow("key-of-gone", "name-of-gone"), STAYS),
    looks=(Look("key-of-gone", "name-of-gone", AT, "digest"),),
)


def test_neither_name_nor_key_of_the_person_is_left_anywhere() -> None:
    left = json.dumps(to_json(redacted(DIGEST, {"key-of-gone"})))
    assert "of-gone" not in left
    assert "name-of-other" in left


def test_the_action_keeps_its_number_without_saying_whom_it_was_about() -> None:
    (action,) = redacted(DIGEST, {"key-of-gone"}).actions
    assert (action.number, action.subject) == (1, Subject(SubjectKind.PERSON, REMOVED))


def test_somebody_elses_digest_is_left_as_it_was() -> None:
    assert redacted(DIGEST, {"a stranger"}) == DIGEST


def test_of_the_persons_own_page_nothing_but_the_frame_is_left() -> None:
    own = replace(DIGEST, kind=Kind.OWN, recipient="key-of-gone", title="name-of-gone")
    left = redacted(own, {"key-of-gone"})
    assert (left.title, left.actions, left.person_rows, left.recipient) == ("", (), (), REMOVED)


@given(snapshots)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_redacting_twice_is_redacting_once(snapshot: Snapshot) -> None:
    keys = {row.key for row in snapshot.person_rows} | {snapshot.recipient}
    once = redacted(snapshot, keys)
    assert redacted(once, keys) == once
    assert not keys & ({row.key for row in once.person_rows} | {look.key for look in once.looks}) - {REMOVED}


def test_a_stored_digest_says_whom_it_mentions() -> None:
    stored = to_json(DIGEST)
    assert [mentions(stored, key) for key in ("key-of-gone", "key-of-other", "boss", "a stranger")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert persons(DIGEST) == {"key-of-gone", "key-of-other"}


def test_a_stored_digest_without_the_person_comes_back_as_it_was() -> None:
    stored = to_json(DIGEST)
    assert forgotten_json(stored, "a stranger") is stored
    assert "of-gone" not in json.dumps(forgotten_json(stored, "key-of-gone"))


def test_past_its_time_a_stored_digest_keeps_no_person_and_all_sums() -> None:
    left = aged_json(to_json(DIGEST))
    assert "of-gone" not in json.dumps(left)
    assert "of-other" not in json.dumps(left)
    assert (left["recipient"], left["title"]) == ("boss", "Nord")
    assert aged_json(left) is left


# A digest that had names, told to somebody who may see nobody by name


def _named(sizes: Mapping[str, int], **others: Any) -> Snapshot:
    """A manager's week as a mandate shows it: every team, however small, and everybody by name."""
    company = organisation(sizes)
    people = people_of(company)
    shares = [
        replace(figure(FigureId.SEATS_ACTIVE, 0.75, Goal(0.75, True), line=(0.75,) * 12), persons=(len(people),) * 12),
        figure(FigureId.NEW_COMPLETE, 0.7, Goal(0.9, True), line=(0.7,) * 12, last_week=0.6, bottom=40),
        figure(FigureId.UNIFORMITY, 0.3, unit=Unit.POINTS, line=(0.3,) * 12),
    ]
    groups = [
        Group(team, team.title(), frozenset(people_of(company, team)), figures=(
            replace(shares[0], persons=(size,) * 12), shares[1])) for team, size in sizes.items()
    ]  # fmt: skip
    given = Facts(people=people, cards=cards_of(people), figures=shares, groups=groups, quality=[quality(before=9)],
                  management=ManagementUse(1, 1, 11, 4, WEEK, 6, 5, 15, 8))  # fmt: skip
    return build_manager(FRAME, "boss", company, NAMED, replace(given, **others))


def test_a_team_of_few_goes_with_the_names_and_so_does_the_team_that_would_give_it_away() -> None:
    left = without_names(_named({"nord": 9, "syd": 6, "vest": 2}))
    assert [row.name for row in left.team_rows] == ["Nord"]
    assert left.figure(FigureId.UNIFORMITY) is not None
    assert left.figure(FigureId.UNIFORMITY).value is None  # type: ignore[union-attr]  # it is there
    assert [one.count for one in left.quality] == [5]
    assert left.figure(FigureId.SEATS_ACTIVE).value == 0.75  # type: ignore[union-attr]  # it is there
    assert not persons(left)
    both = without_names(_named({"nord": 9, "syd": 6}))
    assert [row.name for row in both.team_rows] == ["Nord", "Syd"]
    assert both.figure(FigureId.UNIFORMITY).value == 0.3  # type: ignore[union-attr]  # it is there


def test_of_a_scope_of_few_nothing_is_left_but_the_readers_own_use() -> None:
    small = _named({"nord": 3})
    assert small.quality
    assert small.actions
    left = without_names(small)
    assert left.too_few
    assert (left.quality, left.team_rows, left.headline, left.better) == ((), (), (), ())
    assert left.figures == ()
    assert {one.kind for one in left.actions} <= {ActionKind.REMOVED, ActionKind.OWN_USE}
    assert [one.number for one in left.actions] == [one.number for one in small.actions]
    assert left.management == small.management


def test_an_action_that_is_taken_out_says_nothing_of_what_it_was_about() -> None:
    (action,) = redacted(DIGEST, {"key-of-gone"}).actions
    assert action == Action(1, ActionKind.REMOVED, Subject(SubjectKind.PERSON, REMOVED), Reason(ReasonCode.REMOVED))


def test_a_team_that_has_few_at_work_loses_that_week() -> None:
    digest = _named({"nord": 9, "syd": 6})
    (nord, syd) = digest.team_rows
    digest = replace(digest, team_rows=(nord, replace(syd, at_work=(6,) * 9 + (3, 6, 6))))
    line = {row.name: row.line for row in without_names(digest).team_rows}
    assert [value is None for value in line["Syd"]] == [False] * 9 + [True, False, False]
    assert None not in line["Nord"]


def test_past_its_time_a_digest_says_nothing_of_the_readers_own_use_either() -> None:
    left = from_json(aged_json(to_json(_named({"nord": 9}))))
    assert left.management is None
    strict = from_json(unnamed_json(to_json(_named({"nord": 9}))))
    assert strict.management == ManagementUse(1, None, None, None, None, 6, 5, 15, 8)


def test_who_is_forgotten_cannot_be_worked_out_from_the_names_that_are_left() -> None:
    """The sums less all the others would be the one."""
    stored = to_json(_named({"nord": 6, "syd": 2}))
    left = from_json(forgotten_json(stored, "nord-1"))
    assert not persons(left)
    assert [row.people for row in left.team_rows] == []
    assert forgotten_json(stored, "nobody of them") is stored


def test_a_reader_who_is_handed_the_own_digests_sees_nobody_in_them() -> None:
    stored = to_json(_named({"nord": 6}))
    assert not persons(from_json(own_copy_json(stored)))
    own = to_json(replace(DIGEST, kind=Kind.OWN, recipient="key-of-gone"))
    assert own_copy_json(own) is own


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 8), min_size=1))
@settings(deadline=None)
def test_what_is_left_of_teams_tells_of_no_few_by_any_sum_or_difference(sizes: dict[str, int]) -> None:
    left = without_names(_named(sizes))
    total = sum(sizes.values())
    shown = [row.people for row in left.team_rows]
    assert not [size for size in (*shown, total - sum(shown)) if 0 < size < 5 and not left.too_few]
    assert left.too_few == (total < 5)


@given(snapshots)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_taking_names_out_twice_is_taking_them_out_once(snapshot: Snapshot) -> None:
    for once in (without_names(snapshot), from_json(aged_json(to_json(snapshot)))):
        assert without_names(once) == once
        assert aged_json(aged_json(to_json(once))) == aged_json(to_json(once))
    if snapshot.kind is not Kind.OWN and snapshot.naming.allowed:
        assert not persons(without_names(snapshot))
