"""What a digest gives to type is of its reader's scope and its own period; and its links open single records."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.commands import LONGEST_KEY, answer_command, list_command
from monitor.digest.html import to_html
from monitor.digest.redact import redacted
from monitor.digest.snapshot import RecordLink, Snapshot
from monitor.digest.text import to_plain
from monitor.digest.tree import digest_message
from monitor.language import CODES, language
from monitor.messages.text import to_text
from tests.digest import making
from tests.digest.page import Page

FAILING = "crm-monitor failing deal-without-next-step"
LARGEST = (
    RecordLink("https://crm.example.com/deals/48213", Decimal(1_200_000), date(2026, 11, 2)),
    RecordLink("https://crm.example.com/deals/7", Decimal(400_000), date(2026, 10, 2)),
)


def with_records(*records: RecordLink) -> Snapshot:
    digest = making.manager()
    return replace(digest, actions=(replace(digest.actions[0], records=records), *digest.actions[1:]))


def test_a_managers_list_is_of_the_own_people_the_own_page_of_the_own_records_and_the_sponsors_of_all() -> None:
    assert list_command(FAILING, making.manager()) == f"{FAILING} --manager m1"
    assert list_command(FAILING, making.own()) == f"{FAILING} --owner {making.own().recipient}"
    assert list_command(FAILING, making.sponsor()) == FAILING
    assert list_command("", making.manager()) == ""


def test_where_the_reader_was_taken_out_there_is_no_list_rather_than_everybodys() -> None:
    gone = redacted(making.manager(), {"m1"})
    assert list_command(FAILING, gone) == ""
    assert answer_command(gone) == "crm-monitor digest done 1 --period 2026-W47"
    assert "m1" not in to_html(gone, language("en")).replace("em1", "")


def test_the_answer_says_whose_digest_it_is_and_of_when() -> None:
    assert answer_command(making.manager()) == "crm-monitor digest done 1 --for m1 --period 2026-W47"
    assert answer_command(making.sponsor()) == "crm-monitor digest done 1 --for s1 --period 2026-11"


@given(st.text(min_size=1, max_size=LONGEST_KEY))
def test_any_key_reaches_the_command_as_one_word(key: str) -> None:
    digest = replace(making.manager(), recipient=key)
    if key != "removed":
        assert shlex.split(list_command(FAILING, digest)) == [*FAILING.split(), "--manager", key]
        assert shlex.split(answer_command(digest))[4:6] == ["--for", key]


@pytest.mark.parametrize("code", CODES)
def test_every_form_gives_the_commands_and_says_who_can_type_them(code: str) -> None:
    digest, lang = making.manager(), language(code)
    asked = lang.text("No terminal at hand? Whoever runs CRM Monitor can type it for you.")
    page = Page(to_html(digest, lang))
    codes = [one.text for one in page.all("code")]
    assert codes[0] == f"{FAILING} --manager m1"
    assert codes[1] == "crm-monitor digest done 1 --for m1 --period 2026-W47"
    assert all("--manager m1" in one for one in codes if "failing" in one)
    for text in (page.text, to_text(digest_message(digest, lang), width=500)):
        assert "failing deal-without-next-step --manager m1" in text
        assert "digest done 1 --for m1 --period 2026-W47" in text
        assert asked in " ".join(text.split())
    assert "failing deal-without-next-step --manager m1" in to_plain(digest, lang, width=500)


def test_the_largest_records_are_linked_by_what_they_are_worth_beside_the_list() -> None:
    digest, english = with_records(*LARGEST), language("en")
    page = Page(to_html(digest, english))
    links = {one.attributes["href"]: " ".join(one.text.split()) for one in page.all("a")}
    assert links[LARGEST[0].link] == "1.2M DKK"
    assert links[LARGEST[1].link] == "400,000 DKK"
    assert "The largest: 1.2M DKK · 400,000 DKK" in " ".join(page.text.split())
    text = " ".join(to_plain(digest, english, width=500).split())
    assert f"The largest: 1.2M DKK ({LARGEST[0].link}), 400,000 DKK ({LARGEST[1].link})" in text


def test_records_without_an_amount_are_told_apart_by_their_age_or_their_number() -> None:
    english = language("en")
    dated = tuple(replace(one, amount=None) for one in LARGEST)
    assert "The newest: 2 Nov · 2 Oct" in Page(to_html(with_records(*dated), english)).text
    old = tuple(replace(one, created=date(2025, 10, 2)) for one in dated)
    assert "The newest: 2 Oct 2025 · 2 Oct 2025" in Page(to_html(with_records(*old), english)).text
    bare = tuple(replace(one, amount=None, created=None) for one in LARGEST)
    assert "Some of them: 1 · 2" in Page(to_html(with_records(*bare), english)).text


def test_an_address_that_is_none_is_no_link() -> None:
    page = Page(to_html(with_records(RecordLink("javascript:alert(1)", Decimal(9))), language("en")))
    assert "The largest" not in page.text
    assert not [one for one in page.all("a") if "javascript" in one.attributes["href"]]
