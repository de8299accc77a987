"""What an alert says, and what it keeps quiet about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings

from monitor.messages.alert import AlertState, AlertView, TeamCount
from monitor.messages.alerts import alert_message, changed_reply, overdue_reply, resolved_message, resolved_reply
from monitor.messages.text import to_text
from monitor.messages.tree import Tone
from tests.messages.offers import NOW, OFFERS
from tests.messages.strategies import alerts

RESOLVED = replace(
    OFFERS, state=AlertState.RESOLVED, status="pass", unexpected=9, resolved_at=NOW + timedelta(days=3), change=None
)


def _shown(view: AlertView) -> str:
    return to_text(alert_message(view))


def test_what_is_overdue_says_by_when_and_who_has_it() -> None:
    late = replace(OFFERS, assignee="bo", due=date(2026, 11, 20), overdue=True)
    assert "Who has it: bo, was due Fri 20 Nov 2026" in _shown(late)
    assert to_text(overdue_reply(late), width=200).splitlines()[0] == (
        "🔴 Overdue: Offers without amount. 34 of 212 (16%, limit 15%), +12 since Friday. "
        "It was due Fri 20 Nov 2026; bo has it"
    )


def test_an_alert_says_what_how_much_where_from_whose_and_what_to_do() -> None:
    assert _shown(OFFERS) == dedent(
        """\
        🔴 Failing: Offers without amount
        34 of 212 (16%, limit 15%), +12 since Friday
        Where from: web shop import 20 Nov 14:02 (12 of the 12 new)
        Teams: Nord 14 · Syd 9 · smaller teams 11
        Money: 4.1m DKK of open pipeline
        Why it matters: The forecast misses them.
        How to fix: Map "total" in the import.
        Full list: crm-monitor failing offer-without-amount
        Data as of Sat 21 Nov 06:10 (Europe/Copenhagen) · opportunities · check severity: warning ·
        incident 12, open since Sat 21 Nov 06:10 · unassigned"""
    )


def test_the_summary_is_the_alert_in_one_line() -> None:
    message = alert_message(OFFERS)
    assert message.summary == "Failing: Offers without amount: 34 of 212 (16%, limit 15%), +12 since Friday"
    assert message.tone is Tone.FAILING


def test_the_root_of_a_resolved_incident_says_where_it_stands_now() -> None:
    assert to_text(alert_message(RESOLVED)) == dedent(
        """\
        ✅ Resolved: Offers without amount
        Now 9 of 212 (4%, limit 15%). It was open for 3 days.
        Full list: crm-monitor failing offer-without-amount
        Data as of Sat 21 Nov 06:10 (Europe/Copenhagen) · opportunities · check severity: warning ·
        incident 12"""
    )
    assert alert_message(RESOLVED) == resolved_message(RESOLVED)


def test_the_reply_is_the_same_in_one_paragraph() -> None:
    assert to_text(resolved_reply(RESOLVED)) == dedent(
        """\
        ✅ Resolved: Offers without amount. Now 9 of 212 (4%, limit 15%). It was open for 3 days.
        Data as of Sat 21 Nov 06:10 (Europe/Copenhagen)"""
    )


def test_a_change_for_the_worse_is_a_short_reply_that_says_where_from() -> None:
    first, last = to_text(changed_reply(OFFERS), width=200).splitlines()
    assert first == (
        "🔴 Worse: Offers without amount. 34 of 212 (16%, limit 15%), +12 since Friday. "
        "Where from: web shop import 20 Nov 14:02 (12 of the 12 new)"
    )
    assert last == "Data as of Sat 21 Nov 06:10 (Europe/Copenhagen)"
    assert changed_reply(OFFERS, word="Back again").summary.startswith("Back again: Offers without amount: 34 of 212")


def test_a_check_that_could_not_run_says_so_and_shows_no_figures_of_the_data() -> None:
    broken = replace(OFFERS, status="error", severity="critical", reason="the column amount does not exist")
    text = _shown(broken)
    assert text.startswith("🚧 Could not check: Offers without amount\nThe column amount does not exist\n")
    assert "nothing is known of the data" in text
    assert "34" not in text
    assert "Teams" not in text
    assert alert_message(broken).tone is Tone.SYSTEM


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"change": None, "new": None}, "34 of 212 (16%, limit 15%)"),
        ({"change": 12, "new": None}, "34 of 212 (16%, limit 15%), +12 since Friday"),
        ({"change": 12, "new": 14}, "34 of 212 (16%, limit 15%), +12 since Friday (14 new, 2 gone)"),
        ({"change": -3, "new": 0}, "34 of 212 (16%, limit 15%), −3 since Friday (0 new, 3 gone)"),
        ({"change": 0, "new": 0}, "34 of 212 (16%, limit 15%), unchanged since Friday"),
        ({"change": 0, "new": None}, "34 of 212 (16%, limit 15%), unchanged since Friday"),
        ({"change": None, "new": 5}, "34 of 212 (16%, limit 15%), 5 new since Friday"),
        ({"change": 1, "new": 1, "since": None}, "34 of 212 (16%, limit 15%), +1 since the run before"),
        ({"change": None, "new": None, "limit": None}, "34 of 212 (16%)"),
        ({"change": None, "new": None, "limit": 0.16}, "34 of 212 (16.04%, limit 16%)"),
        ({"change": None, "new": None, "rows": 88_000}, "34 of 88,000 (<0.1%, limit 15%)"),
        ({"change": None, "new": None, "rows": None}, "34"),
        ({"unexpected": None, "observed": "newest is 3 days old"}, "Newest is 3 days old"),
        (
            {"limit": None, "change": 12, "new": None, "observed": "usual on a Tuesday 2.0-3.4%"},
            "34 of 212 (16%), usual on a Tuesday 2.0-3.4%, +12 since Friday",
        ),
    ],
)
def test_the_headline_says_what_is_known_and_nothing_else(changes: dict[str, object], headline: str) -> None:
    assert _shown(replace(OFFERS, **changes)).splitlines()[1] == headline  # type: ignore[arg-type]  # by name


def test_states_differ_in_words_and_in_shape_not_in_colour_alone() -> None:
    heads = [_shown(replace(OFFERS, status=status)).split(":")[0] for status in ("fail", "warn", "error")]
    assert heads == ["🔴 Failing", "🔶 Warning", "🚧 Could not check"]
    assert _shown(replace(OFFERS, severity="critical")).startswith("🔴 Failing, critical: ")


def test_many_teams_are_counted_together_after_the_first_dozen() -> None:
    teams = (*(TeamCount(f"T{n}", 1000) for n in range(15)), TeamCount("", 7))
    assert "T11 1,000 · 3 more teams 3,000 · smaller teams 7" in " ".join(_shown(replace(OFFERS, teams=teams)).split())


def test_what_is_not_known_is_not_shown_as_zero() -> None:
    text = _shown(replace(OFFERS, amount=None, data_as_of=None, attributed=False, origin=None))
    assert "Money" not in text
    assert "Data as of: not available" in text
    assert "Teams: not available" in text


def test_a_check_often_misleading_says_why() -> None:
    assert "Mind: subsidiaries share a number" in _shown(replace(OFFERS, mind="subsidiaries share a number"))


def test_a_link_into_the_crm_stands_beside_the_command() -> None:
    text = _shown(replace(OFFERS, link="https://crm.example.com/list"))
    assert "or open them in the CRM (https://crm.example.com/list)" in " ".join(text.split())


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="no messages in the language 'xx'"):
        alert_message(OFFERS, language="xx")


@given(alerts)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_alert_can_be_told_as_text_of_harmless_lines(view: AlertView) -> None:
    for tell in (alert_message, changed_reply, resolved_message, resolved_reply):
        text = to_text(tell(view))
        assert text.strip()
        assert all(character == "\n" or character.isprintable() or character in "\u200c\u200d" for character in text)
