"""Notes together: what is said of several measures for the same reason is one sentence, with the measures in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.adoption.note import Note, NoteCode
from monitor.digest.notes import note_text, reason_text
from monitor.digest.snapshot import Kind, Snapshot, Titles
from monitor.digest.words import measure_titles
from monitor.language import Language
from monitor.language.catalog import read_catalog

MOST_LINES = 3
MOST_MEASURES = 6
_OF_MEASURES = (NoteCode.NOT_AVAILABLE, NoteCode.LAST_ONLY, NoteCode.INCOMPLETE, NoteCode.NOT_ATTRIBUTABLE)
_ORDER = (
    *(NoteCode.NO_MANDATE, NoteCode.MANDATE_INCOMPLETE, NoteCode.MANDATE_REVIEW_PAST),
    *(NoteCode.MANDATE_STRICT, NoteCode.MANDATE_NOT_RECIPIENT),
    *_OF_MEASURES,
    *(NoteCode.TOO_SHORT, NoteCode.TOO_FEW_PEOPLE, NoteCode.NOT_SEEN_READING),
)


def short_notes(
    notes: Sequence[Note], language: Language, measures: Mapping[str, str], own: Titles | None = None
) -> list[str]:
    """One sentence per kind of note, each once: why nobody is named, then what is missing, then the rest.

    ``measures`` are English titles by name, ``own`` those of the project.
    """
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        groups.setdefault(_kind(note), []).append(note)
    ordered = sorted(groups.values(), key=lambda group: _order(group[0]))
    speaker = _Speaker(language, measures, own or {})
    return list(dict.fromkeys(speaker.sentence(group) for group in ordered))


def first_notes(snapshot: Snapshot, language: Language) -> list[str]:
    """Why the digest is uncertain, in at most three lines: the first screen; ``other_notes`` has the rest."""
    return _short(snapshot, language)[:MOST_LINES]


def other_notes(snapshot: Snapshot, language: Language) -> list[str]:
    """Each note by itself where the first screen says less than that; else nothing."""
    titles = measure_titles(snapshot.measures, snapshot.titles, language)
    each = list(dict.fromkeys(note_text(note, language, titles) for note in _doubts(snapshot)))
    return each if len(each) > min(len(_short(snapshot, language)), MOST_LINES) else []


def _short(snapshot: Snapshot, language: Language) -> list[str]:
    return short_notes(_doubts(snapshot), language, snapshot.measures, snapshot.titles)


def _doubts(snapshot: Snapshot) -> tuple[Note, ...]:
    """Why names are missing stands first; on the own page it is of no interest."""
    why = snapshot.naming.reason if snapshot.kind is not Kind.OWN and not snapshot.naming.allowed else None
    return (*((why,) if why else ()), *snapshot.uncertain)


def _kind(note: Note) -> tuple[str, str]:
    """Notes of one kind are one sentence."""
    if note.code not in _OF_MEASURES or not note.params.get("measure"):
        return str(note.code), str(sorted(note.params.items()))
    return str(note.code), str(note.params.get("reason", "")) if note.code is NoteCode.INCOMPLETE else ""


def _order(note: Note) -> int:
    return _ORDER.index(note.code) if note.code in _ORDER else len(_ORDER)


class _Speaker:
    """Says notes in one language; ``within`` are the titles of measures inside a sentence."""

    def __init__(self, language: Language, measures: Mapping[str, str], own: Titles) -> None:
        self._language = language
        self._titles = measure_titles(measures, own, language)
        self._within = {
            name: title if f"measure:{name}" in own else _small(title, measures[name])
            for name, title in self._titles.items()
        }

    def sentence(self, group: Sequence[Note]) -> str:
        names = list(dict.fromkeys(str(note.params.get("measure", "")) for note in group))
        if len(names) < 2:  # alone, it says its reason, too
            return note_text(group[0], self._language, self._titles)
        text, listed = self._language.text, self._listed([self._within.get(name, name) for name in names])
        match group[0].code:
            case NoteCode.NOT_AVAILABLE:
                return text("Not available from this CRM: {measures}.", measures=listed)
            case NoteCode.LAST_ONLY:
                return text("Only the latest is known, so earlier weeks are understated: {measures}.", measures=listed)
            case NoteCode.NOT_ATTRIBUTABLE:
                return text("Only a part carries a person's name: {measures}.", measures=listed)
            case _:
                reason = reason_text(str(group[0].params.get("reason", "")), self._language).rstrip(".")
                return text("Understated ({reason}): {measures}.", reason=reason, measures=listed)

    def _listed(self, titles: list[str]) -> str:
        more = len(titles) - MOST_MEASURES
        if more <= 1:  # a title takes no more room than "and 1 more"
            return self._language.listed(titles)
        rest = self._language.plural("and {n} more", "and {n} more", more)
        return f"{', '.join(titles[:MOST_MEASURES])} {rest}"


def _small(title: str, english: str) -> str:
    """The program's own titles begin small inside a sentence; what a user wrote stays so."""
    first = title.split(" ", 1)[0]
    return title[:1].lower() + title[1:] if english in read_catalog("da") and first[1:] == first[1:].lower() else title
