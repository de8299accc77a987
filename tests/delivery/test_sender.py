"""The sender against the stored outbox and a Slack that behaves."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from monitor.delivery.slack import SlackTarget
from monitor.messages.outgoing import Action, DeliveryState, thread_of_incident
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from monitor.messages.treejson import from_json, to_json
from monitor.store.outbox import Draft
from monitor.store.state import State
from tests.delivery.conftest import SLACK, Bench
from tests.delivery.fake_slack import Channel, Dropped, Html, NotOk, RateLimited


def test_an_incident_is_one_root_edited_in_place_and_answered_in_its_thread(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.queue(incident, Action.UPDATE, "resolved")
    bench.queue(incident, Action.REPLY, "it is over")

    report = bench.drain()

    assert (report.sent, report.complete) == (3, True)
    (root,) = bench.channel.roots()
    assert root.text == "resolved"
    assert [old["text"] for old in root.history] == ["opened"]
    assert [reply.text for reply in bench.channel.replies(root.ts)] == ["it is over"]


def test_the_metadata_holds_the_incident_and_the_event_and_nothing_else(bench: Bench) -> None:
    incident = bench.incident()
    number = bench.queue(incident, Action.POST, "opened")
    bench.drain()
    payload = {"incident": incident, "event": bench.stored(number).event}
    assert bench.channel.roots()[0].metadata == {"event_type": "crm_monitor_incident", "event_payload": payload}


def test_what_stands_in_slack_is_the_stored_message(bench: Bench) -> None:
    number = bench.queue(bench.incident(), Action.POST, "opened <!channel> & co")
    bench.drain()
    assert bench.channel.roots()[0].content == to_slack(from_json(bench.stored(number).payload))


def test_a_channel_gets_about_one_message_a_second(bench: Bench) -> None:
    for number in range(4):
        bench.queue(bench.incident(), Action.POST, f"incident {number}")
    began = bench.clock.now
    bench.drain()
    stamps = [float(message.ts) for message in bench.channel.roots()]
    assert all(later - earlier >= 1 for earlier, later in pairwise(stamps))
    assert bench.clock.now - began < timedelta(seconds=10)


def test_a_newer_edit_makes_the_older_one_pointless(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    older = bench.queue(incident, Action.UPDATE, "worse")
    bench.queue(incident, Action.UPDATE, "worst")
    bench.drain()
    assert bench.slack.count("chat.update") == 1
    assert bench.texts() == ["worst"]
    assert bench.stored(older).state is DeliveryState.SUPERSEDED


def test_an_edit_of_a_message_that_somebody_deleted_becomes_a_new_root_and_replies_go_there(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened")
    bench.drain()
    bench.channel.roots()[0].deleted = True

    bench.queue(incident, Action.UPDATE, "worse")
    bench.queue(incident, Action.REPLY, "it is over")
    bench.drain()

    (root,) = bench.channel.roots()
    assert root.text == "worse"
    assert [reply.text for reply in bench.channel.replies(root.ts)] == ["it is over"]


def test_other_names_for_gone_also_lead_to_a_new_root(bench: Bench) -> None:
    for name in ("cant_update_message", "edit_window_closed"):
        incident = bench.incident()
        bench.queue(incident, Action.POST, "opened")
        bench.slack.fail("chat.update", NotOk(name))
        bench.queue(incident, Action.UPDATE, f"after {name}")
        bench.drain()
    assert bench.texts() == ["opened", "after cant_update_message", "opened", "after edit_window_closed"]


def test_a_message_to_a_target_that_is_not_configured_waits_and_is_reported(bench: Bench) -> None:
    bench.queue(bench.incident(), Action.POST, "for nobody", target="slack:C0ELSEWHERE")
    report = bench.drain()
    assert (report.sent, len(report.waiting), report.complete) == (0, 1, False)


def test_while_one_channel_waits_the_others_go_on(bench: Bench) -> None:
    other = bench.slack.workspace.add(Channel("C0OTHER01", "ops"))
    token, url = bench.slack.workspace.token, bench.slack.base_url
    bench.targets["slack:C0OTHER01"] = SlackTarget(token, "C0OTHER01", base_url=url, timeout=1)
    bench.slack.fail("chat.postMessage", RateLimited(60))
    bench.queue(bench.incident(), Action.POST, "first")
    bench.queue(bench.incident(), Action.POST, "second", target="slack:C0OTHER01")

    report = bench.drain(seconds=30)

    assert [message.text for message in other.roots()] == ["second"]
    assert [message.target for message in report.waiting] == [SLACK]
    assert bench.drain(seconds=90).complete


def test_the_deadline_ends_the_drain_and_the_rest_waits(bench: Bench) -> None:
    for number in range(5):
        bench.queue(bench.incident(), Action.POST, f"incident {number}")
    report = bench.drain(seconds=2)
    assert (report.sent, len(report.waiting)) == (2, 3)


def test_a_slack_that_gives_no_answer_is_not_waited_for_to_the_deadline(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", *[Html(503)] * 9)
    bench.queue(bench.incident(), Action.POST, "opened")
    begun = bench.clock.now
    report = bench.drain(patience=20)
    assert (report.sent, len(report.waiting)) == (0, 1)
    assert bench.clock.now - begun < timedelta(seconds=20)


def test_a_slack_that_answers_is_sent_everything(bench: Bench) -> None:
    for number in range(30):
        bench.queue(bench.incident(), Action.POST, f"incident {number}")
    begun = bench.clock.now
    assert bench.drain(patience=20).sent == 30
    assert bench.clock.now - begun > timedelta(seconds=20)


def test_a_lost_answer_is_looked_for_as_long_as_slack_answers(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", *[Html(503)] * 2, Dropped(accepts=True))
    bench.queue(bench.incident(), Action.POST, "opened")
    assert bench.drain(patience=20).complete
    assert bench.texts() == ["opened"]


def _set_back_while_it_sleeps_first(bench: Bench) -> None:
    def once() -> None:
        bench.clock.on_sleep = lambda: None
        bench.clock.now -= timedelta(hours=1)

    bench.clock.on_sleep = once


def test_a_clock_that_is_set_back_between_two_messages_holds_up_none(bench: Bench) -> None:
    for number in range(3):
        bench.queue(bench.incident(), Action.POST, f"incident {number}")
    _set_back_while_it_sleeps_first(bench)
    assert bench.drain().complete
    assert sum(bench.clock.slept) < 5


def test_a_clock_that_is_set_back_holds_up_no_second_look_for_what_is_in_doubt(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", Dropped(accepts=False))
    bench.queue(bench.incident(), Action.POST, "opened")
    _set_back_while_it_sleeps_first(bench)
    assert bench.drain().complete
    assert bench.texts() == ["opened"]
    assert sum(bench.clock.slept) < 60


def test_a_clock_that_is_set_back_prolongs_no_deadline_and_sends_nothing_before_its_time(bench: Bench) -> None:
    thread = thread_of_incident(bench.incident())
    soon = bench.clock.now + timedelta(seconds=20)
    bench.state.outbox.add(thread, Draft(SLACK, Action.POST, to_json(Message("soon", ())), soon), bench.clock.now)
    _set_back_while_it_sleeps_first(bench)
    assert bench.drain(seconds=60).complete  # by the corrected clock, it is for in an hour
    assert bench.texts() == []
    assert sum(bench.clock.slept) < 120


def test_a_message_that_another_sender_holds_is_left_to_it(bench: Bench, tmp_path: Path) -> None:
    number = bench.queue(bench.incident(), Action.POST, "opened")
    with State.open(f"sqlite:///{tmp_path}/state.db", clock=bench.clock) as other:
        assert other.outbox.claim(number, bench.clock.now)
        report = bench.drain()
    assert bench.texts() == []
    assert [message.state for message in report.waiting] == [DeliveryState.SENDING]


def test_an_empty_outbox_asks_slack_nothing(bench: Bench) -> None:
    assert bench.drain().complete
    assert bench.slack.calls == []


def test_what_waits_for_its_own_time_is_not_undelivered_and_goes_out_then(bench: Bench) -> None:
    thread = thread_of_incident(bench.incident())
    tomorrow = bench.clock.now + timedelta(days=1)
    content = to_json(Message("for tomorrow", ()))
    bench.state.outbox.add(thread, Draft(SLACK, Action.POST, content, tomorrow), bench.clock.now)
    bench.state.outbox.add(thread, Draft(SLACK, Action.REPLY, content), bench.clock.now)

    report = bench.drain()
    assert report.complete
    assert len(report.scheduled) == 2
    assert bench.texts() == []

    bench.clock.now = tomorrow
    assert bench.drain().sent == 2
    assert bench.texts() == ["for tomorrow", "for tomorrow"]
