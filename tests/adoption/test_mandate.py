"""Names are shown with a complete mandate, to those it names, until its review date; in every other case not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adoption.mandate import Consulted, Informed, Mandate, naming, naming_to
from monitor.adoption.note import NoteCode

TODAY = date(2026, 11, 23)
WHOLE = Mandate(
    purpose="Help people to use the CRM",
    legal_basis="GDPR art. 6(1)(f)",
    recipients=frozenset({"managers"}),
    consulted=(Consulted("the works council", date(2026, 8, 3)),),
    informed=(Informed("a letter", date(2026, 9, 1)),),
    review_on=date(2027, 9, 1),
    country="DK",
    contact="privacy@x.example",
)
REQUIRED = ("purpose", "legal_basis", "recipients", "consulted", "informed", "review_on", "country", "contact")
EMPTY: dict[str, list[Any]] = {
    "purpose": ["", " "],
    "legal_basis": ["", "\n"],
    "recipients": [frozenset(), frozenset({" "})],
    "consulted": [(), (Consulted("the council"),), (Consulted(" ", date(2026, 1, 1)),)],
    "informed": [(), (Informed("a letter"),), (Informed("", date(2026, 1, 1)),)],
    "review_on": [None],
    "country": [""],
    "contact": ["", " "],
}


def test_a_complete_mandate_allows_names() -> None:
    assert naming(WHOLE, TODAY).allowed
    assert naming(WHOLE, TODAY).reason is None


def test_without_a_mandate_nobody_is_named() -> None:
    found = naming(None, TODAY)
    assert not found.allowed
    assert found.reason is not None
    assert found.reason.code is NoteCode.NO_MANDATE


@pytest.mark.parametrize(("key", "value"), [(key, value) for key in REQUIRED for value in EMPTY[key]])
def test_a_mandate_that_lacks_anything_allows_no_name_and_says_what(key: str, value: Any) -> None:
    found = naming(replace(WHOLE, **{key: value}), TODAY)
    assert not found.allowed
    assert found.reason is not None
    assert found.reason.code is NoteCode.MANDATE_INCOMPLETE
    assert found.reason.params["missing"] == key


@given(st.sets(st.sampled_from(REQUIRED), min_size=1))
def test_everything_that_is_missing_is_told_in_the_order_of_the_file(gone: set[str]) -> None:
    less = replace(WHOLE, **{key: EMPTY[key][0] for key in gone})
    assert less.missing == tuple(key for key in REQUIRED if key in gone)
    assert not naming(less, TODAY).allowed


def test_every_field_is_either_required_or_known_not_to_be() -> None:
    assert {one.name for one in fields(Mandate)} == {*REQUIRED, "not_for", "strict", "retention", "path"}


@pytest.mark.parametrize("key", ["consulted", "informed"])
def test_what_will_happen_has_not_happened(key: str) -> None:
    kind: Any = Consulted if key == "consulted" else Informed
    ahead, behind = kind("x", TODAY + timedelta(days=1)), kind("x", TODAY)

    def allowed(*said: Any) -> bool:
        changed: dict[str, Any] = {key: said}
        return naming(replace(WHOLE, **changed), TODAY).allowed

    assert not allowed(ahead)
    assert not allowed(ahead, kind("y"))
    assert not allowed(ahead, kind("", TODAY))
    assert allowed(ahead, behind)


def test_names_end_the_day_after_the_review_date() -> None:
    until = replace(WHOLE, review_on=TODAY)
    assert naming(until, TODAY).allowed
    found = naming(until, TODAY + timedelta(days=1))
    assert not found.allowed
    assert found.reason is not None
    assert found.reason.code is NoteCode.MANDATE_REVIEW_PAST


def test_a_strict_mandate_names_nobody_however_complete_it_is() -> None:
    for mandate in (replace(WHOLE, strict=True), Mandate(strict=True)):
        found = naming(mandate, TODAY)
        assert found.strict
        assert not found.allowed


@pytest.mark.parametrize(
    ("recipients", "names", "allowed"),
    [
        ({"managers"}, {"7"}, True),
        ({"Managers "}, {"7"}, True),
        ({"ANN@x.example"}, {"7", "ann@X.example", ""}, True),
        ({"7"}, {"7"}, True),
        ({"ann"}, {"7", "bob", ""}, False),
        ({"7", ""}, {"", " "}, False),
        ({"77"}, {"7"}, False),
    ],
)
def test_names_go_to_those_managers_alone_whom_the_mandate_names(
    recipients: set[str], names: set[str], allowed: bool
) -> None:
    found = naming_to(replace(WHOLE, recipients=frozenset(recipients)), TODAY, frozenset(names))
    assert found.allowed is allowed
    if not allowed:
        assert found.reason is not None
        assert found.reason.code is NoteCode.MANDATE_NOT_RECIPIENT


def test_no_manager_is_given_names_that_the_mandate_gives_nobody() -> None:
    assert naming_to(None, TODAY, frozenset({"7"})) == naming(None, TODAY)
    late = replace(WHOLE, review_on=date(2026, 1, 1))
    assert naming_to(late, TODAY, frozenset({"7"})) == naming(late, TODAY)
