"""Digests in the state: one per recipient and period, stored together with its actions and messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.digest.snapshot import Outcome
from monitor.errors import StateUnavailable
from monitor.messages.outgoing import Action, DeliveryState, Remote
from monitor.store.digests import Already, Digest, NewAction
from monitor.store.looks import Look
from monitor.store.outbox import Draft
from monitor.store.state import State
from tests.store.world import CLOCK, day

TARGET = "slack:U0MANAGER1"
SNAPSHOT = {"people": [{"key": "7", "status": "fading"}], "week": "2026-W09"}
ACTIONS = (NewAction(1, "overdue", "check:overdue", {"now": 12}), NewAction(2, "person", "person:7"))
MESSAGES = (
    Draft(TARGET, Action.POST, {"type": "digest", "digest": None, "language": "da"}, day(1)),
    Draft(TARGET, Action.FILE, {"type": "digest", "digest": None, "chart": "activity"}),
)


def create(state: State, recipient: str = "1", period: str = "2026-W09", kind: str = "manager") -> Digest:
    made = state.digests.create(recipient, kind, period, SNAPSHOT, ACTIONS, MESSAGES, CLOCK)
    assert isinstance(made, Digest)
    return made


def send(state: State, number: int, remote: Remote | None = None) -> None:
    assert state.outbox.claim(number, day(1))
    state.outbox.sent(number, day(1), remote)


def test_a_digest_its_actions_and_its_messages_are_stored_together(state: State) -> None:
    made = create(state)
    assert state.digests.get(made.id) == made
    assert [(one.number, one.subject, one.outcome) for one in state.digests.actions(made.id)] == [
        (1, "check:overdue", Outcome.OPEN),
        (2, "person:7", Outcome.OPEN),
    ]
    root, chart = state.digests.messages(made.id)
    assert (root.thread, root.digest_id, root.incident_id) == (made.thread, made.id, None)
    assert root.payload == {"type": "digest", "digest": made.id, "language": "da"}
    assert (chart.action, chart.payload["digest"]) == (Action.FILE, made.id)


def test_its_messages_wait_for_their_time_and_the_chart_for_its_root(state: State) -> None:
    root, chart = state.digests.messages(create(state).id)
    assert state.outbox.due(CLOCK) == []
    assert [one.id for one in state.outbox.due(day(1))] == [root.id]
    send(state, root.id, Remote("D1", "100.1"))
    assert [one.id for one in state.outbox.due(day(1))] == [chart.id]


def test_a_second_digest_for_the_same_week_says_what_became_of_the_first(state: State) -> None:
    made = create(state)
    again = state.digests.create("1", "manager", "2026-W09", {}, (), MESSAGES, day(3))
    assert isinstance(again, Already)
    assert (again.digest, again.sent_at) == (made, None)
    send(state, again.messages[0].id)
    found = state.digests.find("1", "manager", "2026-W09")
    assert found is not None
    assert found.sent_at == day(1)
    assert [one.state for one in found.messages] == [DeliveryState.SENT, DeliveryState.QUEUED]
    assert len(state.digests.list()) == 1


def test_a_digest_that_cannot_be_stored_whole_is_not_stored_at_all(state: State) -> None:
    twice = (NewAction(1, "overdue"), NewAction(1, "grew"))
    with pytest.raises(StateUnavailable):
        state.digests.create("1", "manager", "2026-W09", SNAPSHOT, twice, MESSAGES, CLOCK)
    assert state.digests.list() == []
    assert state.outbox.undelivered() == []


def test_a_stored_digest_is_sent_once_to_each_target(state: State) -> None:
    made = state.digests.create("1", "manager", "2026-W09", SNAPSHOT, ACTIONS, (), CLOCK)
    assert isinstance(made, Digest)
    assert isinstance(state.digests.send(made.id, MESSAGES, CLOCK), Digest)
    assert isinstance(state.digests.send(made.id, MESSAGES, CLOCK), Already)
    mail = Draft("mail:1", Action.POST, {"type": "digest", "digest": None})
    assert isinstance(state.digests.send(made.id, (*MESSAGES, mail), CLOCK), Digest)
    assert [one.target for one in state.digests.messages(made.id)] == [TARGET, TARGET, "mail:1"]
    assert state.digests.send(made.id + 1, MESSAGES, CLOCK) is None


def test_what_became_of_an_action_can_be_said_and_taken_back(state: State) -> None:
    made = create(state)
    assert state.digests.mark(made.id, 2, Outcome.IRRELEVANT, "1", day(2), "on parental leave")
    assert not state.digests.mark(made.id, 3, Outcome.DONE, "1", day(2))
    second = state.digests.actions(made.id)[1]
    assert (second.outcome, second.decided_by, second.decided_at, second.note) == (
        Outcome.IRRELEVANT,
        "1",
        day(2),
        "on parental leave",
    )
    assert state.digests.mark(made.id, 2, Outcome.OPEN, "1", day(3))
    assert state.digests.actions(made.id)[1].decided_at is None


def test_the_first_acknowledgement_counts(state: State) -> None:
    made = create(state)
    assert state.digests.acknowledge(made.id, "1", day(2))
    assert state.digests.acknowledge(made.id, "2", day(3))
    assert not state.digests.acknowledge(made.id + 1, "2", day(3))
    seen = state.digests.get(made.id)
    assert seen is not None
    assert (seen.acknowledged_at, seen.acknowledged_by) == (day(2), "1")


def test_the_latest_digest_is_that_of_the_newest_period(state: State) -> None:
    newer, older = create(state, period="2026-W09"), create(state, period="2026-W08")
    create(state, recipient="2", period="2026-W10")
    own = create(state, period="2026-W09", kind="own")
    assert state.digests.latest("1", "manager") == newer
    assert state.digests.latest("1", "manager", before="2026-W09") == older
    assert state.digests.latest("1", "manager", before="2026-W08") is None
    assert state.digests.of_period("2026-W09") == [newer, own]
    assert state.digests.of_period("2026-W09", "own") == [own]
    assert len(state.digests.list(recipient="1")) == 3
    assert state.digests.list(since=CLOCK + timedelta(seconds=1)) == []


def test_people_see_who_looked_at_them_and_nobody_is_noted_for_looking_at_themselves(state: State) -> None:
    made = create(state)
    state.looks.add("1", ["7", "8", "1", "7"], "digest", day(1), made.id)
    state.looks.add("2", ["7"], "adoption --user", day(2))
    assert state.looks.of("7") == [
        Look("7", "2", day(2), "adoption --user"),
        Look("7", "1", day(1), "digest", made.id),
    ]
    assert state.looks.of("7", since=day(2)) == [Look("7", "2", day(2), "adoption --user")]
    assert state.looks.of("1") == []
    with state.database.write() as connection:
        connection.execute(sa.text("DELETE FROM digests"))
    assert state.looks.of("8") == [Look("8", "1", day(1), "digest")]
