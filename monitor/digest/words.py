"""Figures, statuses, people and periods in words, in a reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.week import IsoWeek
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    Better,
    Kind,
    LastAction,
    Outcome,
    PersonRow,
    Snapshot,
    Subject,
    SubjectKind,
    Titles,
)
from monitor.language import Language, _

FIGURES: dict[FigureId, tuple[str, str]] = {
    FigureId.TOUCHED_VALUE: (
        _("Open deal value touched in 14 days"),
        _(
            "Of the value of open deals at the end of the week, the share of deals that somebody touched in "
            "the 14 days before: a logged activity, a change by a person, or being created. Without amounts "
            "it counts deals."
        ),
    ),
    FigureId.SEATS_ACTIVE: (
        _("People who use it weekly"),
        _(
            "Of the people who may write and had a working week among the last four, those who used the CRM in "
            "all but at most one of these. A working week has three or more days to be worked; a shorter one "
            "without use does not count against anybody. A login alone is no use. Where logins are not known, "
            "managers of whom nothing was ever seen are left out: they may read every day."
        ),
    ),
    FigureId.WON_QUICKLY: (
        _("Won within 7 days of being entered"),
        _(
            "Of the deals won in the last four weeks, those that were created 7 days or less before they were "
            "won: a sign that the real pipeline is kept elsewhere."
        ),
    ),
    FigureId.NEW_COMPLETE: (
        _("New records complete"),
        _("Of the fields asked for in records created in the last four weeks, those that are filled."),
    ),
    FigureId.LAG: (
        _("Logging delay, median"),
        _(
            "Working days between what happened in the last four weeks and its entry, the median; only what "
            "people entered themselves."
        ),
    ),
    FigureId.SEATS_UNUSED: (
        _("Seats unused for 60 days"),
        _(
            "Of the seats held for 60 days or more, those without use in 60 days. A login counts here. People "
            "without a working week in that time are left out, and where logins are not known whoever only reads, "
            "or manages and was never seen."
        ),
    ),
    FigureId.ONBOARDED: (
        _("New people off to a start"),
        _(
            "Of the people who started in the last 12 weeks, those who created five records in their first "
            "two weeks. Whoever did not start on a Monday has until the end of the third calendar week; whoever "
            "was to work fewer than five days of that time is left out."
        ),
    ),
    FigureId.BREADTH: (
        _("Areas in use"),
        _(
            "Of the areas of the CRM that people's roles are meant to use, the share used in the last four "
            "weeks, over everyone who used it at all."
        ),
    ),
    FigureId.UNIFORMITY: (
        _("New records complete: spread between teams"),
        _(
            "Percentage points between the team with the most complete new records and the one with the "
            "least. A trend; there is no right value."
        ),
    ),
    FigureId.MANAGERS_USE: (
        _("Managers who use it weekly"),
        _(
            "Of the managers who ever left a trace, those with use in all but at most one of their working "
            "weeks among the last four. Reading leaves no trace; a digest that was acknowledged counts."
        ),
    ),
}
STATUSES: dict[str, tuple[str, str]] = {
    "active": (
        _("Active"),
        _("Used it in all but at most one of the working weeks among the last four."),
    ),
    "occasional": (
        _("Occasional"),
        _("Used it in fewer weeks than that."),
    ),
    "new": (
        _("New"),
        _("In the first four weeks."),
    ),
    "fading": (
        _("Fading"),
        _(
            "At most half of the person's own usual active days in four weeks, of which three or more were "
            "working weeks. The usual is of the twelve weeks before, per working day."
        ),
    ),
    "dormant": (
        _("Dormant"),
        _("Has used it, but not in four working weeks or more."),
    ),
    "never": (
        _("Never used it"),
        _("Nothing in the CRM is known to be the person's doing; a login alone is no use."),
    ),
    "untraced": (
        _("No trace"),
        _(
            "Only reads, or manages people, and nothing shows that it is used. Reading leaves no trace: this "
            "is not the same as no use."
        ),
    ),
    "away": (
        _("Away"),
        _("Absent on all working days of the week, or no working day in four weeks."),
    ),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.DONE: _("done"),
    Outcome.OPEN: _("not done yet"),
    Outcome.IRRELEVANT: _("not relevant"),
}


_NONE: Titles = {}


def not_available(language: Language) -> str:
    return language.text("not available")


def own_text(own: Titles, key: str, language: Language) -> str:
    """What the project's own files say, in the reader's language or else in theirs; nothing where they do not."""
    texts = own.get(key, {})
    return texts.get(language.code) or language.text(texts.get("en", ""))


def measure_titles(measures: Mapping[str, str], own: Titles, language: Language) -> dict[str, str]:
    """Measures by name -> what they are called; ``measures`` has their titles in English."""
    return {name: own_text(own, f"measure:{name}", language) or language.text(measures[name]) for name in measures}


def figure_title(figure: FigureId, language: Language, own: Titles = _NONE) -> str:
    return own_text(own, f"figure:{figure}", language) or language.text(FIGURES[figure][0])


def figure_definition(figure: FigureId, language: Language, own: Titles = _NONE) -> str:
    """How it is counted, in a sentence or two."""
    return own_text(own, f"figure:{figure}:about", language) or language.text(FIGURES[figure][1])


def figure_value(figure: Figure, value: float | None, language: Language) -> str:
    """A value of a figure with its unit; ``not available`` for None."""
    if value is None:
        return not_available(language)
    match figure.unit:
        case Unit.SHARE:
            return language.percent(value, figure.goal.limit if figure.goal else None)
        case Unit.DAYS:
            number = language.count(value, decimals=1)
            return language.plural("{number} day", "{number} days", value, number=number)
        case Unit.POINTS:
            return language.text("{number} points", number=language.points(value))


def figure_goal(figure: Figure, language: Language) -> str:
    """``goal: at least 80%``, or nothing."""
    if figure.goal is None:
        return ""
    limit = figure_value(figure, figure.goal.limit, language)
    if figure.goal.at_least:
        return language.text("goal: at least {limit}", limit=limit)
    return language.text("goal: at most {limit}", limit=limit)


def status_word(status: str, language: Language, own: Titles = _NONE) -> str:
    """A status by its name in ``statuses.yaml``; one that nobody gave a title stays as it is."""
    known = STATUSES[status][0] if status in STATUSES else status
    return own_text(own, f"status:{status}", language) or language.text(known)


def status_definition(status: str, language: Language, own: Titles = _NONE) -> str:
    known = language.text(STATUSES[status][1]) if status in STATUSES else ""
    return own_text(own, f"status:{status}:about", language) or known


def active_days_text(row: PersonRow, language: Language) -> str:
    """``1 active day this week, in the 4 weeks before 2.3 a week``."""
    now, usual = (
        not_available(language) if value is None else language.count(value, decimals=1)
        for value in (row.active_days, row.usual)
    )
    return language.plural(
        "{now} active day this week, in the 4 weeks before {usual} a week",
        "{now} active days this week, in the 4 weeks before {usual} a week",
        row.active_days or 0,
        now=now,
        usual=usual,
    )


def team_days(now: float | None, usual: float | None, period: Period, language: Language) -> str:
    """``3.8 active days per person and week, in the 4 weeks before 4.1``; of a month, beside the month before."""
    now_text, usual_text_ = (
        not_available(language) if value is None else language.count(value, decimals=1) for value in (now, usual)
    )
    if period.is_month:
        return language.text(
            "{now} active days per person and week, in the month before {usual}", now=now_text, usual=usual_text_
        )
    return language.text(
        "{now} active days per person and week, in the 4 weeks before {usual}", now=now_text, usual=usual_text_
    )


def outcome_word(outcome: Outcome, language: Language) -> str:
    return language.text(OUTCOMES[outcome])


def week_text(week: IsoWeek, language: Language, beside: IsoWeek | None = None) -> str:
    """``week 44``; with its year where that differs from the week's ``beside`` it."""
    text = language.week(week.number)
    return text if beside is None or beside.year == week.year else f"{text}, {week.year}"


