"""Whatever Slack and the network do: nothing is lost, and nothing is posted twice."""

from __future__ import annotations

import logging

import pytest

from monitor.delivery.advice import ADVICE, AGAIN
from monitor.delivery.slack import SlackTarget
from monitor.messages.outgoing import Action, DeliveryState
from tests.delivery.conftest import CHANNEL, SLACK, Bench
from tests.delivery.fake_slack import BadGateway, Dropped, Fault, Html, Late, NotOk, RateLimited, Slow

TERMINAL = sorted(set(ADVICE) - AGAIN)
HARMLESS: list[Fault] = [RateLimited(7), Html(503), NotOk("ratelimited"), NotOk("service_unavailable"), Html(403)]
DOUBTFUL = [
    Dropped(accepts=True),
    Dropped(accepts=False),
    Slow(4, accepts=True),
    Slow(4, accepts=False),
    Html(500, accepts=True),
    Html(500, accepts=False),
    Html(200, accepts=True),
    BadGateway(accepts=True),
    NotOk("internal_error", accepts=True),
    NotOk("internal_error", accepts=False),
    NotOk("fatal_error", accepts=True),
]


@pytest.mark.parametrize("fault", HARMLESS, ids=repr)
def test_what_slack_surely_did_not_take_is_sent_again(bench: Bench, fault: Fault) -> None:
    bench.slack.fail("chat.postMessage", fault)
    bench.queue(bench.incident(), Action.POST, "opened")
    report = bench.drain()
    assert report.complete
    assert bench.texts() == ["opened"]
    assert bench.slack.count("chat.postMessage") == 2


