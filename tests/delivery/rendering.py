"""What digests are rendered as in these tests, here and in the processes that are killed."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from monitor.delivery.slack_files import Image
from monitor.messages.outgoing import Outgoing
from monitor.messages.tree import Message, Paragraph, Span

SENDER = "crm-monitor@example.com"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)


def render(message: Outgoing) -> Message:
    """``digest 34``."""
    text = f"digest {message.payload['digest']}"
    return Message(text, (Paragraph((Span(text),)),))


def draw(message: Outgoing) -> Image:
    """An image, but for the chart that is gone."""
    if message.payload.get("chart") == "gone":
        raise ValueError("there is no such chart")
    return Image(PNG, "Use by team", "Use by team: Nord rose from 2 to 3 days a week")


def mail(message: Outgoing) -> EmailMessage:
    """A mail to the manager."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = SENDER, "manager@example.com", "Your team"
    made["Message-ID"] = f"<digest-{message.payload['digest']}@example.com>"
    made.set_content("Good week.")
    return made
