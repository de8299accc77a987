"""The message to the owner: ten records with links and what is missing, within Slack's limits, in three languages."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fixlist.build import fix_list
from monitor.fixlist.message import Around, CheckText, fixlist_message, summary
from monitor.fixlist.model import FixList, Named, RecordId, Seen
from monitor.fixlist.told import Told, tell
from monitor.language import CODES, language
from monitor.messages.html import to_html
from monitor.messages.slack import BUDGET, REST, to_slack
from monitor.messages.slack_text import size
from monitor.messages.text import to_text
from monitor.messages.tree import Message, Tone
from tests.fixlist.making import CHECKS, KNOWN, MONDAY, WEEK_AGO
from tests.messages.second_opinion import bare, rebuild
from tests.messages.strategies import links, texts

TEXTS = {check.id: CheckText(check.title, check.fix) for check in CHECKS}
LONG_LINK = "https://crm.example.com/" + "y" * 186
LINKS = st.one_of(links, st.just(LONG_LINK))
NOTHING = fix_list(CHECKS, KNOWN, ())


def around(named: dict[RecordId, Named] | None = None, owner: str = "7") -> Around:
    return Around(owner, 48, ZoneInfo("Europe/Copenhagen"), "DKK", TEXTS, named or {})


def told(own: FixList, handed: FixList = NOTHING, last: Told | None = None) -> Told:
    made = tell(own, handed, last, MONDAY + timedelta(days=7) if last else MONDAY)
    assert made is not None
    return made


def mending(number: int, prefix: str = "k") -> FixList:
    found = [
        Seen("step", f"{prefix}{each:03}", "7", amount=Decimal(1000 - each), then=each > 1) for each in range(number)
    ]
    return fix_list(CHECKS, KNOWN, [*found, Seen("phone", "p", "7", now=False, then=True)])


def said(message: Message) -> str:
    return to_text(message, width=500)


def test_it_lists_ten_records_with_what_is_missing_and_says_where_the_others_are() -> None:
    named = {("deals", "k000"): Named("Fjord A/S", "https://crm.example/deals/k000")}
    text = said(fixlist_message(told(mending(23)), around(named), language("en")))
    assert "23 records to mend · 2 new · 1 mended since Mon 16 Nov" in text
    assert "- Fjord A/S (https://crm.example/deals/k000) (1,000 DKK, new): Deals without a next step" in text.replace(
        "\u00a0", " "
    )
    assert text.count("- ") == 10 + 1
    assert "And 13 more: crm-monitor fixlist --owner 7" in text
    assert "- Deals without a next step: Write one." in text
    assert "crm-monitor fixlist unsubscribe 7" in text
    assert "checked Mon 23 Nov 06:00" in text.replace("\u00a0", " ")


def test_in_a_mail_the_records_are_one_list() -> None:
    """Slack takes only so many characters in one block; a mail would show a gap after the fifth."""
    page = to_html(fixlist_message(told(mending(12)), around(), language("en")), "en")
    listed = page[page.index("<ul") : page.index("</ul>")]
    assert listed.count("<li>") == 10


def test_several_things_missing_in_a_record_stand_in_its_one_line() -> None:
    found = fix_list(CHECKS, KNOWN, [Seen(check, "a", "7") for check in ("step", "amount", "source")])
    text = said(fixlist_message(told(found), around({("deals", "a"): Named("A")}), language("en")))
    assert "- A (new): Deals without an amount · Deals without a next step · Deals without a source" in text


def test_the_summary_tells_numbers_only() -> None:
    named = {("deals", f"k{each:03}"): Named("Secret Customer") for each in range(5)}
    line = summary(told(mending(5), mending(2)), around(named), language("en"))
    assert line == "Your fix list, week 48: 5 records to mend, 2 records of people who left"
    assert "Secret" in said(fixlist_message(told(mending(5)), around(named), language("en")))


def test_thanks_are_short_and_say_how_much_was_mended() -> None:
    done = fix_list(CHECKS, KNOWN, [Seen("step", "a", "7", now=False, then=True)])
    message = fixlist_message(told(done, last=told(mending(1))), around(), language("en"))
    assert message.summary == "Everything on your list is mended"
    assert "Nothing of yours is left to mend. Thank you! 1 mended since Mon 16 Nov." in said(message).replace(
        "\u00a0", " "
    )
    assert message.tone is Tone.RESOLVED
    assert "How to mend it" not in said(message)


def test_records_of_people_who_left_are_told_without_anybodys_name_or_key() -> None:
    handed = fix_list(CHECKS, KNOWN, [Seen("step", "h", "owner-who-left")])
    message = fixlist_message(told(NOTHING, handed), around({("deals", "h"): Named("Havn")}), language("en"))
    text = said(message)
    assert "1 record has to be mended, and needs a new owner." in text
    assert "- Havn (new): Deals without a next step" in text
    assert "owner-who-left" not in json.dumps(to_slack(message))


def test_what_is_not_available_and_what_cannot_be_listed_is_said() -> None:
    unknown = fix_list(CHECKS, {}, [Seen("step", "a", "7")])
    assert "what is new or mended is not available yet" in said(
        fixlist_message(told(unknown), around(), language("en"))
    )
    partly = fix_list(CHECKS, {"step": WEEK_AGO}, [Seen("step", "a", "7")], beyond={"amount": 4})
    text = said(fixlist_message(told(partly), around(), language("en")))
    assert "4 records more cannot be listed here: Deals without an amount" in text
    assert "Not compared with then: Deals without an amount" in text


@pytest.mark.parametrize(
    ("owner", "word"), [("a b", "'a b'"), ("7; rm", "'7; rm'"), ("x" * 99, "PERSON"), ("", "PERSON")]
)
def test_a_command_can_be_typed_whatever_the_owner_is_called(owner: str, word: str) -> None:
    text = said(fixlist_message(told(mending(20)), around(owner=owner), language("en"))).replace("\u00a0", " ")
    assert f"crm-monitor fixlist --owner {word}" in text


@pytest.mark.parametrize(("code", "words"), [("da", "23 poster at rette · 2 nye"), ("nb", "23 poster å rette · 2 nye")])
def test_it_speaks_its_readers_language(code: str, words: str) -> None:
    message = fixlist_message(told(mending(23), mending(5, "h")), around(), language(code))
    assert words in said(message)
    english = fixlist_message(told(mending(23), mending(5, "h")), around(), language("en"))
    shared = set(said(message).split("\n")) & set(said(english).split("\n"))
    assert all("Deals without" in line or "Write one" in line or not line.strip("- ") for line in shared)


def _whole(code: str, names: list[tuple[str, str]], title: str, owner: str) -> dict[str, object]:
    """A message as long as one can be, of these names and pages of records, and of this title."""
    checks = {check.id: CheckText(title, title) for check in CHECKS}
    found = [Seen(check, f"{each:02}", "7") for each in range(20) for check in ("step", "amount", "source")]
    handed = [Seen("step", f"h{each:02}", "8") for each in range(20)]
    ids = dict.fromkeys(("deals", one.key) for one in (*found, *handed))
    named = {record: Named(*names[place % len(names)]) for place, record in enumerate(ids)}
    own, left = fix_list(CHECKS, KNOWN, found, beyond={"amount": 9}), fix_list(CHECKS, KNOWN, handed)
    whole = Around(owner, 48, ZoneInfo("UTC"), "DKK", checks, named)
    return to_slack(fixlist_message(told(own, left), whole, language(code)))


@given(st.sampled_from(CODES), st.lists(st.tuples(texts, LINKS), min_size=20, max_size=20), texts, texts)
def test_any_names_and_titles_fit_into_one_message(
    code: str, names: list[tuple[str, str]], title: str, owner: str
) -> None:
    content = _whole(code, names, title, owner)
    assert size(content) <= BUDGET
    assert rebuild(content) == bare(content)


@pytest.mark.parametrize(
    "worst", ['so-called "Fjord" ' * 200, "\U0001f534" * 3000, "W" * 4000, "&" * 3000, "<!channel> "]
)
@pytest.mark.parametrize("code", CODES)
def test_of_the_longest_message_nothing_is_cut_off(code: str, worst: str) -> None:
    content = _whole(code, [(worst, LONG_LINK)], worst, "7")
    assert REST not in json.dumps(content, ensure_ascii=False)
    assert rebuild(content) == bare(content)
