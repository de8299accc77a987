"""Words, numbers and dates as a Dane, a Norwegian and a Briton write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.language import CODES, UnknownLanguageError, language
from monitor.messages import figures

EN, DA, NB = (language(code) for code in CODES)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_text_is_said_in_each_language() -> None:
    assert [one.text("This week") for one in (EN, DA, NB)] == ["This week", "Denne uge", "Denne uken"]


def test_a_plural_has_the_form_of_its_number() -> None:
    assert [DA.plural("{n} person", "{n} people", n) for n in (0, 1, 2)] == ["0 personer", "1 person", "2 personer"]
    assert EN.plural("{n} person", "{n} people", 1200) == "1,200 people"


def test_what_a_user_wrote_passes_through_with_its_braces() -> None:
    assert DA.text("Deals of {FjordPro}") == "Deals of {FjordPro}"


def test_a_parameter_is_not_read_again_for_placeholders() -> None:
    assert EN.text("{title}: {now}.", title="{now}", now="3") == "{now}: 3."


def test_a_missing_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match="now"):
        EN.text("{title}: {now}.", title="x")


@pytest.mark.parametrize(("code", "found"), [("da_DK", "da"), ("nb-NO", "nb"), ("no", "nb"), ("EN", "en"), ("", "en")])
def test_a_language_is_known_by_its_usual_codes(code: str, found: str) -> None:
    assert language(code).code == found


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(UnknownLanguageError, match="'fi'; there are: en, da, nb"):
        language("fi")


def test_numbers_are_grouped_as_each_language_does() -> None:
    assert [_plain(one.count(1234567)) for one in (EN, DA, NB)] == ["1,234,567", "1.234.567", "1 234 567"]
    assert [_plain(one.count(2.5, decimals=1)) for one in (EN, DA, NB)] == ["2.5", "2,5", "2,5"]
    assert EN.count(2.0, decimals=1) == "2"


def test_a_change_has_its_sign() -> None:
    assert [EN.change(3), EN.change(-3), EN.change(0), EN.change(0.2)] == ["+3", "−3", "0", "0"]


def test_something_is_never_nothing_and_less_than_all_is_never_all() -> None:
    assert [_plain(DA.percent(share)) for share in (0, 0.0004, 0.004, 0.16, 0.992, 0.9996, 1)] == [
        "0 %", "<0,1 %", "0,4 %", "16 %", "99,2 %", ">99,9 %", "100 %",
    ]  # fmt: skip
    assert [EN.percent(share) for share in (0.0004, 0.01, 0.99, 0.9996)] == ["<0.1%", "1%", "99%", ">99.9%"]


@given(st.floats(0, 1))
def test_a_share_is_the_same_in_a_digest_and_in_an_alert(share: float) -> None:
    assert EN.percent(share) == figures.percent(share).replace(" ", "")


def test_a_share_that_misses_its_goal_is_not_shown_as_equal_to_it() -> None:
    assert EN.percent(0.7999, 0.8) == "79.99%"
    assert EN.percent(0.8, 0.8) == "80%"
    assert EN.percent(0.8049, 0.8) == "80.5%"


@given(st.floats(0, 1), st.floats(0, 1).map(lambda limit: round(limit, 2)))
def test_no_share_is_told_as_if_it_kept_a_limit_that_it_misses_by_more_than_a_thousandth(
    share: float, limit: float
) -> None:
    shown = EN.percent(share, limit)
    if abs(share - limit) > 0.0001:
        assert shown != EN.percent(limit, limit)


def test_money_is_short_from_a_million_on_and_says_whose_it_is() -> None:
    amount = Decimal(4_123_456)
    assert [_plain(one.money(amount, "DKK")) for one in (EN, DA, NB)] == ["4.1M DKK", "4,1 mio. kr.", "4,1 mill. DKK"]
    assert _plain(NB.money(Decimal(412_300), "NOK")) == "412 300 kr"
    assert _plain(EN.money(Decimal(999_600), "EUR")) == "1M EUR"
    assert EN.money(Decimal(-20), "") == "−20"


def test_days_and_moments_are_those_of_the_reader() -> None:
    at = datetime(2026, 11, 23, 5, 10, tzinfo=UTC)
    assert [_plain(one.moment(at, COPENHAGEN)) for one in (EN, DA, NB)] == [
        "Mon 23 Nov 06:10", "man 23. nov. 06.10", "man 23. nov. 06:10",
    ]  # fmt: skip
    assert _plain(DA.day(date(2026, 1, 5), year=True)) == "5. jan. 2026"
    assert _plain(NB.day(date(2026, 1, 5), weekday=True, long=True)) == "mandag 5. januar"
    assert [_plain(one.month(date(2026, 10, 1))) for one in (EN, DA, NB)] == [
        "October 2026", "oktober 2026", "oktober 2026",
    ]  # fmt: skip


def test_a_list_ends_with_and() -> None:
    assert [DA.listed(items) for items in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b og c"]


@given(st.sampled_from([EN, DA, NB]), st.floats(-1e15, 1e15), st.integers(0, 3))
def test_any_number_can_be_written_without_a_line_break(one, number, decimals) -> None:  # type: ignore[no-untyped-def]
    texts = (one.count(number, decimals=decimals), one.change(number), one.money(number, "NOK"))
    assert not [text for text in texts if " " in text or "-" in text]
