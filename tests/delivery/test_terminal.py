"""The preview on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from rich.console import Console

from monitor.delivery.terminal import as_in_slack
from monitor.messages.tree import Footer, Heading, Message, Paragraph, Span
from tests.messages.strategies import messages


def _shown(message: Message, *, replies: tuple[Message, ...] = (), width: int = 60) -> str:
    console = Console(width=width, force_terminal=True, color_system=None, legacy_windows=False)
    at = datetime(2026, 11, 21, 6, 10, tzinfo=UTC)
    with console.capture() as capture:
        console.print(as_in_slack(message, channel="#crm", at=at, replies=replies))
    return capture.get()


def test_a_message_stands_beneath_its_channel_and_sender_with_a_bar_beside_it() -> None:
    message = Message("x", (Heading("Head"), Paragraph((Span("[bold]body[/bold]"),)), Footer(("foot",))))
    lines = [line.rstrip() for line in _shown(message).splitlines()]
    assert lines == ["#crm", " CM  CRM Monitor  APP  06:10", "▌ Head", "▌ [bold]body[/bold]", "▌", "▌ foot"]


def test_replies_stand_beneath_set_in() -> None:
    reply = Message("x", (Paragraph((Span("answer"),)),))
    lines = [line.rstrip() for line in _shown(reply, replies=(reply,)).splitlines()]
    assert lines[-2:] == ["    1 reply", "    ▌ answer"]


@given(messages)
@settings(max_examples=settings().max_examples // 3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_message_can_steer_the_terminal(message: Message) -> None:
    shown = _shown(message)
    assert not set(shown) & set("\x1b\x07\r\u202e\u2066")
