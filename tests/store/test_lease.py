"""One host leads: the lease is taken, renewed, lost, and asked for within every write."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.store.lease import Lease, LeaseLost, Leases, guard
from monitor.store.ledger import How
from monitor.store.processes import utc_now
from monitor.store.state import State
from tests.store.world import CLOCK

SHORT = timedelta(seconds=0.3)


@pytest.fixture
def leases(state: State) -> Leases:
    return Leases(state.database, utc_now)


def taken(leases: Leases, holder: str, term: timedelta = timedelta(seconds=30)) -> Lease:
    found = leases.take(holder, term)
    assert found is not None
    return found


def test_only_one_holds_it(leases: Leases) -> None:
    assert taken(leases, "a").term == 1
    assert leases.take("b") is None
    current = leases.current()
    assert current is not None
    assert current.holder == "a"


def test_another_takes_it_when_its_term_is_over_and_not_before(leases: Leases) -> None:
    first = taken(leases, "a", SHORT)
    assert leases.take("b") is None
    time.sleep(SHORT.total_seconds() + 0.05)
    assert leases.current() is None
    assert taken(leases, "b").term == first.term + 1


def test_who_renews_keeps_it(leases: Leases) -> None:
    lease = taken(leases, "a", SHORT)
    for _ in range(4):
        time.sleep(SHORT.total_seconds() / 2)
        lease = leases.renew(lease, SHORT)
        assert leases.take("b") is None


def test_who_lost_it_cannot_renew_it_nor_give_it_back(leases: Leases) -> None:
    lost = taken(leases, "a", SHORT)
    time.sleep(SHORT.total_seconds() + 0.05)
    taken(leases, "b")
    with pytest.raises(LeaseLost):
        leases.renew(lost)
    leases.give_back(lost)
    current = leases.current()
    assert current is not None
    assert current.holder == "b"


def test_the_same_holder_s_later_term_is_another_lease(leases: Leases) -> None:
    early = taken(leases, "a", SHORT)
    late = taken(leases, "a")
    assert late.term == early.term + 1
    with pytest.raises(LeaseLost):
        leases.renew(early)


def test_given_back_it_is_anybody_s_at_once(leases: Leases) -> None:
    leases.give_back(taken(leases, "a"))
    assert leases.current() is None
    assert taken(leases, "b").term == 2


def test_who_lost_it_writes_nothing_and_reads_on(state: State, state_url: sa.URL, leases: Leases) -> None:
    lost = taken(leases, "a", SHORT)
    with State.open(state_url, clock=lambda: CLOCK, guards=[guard(lost)]) as guarded:
        assert guarded.ledger.claim("job", CLOCK, How.SCHEDULE) is not None
        time.sleep(SHORT.total_seconds() + 0.05)
        taken(leases, "b")
        with pytest.raises(LeaseLost):
            guarded.ledger.claim("job", CLOCK + SHORT, How.SCHEDULE)
        with pytest.raises(LeaseLost):
            guarded.runs.start("schedule", CLOCK)
        assert guarded.runs.list() == []
    assert state.ledger.get("job", CLOCK + SHORT) is None