def since_text(row: PersonRow, language: Language, beside: IsoWeek | None = None) -> str:
    """``since week 44``, ``since week 22 at least`` where nothing is known of before; nothing where it is not told."""
    if row.since is None:
        return ""
    week = week_text(row.since, language, beside)
    if row.at_least:
        return language.text("since {week} at least", week=week)
    return language.text("since {week}", week=week)


def before_text(period: Period, value: str, language: Language) -> str:
    """``week before: 84%``, or of a month ``month before: 84%``."""
    if period.is_month:
        return language.text("month before: {value}", value=value)
    return language.text("week before: {value}", value=value)


def usual_text(period: Period, value: str, language: Language) -> str:
    """``4 weeks before: 4.2``, the mean of them; on a monthly page, what it was in the month before."""
    if period.is_month:
        return language.text("month before: {value}", value=value)
    return language.text("4 weeks before: {value}", value=value)


def period_text(period: Period, language: Language) -> str:
    """``week 47`` or ``November 2026``."""
    return language.month(period.first) if period.is_month else language.week(period.week.number)


def period_days(period: Period, language: Language) -> str:
    """``16 Nov – 22 Nov 2026``; of a month with the weeks that its figures are of."""
    first = language.day(period.first, year=period.first.year != period.last.year)
    days = f"{first} – {language.day(period.last, year=True)}"
    if not period.is_month or not period.weeks:
        return days
    of_weeks = language.text("weeks {first} to {last}", first=period.weeks[0].number, last=period.week.number)
    return f"{days} ({of_weeks})"


