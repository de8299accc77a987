"""Notes beside figures (why one is uncertain, missing or not by name) as sentences in a reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from monitor.adoption.note import Note, NoteCode
from monitor.language import Language, _

_NOT_MAPPED = "not mapped: "
_NO_MEASURES = ("open_deals", "wins", "new_records")  # read beside the measures: their reason says what is missing
_PLAIN: dict[NoteCode, str] = {
    NoteCode.NOTHING_TO_MEASURE: _("There was nothing to measure."),
    NoteCode.FEW_AMOUNTS: _("Most open deals have no amount, so deals are counted instead of their value."),
    NoteCode.SHORT_SALES_CYCLE: _(
        "Where deals are usually won within days, entering them late is no sign of anything."
    ),
    NoteCode.SYNC_TIME: _("The time of synchronisation stands in for the time of entry, so the delay may be too long."),
    NoteCode.NOT_KEPT: _(
        "How open deals stood at the end of that week is not known: it is not kept any more, or was not read then."
    ),
    NoteCode.INHERITED: _("Failing records that you took over in the last 30 days are not counted yet."),
    NoteCode.INHERITED_UNKNOWN: _(
        "The CRM does not tell everything of who had a record before: some that count as yours may be ones that you "
        "took over lately."
    ),
    NoteCode.NOT_SEEN_READING: _("Reading leaves no trace in the CRM; whoever only reads is not seen."),
    NoteCode.MANDATE_STRICT: _("Nobody is shown by name: the rules of this country bar it."),
    NoteCode.MANDATE_NOT_RECIPIENT: _("Nobody is shown by name: the mandate does not name you as a recipient."),
    NoteCode.OWN_PAGE_FIRST: _("Everyone sees their own page a day before their manager."),
}


def note_text(note: Note, language: Language, measures: Mapping[str, str] | None = None) -> str:
    """One sentence. ``measures`` gives the titles of measures, by name."""
    if note.code in _PLAIN:
        return language.text(_PLAIN[note.code])
    return _SENTENCES[note.code](_Reader(note, language, measures or {}))


def reason_text(reason: str, language: Language) -> str:
    """A reason as the reading gives it; what a user wrote stays as it is."""
    if reason.startswith(_NOT_MAPPED):
        return language.text("not mapped: {column}", column=reason.removeprefix(_NOT_MAPPED))
    return language.text(reason) if reason else language.text("the CRM does not have it")


class _Reader:
    """The parameters of a note, as words."""

    def __init__(self, note: Note, language: Language, measures: Mapping[str, str]) -> None:
        self.language = language
        self._params = note.params
        self._measures = measures

    def string(self, name: str) -> str:
        return str(self._params.get(name, ""))

    def number(self, name: str) -> float:
        return float(self._params.get(name, 0))

    @property
    def measure(self) -> str:
        name = self.string("measure")
        if name in _NO_MEASURES:
            return ""
        return self.language.text(self._measures.get(name, name))

    @property
    def reason(self) -> str:
        return reason_text(self.string("reason"), self.language)

    def plural(self, one: str, many: str) -> str:
        """Of people; called so that the texts are found for translation."""
        return self.language.plural(one, many, int(self.number("people")))


def _not_available(read: _Reader) -> str:
    if not read.measure:
        return read.language.text("Not available: {reason}.", reason=read.reason)
    return read.language.text("{measure}: not available ({reason}).", measure=read.measure, reason=read.reason)


def _last_only(read: _Reader) -> str:
    return read.language.text(
        "{measure}: the CRM keeps only the latest, so earlier weeks are understated.", measure=read.measure
    )


def _incomplete(read: _Reader) -> str:
    return read.language.text(
        "{measure}: understated ({reason}).", measure=read.measure, reason=read.reason.rstrip(".")
    )


def _not_attributable(read: _Reader) -> str:
    share = read.language.percent(read.number("share"))
    return read.language.text("{measure}: only {share} carries a person's name.", measure=read.measure, share=share)


def _too_short(read: _Reader) -> str:
    return read.language.plural(
        "There is only {n} week of history yet.", "There are only {n} weeks of history yet.", int(read.number("weeks"))
    )


def _too_few(read: _Reader) -> str:
    least = int(read.number("least"))
    return read.language.text(
        "Groups of fewer than {least} people are not shown by themselves, and cannot be computed from others.",
        least=least,
    )


def _no_start(read: _Reader) -> str:
    return read.plural("{n} person has no start date.", "{n} people have no start date.")


def _no_manager(read: _Reader) -> str:
    return read.plural("{n} person has no manager.", "{n} people have no manager.")


def _no_team(read: _Reader) -> str:
    return read.plural("{n} person has no team.", "{n} people have no team.")


def _unknown_manager(read: _Reader) -> str:
    return read.plural(
        "{n} person has a manager that the CRM does not know.", "{n} people have a manager that the CRM does not know."
    )


def _inactive_manager(read: _Reader) -> str:
    return read.plural("{n} person has a manager who has left.", "{n} people have a manager who has left.")


def _cycle(read: _Reader) -> str:
    return read.plural(
        "{n} person is their own manager, directly or in a ring.", "{n} people manage each other in a ring."
    )


def _no_mandate(read: _Reader) -> str:
    return read.language.text("Nobody is shown by name: there is no mandate ({path}).", path=read.string("path"))


def _mandate_incomplete(read: _Reader) -> str:
    return read.language.text(
        "Nobody is shown by name: the mandate ({path}) lacks {missing}.",
        path=read.string("path"),
        missing=read.string("missing"),
    )


def _mandate_past(read: _Reader) -> str:
    return read.language.text(
        "Nobody is shown by name: the mandate ({path}) was to be reviewed by {date}.",
        path=read.string("path"),
        date=read.language.day(date.fromisoformat(read.string("date")), year=True),
    )


_SENTENCES: dict[NoteCode, Callable[[_Reader], str]] = {
    NoteCode.NOT_AVAILABLE: _not_available,
    NoteCode.LAST_ONLY: _last_only,
    NoteCode.INCOMPLETE: _incomplete,
    NoteCode.NOT_ATTRIBUTABLE: _not_attributable,
    NoteCode.TOO_SHORT: _too_short,
    NoteCode.TOO_FEW_PEOPLE: _too_few,
    NoteCode.NO_START_DATE: _no_start,
    NoteCode.NO_MANAGER: _no_manager,
    NoteCode.NO_TEAM: _no_team,
    NoteCode.MANAGER_CYCLE: _cycle,
    NoteCode.UNKNOWN_MANAGER: _unknown_manager,
    NoteCode.INACTIVE_MANAGER: _inactive_manager,
    NoteCode.NO_MANDATE: _no_mandate,
    NoteCode.MANDATE_INCOMPLETE: _mandate_incomplete,
    NoteCode.MANDATE_REVIEW_PAST: _mandate_past,
}
