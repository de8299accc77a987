"""Sends e-mail through a mail server. What became of a message whose answer was lost, nobody can ask it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Sequence
from email.headerregistry import Address, AddressHeader, BaseHeader
from email.message import EmailMessage
from email.policy import SMTP

from monitor.delivery.findings import Finding, Level
from monitor.delivery.smtp import Smtp, Stopped, hand_over, logged_in, would_take
from monitor.delivery.target import Answer, CannotTell, Failure, Fate, NotAccepted, NothingToSend, Refused
from monitor.messages.outgoing import Action, Outgoing, Remote

_ADDRESS = re.compile(r"[!#-;=?A-Z^-~]+@[A-Za-z0-9.\[\]:-]+")
"""What may stand in an envelope: printable ASCII without blanks, brackets, backslashes and quotes."""

ASK_RECIPIENT = CannotTell("a mail server cannot be asked; ask the recipient whether it came")
"""What became of a mail whose answer was lost: whoever got it can tell, the mail server cannot."""


class EmailTarget:
    """Mail to whomever the rendered message is for: one person each. The password appears in no error and no repr.

    ``render`` makes the message (with its fixed Message-ID) from a row of the outbox, and raises ValueError where
    that cannot be done. Images are in the message itself, and nothing that was sent can be edited.
    """

    def __init__(
        self, render: Callable[[Outgoing], EmailMessage], smtp: Smtp, *, context: ssl.SSLContext | None = None
    ) -> None:
        self._render, self._smtp, self._context = render, smtp, context

    def __repr__(self) -> str:
        return f"EmailTarget({self._smtp.host!r})"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        if message.action is not Action.POST:
            return NothingToSend("a mail that was sent stays as it is")
        try:
            mail = self._render(message)
            recipients = in_envelope(_recipient(mail), "correct it in the CRM or config/people.yaml")
        except ValueError as error:
            return Refused(f"the message cannot be made: {error}", only_this=True, failure=Failure.MESSAGE)
        return mail_out(mail, recipients, self._smtp, self._context)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """A mail server tells nothing about mail it took; only the recipient knows."""
        return ASK_RECIPIENT


def mail_out(
    mail: EmailMessage, recipients: Sequence[str], smtp: Smtp, context: ssl.SSLContext | None = None
) -> Answer:
    """Gives a mail to the mail server, for all of its recipients or for none. Raises nothing."""
    try:
        data = mail.as_bytes(policy=SMTP.clone(cte_type="7bit"))
    except ValueError as error:
        return Refused(f"the message cannot be made: {error}", only_this=True, failure=Failure.MESSAGE)
    try:
        with logged_in(smtp, context) as server:
            return hand_over(server, smtp.sender, recipients, data)
    except Stopped as stopped:
        return stopped.answer


def _recipient(mail: EmailMessage) -> Sequence[Address]:
    """The one address that a mail is for. Raises ValueError where there is not exactly one."""
    to = mail["To"]
    if not isinstance(to, AddressHeader) or not isinstance(to, BaseHeader):
        raise ValueError("it has no recipient")
    if len(to.addresses) != 1 or to.defects or mail["Cc"] or mail["Bcc"]:
        raise ValueError("it must be for exactly one recipient")
    if not mail["Message-ID"]:
        raise ValueError("it has no Message-ID")
    return to.addresses


def in_envelope(addresses: Sequence[Address], advice: str) -> tuple[str, ...]:
    """Addresses as an envelope has them. Raises ValueError where one cannot stand there, with ``advice`` on it."""
    found = tuple(map(_in_ascii, addresses))
    if not all(map(_ADDRESS.fullmatch, found)):
        raise ValueError(f"the recipient's e-mail address cannot be used; {advice}")
    return found


def _in_ascii(address: Address) -> str:
    """Nothing where the domain cannot be put so."""
    try:
        return f"{address.username}@{address.domain.encode('idna').decode()}"
    except UnicodeError:
        return ""


def examine_smtp(smtp: Smtp, recipients: Sequence[str] = (), *, context: ssl.SSLContext | None = None) -> Finding:
    """Whether the mail server lets us in, and takes mail for these recipients, without sending any: for ``doctor``."""
    try:
        with logged_in(smtp, context) as server:
            how = f"as {smtp.user}" if smtp.user else "without a login"
            if recipients and (answer := would_take(server, smtp.sender, recipients)) is not None:
                return _of_answer(answer)
    except Stopped as stopped:
        return _of_answer(stopped.answer)
    takes = f", and takes mail for {len(recipients)}" if recipients else ""
    said = f"the mail server {smtp.host}:{smtp.port} lets us in {how} ({smtp.security}){takes}"
    return Finding(Level.GOOD, said)


def _of_answer(answer: NotAccepted | Refused) -> Finding:
    return Finding(Level.BAD if isinstance(answer, Refused) else Level.WARNING, answer.error)
