"""What to do, and why it was chosen, as sentences in a reader's language."""

from __future__ import annotations

from collections.abc import Callable

from monitor.adoption.habits import USUAL_WEEKS
from monitor.adoption.week import IsoWeek
from monitor.digest.actions_rules import why_asked
from monitor.digest.snapshot import Action, ActionKind, Kind, PersonRow, Reason, ReasonCode, Snapshot, Who
from monitor.digest.words import (
    active_days_text,
    not_available,
    since_text,
    status_word,
    subject_name,
    team_days,
    week_text,
)
from monitor.language import Language, _

_Params = dict[str, str]


def action_text(action: Action, snapshot: Snapshot, language: Language) -> str:
    """The sentence of an action: ``3 deals (1.9m DKK) are past their close date: new dates, or lost?``."""
    return _ACTIONS[action.kind](action, snapshot, language)


def reason_text(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    """Why an action was chosen: ``16% of 212, limit 15%``; a fragment, for a place beside the action."""
    return _REASONS[reason.code](reason, snapshot, language)


def asked_text(row: PersonRow, snapshot: Snapshot, language: Language) -> str:
    """Why somebody should ask a person: what the status comes from, and not the week, which may be a good one."""
    reason = why_asked(row, snapshot.period.week)
    if reason is not None:
        return reason_text(reason, snapshot, language)
    parts = (since_text(row, language, snapshot.period.week), active_days_text(row, language))
    return " · ".join(part for part in parts if part)


def who_text(action: Action, language: Language) -> str:
    """Whose task it is where it is not the reader's, else nothing."""
    return language.text("The admin has this one.") if action.who is Who.ADMIN else ""


def repeated_text(action: Action, language: Language) -> str:
    """That an action stood in digests before, else nothing."""
    return language.text("asked for {weeks} times", weeks=action.weeks) if action.weeks > 1 else ""


def _worth(action: Action, snapshot: Snapshot, language: Language) -> str:
    return f" ({language.money(action.amount, snapshot.currency)})" if action.amount else ""


def _number(value: float | None, language: Language) -> str:
    return not_available(language) if value is None else language.count(value, decimals=1)


def _share(value: float | None, language: Language) -> str:
    return not_available(language) if value is None else language.percent(value)


def _overdue(action: Action, snapshot: Snapshot, language: Language) -> str:
    return language.plural(
        "{n} deal{worth} is past its close date: a new date, or lost?",
        "{n} deals{worth} are past their close date: new dates, or lost?",
        int(action.now or 0),
        worth=_worth(action, snapshot, language),
    )


def _grew(action: Action, _: Snapshot, language: Language) -> str:
    return language.text(
        "{title}: {now}, up from {before}. Take it up this week.",
        title=subject_name(action.subject, language),
        now=_number(_param(action.reason, "now"), language),  # without what came from other owners
        before=_number(action.before, language),
    )


def _records(action: Action, snapshot: Snapshot, language: Language) -> str:
    together = _("{title}: {now}{worth}. Go through the list together.")
    alone = _("{title}: {now}{worth}. Go through the list.")
    return language.text(
        alone if snapshot.kind is Kind.OWN else together,
        title=subject_name(action.subject, language),
        now=_number(action.now, language),
        worth=_worth(action, snapshot, language),
    )


def _new_records(action: Action, _: Snapshot, language: Language) -> str:
    now = _share(action.now, language)
    return language.text("New records are {now} complete: agree on what must always be filled in.", now=now)


def _person(action: Action, _: Snapshot, language: Language) -> str:
    return language.text("Ask {name} how it goes and what would help.", name=subject_name(action.subject, language))


def _team_quieter(action: Action, _: Snapshot, language: Language) -> str:
    name = subject_name(action.subject, language)
    return language.text("{name} logs less than usual: ask what gets in the way.", name=name)


def _won_quickly(_a: Action, _: Snapshot, language: Language) -> str:
    return language.text("Deals are entered when they are won: ask where they are kept until then.")


def _own_use(_a: Action, _: Snapshot, language: Language) -> str:
    return language.text("Use the CRM yourself: open a deal in it at the next team meeting.")


def _managers_use(_a: Action, _: Snapshot, language: Language) -> str:
    return language.text("Few managers use the CRM themselves: agree to go through deals in it.")


def _unused_seats(action: Action, snapshot: Snapshot, language: Language) -> str:
    cost = ""
    if action.amount:
        own = snapshot.seats.currency if snapshot.seats is not None else ""  # what seats cost is no CRM's amount
        amount = language.money(action.amount, own or snapshot.currency)
        cost = language.text(" ({amount} a month)", amount=amount)
    return language.plural(
        "{n} seat is paid for and not used{cost}: train its user, pass it on, or cancel it.",
        "{n} seats are paid for and not used{cost}: train their users, pass them on, or cancel them.",
        int(action.now or 0),
        cost=cost,
    )


def _owner_gone(action: Action, snapshot: Snapshot, language: Language) -> str:
    return language.text(
        "{title}: {now}{worth}. Decide who takes over.",
        title=subject_name(action.subject, language),
        now=_number(action.now, language),
        worth=_worth(action, snapshot, language),
    )


def _admin_records(action: Action, _: Snapshot, language: Language) -> str:
    return language.text(
        "{title}: {now}.", title=subject_name(action.subject, language), now=_number(action.now, language)
    )


def _removed(_a: Action, _: Snapshot, language: Language) -> str:
    return language.text("(removed)")


_ACTIONS: dict[ActionKind, Callable[[Action, Snapshot, Language], str]] = {
    ActionKind.OVERDUE: _overdue,
    ActionKind.GREW: _grew,
    ActionKind.RECORDS: _records,
    ActionKind.NEW_RECORDS: _new_records,
    ActionKind.PERSON: _person,
    ActionKind.TEAM_QUIETER: _team_quieter,
    ActionKind.WON_QUICKLY: _won_quickly,
    ActionKind.OWN_USE: _own_use,
    ActionKind.MANAGERS_USE: _managers_use,
    ActionKind.UNUSED_SEATS: _unused_seats,
    ActionKind.OWNER_GONE: _owner_gone,
    ActionKind.ADMIN_RECORDS: _admin_records,
    ActionKind.REMOVED: _removed,
}


def _param(reason: Reason, name: str) -> float:
    return float(reason.params.get(name, 0))


def _week(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    return week_text(IsoWeek.parse(str(reason.params["since"])), language, snapshot.period.week)


def _over_limit(reason: Reason, _: Snapshot, language: Language) -> str:
    share, limit = _param(reason, "share"), _param(reason, "limit")
    return language.text(
        "{count} of {rows} ({share}, limit {limit})",
        count=int(_param(reason, "count")),
        rows=int(_param(reason, "rows")),
        share=language.percent(share, limit),
        limit=language.percent(limit, limit),
    )


def _part(reason: Reason, _: Snapshot, language: Language) -> str:
    count, rows = int(_param(reason, "count")), int(_param(reason, "rows"))
    if not rows:
        return language.plural("{n} record", "{n} records", count)
    return language.text("{count} of {rows} ({share})", count=count, rows=rows, share=language.percent(count / rows))


def _reason_grew(reason: Reason, _: Snapshot, language: Language) -> str:
    more = int(_param(reason, "now") - _param(reason, "before"))
    return language.plural("{n} more than last week", "{n} more than last week", more)


def _below_goal(reason: Reason, _: Snapshot, language: Language) -> str:
    value, goal = _param(reason, "value"), _param(reason, "goal")
    return language.text(
        "{value}; the goal is at least {goal}",
        value=language.percent(value, goal),
        goal=language.percent(goal, goal),
    )


def _above_goal(reason: Reason, _: Snapshot, language: Language) -> str:
    value, goal = _param(reason, "value"), _param(reason, "goal")
    return language.text(
        "{value}; the goal is at most {goal}",
        value=language.percent(value, goal),
        goal=language.percent(goal, goal),
    )


def _fading(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    text = language.text(
        "active on {days} days in 4 weeks, usually on {usual} (by the {weeks} weeks before)",
        days=int(_param(reason, "active_days")),
        usual=language.count(_param(reason, "usual_days"), decimals=0),
        weeks=int(reason.params.get("usual_weeks", USUAL_WEEKS)),
    )
    return _with_since(text, reason, snapshot, language)


def _dormant(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    weeks = int(_param(reason, "weeks"))
    if not weeks:
        return _with_since(language.text("no use is known"), reason, snapshot, language)
    return language.plural("no use of the CRM for {n} week", "no use of the CRM for {n} weeks", weeks)


def _with_since(text: str, reason: Reason, snapshot: Snapshot, language: Language) -> str:
    if not reason.params.get("since"):
        return text
    said = _("{text}; since {week} at least") if reason.params.get("at_least") else _("{text}; since {week}")
    return language.text(said, text=text, week=_week(reason, snapshot, language))


def _never(reason: Reason, _: Snapshot, language: Language) -> str:
    days = int(_param(reason, "days"))
    if not days:
        return language.text("has never entered anything")
    return language.plural(
        "has entered nothing in the {n} day since the start",
        "has entered nothing in the {n} days since the start",
        days,
    )


def _attention(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    status = status_word(str(reason.params.get("status", "")), language, snapshot.titles)
    return _with_since(status, reason, snapshot, language)


def _quieter(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    return team_days(_param(reason, "now"), _param(reason, "usual"), snapshot.period, language)


def _no_change_since(reason: Reason, snapshot: Snapshot, language: Language) -> str:
    return language.text("you have changed no deal since {week}", week=_week(reason, snapshot, language))


def _never_changed(_r: Reason, _: Snapshot, language: Language) -> str:
    return language.text("no deal shows a change by you")


def _owner_left(reason: Reason, _: Snapshot, language: Language) -> str:
    return language.plural(
        "{n} record belongs to somebody who has left",
        "{n} records belong to people who have left",
        int(_param(reason, "count")),
    )


def _seats(reason: Reason, _: Snapshot, language: Language) -> str:
    bought, free, unused = (int(_param(reason, name)) for name in ("bought", "free", "unused"))
    parts = []
    if free:
        parts.append(language.text("{free} of {bought} assigned to nobody", free=free, bought=bought))
    if unused:
        parts.append(language.text("{unused} not used for 60 days", unused=unused))
    return ", ".join(parts)


_REASONS: dict[ReasonCode, Callable[[Reason, Snapshot, Language], str]] = {
    ReasonCode.OVER_LIMIT: _over_limit,
    ReasonCode.AT_STAKE: _part,
    ReasonCode.GREW: _reason_grew,
    ReasonCode.BACKLOG: _part,
    ReasonCode.BELOW_GOAL: _below_goal,
    ReasonCode.ABOVE_GOAL: _above_goal,
    ReasonCode.FADING: _fading,
    ReasonCode.DORMANT: _dormant,
    ReasonCode.NEVER: _never,
    ReasonCode.QUIETER: _quieter,
    ReasonCode.NO_CHANGE_SINCE: _no_change_since,
    ReasonCode.NEVER_CHANGED: _never_changed,
    ReasonCode.OWNER_LEFT: _owner_left,
    ReasonCode.ADMIN_HAS_IT: _part,
    ReasonCode.REMOVED: lambda *_: "",
    ReasonCode.SEATS: _seats,
    ReasonCode.ATTENTION: _attention,
}
