"""The notice to employees (GDPR art. 13 and 14), made from what the project says: nothing in it is invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from monitor.language import Language
from monitor.privacy.about import (
    AUTHORITIES,
    About,
    bullets,
    heading,
    kept,
    measured,
    not_for,
    or_gap,
    recipients,
    section,
    statuses,
    why_nobody_is_named,
)


def notice(about: About, language: Language) -> str:
    """The notice, in Markdown. What the mandate lacks stands in brackets, to be written."""
    text, mandate = language.text, about.mandate
    head = text(
        "{company} looks at how {crm}, its CRM, is used. This says what is looked at, what for, who sees it, for how "
        "long it is kept, and what you can ask for.",
        company=about.company,
        crm=about.crm,
    )
    made = text("Made on {date} from the program's configuration.", date=language.day(about.today, year=True))
    purpose = or_gap(mandate.purpose if mandate else "", language)
    basis = text("Legal basis:") + " " + or_gap(mandate.legal_basis if mandate else "", language)
    parts = (
        heading(text("How our use of the CRM is looked at")),
        head,
        why_nobody_is_named(about, language),
        section(text("What for"), purpose, not_for(about, language), basis),
        _looked_at(about, language),
        section(text("Who sees it"), bullets(recipients(about, language))),
        section(text("How long it is kept"), bullets(kept(about, language))),
        section(text("What you can ask for"), bullets(_rights(about, language))),
        section(text("Whom to ask"), or_gap(mandate.contact if mandate else "", language), *_decided(about, language)),
        made,
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _looked_at(about: About, language: Language) -> str:
    text = language.text
    title = text("What is looked at")
    never = text(
        "The text of e-mails and notes, the time of day, and what anybody does outside the CRM are no part of it. "
        "There is no score of a person, and no ranking."
    )
    if about.naming.strict:
        teams = text("No person's logins, active days or status are stored; these are counted per team:")
        return section(title, teams, measured(about, language), never)
    fair = text(
        "Nobody is measured against days off: public holidays, the start date, part-time work and quiet weeks count."
    )
    absent = text("So do days of absence: from when to when, never why.") if about.absences else ""
    return section(
        title,
        text("These are counted per person and day, from what the CRM itself records:"),
        measured(about, language),
        text(
            "Besides: how many days later something was entered than it happened, how complete new records are, and "
            "which of a person's records break a rule."
        ),
        text("From that each week gets a status, by fixed limits:"),
        statuses(about, language),
        " ".join(one for one in (fair, absent) if one),
        never,
    )


def _rights(about: About, language: Language) -> Iterator[str]:
    text = language.text
    yield text("A copy of all that is stored about you, and who looked at it (GDPR art. 15).")
    yield text("That it is corrected, deleted or used no further (art. 16 to 18).")
    yield text("You can object at any time, for reasons that lie in your situation (art. 21).")
    yield text("Nothing is decided about anybody by the program alone (art. 22).")
    authority = AUTHORITIES.get(about.mandate.country if about.mandate else "", "")
    complain = text("You can complain to the data protection authority (art. 77).")
    yield f"{complain} {authority}" if authority else complain


def _decided(about: About, language: Language) -> Iterator[str]:
    mandate = about.mandate
    if mandate is None:
        return
    asked = [f"{one.who} ({_on(one.on, language)})" for one in mandate.consulted if one.who.strip() and one.on]
    if asked:
        yield language.text("Asked before it began: {who}.", who=language.listed(asked))
    if mandate.review_on is not None:
        on = _on(mandate.review_on, language)
        yield language.text("It is looked at again by {date}; past that day nobody is shown by name.", date=on)


def _on(day: date, language: Language) -> str:
    return language.day(day, year=True)
