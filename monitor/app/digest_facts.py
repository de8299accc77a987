"""Gathers what a digest is made of, for one recipient and period, from the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from monitor.adoption.figure import Figure
from monitor.adoption.figures import figures
from monitor.adoption.figures_seats import count_managers_use, count_seats
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scope import MANAGER, TEAM, WHOLE, managers, subtree
from monitor.adoption.suppression import Shown, Table, suppressed_together
from monitor.app.project import OpenProject
from monitor.app.quality_counts import Results, results
from monitor.app.use_evidence import Situation, situation
from monitor.app.viewing import naming_for
from monitor.digest.actions import PastDigest
from monitor.digest.build import Facts, Frame, build_manager, build_own, build_sponsor
from monitor.digest.build_rows import Group, beside_total, nameless, seats_row, team_groups
from monitor.digest.snapshot import (
    Kind,
    Look,
    ManagementUse,
    MandateText,
    Outcome,
    Period,
    SeatsRow,
    Snapshot,
)
from monitor.digest.snapshot_json import from_json
from monitor.digest.titles import titles
from monitor.errors import UsageError
from monitor.store.owner_results import OwnerResults
from monitor.store.state import State

_FAILING = "crm-monitor failing {check}"
_PAST = 8  # digests to the same reader that actions are compared with


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the digests of one period."""

    opened: OpenProject
    state: State
    frame: Frame
    situation: Situation
    quality: Results

    def manager(self, key: str) -> Snapshot:
        """A manager's week."""
        naming = self.naming_for(key)
        scope = f"{MANAGER}{key}"
        people = self.situation.people(scope)
        facts = Facts(
            people=people,
            cards={user: self.situation.cards.get(user, ()) for user in people},
            figures=self.figures(scope),
            groups=self.groups(people, named=naming.allowed, reader=key),
            quality=self.quality.of(self.opened, self._owners(scope), _FAILING),
            management=self._management([key], (key,)),
        )
        history = self._history(key, Kind.MANAGER)
        return build_manager(self.frame, key, self.situation.organisation, naming, facts, history)

    def sponsor(self, key: str) -> Snapshot:
        """The sponsor's month: the whole."""
        people = self.situation.people(WHOLE)
        leaders = [one for one in managers(self.situation.organisation) if one != key]
        facts = Facts(
            people=people,
            cards={user: self.situation.cards.get(user, ()) for user in people},
            figures=self.figures(WHOLE),
            groups=self.groups(people, named=False, reader=key),
            quality=self.quality.of(self.opened, self._owners(WHOLE), _FAILING),
            management=self._management(leaders, tuple(leaders)),
            seats=self._seats(),
        )
        return build_sponsor(self.frame, key, self.opened.naming, facts, self._history(key, Kind.SPONSOR))

    def own(self, key: str) -> Snapshot:
        """A person's own page."""
        member = self.situation.organisation.members[key]
        names = self.situation.organisation.members
        looks = tuple(
            Look(one.looker, names[one.looker].name if one.looker in names else one.looker, one.at, one.how)
            for one in self.state.looks.of(key, self.frame.created_at - timedelta(weeks=4))
        )
        return build_own(
            self.frame,
            member,
            self.opened.naming,
            self.situation.cards.get(key, ()),
            self.quality.of(self.opened, [key], _FAILING),
            looks,
            self._history(key, Kind.OWN),
        )

    def naming_for(self, key: str) -> Naming:
        """Whether a manager may be shown the own people by name."""
        return naming_for(self.opened, key, self.frame.created_at)

    def _owners(self, scope: str) -> set[str]:
        """The owners of a scope's records; those who left among them, as somebody has to take over."""
        organisation = self.situation.organisation
        if scope == WHOLE:
            return set(organisation.members)
        return set(subtree(organisation, scope.removeprefix(MANAGER)))

    def figures(self, scope: str) -> Sequence[Figure]:
        """The figures of a scope as they were stored, else worked out now."""
        stored = self.state.adoption.figures(scope, self.situation.week)
        if stored:
            return stored
        now = self.situation
        return figures(now.evidence, now.scope(scope), now.week, self.opened.use.figures)

    def groups(self, people: Sequence[str], *, named: bool, reader: str = "") -> Sequence[Group]:
        """The teams of some people; where nobody may be named, as suppression leaves them, beside their total."""
        teams = self._by_team(people)
        if len(teams) < 2:
            return ()
        known = self._known(teams)
        table = Table(frozenset(people), known)
        shown = Shown(tuple(sorted(known))) if named else suppressed_together([table], {reader} - {""})[0]
        found = team_groups(table, shown, self.situation.organisation, self._figures_of)
        return found if named else beside_total(found, self._figures_of(frozenset(people)))

    def _by_team(self, people: Sequence[str]) -> Mapping[str, set[str]]:
        teams: dict[str, set[str]] = {}
        for key in people:
            teams.setdefault(self.situation.organisation.members[key].team_key, set()).add(key)
        return teams

    def _known(self, teams: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
        return {key: frozenset(some) for key, some in teams.items() if key in self.situation.organisation.teams}

    def check_shown(self, team: str) -> None:
        """Raises UsageError for a team that is not shown by itself beside the whole: where nobody may be named."""
        if self.situation.naming.allowed:
            return
        people = self.situation.people(WHOLE)
        table = Table(frozenset(people), self._known(self._by_team(people)))
        if team not in suppressed_together([table])[0].single:
            raise UsageError(
                "the team is not shown by itself",
                hint=f"it, or what is left without it, has fewer than {LEAST_GROUP} people, and nobody may be named",
            )

    def shown(self, team: str = "") -> Sequence[Figure]:
        """The figures of a team, or without one of the whole, as whoever runs a command may see them: without a mandate
        no number of fewer than five persons. Raises UsageError for a team that is not shown by itself."""
        found = self.figures(f"{TEAM}{team}" if team else WHOLE)
        if self.situation.naming.allowed:
            return found
        if team:
            self.check_shown(team)
            groups = self.groups(self.situation.people(WHOLE), named=False)
            found = next((group.figures for group in groups if group.key == team), found)
        return nameless(found)

    def _figures_of(self, people: frozenset[str]) -> Sequence[Figure]:
        """The figures of some people; where no person is stored, of the whole teams that they are."""
        now = self.situation
        return figures(now.evidence, now.stored_as(people), now.week, self.opened.use.figures)

    def _management(self, leaders: Sequence[str], recipients: Sequence[str]) -> ManagementUse | None:
        now = self.situation
        if not leaders:
            return None
        digests, seen, actions, done = self._answers(recipients)
        if now.naming.strict:
            note = Note(NoteCode.MANDATE_STRICT)
            return ManagementUse(len(leaders), None, None, None, None, digests, seen, actions, done, (note,))
        use = count_managers_use(now.evidence, leaders, now.week)
        unseen = (Note(NoteCode.NOT_SEEN_READING),) if use.told < use.managers else ()
        return ManagementUse(
            managers=use.managers,
            active=use.active if use.told else None,
            active_days=use.active_days if use.told else None,
            deals_changed=use.deals_changed,
            last_change=use.last_change,
            digests=digests,
            acknowledged=seen,
            actions=actions,
            done=done,
            notes=unseen,
        )

    def _answers(self, recipients: Sequence[str]) -> tuple[int, int, int, int]:
        """Digests of the last twelve weeks, those acknowledged, the actions they asked for, and those done."""
        since = self.frame.created_at - timedelta(weeks=12)
        found = [
            one for one in self.state.digests.list(since) if one.recipient in recipients and one.kind == Kind.MANAGER
        ]
        actions = [action for one in found for action in self.state.digests.actions(one.id)]
        done = sum(1 for action in actions if action.outcome is Outcome.DONE)
        return len(found), sum(1 for one in found if one.acknowledged_at), len(actions), done

    def _seats(self) -> SeatsRow | None:
        now, bought = self.situation, self.opened.use.people.seats
        if now.naming.strict:  # whose seat is used is not known
            return None
        found = count_seats(now.evidence, now.people(WHOLE), now.week, bought)
        if found is None:
            return None
        row = seats_row(found)
        return replace(row, currency=row.currency or self.opened.project.settings.currency)

    def _history(self, recipient: str, kind: Kind) -> list[PastDigest]:
        """What earlier digests asked of the same reader, newest first."""
        found = [one for one in self.state.digests.list(recipient=recipient) if one.kind == kind]
        past: list[PastDigest] = []
        for one in sorted(found, key=lambda one: one.period, reverse=True):
            if one.period < self.frame.period.name and len(past) < _PAST:
                outcomes = {action.number: action.outcome for action in self.state.digests.actions(one.id)}
                past.append(PastDigest.of(from_json(one.snapshot), outcomes))
        return past


def maker(opened: OpenProject, state: State, period: Period, now: datetime) -> Maker:
    """Everything that the digests of a period share."""
    until = min(now, datetime.combine(period.last + timedelta(days=8), time(), opened.project.zone).astimezone(UTC))
    found = results(opened, state, until)
    mandate = opened.use.mandate
    frame = Frame(
        period=period,
        zone=opened.project.zone.key,
        created_at=now,
        company=opened.project.settings.name,
        currency=opened.project.settings.currency,
        data_as_of=OwnerResults(state.database).newest(found.run_id) if found.run_id else None,
        mandate=MandateText(mandate.purpose, mandate.contact, mandate.not_for) if mandate else None,
        measures={measure.name: measure.title for measure in opened.use.measures},
        titles=titles(opened.use.measures, opened.use.statuses, opened.use.figures),
    )
    return Maker(opened, state, frame, situation(opened, state, period.week), found)
