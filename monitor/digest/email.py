"""A digest as an e-mail: plain text, and simple HTML with its charts as images inside; nothing is fetched.

The page itself is not sent: mail programs take out the style and the drawings that it lives by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from monitor.digest import words
from monitor.digest.charts import charts
from monitor.digest.email_html import Picture, to_email_html
from monitor.digest.png import png
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.text import to_plain
from monitor.digest.tree import digest_summary
from monitor.language import Language
from monitor.messages.clean import clean

PROGRAM = "CRM Monitor"


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, as plain addresses, and the digest's number in the store."""

    digest: int
    sender: str
    recipient: str

    @property
    def message_id(self) -> str:
        """The same for the same digest and recipient, so that a mail that comes twice is seen to be one."""
        return f"<digest-{self.digest}.{self._mark}@{_address(self.sender, 'sender').domain}>"

    @property
    def _mark(self) -> str:
        return sha256(f"{self.digest} {self.recipient.casefold()}".encode()).hexdigest()[:20]


def digest_email(
    snapshot: Snapshot, language: Language, envelope: Envelope, pictures: Sequence[Picture] | None = None
) -> EmailMessage:
    """The mail, complete with its headers; equal digests give equal mails. Draws the charts unless they are given.

    Raises ValueError where an address is none, or is several.
    """
    shown = draw(snapshot, language) if pictures is None else tuple(pictures)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(PROGRAM, addr_spec=_address(envelope.sender, "sender").addr_spec)
    mail["To"] = _address(envelope.recipient, "recipient")
    mail["Subject"] = digest_subject(snapshot, language)
    mail["Date"] = snapshot.created_at
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange's word for it: no out-of-office replies
    mail.set_content(to_plain(snapshot, language), cte="quoted-printable")
    mail.add_alternative(to_email_html(snapshot, language, shown), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = language.code  # set_content takes away what was there before
    _add_pictures(mail, shown)
    _fix_boundaries(mail, envelope.message_id)
    return mail


def digest_subject(snapshot: Snapshot, language: Language) -> str:
    """On one line, and without a person's name."""
    if snapshot.kind is Kind.OWN:
        return f"CRM: {digest_summary(snapshot, language)}"
    return clean(f"CRM: {words.digest_title(snapshot, language)}")


def draw(snapshot: Snapshot, language: Language) -> tuple[Picture, ...]:
    """The charts of a digest as images."""
    return tuple(Picture(chart.id, chart.title, chart.text, png(chart)) for chart in charts(snapshot, language))


def _address(text: str, whose: str) -> Address:
    """One address; what stands in a CRM may be anything, and a list of several would send to them all."""
    try:
        found = Address(addr_spec=text.strip())
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(f"the {whose}'s e-mail address is not one address") from error
    if not found.domain or not found.username or not text.isprintable():
        raise ValueError(f"the {whose}'s e-mail address is not one address")
    return found


def _add_pictures(mail: EmailMessage, pictures: Sequence[Picture]) -> None:
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for picture in pictures:
        html.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.cid}>",
            disposition="inline",
            filename=f"{picture.id}.png",
        )


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{sha256(f'{message_id}{number}'.encode()).hexdigest()[:32]}")
