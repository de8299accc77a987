"""Who hears of which incident now: one pass over all of them, in the transaction that queues what is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.app.inhibition import Inhibition
from monitor.app.owner_names import OWNERS_OF
from monitor.app.presenting import facts_of, labels_of, message_of, reply_of, view_of
from monitor.incidents.labels import Labels
from monitor.incidents.model import Incident, IncidentKind, Reason
from monitor.incidents.notice import Memory, Notice, Situation, Tell, notice
from monitor.incidents.routing import Audience, Delivery
from monitor.incidents.silence import Silence
from monitor.messages.alert import AlertView
from monitor.messages.outgoing import ABOUT, HOOK, Action, thread_of_incident, thread_of_rollup
from monitor.messages.rollups import rollup_message
from monitor.messages.tree import Message
from monitor.messages.treejson import to_json
from monitor.quality.check import Severity
from monitor.store import notices
from monitor.store.notices import Untold
from monitor.store.outbox import Draft, has_root, queue

if TYPE_CHECKING:
    import sqlalchemy as sa

    from monitor.app.routes import Routes

_SEVERITIES = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True)
class Told:
    """One notice that was decided in a pass."""

    incident: Incident
    target: str
    notice: Notice


@dataclass
class _Room:
    """What is left of a target's budget in this pass."""

    day: int
    week: int

    @property
    def left(self) -> bool:
        return self.day > 0 and self.week > 0

    def take(self) -> None:
        self.day -= 1
        self.week -= 1


@dataclass
class Telling:
    """A pass. ``routes`` say who is told; ``zone`` is where a day begins; ``inhibition`` knows what hides behind what.

    ``silences`` are those that are active; ``told`` is what the pass decided.
    """

    routes: Routes
    zone: ZoneInfo
    inhibition: Inhibition
    silences: Sequence[Silence] = ()
    buttons: bool = False
    told: list[Told] = field(default_factory=list)

    def tell(self, connection: sa.Connection, now: datetime, run_id: int | None = None) -> None:
        """Decide for every incident and target, queue what is told, and keep why."""
        work = _Pass(self, connection, now, run_id)
        found = notices.untold(connection)
        self.inhibition.look(one.incident for one in found)
        for one in sorted(found, key=_urgency):
            work.incident(one)
        work.rollups()
        self.told = work.told


def _urgency(one: Untold) -> tuple[object, ...]:
    """Who gets what is left of a budget: by severity, records before checks that cannot run, and the most records."""
    incident = one.incident
    return (
        not _always_told(incident),
        _SEVERITIES.index(incident.severity),
        incident.kind is IncidentKind.SYSTEM,
        -(incident.unexpected or 0),
        incident.id,
    )


