"""One e-mail: plain text and HTML that say the same, and headers by which machines know a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from monitor.messages.clean import clean

PROGRAM = "CRM Monitor"
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, as plain addresses; ``kind`` and ``number`` say what is in it: ``digest`` 34.

    Where one thing takes several mails, ``event`` tells them apart. ``more`` are recipients beside the first.
    """

    kind: str
    number: int
    sender: str
    recipient: str
    event: str = ""
    more: tuple[str, ...] = ()

    @property
    def message_id(self) -> str:
        """The same for the same thing and recipient, so that a mail that comes twice is seen to be one."""
        return self._identity(self.event or f"{self.number} {self.recipient.casefold()}")

    @property
    def thread(self) -> str:
        """An identity of no mail, which holds those about one thing together where the first is not known."""
        return self._identity(f"thread {self.number}")

    def _identity(self, mark: str) -> str:
        domain = address(self.sender, "sender").domain
        return f"<{self.kind}-{self.number}.{sha256(mark.encode()).hexdigest()[:20]}@{domain}>"


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says, twice, and in which language (``code``).

    ``answers`` is the Message-ID of the mail that this one answers; the ``subject`` is then the one of that mail.
    """

    subject: str
    text: str
    html: str
    code: str
    date: datetime
    answers: str = ""


def letter(content: Content, envelope: Envelope) -> EmailMessage:
    """The mail; equal ones are equal to the byte once ``fix_boundaries`` was called.

    Raises ValueError where an address is none, or is several.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(PROGRAM, addr_spec=address(envelope.sender, "sender").addr_spec)
    mail["To"] = recipients((envelope.recipient, *envelope.more))
    mail["Subject"] = f"{'Re: ' if content.answers else ''}{header(content.subject)}"
    mail["Date"] = content.date
    mail["Message-ID"] = envelope.message_id
    if content.answers:
        mail["In-Reply-To"] = content.answers
    if known := dict.fromkeys(filter(None, (envelope.event and envelope.thread, content.answers))):
        mail["References"] = " ".join(known)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # Exchange's word for it: no out-of-office replies
    mail.set_content(content.text, cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = content.code  # set_content takes away what was there before
    fix_boundaries(mail, envelope)
    return mail


def header(text: str) -> str:
    """On one line of bearable length, without anything that a header could take for more than text."""
    # The library reads encoded words in what it is given, and writes out what they hold: line breaks, other headers.
    line = clean(text).replace("=?", "= ?")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def recipients(addresses: Sequence[str]) -> tuple[Address, ...]:
    """At least one. Raises ValueError, which says by its place in the list what is not one address."""
    found = []
    for number, one in enumerate(addresses, start=1):
        try:
            found.append(address(one, "recipient"))
        except ValueError as error:
            raise ValueError(f"recipient {number} of {len(addresses)}: {error}" if number > 1 else str(error)) from None
    if not found:
        raise ValueError("there is no recipient")
    return tuple(found)


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
