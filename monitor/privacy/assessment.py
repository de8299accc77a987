"""The draft of a data protection impact assessment (GDPR art. 35(7)): what the program can say of itself.

What only people can say (is it worth it, what is left of a risk, who decides) stands in brackets.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.adoption.naming import LEAST_GROUP
from monitor.language import Language
from monitor.privacy.about import (
    About,
    bullets,
    gap,
    heading,
    kept,
    measured,
    not_for,
    or_gap,
    recipients,
    section,
    why_nobody_is_named,
)


def assessment(about: About, language: Language) -> str:
    """The draft, in Markdown."""
    text, mandate = language.text, about.mandate
    parts = (
        heading(text("Draft of an impact assessment: looking at the use of the CRM")),
        text(
            "Made on {date} from the program's configuration, for {company}. It is a draft: what stands in brackets is "
            "for you to write, with your data protection officer and the people concerned.",
            date=language.day(about.today, year=True),
            company=about.company,
        ),
        why_nobody_is_named(about, language),
        _description(about, language),
        section(
            text("2. Is it necessary, and in proportion? (art. 35(7)(b))"),
            text("Legal basis:") + " " + or_gap(mandate.legal_basis if mandate else "", language),
            gap(text("what the aim is worth to the company, and why figures of teams alone do not reach it"))
            if about.naming.allowed
            else "",
            bullets(_sparing(language)),
        ),
        section(text("3. Risks to people, and what limits them (art. 35(7)(c) and (d))"), _risks(about, language)),
        section(
            text("4. What the people concerned say (art. 35(9))"),
            bullets(_asked(about, language)),
            gap(text("what they said, and what came of it")),
        ),
        section(
            text("5. Decision"),
            gap(text("who decides, when, and whether the authority has to be asked first (art. 36)")),
            text("Looked at again by {date}.", date=_review(about, language)),
        ),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _description(about: About, language: Language) -> str:
    text, mandate = language.text, about.mandate
    per = text("Counted per team:") if about.naming.strict else text("Counted per person and day:")
    return section(
        text("1. What is done, and what for (art. 35(7)(a))"),
        or_gap(mandate.purpose if mandate else "", language),
        not_for(about, language),
        text("A program reads {crm} and changes nothing in it. It keeps what it counts in a database of its own.",
             crm=about.crm),
        per,
        measured(about, language),
        text("Who sees it:"),
        bullets(recipients(about, language)),
        text("How long it is kept:"),
        bullets(kept(about, language)),
    )  # fmt: skip


def _sparing(language: Language) -> Iterator[str]:
    text = language.text
    yield text(
        "Teams come first: names are shown only with a complete mandate, to those it names, until its review date."
    )
    yield text("Of people's use, counts per day are kept: no text of e-mails or notes, and no time of day.")
    yield text("No score of a person, and no ranking.")
    yield text("Old data are deleted by the program; one person's data can be handed out or deleted on request.")


def _risks(about: About, language: Language) -> str:
    text = language.text
    rows = [
        (text("Figures are used for pay, warnings or dismissal."),
         text("The mandate says what they are not for, and so does every digest.")),
        (text("Somebody away, part-time or new looks idle."),
         text("Everybody is measured against the own working days; absence, holidays and the start date count.")),
        (text("The figures are wrong, as the CRM does not record all work."),
         text("What is not recorded is said beside the figure; each figure can be explained down to its numbers.")),
        (text("Persons are recognised in figures of teams."),
         text("Groups of fewer than {least} people are not shown by themselves, and cannot be computed from others.",
              least=LEAST_GROUP)),
        (text("More people see it than need to."),
         text("Managers see their own people only, never in a channel; who looked is written down and shown.")),
        (text("It is kept too long."),
         text("The program deletes by itself, and can be told to keep less.")),
        (text("What is stored or sent falls into the wrong hands."),
         gap(text("who has access to the server, the database, Slack and the mailboxes"))),
        (text("People feel watched, or work for the figure."),
         text("Everyone sees the own page first, and is told in a notice what is counted.")),
    ]  # fmt: skip
    head = (text("Risk"), text("What limits it"), text("What is left"))
    left = gap(text("low, medium or high"))
    lines = [head, ("---",) * len(head), *((*row, left) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _asked(about: About, language: Language) -> Iterator[str]:
    for one in about.mandate.consulted if about.mandate else ():
        if one.who.strip():
            yield f"{one.who}: {language.day(one.on, year=True) if one.on else or_gap('', language)}"


def _review(about: About, language: Language) -> str:
    on = about.mandate.review_on if about.mandate else None
    return language.day(on, year=True) if on else or_gap("", language)
