"""Where new failing records come from, and when nothing stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import comb, exp, inf, log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crm.source import Directory, Person, PersonKind, Team
from monitor.incidents.factors import Factor, Finding
from monitor.incidents.where_from import findings, log_tail
from monitor.incidents.where_words import in_words, origin
from monitor.messages.alert import Origin
from monitor.quality.outcome import FailingRecord
from tests.incidents.recorded import Recorded

ZONE = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEAMS = {"big": Team("big", "Nord", 8), "small": Team("small", "Board", 3)}
NAMED = frozenset({"big"})
"""The teams that a channel may read of."""
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


USUAL = [_record(number) for number in range(400)]


def _all(new: Sequence[FailingRecord], usual: Sequence[FailingRecord] = USUAL) -> Recorded:
    """All records: those that were always there, and the new ones."""
    return Recorded([*usual, *new], DIRECTORY, ZONE)


def _found(
    new: Sequence[FailingRecord], usual: Sequence[FailingRecord] = USUAL, since: datetime | None = None
) -> Finding | None:
    return next(iter(findings(new, _all(new, usual), DIRECTORY, ZONE, since=since)), None)


def _words(new: Sequence[FailingRecord], usual: Sequence[FailingRecord] = USUAL) -> Origin | None:
    return origin(findings(new, _all(new, usual), DIRECTORY, ZONE), DIRECTORY, ZONE, NAMED)


def _what(new: Sequence[FailingRecord], usual: Sequence[FailingRecord] = USUAL) -> tuple[str, int, int]:
    told = _words(new, usual)
    assert told is not None
    return told.what, told.count, told.of


def _import(rows: int, *, by: str = "root", source: str = "web", seconds: float = 1) -> list[FailingRecord]:
    """Rows that were loaded at two minutes past two in the afternoon, Danish time."""
    start = NOON + timedelta(minutes=62)
    return [_record(n, by=by, source=source, at=start + timedelta(seconds=seconds * n)) for n in range(rows)]


def test_records_spread_as_usual_come_from_nowhere_in_particular() -> None:
    assert _found([_record(number) for number in range(40)]) is None
    assert _found([]) is None


def test_an_import_is_many_rows_by_one_creator_within_minutes() -> None:
    new = [*_import(12, by="b1"), _record(99), _record(100)]
    assert _words(new) == Origin("import of 20 Nov 14:02", 12, 14, 12 / 414)


def test_rows_typed_one_after_the_other_are_no_import() -> None:
    typed = [_record(n, by="b1", at=NOON - timedelta(seconds=50 * n)) for n in range(8)]
    finding = _found(typed)
    assert finding is not None
    assert finding.factor is not Factor.BATCH


def test_two_imports_by_two_people_at_the_same_time_are_two() -> None:
    both = [_record(n, by=f"b{n % 2}", at=NOON + timedelta(seconds=n)) for n in range(20)]
    finding = _found(both, since=NOON - timedelta(days=1))
    assert finding is not None
    assert (finding.factor, finding.count) == (Factor.BATCH, 10)


def test_an_import_of_which_few_rows_fail_is_seen_by_those_that_do_not() -> None:
    rows = _import(400)
    failing = rows[::40]  # one in 40 seconds: slower than a hand
    assert _what(failing, [*USUAL, *rows]) == ("import of 20 Nov 14:02", 10, 10)
    assert _words(failing, USUAL) != _words(failing, [*USUAL, *rows])


def test_a_program_that_feeds_the_crm_every_night_makes_no_imports() -> None:
    nights = [
        _record(1000 + 60 * day + n, by="sync", at=NOON - timedelta(days=day, seconds=-n))
        for day in range(1, 30)
        for n in range(60)
    ]
    tonight = [_record(n, by="sync", at=NOON + timedelta(seconds=n)) for n in range(60)]
    usual = [*USUAL, *nights]
    since = NOON - timedelta(hours=20)
    assert _found(tonight, usual, since) is None  # most of what there is came in so
    assert _found(tonight[:20], [*USUAL, *nights[:600]]) is not None
    large = [_record(n, by="sync", at=NOON + timedelta(seconds=n)) for n in range(600)]
    finding = _found(large, usual, since)
    assert finding is not None
    assert finding.factor is Factor.BATCH  # ten times as many as every night


def test_monthly_imports_by_somebody_who_enters_nothing_else_are_imports_all_the_same() -> None:
    months = [
        _record(1000 + 60 * month + n, by="root", at=NOON - timedelta(days=30 * month, seconds=-n))
        for month in range(1, 12)
        for n in range(60)
    ]
    assert _what(_import(30), [*USUAL, *months])[0] == "import of 20 Nov 14:02"


def test_an_import_that_is_most_of_all_records_explains_nothing() -> None:
    rows = _import(600)
    assert _found(rows[::12], [*USUAL[:100], *rows]) is None


def test_a_source_that_holds_far_more_than_its_share_stands_out() -> None:
    new = [_record(number, source="shop") for number in range(9)] + [_record(50)]
    assert _words(new) == Origin("source shop", 9, 10, 9 / 410)


def test_a_source_that_always_holds_most_does_not_stand_out() -> None:
    usual = [_record(n, source="web") for n in range(400)]
    assert _found([_record(n, source="web") for n in range(40)], usual) is None


def test_a_creator_is_never_named() -> None:
    new = [_record(number, by="b3") for number in range(12)]
    assert _what(new) == ("records entered by one user", 12, 12)
    assert _what([_record(n, by="sync") for n in range(12)]) == ("records entered by an integration", 12, 12)
    assert _what([_record(n, by="root") for n in range(12)]) == ("records entered by an administrator", 12, 12)


def test_a_team_is_named_only_where_a_channel_may_read_of_it() -> None:
    board = [_record(n, owner="boss") for n in range(990)]
    assert _what([_record(n) for n in range(12)], board) == ("team Nord", 12, 12)
    new = [_record(n, owner="boss") for n in range(12)]
    finding = _found(new)
    assert finding is not None
    assert finding.factor is Factor.TEAM
    assert in_words(finding, DIRECTORY, ZONE, NAMED) is None
    assert _words(new) is None


def test_what_may_not_be_told_gives_way_to_the_next_that_stands_out() -> None:
    new = [_record(n, owner="boss", by="b1") for n in range(30)]
    found = findings(new, _all(new), DIRECTORY, ZONE)
    assert [finding.factor for finding in found] == [Factor.TEAM, Factor.CREATOR]
    assert _what(new) == ("records entered by one user", 30, 30)


def test_a_day_is_a_day_in_the_projects_zone() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    new = [_record(n, at=late - timedelta(minutes=3 * n)) for n in range(9)]
    assert _what(new) == ("records created on 21 Nov", 9, 9)


def test_that_new_records_were_entered_since_the_run_before_explains_nothing() -> None:
    days = [_record(n, at=NOON - timedelta(days=day, minutes=25 * n)) for day in range(60) for n in range(20)]
    today = [record for record in days if record.created_at and record.created_at > NOON - timedelta(hours=9)]
    assert len(today) == 20
    assert _found(today[:12], days, since=NOON - timedelta(hours=9)) is None
    assert _found(today[:12], days, since=NOON - timedelta(days=1)) is None
    week = _found(today[:12], days, since=NOON - timedelta(days=7))
    assert week is not None  # of a whole week's only those of one day
    assert (week.factor, week.value) == (Factor.DAY, "2026-11-20")
    past = _found(today[:12], days, since=NOON + timedelta(days=3))
    assert past is not None
    assert past.factor is Factor.DAY


def test_a_handful_proves_nothing() -> None:
    assert _found([_record(1, source="shop"), _record(2, source="shop")]) is None
    assert _found([_record(n, source="shop") for n in range(3)], [_record(n) for n in range(3)]) is None


def test_the_most_over_represented_is_told_and_not_what_holds_the_most() -> None:
    new = [_record(n, source="shop", by="b1") for n in range(16)] + [_record(50 + n, by="b1") for n in range(4)]
    found = findings(new, _all(new), DIRECTORY, ZONE)
    assert [(one.factor, one.count) for one in found] == [(Factor.SOURCE, 16), (Factor.CREATOR, 20)]
    assert found[0].strength > found[1].strength  # 16 of 20 against 4% is rarer than 20 of 20 against 17%


def test_of_two_that_are_the_same_records_the_more_telling_is_told() -> None:
    new = _import(12, by="root", source="fair list")
    found = findings(new, _all(new), DIRECTORY, ZONE)
    assert [one.factor for one in found][:3] == [Factor.BATCH, Factor.SOURCE, Factor.CREATOR]
    assert len({round(one.usual, 9) for one in found[:3]}) == 1


def test_what_is_not_known_of_all_records_is_not_compared() -> None:
    class Silent(Recorded):
        def counts(self, factor: Factor) -> dict[str, int]:
            return {}

    new = [_record(number, source="shop") for number in range(12)]
    assert findings(new, Silent(USUAL, DIRECTORY, ZONE), DIRECTORY, ZONE) == ()


def test_all_records_are_asked_only_about_what_holds_most_of_the_new_ones() -> None:
    asked: list[object] = []

    class Asked(Recorded):
        def counts(self, factor: Factor) -> dict[str, int]:
            asked.append(factor)
            return dict(super().counts(factor))

        def entered(self, creator: str | None, first: datetime, last: datetime) -> int:
            asked.append("entered")
            return super().entered(creator, first, last)

    findings(
        [_record(n, owner=("boss", "b1")[n % 2]) for n in range(40)], Asked(USUAL, DIRECTORY, ZONE), DIRECTORY, ZONE
    )
    assert asked == [Factor.TEAM, Factor.TEAM]  # both hold half of them
    asked.clear()
    findings([_record(n, source="shop", owner="x") for n in range(40)], Asked(USUAL, DIRECTORY, ZONE), DIRECTORY, ZONE)
    assert asked == [Factor.SOURCE]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_certain_and_impossible_draws_have_certain_chances(share: float) -> None:
    assert log_tail(3, 5, share) == (0.0 if share else -inf)
    assert log_tail(0, 5, share) == 0.0


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 99))
def test_the_tail_is_that_of_the_binomial_distribution(of: int, count: int, percent: int) -> None:
    share = Fraction(percent, 100)
    exact = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
    assert exp(log_tail(count, of, percent / 100)) == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


def test_the_tail_is_told_apart_where_a_float_could_not_hold_it() -> None:
    assert log_tail(500, 500, 0.001) == pytest.approx(500 * log(0.001))
    assert log_tail(499, 500, 0.001) > log_tail(500, 500, 0.001)


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
    for finding in findings(new, _all(new), DIRECTORY, ZONE, since=NOON - timedelta(days=1)):
        assert 3 <= finding.count <= finding.of == len(new)
        words = in_words(finding, DIRECTORY, ZONE, {"big"})
        assert words is None or "Person" not in words.what
