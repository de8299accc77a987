"""What people do on Slack reaches the handler, and its answers reach them: slack_sdk's own client against the fake."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from monitor.delivery.slack_replies import TOO_LATE
from monitor.delivery.socket_mode import BUSY, FAILED, SocketMode
from monitor.messages.interaction import (
    Ask,
    ChoiceField,
    Commanded,
    DateField,
    Form,
    Interaction,
    Mistakes,
    Nothing,
    PersonField,
    Pressed,
    Private,
    Reaction,
    Submitted,
    TextField,
)
from monitor.messages.slack import to_slack
from monitor.messages.tree import Button, Buttons, Choice, Heading, Message, Paragraph, Span
from tests.delivery.conftest import CHANNEL
from tests.delivery.fake_slack import BadGateway, Channel, Dropped, FakeSlack, NotOk, Posted, View

ANNA = "U0ANNA001"
ROOT = Message(
    "an incident",
    (
        Heading("Offers without amount"),
        Buttons(
            (
                Button("Acknowledge", "incident:acknowledge", "7"),
                Choice("Snooze", "incident:snooze", (("1 day", "7:1d"), ("1 week", "7:1w"))),
                Button("Open", "incident:open", link="https://crm.example.com/7"),
            )
        ),
    ),
)
FORM = Form(
    "accept",
    "Accept records",
    (
        TextField("why", "Why?", lines=True),
        ChoiceField("which", "Which ones?", (("These", "these"), ("All", "all")), initial="these"),
        DateField("until", "Until", optional=True, initial=date(2026, 12, 1)),
        PersonField("who", "Who?", optional=True),
    ),
    value="7",
)


@dataclass
class Desk:
    """A handler that remembers, and answers what the test says."""

    answer: Callable[[Interaction], Reaction] = lambda _: Nothing()
    seen: list[Interaction] = field(default_factory=list)

    def __call__(self, interaction: Interaction) -> Reaction:
        self.seen.append(interaction)
        return self.answer(interaction)


def said(text: str) -> Private:
    return Private(Message(text, (Paragraph((Span(text),)),)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def people(slack: FakeSlack) -> FakeSlack:
    slack.workspace.scopes |= {"commands"}
    slack.workspace.join(ANNA, "Anna")
    return slack


@pytest.fixture
def mode(people: FakeSlack, desk: Desk) -> Iterator[SocketMode]:
    with _mode(people, desk) as running:
        people.connected()
        yield running


def _mode(slack: FakeSlack, desk: Desk, *, patience: float = 2.0, waiting: int = 100, workers: int = 2) -> SocketMode:
    work = slack.workspace
    how = {"base_url": slack.base_url, "timeout": 2, "patience": patience, "waiting": waiting, "workers": workers}
    return SocketMode(work.app_token, work.token, desk, tick=0.02, **how)  # type: ignore[arg-type]


@pytest.fixture
def root(slack: FakeSlack) -> Posted:
    return slack.workspace.post(slack.workspace.channels[CHANNEL], to_slack(ROOT))


def whispers(slack: FakeSlack, channel: str = CHANNEL) -> list[tuple[str, str]]:
    return [(one.user, one.text) for one in slack.workspace.channels[channel].whispers]


def _form(slack: FakeSlack, desk: Desk, root: Posted) -> View:
    """The form, opened by a button."""
    desk.answer = lambda _: Ask(FORM)
    slack.press(root, "incident:acknowledge", ANNA)
    slack.until(lambda: slack.workspace.views)
    return next(iter(slack.workspace.views.values()))


def test_a_button_reaches_the_handler_and_its_answer_the_person_alone(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    desk.answer = lambda _: said("You have it now.")
    doing = people.press(root, "incident:acknowledge", ANNA)
    people.until(lambda: whispers(people))
    assert whispers(people) == [(ANNA, "You have it now.")]
    (seen,) = desk.seen
    assert isinstance(seen, Pressed)
    assert (seen.who, seen.action, seen.value, seen.channel) == (ANNA, "incident:acknowledge", "7", CHANNEL)
    assert (seen.message_ts, seen.trigger) == (root.ts, doing.trigger)
    assert mode.connected
    assert people.workspace.channels[CHANNEL].live() == [root]


def test_an_option_is_its_value(people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted) -> None:
    people.press(root, "incident:snooze", ANNA, "7:1w")
    people.until(lambda: desk.seen)
    assert [(one.action, one.value) for one in desk.seen if isinstance(one, Pressed)] == [("incident:snooze", "7:1w")]


def test_a_button_that_opens_a_page_is_acknowledged_and_means_nothing(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    people.press(root, "link:incident:open", ANNA)
    people.press(root, "incident:acknowledge", ANNA)
    people.until(lambda: desk.seen)
    assert [one.action for one in desk.seen if isinstance(one, Pressed)] == ["incident:acknowledge"]


def test_a_command_is_answered_where_it_was_typed_even_where_the_app_is_not(
    people: FakeSlack, mode: SocketMode, desk: Desk
) -> None:
    people.workspace.add(Channel("C0ELSE001", "elsewhere", member=False))
    desk.answer = lambda _: said("All is well.")
    people.command("status  now", ANNA, "C0ELSE001")
    people.until(lambda: whispers(people, "C0ELSE001"))
    assert whispers(people, "C0ELSE001") == [(ANNA, "All is well.")]
    (seen,) = desk.seen
    assert isinstance(seen, Commanded)
    assert (seen.who, seen.text, seen.channel) == (ANNA, "status now", "C0ELSE001")


def test_a_form_is_opened_and_what_is_answered_comes_back(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    view = _form(people, desk, root)
    desk.answer = lambda _: said("Accepted.")
    people.submit(view, ANNA, {"why": "known\nsince May", "who": ANNA})
    people.until(lambda: whispers(people))
    seen = desk.seen[-1]
    assert isinstance(seen, Submitted)
    assert (seen.who, seen.form, seen.value) == (ANNA, "accept", "7")
    assert seen.fields == {"why": "known\nsince May", "which": "these", "until": "2026-12-01", "who": ANNA}
    assert whispers(people) == [(ANNA, "Accepted.")]
    assert not view.open


def test_mistakes_stand_in_the_form_and_it_stays_open(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    view = _form(people, desk, root)
    desk.answer = lambda _: Mistakes({"until": "is over already", "nowhere": "no such field"})
    assert people.submit(view, ANNA, {"why": "x"}).errors == {"until": "is over already"}
    assert view.open
    desk.answer = lambda _: Nothing()
    assert people.submit(view, ANNA, {"why": "x", "until": "2027-01-01"}).errors == {}
    assert not view.open
    keys = [one.key for one in desk.seen if isinstance(one, Submitted)]
    assert len(set(keys)) == 2, "the second try is another doing"


def test_mistakes_that_no_field_has_are_told_in_private(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    view = _form(people, desk, root)
    desk.answer = lambda _: Mistakes({"nowhere": "The incident is gone."})
    people.submit(view, ANNA, {"why": "x"})
    people.until(lambda: whispers(people))
    assert whispers(people) == [(ANNA, "Nothing was saved. The incident is gone.")]


def test_a_form_that_takes_long_closes_in_time_and_is_answered_later(
    people: FakeSlack, desk: Desk, root: Posted
) -> None:
    go = threading.Event()

    def slowly(_: Interaction) -> Reaction:
        go.wait(10)
        return Mistakes({"why": "Say more."})

    with _mode(people, desk, patience=0.05):
        people.connected()
        view = _form(people, desk, root)
        desk.answer = slowly
        assert people.submit(view, ANNA, {"why": "x"}).errors == {}
        assert not view.open
        go.set()
        people.until(lambda: whispers(people))
    assert whispers(people) == [(ANNA, "Nothing was saved. Say more.")]


def test_a_slow_handler_keeps_nobody_from_being_acknowledged(people: FakeSlack, desk: Desk, root: Posted) -> None:
    go = threading.Event()

    def slowly(_: Interaction) -> Reaction:
        go.wait(10)
        return said("done")

    desk.answer = slowly
    with _mode(people, desk, workers=1):
        people.connected()
        for _ in range(3):
            people.press(root, "incident:acknowledge", ANNA)
        assert whispers(people) == []
        go.set()
    assert whispers(people) == [(ANNA, "done")] * 3, "closing finishes what was acknowledged"


def test_more_than_can_wait_is_asked_to_come_again(people: FakeSlack, desk: Desk, root: Posted) -> None:
    go = threading.Event()
    with _mode(people, desk, waiting=1, workers=1):
        people.connected()
        view = _form(people, desk, root)
        people.until(lambda: len(desk.seen) == 1)
        desk.answer = lambda _: said("done" if go.wait(10) else "never")
        people.press(root, "incident:acknowledge", ANNA)
        people.press(root, "incident:acknowledge", ANNA)
        people.until(lambda: whispers(people))
        assert whispers(people) == [(ANNA, BUSY)]
        assert people.submit(view, ANNA, {"why": "x"}).errors == {"why": BUSY}
        assert view.open
        go.set()
    assert whispers(people) == [(ANNA, BUSY), (ANNA, "done")]


def test_a_handler_that_raises_is_told_in_a_friendly_way_and_logged_without_its_text(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    def badly(_: Interaction) -> Reaction:
        raise ValueError("Nordværk ApS owes 1,200,000")

    view = _form(people, desk, root)
    desk.answer = badly
    people.press(root, "incident:acknowledge", ANNA)
    people.until(lambda: whispers(people))
    assert whispers(people) == [(ANNA, FAILED)]
    assert people.submit(view, ANNA, {"why": "x"}).errors == {"why": FAILED}
    assert view.open
    assert "button incident:acknowledge could not be handled: ValueError at " in caplog.text
    assert "form accept could not be handled" in caplog.text
    assert "Nordværk" not in caplog.text
    desk.answer = lambda _: said("well again")
    people.command("me", ANNA)
    people.until(lambda: len(whispers(people)) == 2)


def test_what_slack_delivers_twice_comes_twice_with_the_same_key(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    view = _form(people, desk, root)
    desk.answer = lambda _: Nothing()
    doings = [
        people.press(root, "incident:acknowledge", ANNA),
        people.command("status", ANNA),
        people.submit(view, ANNA, {"why": "x"}),
    ]
    for doing in doings:
        people.again(doing)
    people.until(lambda: len(desk.seen) == 7)
    keys = [one.key for one in desk.seen[1:]]
    assert sorted(keys) == sorted(2 * list(dict.fromkeys(keys)))
    assert len(set(keys)) == 3


def test_a_form_that_comes_too_late_to_be_opened_is_said_to_be(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    people.fail("views.open", NotOk("expired_trigger_id"))
    desk.answer = lambda _: Ask(FORM)
    people.press(root, "incident:acknowledge", ANNA)
    people.until(lambda: whispers(people))
    assert whispers(people) == [(ANNA, TOO_LATE)]


def test_an_answer_to_a_form_from_where_the_app_cannot_whisper_is_a_direct_message(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    view = _form(people, desk, root)
    people.workspace.channels[CHANNEL].member = False
    desk.answer = lambda _: said("Accepted.")
    people.submit(view, ANNA, {"why": "x"})
    direct = people.workspace.users[ANNA]
    people.until(lambda: direct in people.workspace.channels and people.workspace.channels[direct].live())
    assert [one.text for one in people.workspace.channels[direct].live()] == ["Accepted."]


@pytest.mark.parametrize("fault", [Dropped(), BadGateway()])
def test_an_answer_that_may_have_arrived_is_not_given_twice(
    people: FakeSlack, desk: Desk, root: Posted, fault: Dropped | BadGateway, caplog: pytest.LogCaptureFixture
) -> None:
    people.fail("response_url", fault)
    desk.answer = lambda _: said("You have it now.")
    with _mode(people, desk):
        people.connected()
        people.press(root, "incident:acknowledge", ANNA)
    assert whispers(people) == [(ANNA, "You have it now.")]
    assert "the answer to button incident:acknowledge did not arrive" in caplog.text
    assert "You have it now" not in caplog.text


def test_a_form_in_answer_to_a_form_and_other_nonsense_is_logged(
    people: FakeSlack, desk: Desk, root: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    with _mode(people, desk):
        people.connected()
        view = _form(people, desk, root)
        assert people.submit(view, ANNA, {"why": "x"}).errors == {}
        desk.answer = lambda _: Mistakes({"why": "x"})
        people.press(root, "incident:acknowledge", ANNA)
    assert "Ask is no answer to it" in caplog.text
    assert "Mistakes is no answer to it" in caplog.text


def test_buttons_of_a_private_message_can_be_pressed(people: FakeSlack, mode: SocketMode, desk: Desk) -> None:
    desk.answer = lambda _: Private(ROOT)
    people.command("check opportunities", ANNA)
    people.until(lambda: whispers(people))
    (whisper,) = people.workspace.channels[CHANNEL].whispers
    desk.answer = lambda _: Nothing()
    people.press(whisper, "incident:acknowledge", ANNA)
    people.until(lambda: len(desk.seen) == 2)
    seen = desk.seen[1]
    assert isinstance(seen, Pressed)
    assert (seen.value, seen.message_ts) == ("7", whisper.ts)


def test_an_answer_to_a_button_in_a_thread_stands_in_the_thread(
    people: FakeSlack, mode: SocketMode, desk: Desk, root: Posted
) -> None:
    reply = people.workspace.post(people.workspace.channels[CHANNEL], to_slack(ROOT), thread_ts=root.ts)
    desk.answer = lambda _: said("here")
    people.press(reply, "incident:acknowledge", ANNA)
    people.until(lambda: whispers(people))
    assert [one.thread_ts for one in people.workspace.channels[CHANNEL].whispers] == [root.ts]


def test_no_log_holds_what_people_wrote_or_were_told_nor_a_token(
    people: FakeSlack, desk: Desk, root: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with _mode(people, desk) as mode:
        people.connected()
        view = _form(people, desk, root)
        desk.answer = lambda _: said("Nordværk ApS owes 1,200,000")
        people.submit(view, ANNA, {"why": "because of Nordværk"})
        people.command("check Nordværk", ANNA)
        people.until(lambda: len(whispers(people)) == 2)
        people.workspace.links.cut()
        people.connected(2)
        shown = caplog.text + repr(mode) + repr(mode.trouble)
    for hidden in ("Nordværk", people.workspace.token, people.workspace.app_token, "ticket-"):
        assert hidden not in shown + caplog.text
