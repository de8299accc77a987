"""Who gets a manager's week and the sponsor's month answers the one that is meant, or is asked which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.acceptance.use_crm import DIRECTOR, NORTH_LEAD
from tests.acceptance.using import Firm
from tests.digest.page import Page

pytestmark = pytest.mark.journeys

WHOSE = ("--for", f"log{DIRECTOR}in")
OCTOBER_IS_OVER = datetime(2026, 11, 2, 7, tzinfo=UTC)  # a Monday: the week that is over is October's last


@pytest.fixture
def both(used: Firm) -> Firm:
    """The director is a manager and the sponsor, and has both digests; without a mandate they go out at once."""
    used.clock.at = OCTOBER_IS_OVER
    used.connect()
    used.ok("digest", "--send")
    return used


def _answers(firm: Firm, key: int = DIRECTOR) -> dict[str, list[str]]:
    rows = firm.rows(
        "SELECT d.period, a.outcome FROM digest_actions AS a JOIN digests AS d ON d.id = a.digest_id "
        f"WHERE d.recipient = '{key}' ORDER BY d.period, a.number"
    )
    found: dict[str, list[str]] = {}
    for period, outcome in rows:
        found.setdefault(str(period), []).append(str(outcome))
    return found


def test_with_two_digests_it_is_asked_which_and_nothing_is_noted(both: Firm) -> None:
    before = _answers(both)
    assert sorted(before) == ["2026-10", "2026-W44"]
    refused = both.run("digest", "done", 1, *WHOSE)
    assert (refused.exit_code, refused.stdout) == (2, "")
    for period in before:
        assert f"--for log{DIRECTOR}in --period {period}" in refused.said
    assert both.run("digest", "seen", *WHOSE).exit_code == 2
    assert _answers(both) == before
    assert not both.rows("SELECT 1 FROM digests WHERE acknowledged_at IS NOT NULL")


@pytest.mark.parametrize("period", ["2026-10", "2026-W44"])
def test_the_period_says_which_and_the_other_stays_as_it_was(both: Firm, period: str) -> None:
    before = _answers(both)
    done = both.ok("digest", "done", 1, *WHOSE, "--period", period)
    assert f"Action 1 of the digest of {period}: done" in done.said
    after = _answers(both)
    [other] = set(before) - {period}
    assert after[period] == ["done", *before[period][1:]]
    assert after[other] == before[other]
    both.ok("digest", "seen", *WHOSE, "--period", other.replace("-W", "W"))
    assert len(both.rows("SELECT 1 FROM digests WHERE acknowledged_at IS NOT NULL")) == 2


def test_what_each_digest_gives_to_type_answers_that_digest(both: Firm) -> None:
    for option, period in ((("--manager", DIRECTOR), "2026-W44"), (("--sponsor",), "2026-10")):
        page = both.crm.folder / "page.html"
        both.ok("digest", "--no-read", *option, "--html", page)
        typed = [one.text for one in Page(page.read_text(encoding="utf-8")).all("code")]
        [command] = [one for one in typed if one.startswith("crm-monitor digest done")]
        both.ok(*command.split()[1:])
        assert _answers(both)[period][0] == "done"


def test_whoever_gets_one_kind_need_not_say_which(both: Firm) -> None:
    assert "2026-W44" in both.ok("digest", "done", 1, "--for", NORTH_LEAD).said
    assert _answers(both, NORTH_LEAD)["2026-W44"][0] == "done"


def test_a_month_that_is_long_past_is_not_meant_any_more(both: Firm) -> None:
    both.clock.later(days=42)
    both.ok("digest", "--send", "--manager", DIRECTOR)
    assert "2026-W50" in both.ok("digest", "done", 1, *WHOSE).said
    assert "2026-10" in both.ok("digest", "done", 1, *WHOSE, "--period", "2026-10").said


def test_a_period_that_there_is_not_or_that_is_none_is_refused_with_those_that_there_are(both: Firm) -> None:
    missing = both.run("digest", "done", 1, *WHOSE, "--period", "2026-W20")
    assert missing.exit_code == 2
    assert "there is no digest of 2026-W20" in missing.said
    assert "2026-W44, 2026-10" in missing.said
    wrong = both.run("digest", "done", 1, *WHOSE, "--period", "October")
    assert wrong.exit_code == 2
    assert "2026-W47 or 2026-11" in wrong.said
