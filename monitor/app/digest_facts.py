"""Gathers what a digest is made of, for one recipient and period, from the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from monitor.adoption.few import nameless
from monitor.adoption.figure import Figure
from monitor.adoption.figures_seats import count_managers_use
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scope import MANAGER, TEAM, WHOLE, managers, may_see, subtree
from monitor.adoption.seats import Seats, count_seats
from monitor.app.digest_naming import shown_now
from monitor.app.project import OpenProject
from monitor.app.quality_counts import Results, results
from monitor.app.use_evidence import Situation, situation
from monitor.app.use_shown import Readers
from monitor.app.viewing import naming_for
from monitor.digest.actions import PastDigest
from monitor.digest.build import Facts, Frame, build_manager, build_own, build_sponsor
from monitor.digest.build_rows import attention, seats_row
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    Kind,
    Look,
    ManagementUse,
    MandateText,
    Outcome,
    Snapshot,
)
from monitor.digest.titles import titles
from monitor.errors import UsageError
from monitor.store.state import State
from monitor.store.unnamed import FORGOTTEN, bucket

_FAILING = "crm-monitor failing {check}"
_PAST = 8  # digests to the same reader that actions are compared with


@dataclass(frozen=True)
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
        told = self.readers.told(scope, key, named=naming.allowed)
        facts = Facts(
            people=told.people,
            cards={user: self.situation.cards.get(user, ()) for user in told.people},
            figures=told.figures,
            groups=told.groups,
            quality=self.quality.of(self.opened, self._owners(scope), _FAILING),
            management=self._management([key], (key,)),
        )
        history = self._history(key, Kind.MANAGER)
        return build_manager(self.frame, key, self.situation.organisation, naming, facts, history)

    def sponsor(self, key: str) -> Snapshot:
        """The sponsor's month: the whole."""
        told = self.readers.told(WHOLE, key)
        left_out = set(self.situation.people(WHOLE)).difference(told.people)
        leaders = [one for one in managers(self.situation.organisation) if one != key and one not in left_out]
        facts = Facts(
            people=told.people,
            cards={user: self.situation.cards.get(user, ()) for user in told.people},
            figures=told.figures,
            groups=told.groups,
            quality=self.quality.of(self.opened, self._owners_for_sponsor(key, told.people), _FAILING),
            management=self._management(leaders, tuple(leaders)),
            seats=seats_row(seats) if (seats := self.seats(told.people)) is not None else None,
            managers_named=self._may_name(key, leaders),
        )
        return build_sponsor(self.frame, key, self.opened.naming, facts, self._history(key, Kind.SPONSOR))

    def own(self, key: str) -> Snapshot:
        """A person's own page."""
        member = self.situation.organisation.members[key]
        return build_own(
            self.frame,
            member,
            self.opened.naming,
            self.situation.cards.get(key, ()),
            self.quality.own(self.opened, key, _FAILING),
            self._looks(key),
            self._history(key, Kind.OWN),
        )

    def _looks(self, key: str) -> tuple[Look, ...]:
        """Who looked in four weeks, newest first; once for a day on which somebody did it again and again."""
        names = self.situation.organisation.members
        found: dict[tuple[str, str, date], Look] = {}
        for one in self.state.looks.of(key, self.frame.created_at - timedelta(weeks=4)):
            who = names[one.looker].name if one.looker in names else one.looker
            day = one.at.astimezone(self.opened.project.zone).date()
            found.setdefault((one.looker, one.how, day), Look(one.looker, who, one.at, one.how))
        return tuple(found.values())

    def naming_for(self, key: str) -> Naming:
        """Whether a manager may be shown the own people by name."""
        return naming_for(self.opened, key)

    @cached_property
    def nameable(self) -> frozenset[str]:
        """Whom some reader may see by name: the people of every manager whom the mandate names."""
        leaders = [one for one in managers(self.situation.organisation) if self.naming_for(one).allowed]
        return frozenset(key for one in leaders for key in self.situation.people(f"{MANAGER}{one}"))

    def _may_name(self, key: str, people: Sequence[str]) -> bool:
        """Whether somebody may see each of these people by name: as a manager above them whom the mandate names."""
        return self.naming_for(key).allowed and all(may_see(self.situation.organisation, key, one) for one in people)

    def _owners(self, scope: str) -> set[str]:
        """The owners of a scope's records; those who left among them, as somebody has to take over.

        Who was forgotten is there as the unnamed sum that the records count in, where all of a sum are in the scope,
        and five or more people are, so that it tells of nobody.
        """
        members = self.situation.organisation.members
        below = (
            set(members) if scope == WHOLE else set(subtree(self.situation.organisation, scope.removeprefix(MANAGER)))
        )
        sums: dict[str, set[str]] = {}
        for key in (key for key, one in members.items() if one.forgotten):
            sums.setdefault(bucket(self.opened.directory, key), set()).add(key)
        if sum(1 for key in below if members[key].is_person) < LEAST_GROUP:
            return below
        return below | {name for name, people in sums.items() if people <= below}

    def _owners_for_sponsor(self, key: str, people: Sequence[str]) -> set[str]:
        """The same of the whole, without what could be worked out beside the own people's, where there are some."""
        owners = self._owners(WHOLE) - set(self.situation.people(WHOLE)).difference(people)
        own = f"{MANAGER}{key}"
        if not self.situation.people(own):
            return owners
        return owners - {name for name in owners - self._owners(own) if name.startswith(FORGOTTEN)}

    @cached_property
    def readers(self) -> Readers:
        """What each reader may be shown of groups."""
        return Readers(
            self.situation,
            self.opened.use,
            self.naming_for,
            lambda scope: self.state.adoption.figures(scope, self.situation.week),
        )

    def check_shown(self, team: str) -> None:
        """Raises UsageError for a team that is not shown by itself beside the whole: where nobody may be named."""
        if not self.situation.naming.allowed and team not in self.readers.single_teams():
            raise UsageError(
                "the team is not shown by itself",
                hint=f"it, or what is left without it, has fewer than {LEAST_GROUP} people, and nobody may be named",
            )

    def shown(self, team: str = "") -> Sequence[Figure]:
        """The figures of a team, or without one of the whole, as whoever runs a command may see them: without a mandate
        no number of fewer than five persons. Raises UsageError for a team that is not shown by itself."""
        if self.situation.naming.allowed:
            return self.readers.told(f"{TEAM}{team}" if team else WHOLE, named=True).figures
        whole = self.readers.told(WHOLE)
        if not team:
            return nameless(whole.figures)
        self.check_shown(team)
        return nameless(next((group.figures for group in whole.groups if group.key == team), whole.figures))

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

    def seats(self, people: Sequence[str] | None = None) -> Seats | None:
        """The seats of the whole, of whose use those of ``people`` tell (by default all); None where whose seat is used
        is not known, or those who have one are too few."""
        now, bought = self.situation, self.opened.use.people.seats
        people = now.people(WHOLE) if people is None else people
        if now.naming.strict or len(people) < LEAST_GROUP:
            return None
        held = sum(1 for one in now.organisation.members.values() if one.is_person)
        found = count_seats(now.evidence, people, now.week, bought, held=held)
        if found is None:
            return None
        return replace(found, currency=found.currency or self.opened.project.settings.currency)

    def _history(self, recipient: str, kind: Kind) -> list[PastDigest]:
        """What earlier digests asked of the same reader, newest first."""
        found = [one for one in self.state.digests.list(recipient=recipient) if one.kind == kind]
        past: list[PastDigest] = []
        for one in sorted(found, key=lambda one: one.period, reverse=True):
            if one.period < self.frame.period.name and len(past) < _PAST:
                outcomes = {action.number: action.outcome for action in self.state.digests.actions(one.id)}
                past.append(PastDigest.of(shown_now(self.opened, one), outcomes))
        return past


def maker(opened: OpenProject, state: State, period: Period, now: datetime) -> Maker:
    """Everything that the digests of a period share."""
    until = min(now, datetime.combine(period.last + timedelta(days=8), time(), opened.project.zone).astimezone(UTC))
    found = results(opened, state, until, period)
    mandate = opened.use.mandate
    frame = Frame(
        period=period,
        zone=opened.project.zone.key,
        created_at=now,
        company=opened.project.settings.name,
        currency=opened.project.settings.currency,
        data_as_of=found.data_as_of,
        mandate=MandateText(mandate.purpose, mandate.contact, mandate.not_for) if mandate else None,
        measures={measure.name: measure.title for measure in opened.use.measures},
        titles=titles(opened.use.measures, opened.use.statuses, opened.use.figures),
        attention=attention(opened.use.statuses),
    )
    return Maker(opened, state, frame, situation(opened, state, period.week), found)
