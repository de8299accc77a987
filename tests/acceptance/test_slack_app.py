"""Buttons, forms and /crm on a whole program: done once, kept, told in the thread, and only by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.messages.interaction import Ask, Mistakes, Nothing, Private, Reaction
from monitor.messages.text import to_text
from tests.acceptance.channel import SlackChannel
from tests.acceptance.slack_app import ANN, BO, STRANGER, InSlack, in_slack
from tests.acceptance.test_life import CHECK, shown

pytestmark = pytest.mark.journeys

CHANGING = ("assign", "acknowledge", "snooze", "accept", "wrong", "recheck")


@pytest.fixture
def people(slack: SlackChannel) -> Iterator[InSlack]:
    """A channel with an open incident, and people who may press its buttons."""
    with in_slack(slack) as made:
        slack.check()
        slack.crm.without_account(11, 25)
        slack.check()
        yield made


def private(reaction: Reaction) -> str:
    assert isinstance(reaction, Private), reaction
    return to_text(reaction.message, width=300)


def test_an_open_incident_has_buttons_and_a_resolved_one_has_none(people: InSlack) -> None:
    root = people.channel.roots[0]
    pressed = {element["action_id"].split(":")[1] for element in root.content["blocks"][-1]["elements"]}
    assert pressed == {*CHANGING, "show"}
    people.channel.crm.mend()
    people.channel.check()
    assert all(block["type"] != "actions" for block in people.channel.roots[0].content["blocks"])


def test_what_is_acknowledged_twice_by_one_press_is_acknowledged_once(people: InSlack) -> None:
    assert people.press("incident:acknowledge", "1") == Nothing()
    assert people.press("incident:acknowledge", "1", again=True) == Nothing()
    channel = people.channel
    assert [reply.text.partition(" ")[2][:15] for reply in channel.replies if "acknowledged" in reply.text] == [
        "person on Slack"
    ]
    assert f'"user_id": "{ANN}"' in shown(channel.roots[0])
    assert channel.run("incidents", "explain", 1).stdout.count(f"slack:{ANN}") == 1


def test_a_snooze_ends_by_itself_and_says_so_once(people: InSlack) -> None:
    people.press("incident:snooze", "1:1d")
    people.channel.crm.without_account(26, 60)
    people.channel.check()
    told = len(people.channel.replies)
    people.clock.ahead = timedelta(days=1, minutes=1)
    people.app.do_work()
    people.app.do_work()
    assert [reply.text[:7] for reply in people.channel.replies[told:]] == ["Worse: "]  # the news that was held back
    people.press("incident:snooze", "1:1d")
    told = len(people.channel.replies)
    people.clock.ahead = timedelta(days=3)
    people.app.do_work()
    people.app.do_work()
    assert [reply.text[:28] for reply in people.channel.replies[told:]] == ["Still there after its snooze"]


def test_whom_it_is_assigned_to_is_asked_and_shown(people: InSlack) -> None:
    asked = people.press("incident:assign", "1")
    assert isinstance(asked, Ask)
    assert (asked.form.id, asked.form.value) == ("incident:assign", "1")
    late = people.submit("incident:assign", "1", to=BO, due="2020-01-01")
    assert late == Mistakes({"due": "This day is past."})
    assert people.submit("incident:assign", "1", to=BO, due="2099-01-01") == Nothing()
    assert f'"user_id": "{BO}"' in shown(people.channel.roots[0])
    assert "due Thu 1 Jan 2099" in shown(people.channel.roots[0])


def test_records_that_are_accepted_no_longer_count(people: InSlack) -> None:
    asked = people.press("incident:accept", "1")
    assert isinstance(asked, Ask)
    assert [value for _, value in asked.form.fields[0].options] == ["all", "new"]  # type: ignore[union-attr]
    assert people.submit("incident:accept", "1", which="new", reason=" ") == Mistakes(
        {"reason": "Say why they are right as they are."}
    )
    said = private(people.submit("incident:accept", "1", which="new", reason="sold at the fair", until=""))
    assert "no longer count" in said
    people.channel.check()
    assert people.channel.roots[0].text.startswith("Resolved: Deals without an account: Now 10 of")
    assert any("accepted 15 records as they are: sold at the fair" in one.text for one in people.channel.replies)


def test_that_a_rule_is_wrong_is_kept_with_who_said_so(people: InSlack) -> None:
    assert isinstance(people.press("incident:wrong", "1"), Ask)
    assert people.submit("incident:wrong", "1", why="") == Mistakes({"why": "Say what is wrong with it."})
    assert people.submit("incident:wrong", "1", why="consumers have no account") == Nothing()
    assert "consumers have no account" in people.channel.replies[-1].text
    assert f"slack:{ANN}" in people.channel.run("incidents", "explain", 1).said


def test_records_are_shown_to_whoever_asks_alone_with_names_and_links(people: InSlack) -> None:
    said = private(people.press("incident:show", "1"))
    assert "Deals without an account" in said
    assert "Person" in said  # the owners, by name
    assert "only you see this" in said
    assert all("Person" not in shown(one) for one in (*people.channel.roots, *people.channel.replies))


def test_what_was_mended_is_seen_at_once_when_somebody_has_it_looked_at_again(people: InSlack) -> None:
    people.channel.crm.mend()
    assert people.press("incident:recheck", "1") == Nothing()
    assert people.channel.roots[0].text.startswith("Resolved")


@pytest.mark.parametrize("button", CHANGING)
def test_whoever_may_not_is_refused_kindly_and_nothing_happens(people: InSlack, button: str) -> None:
    before = people.channel.calls
    said = private(people.press(f"incident:{button}", "1:1d", STRANGER))
    assert "You may not" in said
    assert "permissions" in said
    assert people.channel.calls == before


def test_whoever_may_no_longer_is_refused_when_the_form_comes(people: InSlack) -> None:
    said = private(people.submit("incident:accept", "1", STRANGER, which="all", reason="x"))
    assert "You may not accept records" in said
    assert "You may not see" in private(people.press("incident:show", "1", BO))  # of the group, but not named here
    assert "You may not see failing records" in private(people.type(f"failing {CHECK}", BO))


def test_a_resolved_incident_says_that_nothing_is_left_to_do(people: InSlack) -> None:
    people.channel.crm.mend()
    people.channel.check()
    assert "incident 1 is resolved already" in private(people.press("incident:acknowledge", "1"))
    assert "This incident is gone" in private(people.press("incident:acknowledge", "99"))


def test_crm_says_how_things_stand_checks_lists_and_helps(people: InSlack) -> None:
    assert "1 incident is open" in private(people.type("status", STRANGER))
    assert "25 of 100" in private(people.type("status"))
    assert "/crm failing CHECK" in private(people.type(""))
    assert "Did you mean /crm status?" in private(people.type("stats"))
    assert "Did you mean /crm check opportunities?" in private(people.type("check oportunities"))
    assert f"Did you mean /crm failing {CHECK}?" in private(people.type("failing deal-without-acount"))
    assert "Deals without an account" in private(people.type(f"failing {CHECK}"))
    assert "not known which user of the CRM you are" in private(people.type("me", STRANGER))
    people.channel.crm.mend()
    assert "Opportunities are being checked" in private(people.type("check opportunities"))
    assert people.channel.roots[0].text.startswith("Resolved")
