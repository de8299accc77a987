"""Any text becomes harmless, and harmless text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.messages.clean import clean, clean_span, safe_link
from tests.messages.strategies import texts


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Nordværk ApS — Søborg", "Nordværk ApS — Søborg"),
        ("a\r\n\tb\u2028c", "a b c"),
        ("\x1b[31mred", "[31mred"),
        ("\u202eabc\u2066", "abc"),
        ("x\u200by\ufeff", "xy"),
        ("\ud800z", "z"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_what_is_hidden_goes_and_what_is_seen_stays(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@given(texts)
@settings(deadline=None)
def test_cleaning_is_complete_the_first_time(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in once)


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
@settings(deadline=None)
def test_ordinary_text_is_untouched(text: str) -> None:
    assert clean(text) == text


def test_a_span_keeps_the_space_that_parts_it_from_its_neighbour() -> None:
    assert clean_span("  or\n") == " or "
    assert clean_span(" ") == " "
    assert clean_span("\u200b") == ""


@pytest.mark.parametrize("url", ["https://crm.example.com/web#id=1&x=2", "http://10.0.0.1:8069/"])
def test_web_addresses_pass(url: str) -> None:
    assert safe_link(url) == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://", "https://a|b", "https://a>b", "https://[", "a b", ""]
)
def test_everything_else_is_no_link(url: str) -> None:
    assert safe_link(url) == ""
