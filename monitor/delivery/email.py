"""Sends e-mail through a mail server. What became of a message whose answer was lost, nobody can ask it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from email.headerregistry import AddressHeader, BaseHeader
from email.message import EmailMessage
from email.policy import SMTP

from monitor.delivery.examine import Finding, Level
from monitor.delivery.smtp import Smtp, Stopped, hand_over, logged_in
from monitor.delivery.target import Answer, CannotTell, Fate, NothingToSend, Refused
from monitor.messages.outgoing import Action, Outgoing, Remote

_ADDRESS = re.compile(r"[!#-;=?A-Z^-~]+@[A-Za-z0-9.\[\]:-]+")
"""What may stand in an envelope: printable ASCII without blanks, brackets, backslashes and quotes."""


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
            recipient, data = _recipient(mail), mail.as_bytes(policy=SMTP.clone(cte_type="7bit"))
        except ValueError as error:
            return Refused(f"the message cannot be made: {error}", only_this=True)
        try:
            with logged_in(self._smtp, self._context) as server:
                return hand_over(server, self._smtp.sender, recipient, data)
        except Stopped as stopped:
            return stopped.answer

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """A mail server tells nothing about mail it took; only the recipient knows."""
        return CannotTell("a mail server cannot be asked; ask the recipient whether it came")


def _recipient(mail: EmailMessage) -> str:
    """The one address that a mail is for. Raises ValueError where there is not exactly one that can be used."""
    to = mail["To"]
    if not isinstance(to, AddressHeader) or not isinstance(to, BaseHeader):
        raise ValueError("it has no recipient")
    if len(to.addresses) != 1 or to.defects or mail["Cc"] or mail["Bcc"]:
        raise ValueError("it must be for exactly one recipient")
    if not mail["Message-ID"]:
        raise ValueError("it has no Message-ID")
    found = to.addresses[0]
    try:
        address = f"{found.username}@{found.domain.encode('idna').decode()}"
    except UnicodeError:
        address = ""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("the recipient's e-mail address cannot be used; correct it in the CRM or config/people.yaml")
    return address


def examine_smtp(smtp: Smtp, *, context: ssl.SSLContext | None = None) -> Finding:
    """Whether the mail server lets us in, without sending anything: for ``doctor``."""
    try:
        with logged_in(smtp, context):
            how = f"as {smtp.user}" if smtp.user else "without a login"
            return Finding(Level.GOOD, f"the mail server {smtp.host}:{smtp.port} lets us in {how} ({smtp.security})")
    except Stopped as stopped:
        level = Level.BAD if isinstance(stopped.answer, Refused) else Level.WARNING
        return Finding(level, stopped.answer.error)
