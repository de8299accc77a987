"""Messages, mails and images made of stored digests, when they go out."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

from monitor.messages.outgoing import Outgoing
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.app.project import OpenProject
    from monitor.delivery.slack_files import Image
    from monitor.digest.snapshot import Snapshot
    from monitor.language import Language
    from monitor.messages.tree import Message


class DigestRendering:
    """Makes messages, mails and images of stored digests. Raises ValueError where there is no such digest any more."""

    def __init__(self, opened: OpenProject, state: State) -> None:
        self._opened, self._state = opened, state

    def message(self, outgoing: Outgoing) -> Message:
        """For Slack."""
        from monitor.digest.buttons import digest_buttons
        from monitor.digest.tree import digest_message

        snapshot, language = self._stored(outgoing)
        slack = self._opened.project.settings.slack
        if slack is None or slack.app_token is None:
            return digest_message(snapshot, language)
        pressed = digest_buttons(snapshot, outgoing.digest_id or 0, language)
        message = digest_message(snapshot, language, buttons=pressed is not None)
        return replace(message, blocks=(*message.blocks, pressed)) if pressed is not None else message

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
        from monitor.digest.email import DIGEST, digest_email
        from monitor.messages.mail import Envelope

        snapshot, language = self._stored(outgoing)
        return digest_email(snapshot, language, Envelope(DIGEST, outgoing.digest_id or 0, sender, recipient))

    def _stored(self, outgoing: Outgoing) -> tuple[Snapshot, Language]:
        from monitor.app.digest_naming import shown_now
        from monitor.language import UnknownLanguageError, language

        digest = self._state.digests.get(outgoing.digest_id or 0)
        if digest is None:
            raise ValueError("the digest is not stored any more")
        try:
            return shown_now(self._opened, digest), language(str(outgoing.payload.get("language")))
        except UnknownLanguageError as error:
            raise ValueError(str(error)) from None
