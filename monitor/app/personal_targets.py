"""Where digests and fix lists go, one target per person; what is sent is made of what is stored when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

from monitor.app.digest_rendering import DigestRendering
from monitor.app.fixlist_rendering import FixListRendering
from monitor.app.reaching import MAIL, SLACK
from monitor.delivery.target import Answer, CannotTell, Failure, Fate, NotAccepted, Target
from monitor.errors import MonitorError
from monitor.messages.outgoing import Outgoing, Remote
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.app.project import OpenProject
    from monitor.delivery.slack_files import Image
    from monitor.messages.tree import Message


def personal_targets(opened: OpenProject, state: State) -> Mapping[str, Target]:
    """A target for each person who is still to be sent something, as far as the settings have a way."""
    names = {message.target for message in state.outbox.undelivered() if is_personal(message)}
    rendering = _Renderings(opened, state)
    found = {name: _target(opened, rendering, name) for name in sorted(names)}
    return {name: target for name, target in found.items() if target is not None}


def is_personal(message: Outgoing) -> bool:
    """Whether it is a digest or a fix list, made when it goes out for one person."""
    return message.digest_id is not None or message.fixlist_id is not None


def _target(opened: OpenProject, rendering: _Renderings, name: str) -> Target | None:
    settings = opened.project.settings
    if name.startswith(SLACK) and settings.slack is not None and settings.slack.token is not None:
        from monitor.delivery.slack import SlackTarget

        target = SlackTarget(
            settings.slack.token.get_secret_value(),
            name.removeprefix(SLACK),
            base_url=opened.slack_address,
            render=rendering.message,
            draw=rendering.image,
        )
        return _Asking(target)
    if name.startswith(MAIL) and settings.smtp is not None:
        return _Asking(_Mail(opened, rendering, name.removeprefix(MAIL)))
    return None


class _Asking:
    """A target whose messages are made of what the CRM says at that moment: while it cannot be asked, they wait."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. A message is made before anything is sent, so nothing was where it could not be made."""
        try:
            return self._target.send(message, root)
        except MonitorError as error:
            text = f"what it is made of cannot be read: {error.message}"
            return NotAccepted(text, failure=Failure.SOURCE)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target."""
        try:
            return self._target.settle(message, root)
        except MonitorError as error:
            return CannotTell(f"what it is made of cannot be read: {error.message}", later=True)


class _Mail:
    """Mail to one person, whose address is asked for when it goes out: the state keeps none."""

    def __init__(self, opened: OpenProject, rendering: _Renderings, person: str) -> None:
        self._opened, self._rendering, self._person = opened, rendering, person

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. Raises MonitorError while the CRM cannot be asked for the address."""
        from monitor.delivery.email import EmailTarget

        smtp = self._opened.project.settings.smtp
        assert smtp is not None  # nobody makes one of these without
        server = smtp.server()
        member = self._opened.organisation.members.get(self._person)
        address = member.email if member is not None else ""

        def render(one: Outgoing) -> EmailMessage:
            if not address:
                raise ValueError("the recipient has no e-mail address; set one in config/people.yaml")
            return self._rendering.mail(one, server.sender, address)

        return EmailTarget(render, server).send(message, root)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target. Whoever got it can tell; the mail server cannot."""
        from monitor.delivery.email import ASK_RECIPIENT

        return ASK_RECIPIENT


class _Rendering(Protocol):
    """Makes messages and mails of what is stored. Raises ValueError where that is not there any more."""

    def message(self, outgoing: Outgoing) -> Message:
        """For Slack."""
        ...

    def mail(self, outgoing: Outgoing, sender: str, recipient: str) -> EmailMessage:
        """For e-mail, its Message-ID the same whenever it is made."""
        ...


class _Renderings:
    """Each message by the rendering of what it carries."""

    def __init__(self, opened: OpenProject, state: State) -> None:
        self._digests, self._fixlists = DigestRendering(opened, state), FixListRendering(opened, state)

    def _of(self, outgoing: Outgoing) -> _Rendering:
        return self._fixlists if outgoing.fixlist_id is not None else self._digests

    def message(self, outgoing: Outgoing) -> Message:
        return self._of(outgoing).message(outgoing)

    def image(self, outgoing: Outgoing) -> Image | None:
        """Only digests have images."""
        return self._digests.image(outgoing)

    def mail(self, outgoing: Outgoing, sender: str, recipient: str) -> EmailMessage:
        return self._of(outgoing).mail(outgoing, sender, recipient)
