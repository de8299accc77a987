"""Where digests go, one target per person; what is sent is rendered from the stored digest when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import TYPE_CHECKING

from monitor.app.reaching import EMAIL, SLACK
from monitor.delivery.target import Answer, CannotTell, Fate, NotAccepted, Target
from monitor.errors import MonitorError
from monitor.messages.outgoing import Outgoing, Remote
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.app.project import OpenProject
    from monitor.delivery.slack_files import Image
    from monitor.digest.snapshot import Snapshot
    from monitor.language import Language
    from monitor.messages.tree import Message


def digest_targets(opened: OpenProject, state: State) -> Mapping[str, Target]:
    """A target for each person to whom part of a digest is still to be sent, as far as the settings have a way."""
    names = {message.target for message in state.outbox.undelivered() if message.digest_id is not None}
    found: dict[str, Target] = {}
    for name in sorted(names):
        target = _target(opened, state, name)
        if target is not None:
            found[name] = target
    return found


def _target(opened: OpenProject, state: State, name: str) -> Target | None:
    settings, rendering = opened.project.settings, _Rendering(opened, state)
    if name.startswith(SLACK) and settings.slack is not None and settings.slack.token is not None:
        from monitor.delivery.slack import SlackTarget

        return SlackTarget(
            settings.slack.token.get_secret_value(),
            name.removeprefix(SLACK),
            base_url=opened.slack_address,
            render=rendering.message,
            draw=rendering.image,
        )
    if name.startswith(EMAIL) and settings.smtp is not None:
        return _Mail(opened, rendering, name.removeprefix(EMAIL))
    return None


class _Mail:
    """Mail to one person, whose address is asked for when it goes out: the state keeps none."""

    def __init__(self, opened: OpenProject, rendering: _Rendering, person: str) -> None:
        self._opened, self._rendering, self._person = opened, rendering, person

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. While the CRM cannot be asked for the address, it waits."""
        from monitor.delivery.email import EmailTarget

        smtp = self._opened.project.settings.smtp
        assert smtp is not None  # nobody makes one of these without
        server = smtp.server()
        try:
            member = self._opened.organisation.members.get(self._person)
        except MonitorError as error:
            return NotAccepted(f"the recipient's address cannot be asked for: {error.message}")
        address = member.email if member is not None else ""

        def render(one: Outgoing) -> EmailMessage:
            if not address:
                raise ValueError("the recipient has no e-mail address; set one in config/people.yaml")
            return self._rendering.mail(one, server.sender, address)

        return EmailTarget(render, server).send(message, root)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target. Whoever got it can tell; the mail server cannot."""
        return CannotTell("a mail server cannot be asked; ask the recipient whether it came")


class _Rendering:
    """Makes messages, mails and images of stored digests. Raises ValueError where there is no such digest any more."""

    def __init__(self, opened: OpenProject, state: State) -> None:
        self._opened, self._state = opened, state

    def message(self, outgoing: Outgoing) -> Message:
        """For Slack."""
        from monitor.digest.tree import digest_message

        return digest_message(*self._stored(outgoing))

    def image(self, outgoing: Outgoing) -> Image | None:
        """One chart, for the thread; None where what it shows was taken out of the digest."""
        from monitor.delivery.slack_files import Image
        from monitor.digest.charts import charts
        from monitor.digest.png import png

        wanted = outgoing.payload.get("chart")
        chart = next((one for one in charts(*self._stored(outgoing)) if one.id == wanted), None)
        if chart is None:
            return None
        return Image(png(chart), chart.title, chart.text)

    def mail(self, outgoing: Outgoing, sender: str, recipient: str) -> EmailMessage:
        """For e-mail, its Message-ID the same whenever it is made."""
        from monitor.digest.email import Envelope, digest_email

        snapshot, language = self._stored(outgoing)
        return digest_email(snapshot, language, Envelope(outgoing.digest_id or 0, sender, recipient))

    def _stored(self, outgoing: Outgoing) -> tuple[Snapshot, Language]:
        from monitor.app.digests import shown_now
        from monitor.language import UnknownLanguageError, language

        digest = self._state.digests.get(outgoing.digest_id or 0)
        if digest is None:
            raise ValueError("the digest is not stored any more")
        try:
            return shown_now(self._opened, digest), language(str(outgoing.payload.get("language")))
        except UnknownLanguageError as error:
            raise ValueError(str(error)) from None
