"""Digests to managers, to the sponsor, and people's own pages: made once per period, stored, and queued to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.adoption.organisation import Member
from monitor.adoption.scope import MANAGER, managers
from monitor.adoption.week import IsoWeek
from monitor.app.adoption import bring_up_to_date, score
from monitor.app.digest_facts import Maker, maker
from monitor.app.digest_naming import shown_now
from monitor.app.people_check import unknown_sponsor
from monitor.app.project import OpenProject
from monitor.app.reaching import SLACK, Reaching
from monitor.digest.charts import charts
from monitor.digest.period import Period, last_month
from monitor.digest.redact import without_use
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.snapshot_json import to_json
from monitor.errors import UsageError
from monitor.language import language
from monitor.messages.outgoing import Action
from monitor.store.digests import Already, Digest, NewAction
from monitor.store.outbox import Draft
from monitor.store.state import State

A_DAY = timedelta(days=1)
"""How long before the manager a person sees the own page."""

DEFAULT_LANGUAGE = "en"
_SEND = "crm-monitor digest --send sends what is stored"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who gets a digest: a user's key, and of what kind and period."""

    key: str
    kind: Kind
    period: Period


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one digest. ``already``: it was made before, and this is when it was sent (None: not yet).

    ``target`` is empty where the recipient can be reached neither by Slack nor by e-mail.
    """

    recipient: Recipient
    name: str
    digest: Digest
    target: str
    already: Already | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A digest as it is shown: from its stored snapshot where it was made before, else made now and not stored."""

    recipient: Recipient
    member: Member
    snapshot: Snapshot
    stored: bool


