"""A digest renders the same a year later, from what was stored, whatever has become of the CRM."""

from __future__ import annotations

import re

import pytest

from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys


@pytest.mark.parametrize("language", ["en", "da", "nb"])
def test_a_stored_digest_is_the_same_page_while_it_is_kept(used: Firm, language: str) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("digest", "--send", "--manager", NORTH_LEAD)
    page = used.crm.folder / "page.html"
    command = ("digest", "--html", page, "--manager", NORTH_LEAD, "--week", "2026-W47", "--language", language)
    assert "Person Sur70002name" in used.ok(*command).said
    first = page.read_bytes()
    assert b"Sur70011name" in first
    used.crm.execute("DELETE FROM call_made WHERE id % 2 = 0", "DELETE FROM deal WHERE id % 2 = 0")
    used.clock.later(days=60)
    used.ok(*command)
    assert page.read_bytes() == first


def test_a_year_later_it_renders_the_same_but_for_what_is_a_persons_and_whose_time_is_over(used: Firm) -> None:
    used.connect()
    used.ok("digest", "--send", "--manager", NORTH_LEAD)
    page = used.crm.folder / "page.html"
    command = ("digest", "--html", page, "--manager", NORTH_LEAD, "--week", "2026-W47")
    used.ok(*command)
    first = page.read_bytes()
    used.crm.execute("DELETE FROM call_made WHERE id % 2 = 0", f"DELETE FROM staff WHERE id = {NORTH[0]}")
    used.clock.later(days=365)
    used.ok("adoption")
    used.ok(*command)
    later = page.read_bytes()
    own = re.compile(rb'<section aria-labelledby="management">.*?</section>\s*', re.S)
    assert own.search(first)
    assert not own.search(later)  # what the reader did is a person's, too
    assert later == own.sub(b"", first)


def test_a_year_later_no_name_is_left_in_a_stored_digest(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("digest", "--send", "--manager", NORTH_LEAD)
    used.clock.later(days=365)
    used.ok("adoption")
    page = used.crm.folder / "page.html"
    used.ok("digest", "--html", page, "--manager", NORTH_LEAD, "--week", "2026-W47")
    text = page.read_text(encoding="utf-8")
    assert not [key for key in NORTH if f"Sur{key}name" in text]
    assert "77%" in text
