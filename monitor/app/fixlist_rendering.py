"""Messages and mails made of stored fix lists, when they go out: the records' names are read live, for one reader."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from monitor.messages.outgoing import Outgoing
from monitor.store.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.app.project import OpenProject
    from monitor.fixlist.message import Around
    from monitor.fixlist.model import Named, RecordId
    from monitor.fixlist.told import Told
    from monitor.language import Language
    from monitor.messages.tree import Message
    from monitor.store.fixlists import StoredFixList

FIXLIST = "fixlist"


class FixListRendering:
    """Makes messages and mails of stored fix lists.

    Raises ValueError where there is no such list any more, and CrmUnavailable while names cannot be read.
    """

    def __init__(self, opened: OpenProject, state: State) -> None:
        self._opened, self._state = opened, state

    def message(self, outgoing: Outgoing) -> Message:
        """For Slack."""
        from monitor.fixlist.message import fixlist_message

        stored, language = self._stored(outgoing)
        told = _told(stored)
        return fixlist_message(told, self._around(stored, told), language)

    def mail(self, outgoing: Outgoing, sender: str, recipient: str) -> EmailMessage:
        """For e-mail, its Message-ID the same whenever it is made."""
        from monitor.fixlist.message import fixlist_message, summary
        from monitor.messages.html import to_html
        from monitor.messages.mail import Content, Envelope, letter
        from monitor.messages.text import to_text

        stored, language = self._stored(outgoing)
        told = _told(stored)
        around = self._around(stored, told)
        message = fixlist_message(told, around, language)
        content = Content(
            subject=f"CRM: {summary(told, around, language)}",
            text=to_text(message),
            html=to_html(message, language.code),
            code=language.code,
            date=stored.created_at,
        )
        return letter(content, Envelope(FIXLIST, stored.id, sender, recipient))

    def _stored(self, outgoing: Outgoing) -> tuple[StoredFixList, Language]:
        from monitor.language import UnknownLanguageError, language

        stored = self._state.fixlists.get(outgoing.fixlist_id or 0)
        if stored is None:
            raise ValueError("the fix list is not stored any more")
        try:
            return stored, language(str(outgoing.payload.get("language")))
        except UnknownLanguageError as error:
            raise ValueError(str(error)) from None

    def _around(self, stored: StoredFixList, told: Told) -> Around:
        from monitor.adoption.week import IsoWeek
        from monitor.fixlist.message import Around, CheckText

        project = self._opened.project
        return Around(
            owner=stored.person,
            week=IsoWeek.parse(stored.week).number,
            zone=project.zone,
            currency=project.settings.currency,
            checks={check.id: CheckText(check.title, check.fix) for check in project.checks},
            named=self._named(stored.person, told),
        )

    def _named(self, person: str, told: Told) -> Mapping[RecordId, Named]:
        from monitor.app.record_names import named

        own = named(self._opened, [one.id for one in told.own.records], [person])
        handed = named(self._opened, [one.id for one in told.handed.records])  # whose they were is not stored
        return {**own, **handed}


def _told(stored: StoredFixList) -> Told:
    from monitor.fixlist.told import from_json

    return from_json(stored.told)
