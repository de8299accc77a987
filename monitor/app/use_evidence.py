"""What the state knows of people's use, put together for scorecards, figures and digests of one week."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.activity.facts import Standing
from monitor.adoption.buckets import buckets
from monitor.adoption.evidence import Evidence
from monitor.adoption.figure import Figure
from monitor.adoption.figures import LINE_WEEKS, figures
from monitor.adoption.naming import Naming
from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import MANAGER, TEAM, WHOLE, subtree
from monitor.adoption.scorecard import Scorecard
from monitor.adoption.scorecards import Hygiene, Scoring, score_all
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import by_user
from monitor.app.project import OpenProject
from monitor.app.use_reading import known
from monitor.settings.use import calendar
from monitor.store.state import State

KEPT_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything about one week. ``cards`` are of the last twelve weeks, per user; empty where no person is stored."""

    week: IsoWeek
    organisation: Organisation
    evidence: Evidence
    naming: Naming
    cards: Mapping[str, tuple[Scorecard, ...]]

    def scope(self, name: str) -> frozenset[str]:
        """The users whose rows count in ``whole``, ``team:KEY`` or ``manager:KEY`` (the subtree).

        Those are the persons with a seat: were leavers or administrators in one sum and not in its parts, the
        difference would tell of them. Where rows are of teams, it is the teams; a manager's own is one of them.
        """
        led_by = {name.removeprefix(MANAGER)} if name.startswith(MANAGER) else frozenset[str]()
        return self.stored_as(frozenset(self.people(name)), led_by)

    def people(self, name: str) -> tuple[str, ...]:
        """The persons with a seat in a scope whose use is measured, by key."""
        members = self.organisation.members
        if name.startswith(TEAM):
            keys = {key for key, one in members.items() if one.team_key == name.removeprefix(TEAM)}
        else:
            keys = set(members) if name == WHOLE else set(subtree(self.organisation, name.removeprefix(MANAGER)))
        return tuple(sorted(key for key in keys if members[key].is_measured))

    def card(self, user: str) -> Scorecard | None:
        """A user's scorecard of the week."""
        return next((card for card in self.cards.get(user, ()) if card.week == self.week), None)

    def stored_as(self, users: frozenset[str], led_by: Collection[str] = ()) -> frozenset[str]:
        """The keys that rows of these users have: their own, or of whole groups where no person is stored.

        A part of a group is not stored apart; those who lead it may be missing from it.
        """
        return stored_as(self.organisation, users, led_by, strict=self.naming.strict)


def stored_as(
    organisation: Organisation, users: frozenset[str], led_by: Collection[str] = (), *, strict: bool
) -> frozenset[str]:
    """See ``Situation.stored_as``."""
    if not strict:
        return users
    members, kept = organisation.members, buckets(organisation)
    outside = {kept[key] for key, one in members.items() if one.is_measured and key not in users and key not in led_by}
    return frozenset(f"{TEAM}{kept[key]}" for key in users if key in kept and kept[key] not in outside)


def situation(opened: OpenProject, state: State, week: IsoWeek) -> Situation:
    """What is known of ``week``, from the state, as far as it was scored."""
    why = state.activity.reasons()
    rows = list(state.adoption.weeks(week + (1 - KEPT_WEEKS), week))
    what = known(opened, state, rows)
    days = calendar(opened.project.settings)
    organisation = opened.organisation
    evidence = Evidence(
        organisation,
        what,
        days,
        by_user(rows),
        standing=_standing(state, week),
        standing_reason=why.get("standing", ""),
        wins_reason=why.get("wins", ""),
        new_records_reason=why.get("new_records", ""),
        last_active=_last_active(state, what.first),
        acknowledged=acknowledged(state, week, opened.project.zone),
    )
    cards: dict[str, list[Scorecard]] = {}
    naming = opened.naming
    if not naming.strict:
        for card in state.adoption.scorecards(week + (1 - LINE_WEEKS), week):
            cards.setdefault(card.user, []).append(card)
    return Situation(week, organisation, evidence, naming, {user: tuple(some) for user, some in cards.items()})


def _standing(state: State, week: IsoWeek) -> Mapping[IsoWeek, Mapping[str, Standing]]:
    """Per week that of the newest day that is known in it: who has no open deal then has none."""
    found: dict[IsoWeek, dict[str, Standing]] = {}
    newest: dict[IsoWeek, date] = {}
    for one in state.activity.standing((week + (1 - LINE_WEEKS)).monday, week.sunday):  # by day
        at = IsoWeek.of(one.day)
        if newest.get(at) != one.day:
            newest[at], found[at] = one.day, {}
        found[at][one.user] = one
    return found


def _last_active(state: State, first: IsoWeek) -> Mapping[str, date]:
    """The newest day of use before the weeks that are kept, as the scorecards of then knew it."""
    cards = state.adoption.scorecards(first + -1, first)
    return {card.user: card.last_active for card in cards if card.last_active and card.last_active < first.monday}


def score_weeks(
    opened: OpenProject, state: State, last: IsoWeek, *, weeks: int, hygiene: Mapping[str, Hygiene]
) -> None:
    """Score ``weeks`` weeks up to ``last``, as what is read late changes them; then work out figures.

    The figures are of ``last``. ``hygiene`` are the checks on deals of each owner, of the newest run.
    """
    now = situation(opened, state, last)
    if not now.naming.strict:
        scoring = Scoring(now.evidence.known, now.evidence.calendar, opened.use.statuses.statuses)
        first = max(last + (1 - weeks), min(now.evidence.known.first, last))
        before = {card.user: card for card in state.adoption.scorecards(first + -1, first + -1)}
        found = score_all(
            now.organisation,
            last.back(last - first + 1),
            now.evidence.rows,
            scoring,
            hygiene=hygiene,
            before=before,
        )
        state.adoption.save_scorecards(found)
    by_scope = figures_of_all(opened, now)
    state.adoption.save_figures(last, by_scope, {scope: len(now.people(scope)) for scope in by_scope})


def figures_of_all(opened: OpenProject, now: Situation) -> Mapping[str, tuple[Figure, ...]]:
    """The figures of the whole, of each team and of each manager's people."""
    members = now.organisation.members.values()
    managers = sorted({one.manager_key for one in members if one.is_person and one.manager_key})
    scopes = [WHOLE, *(f"{TEAM}{key}" for key in now.organisation.teams), *(f"{MANAGER}{key}" for key in managers)]
    return {name: figures(now.evidence, now.scope(name), now.week, opened.use.figures) for name in scopes}


def acknowledged(state: State, week: IsoWeek, zone: tzinfo) -> Mapping[str, frozenset[IsoWeek]]:
    """Per manager the weeks in which a digest was acknowledged or one of its actions done: use that leaves a trace."""
    found: dict[str, set[IsoWeek]] = {}
    since = datetime.combine((week + (1 - LINE_WEEKS)).monday - timedelta(weeks=1), time(), UTC)
    for digest in state.digests.list(since):
        decided = [action.decided_at for action in state.digests.actions(digest.id)]
        for at in (digest.acknowledged_at, *decided):
            if at is not None:
                found.setdefault(digest.recipient, set()).add(IsoWeek.of(at.astimezone(zone).date()))
    return {who: frozenset(weeks) for who, weeks in found.items()}