class Digests:
    """The digests of one week, of the month that ends with it, and the people's own pages."""

    def __init__(self, opened: OpenProject, week: IsoWeek, *, read: bool = True, now: datetime | None = None) -> None:
        self.opened, self.week, self.now = opened, week, now or opened.clock()
        self.state: State = opened.state
        self.reaching = Reaching(opened)
        self.maker, _ = bring_up_to_date(opened, week, as_of=now, read=read)
        self._makers: dict[str, Maker] = {self.maker.frame.period.name: self.maker}

    @property
    def members(self) -> dict[str, Member]:
        """Everybody, by key."""
        return dict(self.maker.situation.organisation.members)

    def managers(self) -> list[Recipient]:
        """Who gets a digest of the week."""
        return [
            Recipient(key, Kind.MANAGER, self.maker.frame.period) for key in managers(self.maker.situation.organisation)
        ]

    def sponsor(self, period: Period | None = None) -> Recipient:
        """Who gets that of the month. Raises UsageError where nobody is named."""
        key = self.maker.situation.organisation.sponsor
        if not key:
            why = unknown_sponsor(self.opened) or "there is no sponsor"
            raise UsageError(why, hint="name one in config/people.yaml: sponsor: LOGIN")
        return Recipient(key, Kind.SPONSOR, period or last_month(self.week))

    def own_pages(self) -> list[Recipient]:
        """Who gets an own page: with a mandate everybody whom a manager sees by name."""
        return [Recipient(key, Kind.OWN, self.maker.frame.period) for key in sorted(self.maker.nameable)]

    def everybody(self) -> list[Recipient]:
        """Own pages first; then managers; and the sponsor where a month is over with the week."""
        month = last_month(self.week)
        due = month != last_month(self.week + -1) and self.maker.situation.organisation.sponsor
        last = [self.sponsor(month)] if due else []
        return [*self.own_pages(), *self.managers(), *last]

    def make(self, recipient: Recipient) -> Made:
        """A recipient's digest, as it was stored, or as it would be."""
        stored = self.state.digests.find(recipient.key, recipient.kind, recipient.period.name)
        member = self.members[recipient.key]
        if stored is not None:
            return Made(recipient, member, shown_now(self.opened, stored.digest), stored=True)
        made = self._maker(recipient.period)
        build = {Kind.MANAGER: made.manager, Kind.SPONSOR: made.sponsor, Kind.OWN: made.own}[recipient.kind]
        return Made(recipient, member, build(recipient.key), stored=False)

    def shown_to(self, who: str, made: Made) -> Made:
        """The digest as ``who`` runs a command may see it, which is noted.

        What a manager did in the CRM is the manager's own, unless some manager above may see that one by name.
        """
        key, people = made.recipient.key, [row.key for row in made.snapshot.person_rows]
        if made.recipient.kind is Kind.MANAGER and key != who and key not in self.maker.nameable:
            made = replace(made, snapshot=without_use(made.snapshot))
        elif made.recipient.kind is not Kind.SPONSOR:
            people.append(key)
        self.state.looks.add(who, people, "crm-monitor digest", self.opened.clock())
        return made

    def send(self, recipients: Iterable[Recipient]) -> list[Sent]:
        """Store the digests and queue their messages; what was made before is not made again, and says so.

        A manager's digest with names waits until the people have had their own pages for a day; they are sent these
        first, also where only the manager's was asked for.
        """
        wanted = list(recipients)
        named = [one.key for one in wanted if one.kind is Kind.MANAGER and self.maker.naming_for(one.key).allowed]
        people = {key for one in named for key in self.maker.situation.people(f"{MANAGER}{one}")}
        there = {one.key for one in wanted if one.kind is Kind.OWN}
        pages = [Recipient(key, Kind.OWN, self.maker.frame.period) for key in sorted(people - there)]
        return [self._send(recipient) for recipient in (*pages, *wanted)]

    def why_nobody(self, sent: Sequence[Sent]) -> str:
        """Why none of the digests goes, or went, to anybody; empty where one does, or there are none."""
        reached = any(one.target or (one.already is not None and one.already.messages) for one in sent)
        return "" if reached or not sent else self.reaching.why_nobody(_SEND)

    def _send(self, recipient: Recipient) -> Sent:
        made = self.make(recipient)
        target = self.target(made.member)
        waits = self._waits(made)
        drafts = _drafts(made, target, waits) if target else []
        actions = [NewAction(action.number, action.kind, action.subject.text) for action in made.snapshot.actions]
        where = (recipient.key, str(recipient.kind), recipient.period.name)
        found = self.state.digests.create(*where, to_json(made.snapshot), actions, drafts, self.opened.clock())
        if isinstance(found, Already):
            return self._again(made, found, target, drafts)
        self._note_looks(found, made.snapshot, waits or self.now)
        return Sent(recipient, made.member.name, found, target, None, waits)

    def _again(self, made: Made, found: Already, target: str, drafts: Sequence[Draft]) -> Sent:
        """A digest that was stored when nobody could be reached is sent when somebody can."""
        if not found.messages and drafts:
            self.state.digests.send(found.digest.id, drafts, self.opened.clock())
            return Sent(made.recipient, made.member.name, found.digest, target, None, drafts[0].not_before)
        return Sent(made.recipient, made.member.name, found.digest, target, found)

    def target(self, member: Member) -> str:
        """Where a person is reached, or nothing."""
        return self.reaching.target(member)

    def _waits(self, made: Made) -> datetime | None:
        if made.recipient.kind is not Kind.MANAGER or not made.snapshot.person_rows:
            return None
        pages = self.state.digests.of_period(made.recipient.period.name, str(Kind.OWN))
        shown = {page.recipient: page.created_at for page in pages}
        now = self.opened.clock()  # also where the digest is made as of an earlier day
        latest = max((shown.get(row.key, now) for row in made.snapshot.person_rows), default=now)
        return latest + A_DAY if latest + A_DAY > now else None

    def _note_looks(self, digest: Digest, snapshot: Snapshot, at: datetime) -> None:
        """Nobody has looked before the digest goes out."""
        people = [row.key for row in snapshot.person_rows]
        if snapshot.kind is Kind.MANAGER and people:
            self.state.looks.add(snapshot.recipient, people, f"digest {snapshot.period.name}", at, digest.id)

    def _maker(self, period: Period) -> Maker:
        if period.name not in self._makers:
            score(self.opened, self.state, period.week, self.now)  # its lines begin before those of the week do
            self._makers[period.name] = maker(self.opened, self.state, period, self.now)
        return self._makers[period.name]


def _drafts(made: Made, target: str, waits: datetime | None) -> list[Draft]:
    """The message, and on Slack its charts in the thread. They are rendered from the stored digest when they go out."""
    code = made.member.language or DEFAULT_LANGUAGE
    payload = {"type": "digest", "digest": None, "language": code}
    drafts = [Draft(target, Action.POST, payload, waits)]
    if target.startswith(SLACK):
        shown = charts(made.snapshot, language(code))
        of_persons = made.snapshot.naming.allowed  # a line of a team of one is, too
        drafts += [
            Draft(target, Action.FILE, {**payload, "chart": chart.id, "people": of_persons}, waits) for chart in shown
        ]
    return drafts
