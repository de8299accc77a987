"""The listener to Slack begins and ends with the lease, and never goes on with one that is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.service import slack
from monitor.service.opening import Opening
from monitor.service.slack import SlackListener
from monitor.store.lease import Lease
from tests.acceptance.serving import until
from tests.acceptance.small_crm import SmallCrm
from tests.service.past import SCHEDULE

LEASE = Lease("host/1/a", 7, datetime(2026, 11, 29, 6, tzinfo=UTC))
SLACK = "slack: {token: xoxb-1-fake, app_token: xapp-1-fake, channel: C1}\n"


@dataclass
class Listening:
    """What is listened with, instead of Slack: ended ones are told by their event."""

    with_lease: list[Lease | None] = field(default_factory=list)
    stops: list[threading.Event] = field(default_factory=list)


@pytest.fixture
def scheduled(crm: SmallCrm) -> Scheduled:
    crm.settings(SLACK)
    (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return load_scheduled(crm.folder, {})


@contextmanager
def listener(
    scheduled: Scheduled, lease: Callable[[], Lease | None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[SlackListener, Listening]]:
    seen = Listening()

    def listen(_opened: object, _behind: object, stop: threading.Event, _ready: object) -> None:
        seen.with_lease.append(lease())
        seen.stops.append(stop)
        stop.wait(20)

    monkeypatch.setattr(slack, "listen", listen)
    made = SlackListener(lambda: scheduled, Opening(lambda: scheduled, lease, lambda: LEASE.expires_at, {}))
    yield made, seen
    made.stop()
    assert not made.listening


def test_it_goes_on_with_a_lease_that_was_renewed(scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener(scheduled, lambda: LEASE, monkeypatch) as (made, seen):
        made.keep(LEASE)
        until(lambda: seen.stops)
        made.keep(replace(LEASE, expires_at=datetime(2026, 11, 29, 7, tzinfo=UTC)))
        assert not seen.stops[0].is_set()


def test_it_ends_with_the_lease(scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener(scheduled, lambda: LEASE, monkeypatch) as (made, seen):
        made.keep(LEASE)
        until(lambda: seen.stops)
        made.keep(None)
        until(lambda: not made.listening)
        assert len(seen.stops) == 1


def test_a_lease_that_was_lost_and_won_again_between_two_looks_is_listened_with_anew(
    scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = LEASE
    with listener(scheduled, lambda: lease, monkeypatch) as (made, seen):
        made.keep(lease)
        until(lambda: seen.stops)
        lease = replace(LEASE, term=9)
        made.keep(lease)
        assert seen.stops[0].is_set()
        until(lambda: not made.listening)
        made.keep(lease)
        until(lambda: len(seen.stops) == 2)
        assert [one and one.term for one in seen.with_lease] == [7, 9]


def test_without_an_app_token_nothing_is_listened_to(
    scheduled: Scheduled, crm: SmallCrm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.settings("slack: {token: xoxb-1-fake, channel: C1}\n")
    with listener(load_scheduled(crm.folder, {}), lambda: LEASE, monkeypatch) as (made, seen):
        made.keep(LEASE)
        assert not made.listening
        assert seen.stops == []
