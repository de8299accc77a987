"""The queue of messages: order, claims, superseded edits, and what a crash leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.messages.outgoing import Action, DeliveryState, Outbox, Remote, thread_of_incident
from monitor.store.outbox import Draft
from monitor.store.state import State
from tests.store.world import CLOCK, day

TARGET = "slack:C1"
ROOT = Remote("C1", "100.1")


@pytest.fixture
def incident(state: State) -> int:
    return state.incidents.add(Incident(IncidentKind.DATA, "a-check", IncidentState.OPEN, CLOCK))


def _add(state: State, incident: int, action: Action, target: str = TARGET, word: str = "") -> int:
    return state.outbox.add(thread_of_incident(incident), Draft(target, action, {"text": word}), CLOCK)


def _send(state: State, message: int, remote: Remote | None = ROOT) -> None:
    assert state.outbox.claim(message, CLOCK)
    state.outbox.sent(message, CLOCK, remote)


def _states(state: State, incident: int) -> list[DeliveryState]:
    return [message.state for message in state.outbox.of_incident(incident)]


def _due(state: State, number: int = 0) -> list[int]:
    return [message.id for message in state.outbox.due(day(number))]


def test_the_stored_outbox_is_what_delivery_expects(state: State) -> None:
    outbox: Outbox = state.outbox
    assert list(outbox.undelivered()) == []


def test_only_one_of_two_senders_claims_a_message(state: State, state_url: sa.URL, incident: int) -> None:
    message = _add(state, incident, Action.POST)
    with State.open(state_url) as other:
        assert other.outbox.claim(message, CLOCK)
        assert not state.outbox.claim(message, CLOCK)
        assert _due(state) == []
        assert not state.outbox.in_doubt()


def test_replies_and_edits_wait_for_their_root(state: State, incident: int) -> None:
    root = _add(state, incident, Action.POST)
    edit = _add(state, incident, Action.UPDATE)
    reply = _add(state, incident, Action.REPLY)
    assert _due(state) == [root]
    _send(state, root)
    assert state.outbox.root(thread_of_incident(incident), TARGET) == ROOT
    assert _due(state) == [edit]
    _send(state, edit)
    assert _due(state) == [reply]


def test_a_root_on_a_webhook_has_no_place_but_lets_the_next_message_go(state: State, incident: int) -> None:
    root, reply = _add(state, incident, Action.POST), _add(state, incident, Action.REPLY)
    _send(state, root, None)
    assert state.outbox.root(thread_of_incident(incident), TARGET) is None
    assert _due(state) == [reply]


def test_a_failed_root_holds_its_replies_until_a_person_sends_it_again(state: State, incident: int) -> None:
    root, reply = _add(state, incident, Action.POST), _add(state, incident, Action.REPLY)
    state.outbox.claim(root, CLOCK)
    state.outbox.failed(root, CLOCK, "not_in_channel")
    assert _due(state) == []
    assert [message.error for message in state.outbox.undelivered()] == ["not_in_channel", ""]
    assert state.outbox.requeue(root, CLOCK)
    _send(state, root)
    assert _due(state) == [reply]


def test_incidents_and_targets_do_not_wait_for_each_other(state: State, incident: int) -> None:
    other = state.incidents.add(Incident(IncidentKind.DATA, "another", IncidentState.OPEN, CLOCK))
    messages = [
        _add(state, incident, Action.POST),
        _add(state, other, Action.POST),
        _add(state, incident, Action.POST, "slack:C2"),
    ]
    state.outbox.claim(messages[0], CLOCK)
    state.outbox.retry(messages[0], CLOCK, day(1), "ratelimited")
    assert _due(state) == messages[1:]
    assert _due(state, 1) == messages


def test_a_message_held_back_holds_what_comes_after_it(state: State, incident: int) -> None:
    root = _add(state, incident, Action.POST)
    _send(state, root)
    reply, second = _add(state, incident, Action.REPLY), _add(state, incident, Action.REPLY)
    state.outbox.claim(reply, CLOCK)
    state.outbox.retry(reply, CLOCK, CLOCK + timedelta(seconds=30), "ratelimited")
    assert _due(state) == []
    assert _due(state, 1) == [reply]
    _send(state, reply)
    assert _due(state) == [second]
    assert [message.attempts for message in state.outbox.of_incident(incident)] == [1, 2, 0]


def test_a_newer_edit_supersedes_the_ones_that_wait(state: State, incident: int) -> None:
    _send(state, _add(state, incident, Action.POST))
    _add(state, incident, Action.UPDATE, word="old")
    failed = _add(state, incident, Action.UPDATE, "slack:C2")
    newest = _add(state, incident, Action.UPDATE, word="new")
    assert _states(state, incident) == [
        DeliveryState.SENT,
        DeliveryState.SUPERSEDED,
        DeliveryState.QUEUED,
        DeliveryState.QUEUED,
    ]
    assert _due(state) == [newest]
    assert [message.id for message in state.outbox.undelivered()] == [failed, newest]


def test_an_edit_that_comes_back_after_a_newer_one_is_dropped(state: State, incident: int) -> None:
    _send(state, _add(state, incident, Action.POST))
    old = _add(state, incident, Action.UPDATE)
    state.outbox.claim(old, CLOCK)
    new = _add(state, incident, Action.UPDATE)
    state.outbox.retry(old, CLOCK, CLOCK, "fatal_error")
    assert _states(state, incident)[1] is DeliveryState.SUPERSEDED
    assert _due(state) == [new]


def test_a_root_of_unknown_fate_holds_everything_and_is_in_doubt(state: State, incident: int) -> None:
    root, _reply = _add(state, incident, Action.POST), _add(state, incident, Action.REPLY)
    state.outbox.claim(root, CLOCK)
    state.outbox.unknown(root, CLOCK, "the answer was lost")
    assert _due(state) == []
    assert [message.id for message in state.outbox.in_doubt()] == [root]
    state.outbox.sent(root, CLOCK, ROOT)
    assert not state.outbox.in_doubt()
    assert len(_due(state)) == 1


def test_where_each_message_is_whole_by_itself_one_of_unknown_fate_holds_nothing(state: State, incident: int) -> None:
    thread = thread_of_incident(incident)
    for target in ("webhook", "hook:tickets", "email:board", "mail:7"):
        root = state.outbox.add(thread, Draft(target, Action.POST, {"text": "x"}), CLOCK)
        reply = state.outbox.add(thread, Draft(target, Action.REPLY, {"text": "y"}), CLOCK)
        state.outbox.claim(root, CLOCK)
        state.outbox.unknown(root, CLOCK, "the answer was lost")
        assert [message.id for message in state.outbox.due(CLOCK) if message.target == target] == [reply]


def test_an_edit_that_had_to_be_posted_anew_moves_the_root(state: State, incident: int) -> None:
    _send(state, _add(state, incident, Action.POST))
    _send(state, _add(state, incident, Action.UPDATE), Remote("C1", "200.2"))
    _send(state, _add(state, incident, Action.REPLY), Remote("C1", "300.3"))
    assert state.outbox.root(thread_of_incident(incident), TARGET) == Remote("C1", "200.2")


def test_a_message_left_in_sending_by_a_killed_process_is_in_doubt(
    state: State, state_url: sa.URL, incident: int
) -> None:
    root = _add(state, incident, Action.POST)
    script = (
        "import os, sys; from datetime import *; from monitor.store.state import State\n"
        f"State.open(sys.argv[1]).outbox.claim({root}, datetime(2026, 3, 2, 6, tzinfo=UTC)); os.kill(os.getpid(), 9)"
    )
    url = state_url.render_as_string(hide_password=False)
    paths = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", script, url], check=False, env=paths)
    assert [message.state for message in state.outbox.undelivered()] == [DeliveryState.SENDING]
    assert [message.id for message in state.outbox.in_doubt()] == [root]


def test_a_sent_message_stays_sent_whatever_comes_late(state: State, incident: int) -> None:
    root = _add(state, incident, Action.POST)
    _send(state, root)
    state.outbox.retry(root, CLOCK, CLOCK, "late")
    state.outbox.unknown(root, CLOCK, "late")
    state.outbox.failed(root, CLOCK, "late")
    assert not state.outbox.requeue(root, CLOCK)
    assert _states(state, incident) == [DeliveryState.SENT]


def test_every_message_carries_an_event_of_its_own(state: State, incident: int) -> None:
    for _ in range(3):
        _add(state, incident, Action.REPLY)
    assert len({message.event for message in state.outbox.of_incident(incident)}) == 3


def test_a_sender_that_comes_late_leaves_alone_what_another_sends_by_now(
    state: State, state_url: sa.URL, incident: int
) -> None:
    root = _add(state, incident, Action.POST)
    assert state.outbox.claim(root, CLOCK)
    state.outbox.unknown(root, CLOCK, "no answer")
    with State.open(state_url, clock=lambda: CLOCK) as other:
        assert not other.outbox.in_doubt()  # its sender is alive, and sees to it
        state.outbox.retry(root, CLOCK, CLOCK, "")
        assert other.outbox.claim(root, CLOCK)
        state.outbox.retry(root, CLOCK, CLOCK, "absent when it was looked for")
        state.outbox.sent(root, CLOCK, ROOT)
        assert _states(state, incident) == [DeliveryState.SENDING]
        other.outbox.unknown(root, CLOCK, "no answer")
    assert [message.id for message in state.outbox.in_doubt()] == [root]
    state.outbox.sent(root, CLOCK, ROOT)
    assert _states(state, incident) == [DeliveryState.SENT]


def test_a_person_may_settle_what_nobody_can_look_for(state: State, incident: int) -> None:
    first, second, third = (_add(state, incident, Action.POST) for _ in range(3))
    for message in (first, second):
        assert state.outbox.claim(message, CLOCK)
        state.outbox.unknown(message, CLOCK, "no answer")
    assert state.outbox.arrived(first, CLOCK)
    assert state.outbox.requeue(second, CLOCK)
    assert not state.outbox.arrived(third, CLOCK)
    assert state.outbox.drop(third, CLOCK)
    assert not state.outbox.drop(third, CLOCK)
    assert _states(state, incident) == [DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.SUPERSEDED]
