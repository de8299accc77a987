"""Rules on e-mail addresses, telephone numbers and company numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.quality.rules.company_number import is_valid_company_number
from monitor.quality.rules.email import WELL_KNOWN, is_valid_email, misspelt_domains
from tests.quality.world import World

EMAIL, PHONE = "expect_column_values_to_be_valid_email", "expect_column_values_to_be_valid_phone"
NUMBER, ANY = "expect_column_values_to_be_valid_company_number", "expect_any_column_to_be_valid"


@pytest.mark.parametrize(
    "text", ["a.b@firma.dk", "A+b_c@x-y.co.uk", "søren@blåbær.dk", "o'brien@firma.no", "x@y.example"]
)
def test_an_address_that_can_be_written_to_is_valid(text: str) -> None:
    assert is_valid_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a.b",
        "a b@firma.dk",
        "a@b",
        "a..b@firma.dk",
        ".a@firma.dk",
        "a@firma..dk",
        "a@-firma.dk",
        "a@@firma.dk",
        "@firma.dk",
        "a@firma.dk; b@firma.dk",
        "x" * 65 + "@firma.dk",
        "a@localhost.local",
        "a@firma.test",
        "a@gmial.com",
        "a@hotmail.con",
    ],
)
def test_an_address_that_is_malformed_or_misspelt_is_not_valid(text: str) -> None:
    assert not is_valid_email(text)


def test_a_misspelt_domain_is_never_a_real_one() -> None:
    assert {"gmial.com", "gmal.com", "gmaill.com", "gmail.con", "hotmial.com", "outlok.com"} <= misspelt_domains()
    assert not {*WELL_KNOWN, "mail.com", "gail.com", "ymail.com", "hotmail.dk"} & misspelt_domains()


@given(st.emails())
def test_the_short_way_never_accepts_what_the_library_refuses(text: str) -> None:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, strict=True)
        known = True
    except EmailNotValidError:
        known = False
    assert is_valid_email(text) == (known and text.rpartition("@")[2].lower() not in misspelt_domains())


def test_blank_addresses_are_not_counted(world: World) -> None:
    world.add("contacts", [{"email": email} for email in ("a@firma.dk", "a@firma", "", None, " ", " b@firma.dk ")])
    assert world.failing(EMAIL, "contacts", column="email") == {"2"}
    assert world.counted(EMAIL, "contacts", column="email") == {"1", "2", "6"}


def test_a_number_is_read_in_its_records_country_else_in_the_projects(world: World) -> None:
    rows: list[dict[str, Any]] = [
        {"phone": "33 12 34 56", "country_code": None},  # Danish
        {"phone": "33 12 34 56", "country_code": "dk"},
        {"phone": "08-123 456 78", "country_code": "SE"},
        {"phone": "08-123 456 78", "country_code": "DK"},
        {"phone": "+46 8 123 456 78", "country_code": "DK"},
        {"phone": "11 11 11 1", "country_code": "DK"},
        {"phone": "ask Jens", "country_code": "XX"},
        {"phone": "", "country_code": "DK"},
    ]
    world.add("contacts", rows)
    assert world.failing(PHONE, "contacts", column="phone") == {"4", "6", "7"}
    assert "8" not in world.counted(PHONE, "contacts", column="phone")
    world.unmap("contacts", "country_code")
    assert world.failing(PHONE, "contacts", column="phone") == {"3", "4", "6", "7"}
    assert "3" not in world.failing(PHONE, "contacts", column="phone", region="SE")


def test_a_number_of_which_nobody_knows_the_country_is_not_held_against_anyone(world: World) -> None:
    world.country = ""
    phones = ["33 12 34 56", "+45 33 12 34 56", "+45 1", "ask Jens", ""]
    world.add("contacts", [{"phone": phone, "email": "a@firma"} for phone in phones])
    assert world.failing(PHONE, "contacts", column="phone") == {"3", "4"}
    assert world.counted(PHONE, "contacts", column="phone") == {"2", "3", "4"}
    assert world.failing(ANY, "contacts", email=["email"], phone=["phone"]) == {"3", "4", "5"}
    assert world.counted(ANY, "contacts", email=["email"], phone=["phone"]) == {"2", "3", "4", "5"}


@pytest.mark.parametrize(
    ("text", "country", "valid"),
    [
        ("13585628", "DK", True),
        ("DK 13 58 56 28", "DK", True),
        ("13585629", "DK", False),
        ("988 077 917", "NO", True),
        ("NO988077917MVA", "NO", True),
        ("988077918", "NO", False),
        ("556188-8404", "SE", True),
        ("SE556188840401", "SE", True),
        ("556188-8405", "SE", False),
        ("2077474-0", "FI", True),
        ("2077474-1", "FI", False),
        ("SE556188840401", "DK", True),
        ("DE136695976", "GB", True),
        ("DE136695978", "GB", False),
        ("01234567", "GB", None),
        ("whatever", "US", None),
    ],
)
def test_a_company_number_is_checked_by_its_country(text: str, country: str, valid: bool | None) -> None:
    assert is_valid_company_number(text, country) is valid


def test_company_numbers_that_nobody_can_check_are_not_counted(world: World) -> None:
    rows = [("13585628", "DK"), ("13585629", None), ("1234", "US"), ("", "DK"), (None, None), ("988077917", "NO")]
    world.add("accounts", [{"company_number": number, "country_code": country} for number, country in rows])
    assert world.failing(NUMBER, "accounts", column="company_number") == {"2"}
    assert world.counted(NUMBER, "accounts", column="company_number") == {"1", "2", "6"}


def test_one_valid_way_to_reach_someone_is_enough(world: World) -> None:
    rows: list[dict[str, Any]] = [
        {"email": "a@firma.dk", "phone": "nope", "mobile": None},
        {"email": "a@firma", "phone": None, "mobile": "20 12 34 56"},
        {"email": "a@firma", "phone": "12", "mobile": ""},
        {"email": None, "phone": None, "mobile": None},
    ]
    world.add("contacts", rows)
    arguments = {"email": ["email"], "phone": ["phone", "mobile"]}
    assert world.failing(ANY, "contacts", **arguments) == {"3", "4"}
    world.unmap("contacts", "mobile")
    assert world.failing(ANY, "contacts", **arguments) == {"2", "3", "4"}
