"""Queries that a run begins before it knows all of its checks: sent once, used only where they are the ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from monitor.quality.ahead import Ahead
from monitor.quality.check import Check
from monitor.quality.engine import Options, Reader, run_entity
from monitor.quality.foreseen import begin_duplicates
from monitor.quality.outcome import Outcome, Status
from tests.quality.small_crm import SmallCrm, check, opened

UNIQUE = "expect_column_values_to_be_unique"
ANY_CASE = "expect_column_values_to_be_unique_ignoring_case"


@pytest.fixture
def deals(any_url: sa.URL) -> Iterator[SmallCrm]:
    with opened(any_url) as crm:
        yield crm


@contextmanager
def ahead_of(reader: Reader) -> Iterator[Ahead]:
    with Ahead(reader.connect, reader.engine.dialect) as ahead:
        yield ahead


def with_foreseen(deals: SmallCrm, *checks: Check) -> tuple[bool, list[Outcome]]:
    """Whether something was begun, and the outcomes of a run after that."""
    reader = deals.reader()
    with ahead_of(reader) as ahead:
        begun = begin_duplicates(ahead, reader, checks, Options())
        return begun, list(run_entity(reader, "opportunities", checks, [], Options(), ahead).outcomes)


@pytest.mark.parametrize("kind", [UNIQUE, ANY_CASE])
@pytest.mark.parametrize("more", [{}, {"when": "status = 'open'"}])
def test_duplicates_begun_ahead_are_asked_once_and_are_the_same(
    deals: SmallCrm, kind: str, more: dict[str, str]
) -> None:
    one = check(kind, {"column": "name"}, **more)
    expected = deals.one(one)
    assert expected.unexpected
    alone = len(deals.statements)
    begun, outcomes = with_foreseen(deals, one)
    assert begun
    assert outcomes == [expected]
    assert len(deals.statements) == 2 * alone


def test_duplicates_among_rows_that_only_great_expectations_knows_are_not_foreseen(deals: SmallCrm) -> None:
    one = check(UNIQUE, {"column": "name", "row_condition": 'col("status")=="open"'})
    begun, outcomes = with_foreseen(deals, one)
    assert not begun
    assert outcomes == [deals.one(one)]
    assert outcomes[0].status is not Status.ERROR


def test_a_check_that_does_not_fit_the_crm_is_not_foreseen_and_harms_no_other(deals: SmallCrm) -> None:
    good = check(UNIQUE, {"column": "name"}, id="good")
    bad = check(UNIQUE, {"column": "name"}, id="bad", when="status = = 'open'")
    strange = check(UNIQUE, {"column": "close_date"}, id="strange", when="stage = 'offer'")
    begun, outcomes = with_foreseen(deals, bad, strange, good)
    assert begun
    assert [outcome.status for outcome in outcomes] == [Status.ERROR, Status.SKIPPED, Status.FAIL]


def test_records_of_another_query_are_not_taken(deals: SmallCrm) -> None:
    reader = deals.reader()
    values: sa.Select[int] = sa.select(sa.column("a", sa.Integer)).select_from(sa.table("deals")).distinct()
    with ahead_of(reader) as ahead:
        ahead.begin(values.where(sa.column("a") == 1))
        assert ahead.records(values.where(sa.column("a") == 2)) == [{"a": 2}]


def test_a_query_that_breaks_is_told_to_whoever_asks_for_its_records(deals: SmallCrm) -> None:
    reader = deals.reader()
    with ahead_of(reader) as ahead:
        query: sa.Select[int] = sa.select(sa.column("gone", sa.Integer)).select_from(sa.table("deals"))
        ahead.begin(query)
        with pytest.raises(sa.exc.DBAPIError):
            ahead.records(query)
