from __future__ import annotations

import sqlite3
from random import Random

import phonenumbers
import pytest
from email_validator import validate_email
from stdnum.dk import cvr
from stdnum.fi import ytunnus
from stdnum.no import orgnr
from stdnum.se import orgnr as organisationsnummer

from monitor.demo import DemoStory
from monitor.demo.numbers import company_number, landline, mobile, spoiled

PLANS = {"DK": cvr, "NO": orgnr, "SE": organisationsnummer, "FI": ytunnus}
NAMES = {"Denmark": "DK", "Norway": "NO", "Sweden": "SE", "Finland": "FI"}


@pytest.mark.parametrize("country", PLANS)
def test_company_numbers_carry_the_right_check_digit_until_they_are_spoiled(country: str) -> None:
    rng = Random(country)
    numbers = [company_number(rng, country) for _ in range(300)]
    assert all(PLANS[country].is_valid(number) for number in numbers)
    assert not any(PLANS[country].is_valid(spoiled(number)) for number in numbers)


@pytest.mark.parametrize("country", PLANS)
def test_telephone_numbers_belong_to_the_countrys_number_plan(country: str) -> None:
    rng = Random(country)
    numbers = [make(rng, country) for make in (mobile, landline) for _ in range(300)]
    parsed = [phonenumbers.parse(number) for number in numbers]
    assert all(phonenumbers.is_valid_number_for_region(number, country) for number in parsed)


def test_exactly_the_planted_company_numbers_are_wrong(story: DemoStory, crm: sqlite3.Connection) -> None:
    rows = crm.execute("SELECT reg_no, country FROM company WHERE reg_no IS NOT NULL AND archived = 0").fetchall()
    wrong = [number for number, country in rows if not PLANS[NAMES[country]].is_valid(number)]
    assert len(wrong) == story.planted["wrong company numbers"] + story.planted["imported wrong company numbers"]


def test_addresses_lie_in_domains_that_nobody_can_own(crm: sqlite3.Connection) -> None:
    rows = crm.execute("SELECT mail FROM person WHERE mail LIKE '%_@_%' UNION SELECT mail FROM inquiry").fetchall()
    addresses = [mail for (mail,) in rows if mail and mail.count("@") == 1]
    assert all(mail.endswith(".example") for mail in addresses)
    for mail in addresses[:400]:
        assert validate_email(mail, check_deliverability=False).ascii_domain
