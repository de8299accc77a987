"""One host leads: the lease is taken, renewed, lost, and asked for within every write."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.store.lease import Lease, LeaseLost, Leases, guard
from monitor.store.ledger import How
from monitor.store.processes import new_holder, release, utc_now
from monitor.store.state import State
from monitor.store.tables_service import leases as table
from tests.acceptance.serving import until
from tests.store.world import CLOCK

TERM = timedelta(minutes=5)
"""Longer than any test stands still on a busy machine: what ends earlier is ended by ``over``."""
SHORT = timedelta(seconds=0.3)
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def leases(state: State) -> Leases:
    return Leases(state.database, utc_now)


def taken(leases: Leases, holder: str, term: timedelta = TERM) -> Lease:
    found = leases.take(holder, term)
    assert found is not None
    return found


def over(state: State) -> None:
    """The term of whoever leads has passed, as after a long time."""
    with state.database.engine.begin() as connection:
        connection.execute(sa.update(table).values(expires_at=_LONG_AGO))


def test_only_one_holds_it(leases: Leases) -> None:
    assert taken(leases, "a").term == 1
    assert leases.take("b") is None
    current = leases.standing()[0]
    assert current is not None
    assert current.holder == "a"


def test_another_takes_it_when_its_term_is_over_and_not_before(leases: Leases) -> None:
    begun = time.monotonic()
    first = taken(leases, "a", SHORT)
    second = until(lambda: leases.take("b", TERM))
    assert time.monotonic() - begun >= SHORT.total_seconds()
    assert second.term == first.term + 1


def test_a_lease_whose_term_is_over_is_nobody_s(state: State, leases: Leases) -> None:
    first = taken(leases, "a")
    assert leases.take("b") is None
    over(state)
    assert leases.standing()[0] is None
    assert leases.standing()[1] == 0
    assert taken(leases, "b").term == first.term + 1


def test_who_renews_keeps_it_for_another_term(leases: Leases) -> None:
    lease = taken(leases, "a", SHORT)
    renewed = leases.renew(lease, TERM)
    assert renewed.term == lease.term
    assert renewed.expires_at >= lease.expires_at + TERM - SHORT
    until(lambda: leases.standing()[1] < (TERM - SHORT).total_seconds(), about="the end of the term before")
    assert leases.take("b") is None


def test_whose_term_is_over_and_not_another_s_may_still_renew_it(state: State, leases: Leases) -> None:
    lease = taken(leases, "a")
    over(state)
    assert leases.renew(lease, TERM).term == lease.term
    assert leases.take("b") is None


def test_who_lost_it_cannot_renew_it_nor_give_it_back(state: State, leases: Leases) -> None:
    lost = taken(leases, "a")
    over(state)
    taken(leases, "b")
    with pytest.raises(LeaseLost):
        leases.renew(lost)
    leases.give_back(lost)
    current = leases.standing()[0]
    assert current is not None
    assert current.holder == "b"


def test_the_same_holder_s_later_term_is_another_lease(leases: Leases) -> None:
    early = taken(leases, "a")
    late = taken(leases, "a")
    assert late.term == early.term + 1
    with pytest.raises(LeaseLost):
        leases.renew(early)


def test_given_back_it_is_anybody_s_at_once(leases: Leases) -> None:
    leases.give_back(taken(leases, "a"))
    assert leases.standing()[0] is None
    assert taken(leases, "b").term == 2


def test_who_lost_it_writes_nothing_and_reads_on(state: State, state_url: sa.URL, leases: Leases) -> None:
    lost = taken(leases, "a")
    with State.open(state_url, clock=lambda: CLOCK, guards=[guard(lost)]) as guarded:
        assert guarded.ledger.claim("job", CLOCK, How.SCHEDULE) is not None
        over(state)
        taken(leases, "b")
        with pytest.raises(LeaseLost):
            guarded.ledger.claim("job", CLOCK + SHORT, How.SCHEDULE)
        with pytest.raises(LeaseLost):
            guarded.runs.start("schedule", CLOCK)
        assert guarded.runs.list() == []
    assert state.ledger.get("job", CLOCK + SHORT) is None


def test_what_was_watched_for_all_its_time_is_nobody_s_unless_it_was_renewed(leases: Leases) -> None:
    """However long the server's clock, which may have been set back, says that it holds."""
    first = taken(leases, "a")
    watched = leases.standing()[0]
    assert leases.renew(first).expires_at != first.expires_at
    assert leases.take("b", over=watched) is None
    second = leases.take("b", over=leases.standing()[0])
    assert second is not None
    assert second.term == first.term + 1
    with pytest.raises(LeaseLost):
        leases.renew(first)


def test_a_holder_that_ended_on_this_machine_is_not_waited_for(leases: Leases) -> None:
    gone = new_holder()
    assert leases.take(gone)
    assert leases.take("b") is None
    release(gone)
    assert leases.take("b")