class _Pass:
    def __init__(self, telling: Telling, connection: sa.Connection, now: datetime, run_id: int | None) -> None:
        self.telling, self.connection, self.now, self.run_id = telling, connection, now, run_id
        self.told: list[Told] = []
        self._rooms: dict[str, _Room] = {}
        self._rolled: set[int] = set()  # collected messages that may have changed

    def incident(self, one: Untold) -> None:
        """Every target that is to hear of it, or once did."""
        labels = labels_of(one.incident, one.labels)
        wanted = {delivery.target: delivery for delivery in self.telling.routes.of(labels)}
        silence = next((each for each in self.telling.silences if each.silences(labels, self.now)), None)
        for target in dict.fromkeys((*wanted, *one.targets)):
            delivery = wanted.get(target)
            memory = one.targets.get(target, Memory())
            if delivery is None and (not memory.news or target not in self.telling.routes.targets):
                continue  # nobody was told there, or nobody can be any more
            self._target(one, labels, delivery or Delivery(target), memory, silence)

    def _target(self, one: Untold, labels: Labels, delivery: Delivery, memory: Memory, silence: Silence | None) -> None:
        incident = one.incident
        view = self._view(one, delivery)
        root = message_of(view)
        room = self._room(delivery)
        made = notice(
            incident,
            memory,
            Situation(
                now=self.now,
                today=self.now.astimezone(self.telling.zone).date(),
                shown=_fingerprint(root),
                silenced=f"silence {silence.id}: {silence.why}" if silence else "",
                inhibited=self.telling.inhibition.of(incident),
                quiet_until=delivery.quiet.until(self.now) if delivery.quiet else None,
                room=room.left or _always_told(incident),
                repeat=delivery.repeat,
            ),
        )
        made = self._with_rollup(delivery.target, memory, made)
        if made.tell is Tell.POST:
            room.take()
        self._queue(incident, delivery, made, root, view)
        self._keep(incident, delivery.target, memory, made)

    def _view(self, one: Untold, delivery: Delivery) -> AlertView:
        buttons = self.telling.buttons and delivery.target.startswith("slack:") and one.incident.live
        return replace(view_of(one.incident, one.view, self.now), buttons=buttons, mention=delivery.mention)

    def _room(self, delivery: Delivery) -> _Room:
        if delivery.target not in self._rooms:
            today = self.now.astimezone(self.telling.zone).date()
            since = {
                name: _midnight(day, self.telling.zone) for name, day in (("day", today), ("week", _monday(today)))
            }
            used = {name: notices.posted_since(self.connection, delivery.target, at) for name, at in since.items()}
            budget = delivery.budget
            self._rooms[delivery.target] = _Room(budget.day - used["day"], budget.week - used["week"])
        return self._rooms[delivery.target]

    def _with_rollup(self, target: str, memory: Memory, made: Notice) -> Notice:
        """Into today's collected message, unless an earlier one holds it, which may change with it."""
        if memory.rollup is not None:
            self._rolled.add(memory.rollup)
        if made.tell is not Tell.ROLL_UP:
            return made
        if memory.rollup is not None:
            return replace(made, tell=Tell.NOTHING)
        today = self.now.astimezone(self.telling.zone).date()
        number = notices.rollup_of(self.connection, target, today, self.now).id
        self._rolled.add(number)
        return replace(made, memory=replace(made.memory, rollup=number))

    def _queue(self, incident: Incident, delivery: Delivery, made: Notice, root: Message, view: AlertView) -> None:
        drafts = _drafts(delivery.target, made, root, view)
        thread = thread_of_incident(incident.id)
        there = not drafts or has_root(self.connection, thread, delivery.target)
        for draft in drafts:
            queued = draft
            if not there:  # a person gave its first message up
                if not incident.live or draft.action is Action.REPLY:
                    continue
                queued = replace(draft, action=Action.POST)
            queue(self.connection, thread, _for(delivery, incident, queued), self.now)

    def _keep(self, incident: Incident, target: str, before: Memory, made: Notice) -> None:
        if made.told or made.reason is not before.reason or self._held_by_another(incident, target, made):
            notices.note(self.connection, incident.id, target, made, self.now, self.run_id)
        if made.memory != before:
            notices.remember(self.connection, incident.id, target, made.memory)
        self.told.append(Told(incident, target, made))

    def _held_by_another(self, incident: Incident, target: str, made: Notice) -> bool:
        """Whether it is held back for the same reason as before, and by something else."""
        return bool(made.note) and made.note != notices.last_note(self.connection, incident.id, target)

    def rollups(self) -> None:
        """Queue the collected messages that say something new."""
        for number in sorted(self._rolled):
            found = notices.rollup(self.connection, number)
            views = [view_of(one, view, self.now) for one, view in notices.rolled_up(self.connection, number)]
            if found is None or not views:
                continue
            message = to_json(rollup_message(views))
            if message != found.shown:
                notices.show_rollup(self.connection, number, message)
                thread = thread_of_rollup(number)
                there = has_root(self.connection, thread, found.target)
                draft = Draft(found.target, Action.UPDATE if there else Action.POST, message)
                queue(self.connection, thread, draft, self.now)


def _always_told(incident: Incident) -> bool:
    """The connection and whole entities are few, and everything else hangs on them: no budget holds them back."""
    return incident.kind is IncidentKind.SYSTEM and incident.severity is Severity.CRITICAL


def _drafts(target: str, made: Notice, root: Message, view: AlertView) -> Sequence[Draft]:
    match made.tell:
        case Tell.POST:
            return (Draft(target, Action.POST, to_json(root)),)
        case Tell.EDIT:
            return (Draft(target, Action.UPDATE, to_json(root)),)
        case Tell.EDIT_AND_REPLY:
            reply = to_json(reply_of(view, made.reason))
            if made.reason is Reason.SEVERITY_RAISED:
                reply["broadcast"] = True  # into the channel, too: nobody who follows no thread may miss it
            return Draft(target, Action.UPDATE, to_json(root)), Draft(target, Action.REPLY, reply)
        case _:
            return ()


def _for(delivery: Delivery, incident: Incident, draft: Draft) -> Draft:
    """For readers who may see owners, whose they are is added when it goes out: no name is stored. A program is told
    how the incident stands beside what the message says."""
    if delivery.target.startswith(HOOK):
        draft = replace(draft, payload={**draft.payload, ABOUT: facts_of(incident)})
    named = delivery.audience is Audience.ADMIN and incident.kind is IncidentKind.DATA and incident.live
    if not named or draft.action is Action.REPLY:
        return draft
    return replace(draft, payload={**draft.payload, OWNERS_OF: incident.subject})


def _fingerprint(message: Message) -> str:
    """Of what a message says, but for its small print: that the data is newer is no reason to edit it."""
    said: Mapping[str, Any] = to_json(message)
    blocks = [block for block in said["blocks"] if block["type"] != "footer"]
    return hashlib.sha256(json.dumps([said["summary"], blocks], sort_keys=True).encode()).hexdigest()[:16]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
