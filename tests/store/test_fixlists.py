"""Who asked for fix lists, and one message per person and week, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

from monitor.messages.outgoing import Action, DeliveryState, Remote
from monitor.store.fixlists import Delivered, Subscription
from monitor.store.retention import Redacting, Retention
from monitor.store.state import State
from tests.store.world import CLOCK, day

TARGET = "slack:U0PERSON1"
TOLD = {"as_of": "2026-03-02T06:00:00+00:00", "thanks": False}
PAYLOAD = {"type": "fixlist", "language": "da"}


def create(state: State, person: str = "7", week: str = "2026-W10", target: str = TARGET) -> Delivered:
    made = state.fixlists.create(person, week, TOLD, target, PAYLOAD, CLOCK)
    assert made is not None
    return made


def test_somebody_asks_once_and_ends_it_once(state: State) -> None:
    assert state.fixlists.subscribe("7", "root", CLOCK)
    assert not state.fixlists.subscribe("7", "other", day(1))
    assert state.fixlists.subscriptions() == [Subscription("7", CLOCK, "root")]
    assert state.fixlists.unsubscribe("7", day(2))
    assert not state.fixlists.unsubscribe("7", day(2))
    assert state.fixlists.subscriptions() == []


def test_the_list_and_its_message_are_stored_together_once_per_person_and_week(state: State) -> None:
    for person in ("7", "8"):
        state.fixlists.subscribe(person, "root", CLOCK)
    made, again = create(state), create(state, target="mail:7")
    assert (made.fresh, again.fresh) == (True, False)
    assert again.fixlist == made.fixlist
    assert [create(state, "8").fresh, create(state, week="2026-W11").fresh] == [True, True]
    [message] = again.messages
    assert (message.thread, message.fixlist_id, message.digest_id) == (made.fixlist.thread, made.fixlist.id, None)
    assert (message.action, message.target, message.payload) == (Action.POST, TARGET, PAYLOAD)
    assert message.about == f"fixlist {made.fixlist.id}"
    assert state.fixlists.get(made.fixlist.id) == made.fixlist
    assert state.fixlists.get(99) is None


def test_nothing_is_queued_for_whoever_does_not_ask_any_more(state: State) -> None:
    assert state.fixlists.create("7", "2026-W10", TOLD, TARGET, PAYLOAD, CLOCK) is None
    assert state.outbox.undelivered() == []


def test_it_is_known_when_it_arrived_and_what_was_told_last(state: State) -> None:
    state.fixlists.subscribe("7", "root", CLOCK)
    first = create(state)
    assert first.sent_at is None
    state.outbox.claim(first.messages[0].id, day(1))
    state.outbox.sent(first.messages[0].id, day(1), Remote("D1", "1.1"))
    found = state.fixlists.of_week("7", "2026-W10")
    assert found is not None
    assert found.sent_at == day(1)
    second = create(state, week="2026-W11")
    assert state.fixlists.latest() == {"7": Delivered(second.fixlist, second.messages)}
    assert state.fixlists.of_week("7", "2026-W12") is None


def test_ending_it_drops_what_waits_and_leaves_what_is_under_way(state: State) -> None:
    state.fixlists.subscribe("7", "root", CLOCK)
    state.fixlists.subscribe("8", "root", CLOCK)
    waiting, under_way, other = create(state), create(state, week="2026-W11"), create(state, "8")
    state.outbox.claim(under_way.messages[0].id, CLOCK)
    state.fixlists.unsubscribe("7", day(1))
    states = {one.id: one.state for one in state.outbox.undelivered()}
    assert waiting.messages[0].id not in states
    assert states[under_way.messages[0].id] is DeliveryState.SENDING
    assert states[other.messages[0].id] is DeliveryState.QUEUED


def test_lists_go_after_26_weeks_with_their_messages_and_who_asked_stays(state: State) -> None:
    state.fixlists.subscribe("7", "root", CLOCK)
    create(state)
    nobody = Redacting(dict, dict, bool)
    assert state.keeping.prune(CLOCK + timedelta(weeks=26), Retention(), nobody) == {}
    assert state.keeping.prune(CLOCK + timedelta(weeks=26, days=1), Retention(), nobody) == {"fixlists": 1}
    assert state.outbox.undelivered() == []
    assert len(state.fixlists.subscriptions()) == 1


def test_whoever_is_forgotten_has_asked_for_nothing_and_was_told_nothing(state: State) -> None:
    state.fixlists.subscribe("7", "7", CLOCK)
    state.fixlists.subscribe("8", "7", CLOCK)
    create(state)
    found = state.keeping.export("7", lambda _: False, dict)
    assert [row["person"] for row in (*found["fixlists"], *found["fixlist_subscriptions"])] == ["7", "7"]
    done = state.keeping.forget("7", dict, CLOCK)
    assert (done.rows["fixlists"], done.rows["fixlist_subscriptions"]) == (1, 1)
    assert state.fixlists.subscriptions() == [Subscription("8", CLOCK, "")]
    assert state.outbox.undelivered() == []
