"""What was bought, who has it, what is used, and what the rest costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from monitor.activity.facts import MeasureFacts
from monitor.activity.measure import Availability
from monitor.adoption.explain import explain_seats
from monitor.adoption.figure import FigureId
from monitor.adoption.note import NoteCode
from monitor.adoption.people import SeatsBought
from monitor.adoption.seats import Seats, count_seats
from tests.adoption.making import NOW, did, known, member
from tests.adoption.test_figures import READER, codes, evidence, figure

BOUGHT = SeatsBought(10, Decimal(600), "DKK", "Sales licences")


def test_seats_are_bought_assigned_used_unused_or_never_used_and_the_idle_have_a_cost() -> None:
    people = [
        member("1"), member("2"), member("3"), member("4", start=NOW.sunday - timedelta(days=40)),
        member("5", absences=[(NOW.sunday - timedelta(days=80), NOW.sunday)]), member("6"), member("7", role=READER),
    ]  # fmt: skip
    acts = [
        *did(NOW + -3, 1, user="1"), *did(NOW + -15, 1, user="2"), *did(NOW + -2, 1, user="6", measure="logins"),
        *did(NOW, 1, user="7", measure="logins"),
    ]  # fmt: skip
    of = evidence(people, acts)
    seats = count_seats(of, list(of.organisation.members), NOW, BOUGHT)
    assert seats == Seats(10, 7, 3, 2, 1, Decimal(600), "DKK", "Sales licences", told=7)
    assert (seats.free, seats.idle, seats.cost) == (3, 5, Decimal(3000))


def test_seats_of_people_who_are_not_to_be_told_of_are_assigned_and_cost_nothing_beside_their_price() -> None:
    """They are neither used nor unused, nor free to be given to somebody else."""
    of = evidence([member(str(number)) for number in range(7)], did(NOW, 1, user="1"))
    seats = count_seats(of, ["1", "2", "3", "4", "5"], NOW, BOUGHT, held=7)
    assert seats is not None
    assert (seats.assigned, seats.told, seats.active, seats.unused, seats.other) == (7, 5, 1, 4, 0)
    assert (seats.free, seats.idle, seats.cost) == (3, 7, Decimal(4200))


def test_where_logins_are_not_known_a_manager_who_left_no_trace_may_be_reading_and_the_seat_is_not_unused() -> None:
    people = [member("1"), *(member(str(number), manager="1") for number in range(2, 8))]
    acts = [row for number in range(3, 8) for row in did(NOW, 1, user=str(number))]
    blind = known(facts={"logins": MeasureFacts("logins", Availability.NONE)})
    for of, unused, other in ((evidence(people, acts), 2, 0), (evidence(people, acts, of=blind), 1, 1)):
        seats = count_seats(of, list(of.organisation.members), NOW, BOUGHT)
        assert seats is not None
        assert (seats.active, seats.unused, seats.never, seats.other) == (5, unused, unused, other)
        share = figure(FigureId.SEATS_UNUSED, of)
        assert (share.top, share.bottom) == (unused, 7 - other)
        assert (NoteCode.NOT_SEEN_READING in codes(share)) == bool(other)


def test_a_manager_who_stopped_left_a_trace_and_the_seat_is_unused() -> None:
    people = [member("1"), *(member(str(number), manager="1") for number in range(2, 8))]
    blind = known(facts={"logins": MeasureFacts("logins", Availability.NONE)})
    of = evidence(people, did(NOW + -12, 1, user="1"), of=blind)
    seats = count_seats(of, ["1"], NOW, BOUGHT)
    assert seats is not None
    assert (seats.unused, seats.never) == (1, 0)


def test_in_a_short_history_it_is_told_what_was_bought_and_assigned_and_nothing_of_use() -> None:
    seats = count_seats(evidence([member()], of=known(first=NOW + -7)), ["1"], NOW, BOUGHT)
    assert seats == Seats(10, 1, None, None, None, Decimal(600), "DKK", "Sales licences", told=1)
    assert (seats.free, seats.cost) == (9, Decimal(5400))
    nothing = count_seats(evidence([member()], of=known(first=NOW + -7)), ["1"], NOW, SeatsBought(None, Decimal(600)))
    assert nothing is not None
    assert (nothing.free, nothing.cost) == (None, None), "not available is not 0"


def test_where_nobody_may_be_told_apart_there_are_no_seats() -> None:
    assert count_seats(evidence([]), ["team:a"], NOW, BOUGHT) is None


@given(
    bought=st.none() | st.integers(0, 99),
    assigned=st.integers(0, 99),
    used=st.integers(0, 99),
    unused=st.integers(0, 99),
    price=st.none() | st.integers(0, 999),
)
def test_idle_seats_are_the_unused_and_the_unassigned_and_never_less_than_none(
    bought: int | None, assigned: int, used: int, unused: int, price: int | None
) -> None:
    seats = Seats(bought, assigned, used, unused, 0, None if price is None else Decimal(price))
    assert seats.idle == unused + max(0, (bought or 0) - assigned)
    assert seats.cost == (None if price is None else price * seats.idle)


def test_seats_are_explained_by_the_numbers_that_make_their_cost() -> None:
    line = explain_seats(Seats(60, 47, 43, 3, 2, Decimal(640), "DKK", "Sales licences", told=47))
    assert (line.label, line.value) == ("Seats paid for and not used (Sales licences)", 16)
    assert dict(line.inputs) == {
        "bought": 60,
        "assigned to a person": 47,
        "used in 60 days": 43,
        "unused for 60 days": 3,
        "of these never used": 2,
        "new, away, or not seen": 1,
        "assigned to nobody": 13,
        "cost of one per month": "640 DKK",
        "cost of the unused, per month": "10240 DKK",
    }
    assert explain_seats(Seats(None, 5)).value is None
