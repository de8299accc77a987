"""What the texts about privacy are made of, and the phrases that they share. They are Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.activity.measure import Measure
from monitor.adoption.mandate import MANAGERS, Mandate, Retention, naming
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.statuses import Status
from monitor.digest import words
from monitor.digest.notes import note_text
from monitor.language import Language

AUTHORITIES = {
    "DK": "Datatilsynet, datatilsynet.dk",
    "NO": "Datatilsynet, datatilsynet.no",
    "SE": "Integritetsskyddsmyndigheten, imy.se",
    "FI": "Tietosuojavaltuutettu, tietosuoja.fi",
}
"""The data protection authority of a country (ISO 3166)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A project, as such texts see it. ``crm`` is the CRM's title; ``today`` is when the text is made.

    ``absences``: days away are read from a file. ``services`` are what messages go out by: Slack, e-mail.
    """

    company: str
    crm: str
    today: date
    measures: Sequence[Measure] = ()
    statuses: Sequence[Status] = ()
    mandate: Mandate | None = None
    absences: bool = False
    services: Sequence[str] = ()

    @property
    def naming(self) -> Naming:
        return naming(self.mandate, self.today)

    @property
    def retention(self) -> Retention:
        return self.mandate.retention if self.mandate else Retention()


def or_gap(text: str, language: Language) -> str:
    """What was written, or where something is still to be written."""
    return " ".join(text.split()) or gap(language.text("to be written"))


def gap(text: str) -> str:
    """Something that only people can write."""
    return f"[{text}]"


def heading(text: str) -> str:
    """The title of the whole."""
    return f"# {text}"


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def section(title: str, *paragraphs: str) -> str:
    """A heading and what stands below it; empty paragraphs are left out."""
    return "\n\n".join((f"## {title}", *(text for text in paragraphs if text)))


def measured(about: About, language: Language) -> str:
    """The measures by title."""
    return bullets(one.titles.get(language.code) or language.text(one.title) for one in about.measures)


def statuses(about: About, language: Language) -> str:
    """The statuses, each with what it means."""
    return bullets(_status(one, language) for one in about.statuses)


def _status(one: Status, language: Language) -> str:
    known = words.status_word(one.name, language) if one.name in words.STATUSES else language.text(one.title)
    title = one.titles.get(language.code) or known
    meaning = language.text(one.about)
    return f"**{title}**: {meaning}" if meaning else f"**{title}**"


def why_nobody_is_named(about: About, language: Language) -> str:
    """A sentence, or nothing where persons are named."""
    reason = about.naming.reason
    return note_text(reason, language) if reason is not None else ""


def not_for(about: About, language: Language) -> str:
    """What it is not for."""
    said = " ".join(about.mandate.not_for.split()) if about.mandate else ""
    return said or language.text("Not for pay or appraisal.")


def recipients(about: About, language: Language) -> Iterator[str]:
    """Who sees what, a line each."""
    mandate, text = about.mandate, language.text
    if mandate is not None and about.naming.allowed:
        if MANAGERS in {one.strip().casefold() for one in mandate.recipients}:
            yield text("Managers see those who report to them, straight or through others, by name.")
        else:
            yield language.plural(
                "{n} manager, whom the mandate names, sees the own people by name.",
                "{n} managers, whom the mandate names, see their own people by name.",
                len(mandate.recipients),
            )
    else:
        yield text("Managers see sums over those who report to them, if they are {least} or more, and no names.",
                   least=LEAST_GROUP)  # fmt: skip
    yield text("The sponsor of the CRM in the management sees the whole and its teams, and no names.")
    if not about.naming.strict:
        yield text("Everyone sees their own page, a day before the manager does, and on it who looked.")
    yield text("Those who run the program can read what it stores.")
    yield text("Groups of fewer than {least} people are not shown by themselves.", least=LEAST_GROUP)
    if about.services:
        yield text("It is sent by {services}; nobody else outside the company gets it.",
                   services=language.listed(list(about.services)))  # fmt: skip


def kept(about: About, language: Language) -> Iterator[str]:
    """How long what is kept, a line each."""
    retention = about.retention
    if not about.naming.strict:
        days, weeks = retention.person_days, retention.person_weeks
        yield language.plural("A person's days: {n} day.", "A person's days: {n} days.", days)
        yield language.plural("A person's weeks: {n} week.", "A person's weeks: {n} weeks.", weeks)
    months = retention.team_months
    yield language.plural("A team's weeks: {n} month.", "A team's weeks: {n} months.", months)
    yield language.text(
        "What is of fewer than {least} people together is kept no longer than what is of one.", least=LEAST_GROUP
    )
    yield language.text("What is older is deleted by the program.")
