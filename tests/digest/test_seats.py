"""Seats are told in the same words, with the same numbers, wherever they are told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from monitor.adoption.explain import explain_seats
from monitor.adoption.seats import Seats
from monitor.digest.build_rows import seats_row
from monitor.digest.html import to_html
from monitor.digest.seat_lines import seat_lines, seat_parts, seats_text
from monitor.digest.snapshot import ActionKind, Reason, ReasonCode, SeatsRow
from monitor.digest.text import to_plain
from monitor.digest.tree import digest_message
from monitor.digest.words_actions import action_text, reason_text
from monitor.language import CODES, language
from monitor.messages.text import to_text
from tests.digest import making
from tests.digest.page import Page

SEATS = Seats(60, 52, 46, 5, 3, Decimal(600), "DKK", "Sales licences", told=52)
ENGLISH = language("en")


def lines(seats: SeatsRow, code: str = "en", currency: str = "") -> list[tuple[str, str]]:
    """What is told, with plain spaces in it."""
    return [(label, " ".join(value.split())) for label, value, _part in seat_lines(seats, language(code), currency)]


@pytest.mark.parametrize("code", CODES)
def test_page_message_and_text_tell_all_of_them(code: str) -> None:
    digest = replace(making.sponsor(), seats=seats_row(SEATS))
    told = lines(seats_row(SEATS), code)
    assert [value for _, value in told[:-1]] == ["60", "52", "46", "5", "3", "1", "8"]
    page = [one.text for one in Page(to_html(digest, language(code))).all("dt", "dd")]
    for label, value in told:
        assert page[page.index(label) + 1] == value
        assert f"{label}: {value}" in " ".join(to_text(digest_message(digest, language(code)), width=500).split())
        assert f"{label}: {value}" in " ".join(to_plain(digest, language(code), width=500).split())


def test_the_bar_has_as_many_seats_as_were_bought_and_each_part_has_its_name_below() -> None:
    row = seats_row(SEATS)
    assert seat_parts(row) == [("used", 46), ("other", 1), ("unused", 5), ("free", 8)]
    assert sum(number for _, number in seat_parts(row)) == SEATS.bought
    named = {line.part for line in seat_lines(row, ENGLISH)}
    assert {part for part, _ in seat_parts(row)} <= named
    page = Page(to_html(replace(making.sponsor(), seats=row), ENGLISH))
    bar = [one.attributes for one in page.all("span") if one.attributes.get("style", "").startswith("flex-grow")]
    assert [(one["class"], one["style"]) for one in bar] == [
        (part, f"flex-grow: {number}") for part, number in seat_parts(row)
    ]
    assert "13 of 60 are paid for and not used." in page.text


def test_seats_of_people_who_are_too_few_to_be_told_of_are_told_as_such() -> None:
    row = seats_row(replace(SEATS, told=49, active=43))
    assert ("Of too few people to be told of", "3") in lines(row)
    assert seat_parts(row) == [("used", 43), ("other", 1), ("hidden", 3), ("unused", 5), ("free", 8)]
    assert sum(number for _, number in seat_parts(row)) == SEATS.bought


def test_where_use_is_not_known_there_is_no_bar_and_where_all_are_used_no_sentence() -> None:
    assert seat_parts(seats_row(Seats(60, 52, told=52))) == []
    assert seats_text(seats_row(Seats(60, 60, 60, 0, 0, told=60)), ENGLISH) == ""


def test_explain_has_the_same_words_and_numbers() -> None:
    explained = {name.casefold(): value for name, value in explain_seats(SEATS).inputs}
    for label, value in lines(seats_row(SEATS)):
        if "cost" in label.lower():
            assert (value, explained[label.casefold()]) == ("7,800 DKK", "7800 DKK")
        else:
            assert value == str(explained[label.casefold()])


def test_what_is_not_known_yet_is_not_0_and_the_cost_is_the_least_that_it_can_be() -> None:
    told = dict(lines(seats_row(Seats(60, 52, per_month=Decimal(600), told=52)), currency="DKK"))
    assert (told["Bought"], told["Assigned to nobody"]) == ("60", "8")
    assert told["Used in 60 days"] == told["Unused for 60 days"] == told["Of these never used"] == "not available"
    assert told["Cost of the unused, per month"] == "at least 4,800 DKK"


@pytest.mark.parametrize(("currency", "said"), [("EUR", "EUR"), ("", "DKK")])
def test_what_to_do_about_seats_names_the_currency_that_they_are_paid_in(currency: str, said: str) -> None:
    digest = replace(making.sponsor(), currency="DKK", seats=seats_row(replace(SEATS, currency=currency)))
    action = next(one for one in digest.actions if one.kind is ActionKind.UNUSED_SEATS)
    text = " ".join(action_text(action, digest, language("nb")).split())
    assert f"(7 800 {said} i måneden)" in text


def test_what_nobody_wrote_down_is_left_out() -> None:
    told = dict(lines(seats_row(Seats(None, 52, 46, 6, 3, told=52))))
    assert list(told) == ["Assigned to a person", "Used in 60 days", "Unused for 60 days", "Of these never used"]


def test_a_digest_of_before_assigned_seats_were_stored_still_says_what_it_said() -> None:
    told = dict(lines(SeatsRow(60, 52, 5, 3, Decimal(3000), "DKK")))
    assert told == {
        "Bought": "60",
        "Used in 60 days": "52",
        "Unused for 60 days": "5",
        "Of these never used": "3",
        "Cost of the unused, per month": "3,000 DKK",
    }


def test_the_action_says_what_the_seats_are_that_are_paid_for() -> None:
    def said(**counts: int) -> str:
        return reason_text(Reason(ReasonCode.SEATS, counts), making.sponsor(), ENGLISH)

    assert said(bought=60, free=13, unused=3) == "13 of 60 assigned to nobody, 3 not used for 60 days"
    assert said(bought=60, free=13, unused=0) == "13 of 60 assigned to nobody"
    assert said(bought=0, free=0, unused=3) == "3 not used for 60 days"