def test_retry_after_is_kept_to(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", RateLimited(40))
    began = bench.clock.now
    bench.queue(bench.incident(), Action.POST, "opened")
    bench.drain()
    assert float(bench.channel.roots()[0].ts) - began.timestamp() >= 40


def test_pauses_grow_while_slack_is_down(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", *[Html(503)] * 4)
    bench.queue(bench.incident(), Action.POST, "opened")
    bench.drain()
    assert bench.texts() == ["opened"]
    waits = [second for second in bench.clock.slept if second > 1.5]
    assert waits == sorted(waits)
    assert waits[-1] >= 4 * waits[0]


@pytest.mark.parametrize("fault", DOUBTFUL, ids=repr)
def test_a_lost_answer_is_looked_for_and_the_message_stands_exactly_once(bench: Bench, fault: Fault) -> None:
    bench.slack.fail("chat.postMessage", fault)
    incident = bench.incident()
    number = bench.queue(incident, Action.POST, "opened")
    bench.queue(incident, Action.REPLY, "it is over")

    report = bench.drain()

    assert report.complete
    assert bench.texts() == ["opened", "it is over"]
    assert len(bench.channel.roots()) == 1
    assert bench.stored(number).remote is not None


@pytest.mark.parametrize("fault", DOUBTFUL[:3], ids=repr)
def test_a_lost_answer_to_a_reply_is_looked_for_in_the_thread(bench: Bench, fault: Fault) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.drain()
    bench.slack.fail("chat.postMessage", fault)
    bench.queue(incident, Action.REPLY, "it is over")
    assert bench.drain().complete
    assert bench.texts() == ["opened", "it is over"]
    assert bench.slack.count("conversations.replies") >= 1
    assert bench.slack.count("conversations.history") == 0


@pytest.mark.parametrize("fault", DOUBTFUL[:6], ids=repr)
def test_what_follows_a_reply_in_doubt_waits_until_it_is_found_or_sent(bench: Bench, fault: Fault) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.drain()
    bench.slack.fail("chat.postMessage", fault)
    bench.queue(incident, Action.REPLY, "worse")
    bench.queue(incident, Action.REPLY, "it is over")
    assert bench.drain().complete
    assert bench.texts() == ["opened", "worse", "it is over"]


@pytest.mark.parametrize("fault", [*HARMLESS, *DOUBTFUL], ids=repr)
def test_an_edit_is_simply_made_again(bench: Bench, fault: Fault) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.slack.fail("chat.update", fault)
    bench.queue(incident, Action.UPDATE, "worse")
    assert bench.drain().complete
    assert bench.texts() == ["worse"]
    assert bench.slack.count("chat.postMessage") == 1


@pytest.mark.parametrize("fault", DOUBTFUL, ids=repr)
def test_where_slack_does_not_let_us_look_it_stays_unknown_and_is_never_sent_again(bench: Bench, fault: Fault) -> None:
    bench.slack.workspace.scopes.discard("channels:history")
    bench.slack.fail("chat.postMessage", fault)
    number = bench.queue(bench.incident(), Action.POST, "opened")

    for _ in range(3):
        report = bench.drain()

    assert bench.slack.count("chat.postMessage") == 1
    assert [message.id for message in report.unknown] == [number]
    assert report.unknown[0].error.count("channels:history") == 1


def test_a_message_in_doubt_holds_back_its_own_incident_only(bench: Bench) -> None:
    bench.slack.workspace.scopes.discard("channels:history")
    bench.slack.fail("chat.postMessage", Dropped())
    doubtful, other = bench.incident(), bench.incident()
    bench.queue(doubtful, Action.POST, "in doubt")
    bench.queue(doubtful, Action.REPLY, "waits")
    bench.queue(other, Action.POST, "goes on")
    report = bench.drain()
    assert bench.texts() == ["in doubt", "goes on"]
    assert [message.action for message in report.waiting] == [Action.REPLY]


def test_a_lost_answer_to_the_new_root_of_a_deleted_message_posts_no_third(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.drain()
    bench.channel.roots()[0].deleted = True
    bench.slack.fail("chat.postMessage", Dropped(accepts=True))
    bench.queue(incident, Action.UPDATE, "worse")
    assert bench.drain().complete
    assert bench.texts() == ["worse"]


@pytest.mark.parametrize("name", TERMINAL)
def test_a_refusal_names_itself_and_what_to_do_and_is_not_repeated(bench: Bench, name: str) -> None:
    bench.slack.fail("chat.postMessage", NotOk(name))
    number = bench.queue(bench.incident(), Action.POST, "opened")
    report = bench.drain()
    assert [message.id for message in report.failed] == [number]
    assert f"({name})" in report.failed[0].error
    assert ADVICE[name] in report.failed[0].error
    assert bench.slack.count("chat.postMessage") == 1


def test_a_refusal_of_everything_leaves_the_other_messages_waiting_until_it_is_mended(bench: Bench) -> None:
    token = bench.slack.workspace.token
    bench.slack.workspace.token = "xoxb-another"
    first = bench.queue(bench.incident(), Action.POST, "first")
    bench.queue(bench.incident(), Action.POST, "second")
    report = bench.drain()
    assert (len(report.failed), len(report.waiting)) == (1, 1)

    bench.slack.workspace.token = token
    assert bench.state.outbox.requeue(first, bench.clock.now)
    assert bench.drain().complete
    assert sorted(bench.texts()) == ["first", "second"]


def test_a_refusal_of_one_message_does_not_stop_the_others(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", NotOk("invalid_blocks"))
    bench.queue(bench.incident(), Action.POST, "first")
    bench.queue(bench.incident(), Action.POST, "second")
    report = bench.drain()
    assert (report.sent, len(report.failed), bench.texts()) == (1, 1, ["second"])


def test_real_refusals_of_the_workspace_are_told_apart(bench: Bench) -> None:
    bench.channel.archived = True
    bench.queue(bench.incident(), Action.POST, "opened")
    assert "(is_archived)" in bench.drain().failed[0].error

    bench.channel.archived, bench.channel.member = False, False
    bench.queue(bench.incident(), Action.POST, "opened")
    assert "/invite" in bench.drain().failed[-1].error


def test_after_a_crash_while_sending_the_message_is_looked_for_first(bench: Bench) -> None:
    incident = bench.incident()
    number = bench.queue(incident, Action.POST, "opened")
    assert bench.state.outbox.claim(number, bench.clock.now)
    bench.targets[SLACK].send(bench.stored(number), None)  # and the process dies before it can note the answer

    assert bench.drain().complete
    assert bench.texts() == ["opened"]
    assert bench.stored(number).state is DeliveryState.SENT


def test_after_a_crash_before_sending_the_message_goes_out_once(bench: Bench) -> None:
    number = bench.queue(bench.incident(), Action.POST, "opened")
    assert bench.state.outbox.claim(number, bench.clock.now)
    assert bench.drain().complete
    assert bench.texts() == ["opened"]


def test_after_a_crash_during_an_edit_the_edit_is_made_again_even_where_we_cannot_look(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.drain()
    bench.slack.workspace.scopes.discard("channels:history")
    number = bench.queue(incident, Action.UPDATE, "worse")
    assert bench.state.outbox.claim(number, bench.clock.now)
    assert bench.drain().complete
    assert bench.texts() == ["worse"]


def test_a_message_in_doubt_is_found_on_a_later_page(bench: Bench) -> None:
    number = bench.queue(bench.incident(), Action.POST, "opened")
    assert bench.state.outbox.claim(number, bench.clock.now)
    bench.targets[SLACK].send(bench.stored(number), None)
    for chatter in range(450):
        bench.slack.workspace.post(bench.channel, {"text": f"chatter {chatter}"})
    assert bench.drain().complete
    assert bench.texts().count("opened") == 1
    assert bench.slack.count("conversations.history") == 3


def test_a_message_that_slack_takes_only_after_we_gave_up_is_not_sent_again(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", Late())
    bench.clock.on_sleep = bench.slack.land
    bench.queue(bench.incident(), Action.POST, "opened")
    assert bench.drain().complete
    assert bench.texts() == ["opened"]
    assert bench.slack.count("conversations.history") == 2


def test_while_slack_does_not_answer_the_question_it_is_asked_again(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", Dropped(accepts=True))
    bench.slack.fail("conversations.history", Html(503))
    bench.queue(bench.incident(), Action.POST, "opened")
    assert bench.drain().complete
    assert bench.texts() == ["opened"]


def test_slack_that_cannot_be_reached_is_tried_again_later(bench: Bench) -> None:
    bench.targets[SLACK] = SlackTarget("xoxb-1", CHANNEL, base_url="http://127.0.0.1:9/api/", timeout=1)
    bench.queue(bench.incident(), Action.POST, "opened")
    report = bench.drain(seconds=20)
    assert "cannot be reached" in report.waiting[0].error
    bench.targets[SLACK] = SlackTarget(bench.slack.workspace.token, CHANNEL, base_url=bench.slack.base_url, timeout=1)
    assert bench.drain().complete


def test_neither_token_nor_message_nor_server_page_reaches_a_log_or_an_error(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.slack.fail("chat.postMessage", Html(500), Dropped(), NotOk("invalid_auth"))
    for number in range(3):
        bench.queue(bench.incident(), Action.POST, f"secret text {number}")
    report = bench.drain(seconds=60)
    errors = " ".join(message.error for message in (*report.failed, *report.unknown, *report.waiting))
    shown = caplog.text + errors + repr(bench.targets)
    for secret in (bench.slack.workspace.token, "secret text", "<html>"):
        assert secret not in shown


def test_a_token_with_a_line_break_in_it_does_not_reach_the_error(bench: Bench) -> None:
    bench.targets[SLACK] = SlackTarget("xoxb-1\nxoxb-2", CHANNEL, base_url=bench.slack.base_url, timeout=1)
    bench.queue(bench.incident(), Action.POST, "opened")
    report = bench.drain(seconds=5)
    assert "line break" in report.waiting[0].error
    assert "xoxb" not in report.waiting[0].error
