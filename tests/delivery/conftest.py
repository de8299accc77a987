"""One delivery from end to end: a stored outbox, a fake Slack, the real client between them, and a clock to turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.delivery.sender import DeliveryReport, drain
from monitor.delivery.slack import SlackTarget
from monitor.delivery.target import Target
from monitor.delivery.webhook import WebhookTarget
from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.messages.outgoing import Action, Outgoing, thread_of_incident
from monitor.messages.tree import Footer, Heading, Message, Paragraph, Span
from monitor.messages.treejson import to_json
from monitor.store.outbox import Draft
from monitor.store.state import State
from tests.delivery.fake_slack import Channel, FakeSlack

START = datetime(2026, 11, 21, 6, 10, tzinfo=UTC)
CHANNEL = "C0CRM0001"
SLACK = f"slack:{CHANNEL}"
WEBHOOK = "slack:webhook"


@dataclass
class Clock:
    """Time that passes only when somebody sleeps."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        return self.now

    def timestamp(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.on_sleep()


@dataclass
class Bench:
    state: State
    slack: FakeSlack
    clock: Clock
    targets: dict[str, Target]
    _incidents: int = 0

    @property
    def channel(self) -> Channel:
        return self.slack.workspace.channels[CHANNEL]

    def incident(self) -> int:
        self._incidents += 1
        made = Incident(IncidentKind.DATA, f"check-{self._incidents}", IncidentState.OPEN, self.clock.now)
        return self.state.incidents.add(made)

    def queue(self, incident: int, action: Action, text: str, target: str = SLACK) -> int:
        blocks = (Heading(text), Paragraph((Span(text),)), Footer(("data as of now",)))
        draft = Draft(target, action, to_json(Message(text, blocks)))
        return self.state.outbox.add(thread_of_incident(incident), draft, self.clock.now)

    def drain(self, seconds: float = 600, patience: float | None = None) -> DeliveryReport:
        return drain(
            self.state.outbox,
            self.targets,
            clock=self.clock,
            sleep=self.clock.sleep,
            deadline=self.clock.now + timedelta(seconds=seconds),
            patience=None if patience is None else timedelta(seconds=patience),
        )

    def stored(self, message: int) -> Outgoing:
        everything = [row for number in range(1, 50) for row in self.state.outbox.of_incident(number)]
        return next(row for row in everything if row.id == message)

    def texts(self) -> list[str]:
        """What stands in the channel, replies included."""
        return [message.text for message in self.channel.live()]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def bench(slack: FakeSlack, tmp_path: Path) -> Iterator[Bench]:
    clock = Clock()
    slack.workspace.now = clock.timestamp
    targets: dict[str, Target] = {
        SLACK: SlackTarget(slack.workspace.token, CHANNEL, base_url=slack.base_url, timeout=1),
        WEBHOOK: WebhookTarget(slack.webhook_url, timeout=1),
    }
    with State.open(f"sqlite:///{tmp_path}/state.db", clock=clock) as state:
        yield Bench(state, slack, clock, targets)
