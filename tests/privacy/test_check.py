"""What a mandate lacks is told, and the file that is written to begin with lacks nearly all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.adoption.mandate import Informed, Mandate
from monitor.privacy.check import check_mandate
from monitor.privacy.template import COUNTRIES, template
from monitor.settings.mandate import load_mandate
from tests.adoption.test_mandate import REQUIRED, TODAY, WHOLE


def written(folder: Path, country: str) -> Mandate:
    (folder / "config").mkdir()
    (folder / "config" / "mandate.yaml").write_text(template(country), encoding="utf-8")
    found = load_mandate(folder)
    assert found is not None
    return found


@pytest.mark.parametrize("country", ["", "FR", *COUNTRIES])
def test_the_file_to_begin_with_can_be_read_and_names_nobody(country: str, tmp_path: Path) -> None:
    mandate = written(tmp_path, country)
    found = check_mandate(mandate, TODAY)
    assert not found.naming.allowed
    assert not found.complete
    assert found.missing == tuple(key for key in REQUIRED if key != "country" or not country)
    assert mandate.country == country
    assert mandate.strict is (country == "NO")


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_file_says_what_to_ask_about_in_that_country_and_to_ask_counsel(country: str) -> None:
    text = template(country)
    others = [template(other) for other in COUNTRIES if other != country]
    assert "your own counsel" in text
    assert text not in others
    assert all(len(line) <= 120 and line == line.rstrip() for line in text.splitlines())
    assert all(line in template("") for line in text.splitlines() if line.startswith("#   "))


def test_filled_in_it_is_in_force_and_says_for_how_long() -> None:
    found = check_mandate(replace(WHOLE, review_on=TODAY + timedelta(days=30)), TODAY)
    assert found.complete
    assert found.in_force
    assert found.days_left == 30
    assert found.hints == ()


def test_past_its_review_it_is_complete_and_not_in_force() -> None:
    found = check_mandate(replace(WHOLE, review_on=TODAY - timedelta(days=3)), TODAY)
    assert found.complete
    assert not found.in_force
    assert found.days_left == -3


def test_days_that_lie_ahead_are_told_apart_from_missing_ones() -> None:
    found = check_mandate(replace(WHOLE, informed=(Informed("a letter", TODAY + timedelta(days=1)),)), TODAY)
    assert found.ahead == ("informed",)
    assert found.missing == ()
    assert not found.complete


def test_no_file_is_no_mandate() -> None:
    found = check_mandate(None, TODAY)
    assert (found.exists, found.complete, found.in_force, found.days_left) == (False, False, False, None)


def test_a_strict_one_is_in_force_without_being_complete() -> None:
    found = check_mandate(Mandate(strict=True), TODAY)
    assert found.in_force
    assert not found.naming.allowed
    assert not found.complete


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        (replace(WHOLE, recipients=frozenset({"Manager"})), "recipients"),
        (replace(WHOLE, review_on=date(2099, 1, 1)), "review_on"),
        (replace(WHOLE, informed=(Informed("a letter", TODAY - timedelta(days=7)),)), "informed"),
        (replace(WHOLE, country="NO"), "strict"),
    ],
)
def test_what_is_worth_a_second_look_is_told_and_stops_nobody(changed: Mandate, about: str) -> None:
    found = check_mandate(changed, TODAY)
    assert [hint.partition(":")[0] for hint in found.hints] == [about]
    assert found.in_force
    assert check_mandate(WHOLE, TODAY).hints == ()