def digest_title(snapshot: Snapshot, language: Language) -> str:
    """``Team Nord, week 47``."""
    scope = snapshot.title or snapshot.company or language.text("Your team")
    if snapshot.kind is Kind.OWN:
        scope = snapshot.title or language.text("Your own page")
    return f"{scope}, {period_text(snapshot.period, language)}"


def instead_of_actions(snapshot: Snapshot, language: Language) -> str:
    """What stands below the actions, or in their place: that nothing stands out, or why nothing is told."""
    if snapshot.too_few:
        return language.text(
            "Fewer than {least} people: whatever is counted of so few tells of each of them, so their records are not "
            "counted here. The CRM itself shows them: go through the lists together.",
            least=LEAST_GROUP,
        )
    return "" if snapshot.actions else language.text("Nothing stands out. Nothing to do.")


def subject_name(subject: Subject, language: Language, own: Titles = _NONE) -> str:
    """What something is about: a check's title, a figure's, a team or a person."""
    if subject.kind is SubjectKind.FIGURE:
        return figure_title(FigureId(subject.key), language, own)
    if subject.kind is SubjectKind.SELF:
        return language.text("you")
    if subject.kind is SubjectKind.CHECK:
        return language.text(subject.name)
    return subject.name or language.text("(removed)")


def better_text(better: Better, snapshot: Snapshot, language: Language) -> str:
    """``Open deals past their close date: 9 → 3``."""
    before, now = language.count(better.before), language.count(better.now)
    if better.subject.kind is SubjectKind.FIGURE:
        figure = snapshot.figure(FigureId(better.subject.key))
        if figure is not None:
            before, now = figure_value(figure, better.before, language), figure_value(figure, better.now, language)
    return (
        f"{subject_name(better.subject, language, snapshot.titles)}: {before}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{now}"
    )


def last_action_now(last: LastAction, language: Language) -> str:
    """``9 then, 3 now`` where an action counts records, else nothing."""
    if last.now is None or last.action.now is None or last.action.subject.kind is not SubjectKind.CHECK:
        return ""
    return language.text("{then} then, {now} now", then=int(last.action.now), now=int(last.now))
