"""One e-mail to one person: plain text and HTML that say the same, and headers by which machines know a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from monitor.messages.clean import clean

PROGRAM = "CRM Monitor"


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, as plain addresses; ``kind`` and ``number`` say what is in it: ``digest`` 34."""

    kind: str
    number: int
    sender: str
    recipient: str

    @property
    def message_id(self) -> str:
        """The same for the same thing and recipient, so that a mail that comes twice is seen to be one."""
        return f"<{self.kind}-{self.number}.{self._mark}@{address(self.sender, 'sender').domain}>"

    @property
    def _mark(self) -> str:
        return sha256(f"{self.number} {self.recipient.casefold()}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says, twice, and in which language (``code``)."""

    subject: str
    text: str
    html: str
    code: str
    date: datetime


def letter(content: Content, envelope: Envelope) -> EmailMessage:
    """The mail; equal ones are equal to the byte once ``fix_boundaries`` was called.

    Raises ValueError where an address is none, or is several.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(PROGRAM, addr_spec=address(envelope.sender, "sender").addr_spec)
    mail["To"] = address(envelope.recipient, "recipient")
    mail["Subject"] = clean(content.subject)
    mail["Date"] = content.date
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange's word for it: no out-of-office replies
    mail.set_content(content.text, cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = content.code  # set_content takes away what was there before
    fix_boundaries(mail, envelope)
    return mail


def address(text: str, whose: str) -> Address:
    """One address; what stands in a CRM may be anything, and a list of several would send to them all.

    Raises ValueError for anything else.
    """
    try:
        found = Address(addr_spec=text.strip())
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(f"the {whose}'s e-mail address is not one address") from error
    if not found.domain or not found.username or not text.isprintable():
        raise ValueError(f"the {whose}'s e-mail address is not one address")
    return found


def fix_boundaries(mail: EmailMessage, envelope: Envelope) -> None:
    """Parts the mail by lines that are made of its identity, not by chance."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{sha256(f'{envelope.message_id}{number}'.encode()).hexdigest()[:32]}")
