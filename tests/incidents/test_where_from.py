"""Where new failing records come from, and when nothing stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import comb
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crm.source import Directory, Person, PersonKind, Team
from monitor.incidents.where_from import Factor, Finding, find, in_words, tail, usual_of
from monitor.messages.alert import Origin
from monitor.quality.outcome import FailingRecord

ZONE = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEAMS = {"big": Team("big", "Nord", 8), "small": Team("small", "Board", 3)}
DIRECTORY = Directory(
    people={
        **{f"b{number}": Person(f"b{number}", f"Person {number}", team_key="big") for number in range(8)},
        "boss": Person("boss", "Bo Boss", team_key="small"),
        "sync": Person("sync", "Sync", kind=PersonKind.INTEGRATION),
        "root": Person("root", "Root", kind=PersonKind.ADMIN),
    },
    teams=TEAMS,
)


def _record(
    number: int, *, by: str = "", owner: str = "", source: str = "", at: datetime | None = None
) -> FailingRecord:
    """A record of its own creator, owner, and day, but for what is named."""
    created = at or NOON - timedelta(days=number % 60, minutes=7 * number)
    disclosed = {"source": source or ("web", "fair", "phone", "mail")[number % 4]}
    return FailingRecord(f"r{number}", owner or f"b{number % 8}", created, by or f"b{number % 8}", None, disclosed)


USUAL = usual_of([_record(number) for number in range(400)], DIRECTORY, ZONE)


def _found(new: Sequence[FailingRecord]) -> Finding | None:
    return find(new, USUAL, DIRECTORY, ZONE)


def _words(new: Sequence[FailingRecord]) -> Origin | None:
    finding = _found(new)
    return in_words(finding, DIRECTORY, ZONE, {"big"}) if finding else None


def test_records_spread_as_usual_come_from_nowhere_in_particular() -> None:
    assert _found([_record(number) for number in range(40)]) is None
    assert _found([]) is None


def test_an_import_is_many_rows_by_one_creator_within_minutes() -> None:
    batch = [_record(n, by="b1", source="web", at=NOON + timedelta(minutes=62, seconds=n)) for n in range(12)]
    assert _words([*batch, _record(99), _record(100)]) == Origin("import of 20 Nov 14:02", 12, 14)


def test_rows_typed_one_after_the_other_are_no_import() -> None:
    typed = [_record(n, by="b1", at=NOON - timedelta(seconds=50 * n)) for n in range(8)]
    finding = _found(typed)
    assert finding is not None
    assert finding.factor is not Factor.BATCH


def test_two_imports_by_two_people_at_the_same_time_are_two() -> None:
    both = [_record(n, by=f"b{n % 2}", at=NOON + timedelta(seconds=n)) for n in range(20)]
    finding = _found(both)
    assert finding is not None
    assert (finding.factor, finding.count) == (Factor.BATCH, 10)


def test_a_source_that_holds_far_more_than_its_share_stands_out() -> None:
    new = [_record(number, source="shop") for number in range(9)] + [_record(50)]
    assert _words(new) == Origin("source shop", 9, 10)


def test_a_source_that_always_holds_most_does_not_stand_out() -> None:
    usual = usual_of([_record(n, source="web") for n in range(400)], DIRECTORY, ZONE)
    assert find([_record(n, source="web") for n in range(40)], usual, DIRECTORY, ZONE) is None


def test_a_creator_is_never_named() -> None:
    new = [_record(number, by="b3") for number in range(12)]
    assert _words(new) == Origin("records entered by one user", 12, 12)
    assert _words([_record(n, by="sync") for n in range(12)]) == Origin("records entered by an integration", 12, 12)
    assert _words([_record(n, by="root") for n in range(12)]) == Origin("records entered by an administrator", 12, 12)


def test_a_team_is_named_only_where_a_channel_may_read_of_it() -> None:
    usual = {Factor.TEAM: {"big": 10, "small": 990}}
    big = find([_record(n) for n in range(12)], usual, DIRECTORY, ZONE)
    assert big is not None
    assert in_words(big, DIRECTORY, ZONE, {"big"}) == Origin("team Nord", 12, 12)
    small = find([_record(n, owner="boss") for n in range(12)], {Factor.TEAM: {"big": 990}}, DIRECTORY, ZONE)
    assert small is not None
    assert small.factor is Factor.TEAM
    assert in_words(small, DIRECTORY, ZONE, {"big"}) is None


def test_a_day_is_a_day_in_the_projects_zone() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    new = [_record(n, at=late - timedelta(minutes=3 * n)) for n in range(9)]
    assert _words(new) == Origin("records created on 21 Nov", 9, 9)


def test_a_handful_proves_nothing() -> None:
    assert _found([_record(1, source="shop"), _record(2, source="shop")]) is None
    few = usual_of([_record(n) for n in range(3)], DIRECTORY, ZONE)
    assert find([_record(n, source="shop") for n in range(3)], few, DIRECTORY, ZONE) is None


def test_what_explains_more_wins_and_of_equals_the_more_telling() -> None:
    new = [_record(n, source="shop", by="b1") for n in range(12)] + [_record(50 + n, by="b1") for n in range(8)]
    finding = _found(new)
    assert finding is not None
    assert (finding.factor, finding.count) == (Factor.CREATOR, 20)
    finding = _found(new[:13])
    assert finding is not None
    assert (finding.factor, finding.count) == (Factor.SOURCE, 12)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_certain_and_impossible_draws_have_certain_chances(share: float) -> None:
    assert tail(3, 5, share) == share
    assert tail(0, 5, share) == 1.0


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 99))
def test_the_tail_is_that_of_the_binomial_distribution(of: int, count: int, percent: int) -> None:
    share = Fraction(percent, 100)
    exact = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
    assert tail(count, of, percent / 100) == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


@given(
    st.lists(
        st.builds(
            FailingRecord,
            key=st.uuids().map(str),
            owner_key=st.none() | st.sampled_from(["b1", "boss", "stranger"]),
            created_at=st.none() | st.integers(0, 10**6).map(lambda seconds: NOON - timedelta(seconds=seconds)),
            created_by=st.none() | st.sampled_from(["b1", "sync", "stranger"]),
            disclosed=st.dictionaries(st.sampled_from(["source", "stage"]), st.text(max_size=5)),
        ),
        max_size=40,
    )
)
def test_any_records_give_a_finding_within_its_figures_or_none(new: list[FailingRecord]) -> None:
    finding = _found(new)
    if finding is not None:
        assert 3 <= finding.count <= finding.of == len(new)
        words = in_words(finding, DIRECTORY, ZONE, {"big"})
        assert words is None or "Person" not in words.what
