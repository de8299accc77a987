"""Fix lists to those who asked for them: once per person and ISO week, and thanks, once, when all is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.adoption.organisation import Member
from monitor.adoption.week import IsoWeek
from monitor.app.digests import DEFAULT_LANGUAGE
from monitor.app.fixlist_rendering import FIXLIST
from monitor.app.fixlist_seen import Observed, observe, owners_failing
from monitor.app.project import OpenProject
from monitor.app.reaching import Reaching
from monitor.errors import UsageError
from monitor.fixlist.takeover import left_to
from monitor.fixlist.told import Told, from_json, tell, to_json
from monitor.store.fixlists import Delivered

_SEND = "crm-monitor fixlist --send sends what is due"


class Fate(StrEnum):
    """What became of somebody's list, this time."""

    QUEUED = "queued"
    ALREADY = "already"  # told this week
    NOTHING = "nothing"  # to mend
    NOT_CHECKED = "not checked"  # since the last one was told
    UNREACHABLE = "unreachable"
    GONE = "gone"  # without a seat, or unknown to the CRM
    ENDED = "ended"  # the person asks for it no more


@dataclass(frozen=True, slots=True)
class SentList:
    """Somebody who asked, what became of the list, and the list itself where there is one of this week."""

    name: str
    fate: Fate
    target: str = ""
    delivered: Delivered | None = None

    @property
    def told(self) -> Told | None:
        """What is, or was, told."""
        return from_json(self.delivered.fixlist.told) if self.delivered is not None else None


@dataclass(frozen=True, slots=True)
class SentLists:
    """Everybody's who asked, and why none that was due could reach anybody: empty where one could, or none was due."""

    lists: tuple[SentList, ...] = ()
    why_nobody: str = ""


def send(opened: OpenProject, only: str = "") -> SentLists:
    """Store and queue the lists that are due, of everybody who asked or ``only`` of one (a user's key).

    Raises UsageError before the first run, and where the one did not ask; CrmUnavailable and StateUnavailable.
    """
    asked = [one.person for one in opened.state.fixlists.subscriptions() if only in ("", one.person)]
    if only and not asked:
        raise UsageError("the list goes only to those who asked for it", hint="crm-monitor fixlist subscribe PERSON")
    return _Sending(opened, asked).run() if asked else SentLists()


def current_week(opened: OpenProject) -> str:
    """The ISO week that it is in the project's zone."""
    return str(IsoWeek.of(opened.clock().astimezone(opened.project.zone).date()))


class _Sending:
    def __init__(self, opened: OpenProject, asked: Sequence[str]) -> None:
        self._opened, self._asked = opened, asked
        self._fixlists, self._members = opened.state.fixlists, opened.organisation.members
        self._week, self._latest = current_week(opened), opened.state.fixlists.latest()
        self._reaching = Reaching(opened)

    def run(self) -> SentLists:
        """One by one, each in a transaction of its own: whatever dies in between, nobody is told twice."""
        due = [one for one in self._asked if self._done(one) is None]
        failing = owners_failing(self._opened)
        handed = {one: left_to(self._opened.organisation, one, failing) for one in due}
        seen = observe(self._opened, {*due, *(owner for some in handed.values() for owner in some)})
        if seen.as_of is None:
            raise UsageError("nothing was checked yet", hint="crm-monitor check first")
        lists = tuple(self._done(one) or self._tell(one, handed[one], seen, seen.as_of) for one in self._asked)
        fates = {one.fate for one in lists}
        lost_all = Fate.UNREACHABLE in fates and fates.isdisjoint((Fate.QUEUED, Fate.ALREADY))
        return SentLists(lists, self._reaching.why_nobody(_SEND) if lost_all else "")

    def _done(self, person: str) -> SentList | None:
        """Somebody who is not told now, whatever there is to mend."""
        member = self._members.get(person)
        if member is None or not member.active:
            return SentList(member.name if member else person, Fate.GONE)
        if (already := self._fixlists.of_week(person, self._week)) is not None:
            return SentList(member.name, Fate.ALREADY, _target(already), already)
        return None

    def _tell(self, person: str, handed: Sequence[str], seen: Observed, as_of: datetime) -> SentList:
        member, last = self._members[person], self._last(person)
        told = tell(seen.of([person]), seen.of(handed), last, as_of)
        if told is None:
            stale = last is not None and as_of <= last.as_of
            return SentList(member.name, Fate.NOT_CHECKED if stale else Fate.NOTHING)
        target = self._reaching.target(member)
        if not target:
            return SentList(member.name, Fate.UNREACHABLE)
        now = self._opened.clock()
        made = self._fixlists.create(person, self._week, to_json(told), target, _payload(member), now)
        if made is None:
            return SentList(member.name, Fate.ENDED)
        return SentList(member.name, Fate.QUEUED if made.fresh else Fate.ALREADY, _target(made), made)

    def _last(self, person: str) -> Told | None:
        found = self._latest.get(person)
        return from_json(found.fixlist.told) if found is not None else None


def _target(delivered: Delivered) -> str:
    return delivered.messages[0].target if delivered.messages else ""


def _payload(member: Member) -> Mapping[str, str]:
    return {"type": FIXLIST, "language": member.language or DEFAULT_LANGUAGE}
