"""Figures, statuses, people and periods in words, in a reader's language."""

from __future__ import annotations

from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.week import IsoWeek
from monitor.digest.snapshot import Better, Kind, LastAction, Outcome, Period, Snapshot, Subject, SubjectKind
from monitor.language import Language, _

FIGURES: dict[FigureId, tuple[str, str]] = {
    FigureId.TOUCHED_VALUE: (
        _("Open deal value touched in the last 14 days"),
        _(
            "The value of open deals on which a person logged or changed something in the last 14 days, of the value "
            "of all open deals."
        ),
    ),
    FigureId.SEATS_ACTIVE: (
        _("People active in at least 3 of 4 weeks"),
        _("People who may write in the CRM and did more than log in, in at least 3 of the last 4 weeks."),
    ),
    FigureId.WON_QUICKLY: (
        _("Won deals entered in their last 7 days"),
        _("Won deals that were entered 7 days or less before they were won. Many of them: the pipeline is elsewhere."),
    ),
    FigureId.NEW_COMPLETE: (
        _("New records complete"),
        _("Fields that are filled, of the fields that are asked for, in records created in the last 28 days."),
    ),
    FigureId.LAG: (
        _("Logging delay, median"),
        _("Working days between the day when something happened and the day when it was entered."),
    ),
    FigureId.SEATS_UNUSED: (
        _("Seats unused for 60 days"),
        _("Seats of people who left no trace in the CRM for 60 days. Those who only read are not counted."),
    ),
    FigureId.ONBOARDED: (
        _("New users with five records in 14 days"),
        _("People who created their first five records within 14 days of their start, of those who started lately."),
    ),
    FigureId.BREADTH: (
        _("Areas in use"),
        _("Areas of the CRM that people used, of the areas that their role is meant to use."),
    ),
    FigureId.UNIFORMITY: (
        _("Difference between teams"),
        _("Percentage points between the team that uses the CRM most and the one that uses it least. Watch the trend."),
    ),
    FigureId.MANAGERS_USE: (
        _("Managers active in at least 3 of 4 weeks"),
        _("Managers who did more than log in, in at least 3 of the last 4 weeks. Reading leaves no trace."),
    ),
}
STATUSES: dict[str, tuple[str, str]] = {
    "active": (_("Active"), _("Used the CRM in most weeks, about as much as usual.")),
    "occasional": (_("Occasional"), _("Used the CRM now and then.")),
    "new": (_("New"), _("Started less than four weeks ago.")),
    "fading": (_("Fading"), _("Used the CRM clearly less than is usual for this person.")),
    "dormant": (_("Dormant"), _("Has not used the CRM for weeks.")),
    "never": (_("Never used"), _("Has never entered anything.")),
    "untraced": (_("No trace"), _("Only reads or manages; reading leaves no trace. Not the same as no use.")),
    "away": (_("Away"), _("Had no working days; nothing is expected.")),
}
TROUBLED = ("fading", "dormant", "never")
"""The statuses that a manager should ask about."""

OUTCOMES: dict[Outcome, str] = {
    Outcome.DONE: _("done"),
    Outcome.OPEN: _("not done yet"),
    Outcome.IRRELEVANT: _("not relevant"),
}


def not_available(language: Language) -> str:
    return language.text("not available")


def figure_title(figure: FigureId, language: Language) -> str:
    return language.text(FIGURES[figure][0])


def figure_definition(figure: FigureId, language: Language) -> str:
    """How it is counted, in a sentence or two."""
    return language.text(FIGURES[figure][1])


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
    """``goal: at least 80 %``, or nothing."""
    if figure.goal is None:
        return ""
    limit = figure_value(figure, figure.goal.limit, language)
    if figure.goal.at_least:
        return language.text("goal: at least {limit}", limit=limit)
    return language.text("goal: at most {limit}", limit=limit)


def status_word(status: str, language: Language) -> str:
    """A status by its name in ``statuses.yaml``; a user's own stays as it is."""
    return language.text(STATUSES[status][0] if status in STATUSES else status)


def status_definition(status: str, language: Language) -> str:
    return language.text(STATUSES[status][1]) if status in STATUSES else ""


def outcome_word(outcome: Outcome, language: Language) -> str:
    return language.text(OUTCOMES[outcome])


def week_text(week: IsoWeek, language: Language, beside: IsoWeek | None = None) -> str:
    """``week 44``; with its year where that differs from the week's ``beside`` it."""
    text = language.week(week.number)
    return text if beside is None or beside.year == week.year else f"{text}, {week.year}"


def period_text(period: Period, language: Language) -> str:
    """``week 47`` or ``November 2026``."""
    return language.month(period.first) if period.is_month else language.week(period.week.number)


def period_days(period: Period, language: Language) -> str:
    """``16 Nov – 22 Nov 2026``."""
    first = language.day(period.first, year=period.first.year != period.last.year)
    return f"{first} – {language.day(period.last, year=True)}"


def digest_title(snapshot: Snapshot, language: Language) -> str:
    """``Team Nord, week 47``."""
    scope = snapshot.title or snapshot.company or language.text("Your team")
    if snapshot.kind is Kind.OWN:
        scope = snapshot.title or language.text("Your own page")
    return f"{scope}, {period_text(snapshot.period, language)}"


def subject_name(subject: Subject, language: Language) -> str:
    """What something is about: a check's title, a figure's, a team or a person."""
    if subject.kind is SubjectKind.FIGURE:
        return figure_title(FigureId(subject.key), language)
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
    return f"{subject_name(better.subject, language)}: {before} → {now}"


def last_action_now(last: LastAction, language: Language) -> str:
    """``9 then, 3 now`` where an action counts records, else nothing."""
    if last.now is None or last.action.now is None or last.action.subject.kind is not SubjectKind.CHECK:
        return ""
    return language.text("{then} then, {now} now", then=int(last.action.now), now=int(last.now))
