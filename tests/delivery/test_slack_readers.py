"""Nothing goes to a channel while guests or another company read it, unless they may."""

from __future__ import annotations

import pytest

from monitor.delivery.slack_readers import ChannelReaders, Shielded
from monitor.messages.outgoing import Action
from tests.delivery.conftest import CHANNEL, SLACK, Bench
from tests.delivery.fake_slack import Dropped, Fault, Html, NotOk, RateLimited


@pytest.fixture
def shielded(bench: Bench) -> Bench:
    """A delivery whose channel is looked at before anything is posted there."""
    readers = ChannelReaders(
        bench.slack.workspace.token, base_url=bench.slack.base_url, timeout=1, clock=bench.clock.timestamp
    )
    bench.targets[SLACK] = Shielded(bench.targets[SLACK], CHANNEL, readers)
    return bench


def test_a_channel_of_ones_own_people_is_looked_at_once_in_ten_minutes(shielded: Bench) -> None:
    for _ in range(3):
        shielded.queue(shielded.incident(), Action.POST, "opened")
    assert shielded.drain().complete
    assert len(shielded.channel.roots()) == 3
    assert shielded.slack.count("conversations.info") == 1
    shielded.clock.sleep(601)
    shielded.queue(shielded.incident(), Action.POST, "opened")
    assert shielded.drain().complete
    assert shielded.slack.count("conversations.info") == 2


@pytest.mark.parametrize(
    ("guests", "attribute", "said"),
    [
        (1, "", "1 guest is in #crm-data-quality, reading the alerts too"),
        (2, "", "2 guests are in #crm-data-quality"),
        (0, "shared", "is shared with another company"),
        (0, "pending_shared", "is about to be shared with another company"),
    ],
)
def test_nothing_is_posted_edited_or_answered_where_strangers_read_and_it_says_why(
    shielded: Bench, guests: int, attribute: str, said: str
) -> None:
    incident = shielded.incident()
    shielded.queue(incident, Action.POST, "opened")
    shielded.drain()
    shielded.clock.sleep(601)
    for number in range(guests):
        shielded.slack.workspace.join(f"U0GUEST{number:02}", guest="multi-channel")
    if attribute:
        setattr(shielded.channel, attribute, True)
    shielded.queue(incident, Action.UPDATE, "worse")
    shielded.queue(incident, Action.REPLY, "worse")
    shielded.queue(shielded.incident(), Action.POST, "another")
    report = shielded.drain()
    assert shielded.texts() == ["opened"]
    assert (report.sent, len(report.failed), len(report.waiting)) == (0, 1, 2)
    assert said in report.failed[0].error
    assert "slack.allow_shared: true" in report.failed[0].error


def test_a_guest_among_many_members_holds_it_back_too(shielded: Bench) -> None:
    for number in range(700):
        shielded.slack.workspace.join(f"U0MANY{number:04}")
    shielded.slack.workspace.join("U0ZGUEST1", guest="single-channel")
    shielded.queue(shielded.incident(), Action.POST, "opened")
    assert "1 guest is" in shielded.drain().failed[0].error
    assert (shielded.slack.count("users.list"), shielded.slack.count("users.info")) == (2, 0)


def test_where_the_app_may_not_ask_it_posts_all_the_same(shielded: Bench) -> None:
    """That it may not, doctor says."""
    shielded.slack.workspace.scopes -= {"users:read", "channels:read"}
    shielded.queue(shielded.incident(), Action.POST, "opened")
    assert shielded.drain().complete
    assert shielded.texts() == ["opened"]


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
@pytest.mark.parametrize(
    "fault", [RateLimited(7), Html(503), Html(500), Dropped(), NotOk("internal_error"), NotOk("ratelimited")], ids=repr
)
def test_while_slack_does_not_say_who_reads_it_the_message_waits(shielded: Bench, method: str, fault: Fault) -> None:
    shielded.slack.fail(method, fault)
    began = shielded.clock.now
    shielded.queue(shielded.incident(), Action.POST, "opened")
    assert shielded.drain().complete
    assert shielded.texts() == ["opened"]
    assert shielded.slack.count("chat.postMessage") == 1
    waited = (shielded.clock.now - began).total_seconds()
    assert waited >= (7 if isinstance(fault, RateLimited) else 1)


def test_a_channel_that_is_not_there_is_told_by_the_posting_itself(shielded: Bench) -> None:
    shielded.channel.archived = True
    shielded.queue(shielded.incident(), Action.POST, "opened")
    assert "(is_archived)" in shielded.drain().failed[0].error
