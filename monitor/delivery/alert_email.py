"""Alerts by e-mail: each message a mail, all mails about one incident one conversation in the reader's mail program."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from email.message import EmailMessage

from monitor.delivery.email import ASK_RECIPIENT, examine_smtp, in_envelope, mail_out
from monitor.delivery.findings import Finding, Level
from monitor.delivery.smtp import Smtp
from monitor.delivery.target import Accepted, Answer, Failure, Fate, NothingToSend, Refused
from monitor.messages.html import to_barred_html
from monitor.messages.mail import Content, Envelope, letter, recipients
from monitor.messages.outgoing import Action, Outgoing, Remote
from monitor.messages.text import to_text
from monitor.messages.treejson import from_json

_WIDTH = 78


class AlertEmail:
    """One mail to all ``addresses`` together; where the server does not take one of them, nobody gets it.

    A mail cannot be edited: an edit of one that was sent is nothing to send. A reply is a mail that names the first
    one's Message-ID and has its subject, as there are mail programs that look at either.
    """

    def __init__(self, addresses: Sequence[str], smtp: Smtp, *, context: ssl.SSLContext | None = None) -> None:
        self._addresses, self._smtp, self._context = tuple(addresses), smtp, context

    def __repr__(self) -> str:
        return f"AlertEmail({len(self._addresses)} addresses, {self._smtp.host!r})"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. ``root`` is where the first mail stands: its subject and its Message-ID."""
        if message.action not in (Action.POST, Action.UPDATE, Action.REPLY):
            return NothingToSend("an alert by mail has no images")
        if message.action is Action.UPDATE and root is not None:
            return NothingToSend("a mail that was sent stays as it is")
        try:
            to, made = self._recipients(), self._mail(message, root)
        except ValueError as error:
            return Refused(f"the message cannot be made: {error}", only_this=True, failure=Failure.MESSAGE)
        answer = mail_out(made, to, self._smtp, self._context)
        return Accepted(Remote(str(made["Subject"]), str(made["Message-ID"]))) if answer == Accepted(None) else answer

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target."""
        return ASK_RECIPIENT

    def examine(self) -> Finding:
        """Whether the mail server takes mail for these addresses, without sending any: for ``doctor``."""
        try:
            to = self._recipients()
        except ValueError as error:
            return Finding(Level.BAD, str(error))
        return examine_smtp(self._smtp, to, context=self._context)

    def _recipients(self) -> tuple[str, ...]:
        return in_envelope(recipients(self._addresses), "correct it in config/routes.yaml")

    def _mail(self, message: Outgoing, root: Remote | None) -> EmailMessage:
        """Raises ValueError where the stored message cannot be read, or an address is none."""
        tree = from_json(message.payload)
        kind, _, number = message.thread.partition(":")
        first, *more = self._addresses or ("",)
        envelope = Envelope(kind, int(number), self._smtp.sender, first, message.event, tuple(more))
        content = Content(
            subject=tree.summary if root is None else root.channel,
            text=f"{to_text(tree, width=_WIDTH)}\n",
            html=to_barred_html(tree, "en"),
            code="en",
            date=message.created_at,
            answers=root.ts if root is not None else envelope.thread if message.action is Action.REPLY else "",
        )
        return letter(content, envelope)
