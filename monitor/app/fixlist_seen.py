"""What checks saw of some owners' records: from the state, and live where too many fail for their keys to be kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.app.failing import live_records
from monitor.app.project import OpenProject
from monitor.errors import UsageError
from monitor.fixlist.build import fix_list, tasks
from monitor.fixlist.model import FixList, Seen
from monitor.quality.check import Check
from monitor.quality.selection import stored_key
from monitor.store.failing_lists import KeptList

A_WEEK = timedelta(days=6)
"""How much older the run is that "new" and "mended" compare with: a Monday morning with that before, an hour early."""
MOST_LIVE = 1000
"""So many records of one owner and check are read live at most."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen per owner. ``as_of`` is the moment the newest run looked at; None: no run has looked yet.

    ``beyond`` and ``had`` are per owner: how many more records fail a check than are listed, and which checks that
    cannot be compared failed a week before.
    """

    checks: Sequence[Check]
    as_of: datetime | None
    since: Mapping[str, datetime | None]
    seen: Mapping[str, Sequence[Seen]]
    beyond: Mapping[str, Mapping[str, int]]
    had: Mapping[str, frozenset[str]]

    def of(self, owners: Iterable[str]) -> FixList:
        """The list of some owners together."""
        wanted = list(dict.fromkeys(owners))
        beyond: dict[str, int] = {}
        for owner in wanted:
            for check, count in self.beyond.get(owner, {}).items():
                beyond[check] = beyond.get(check, 0) + count
        return fix_list(
            self.checks,
            self.since,
            [one for owner in wanted for one in self.seen.get(owner, ())],
            beyond=beyond,
            failed_then={check for owner in wanted for check in self.had.get(owner, ())},
        )


def observe(opened: OpenProject, owners: Collection[str], *, numbers_only: bool = False) -> Observed:
    """Everything that fails now, and failed a week before, of these owners' records; what was accepted is left out.

    With ``numbers_only`` nothing is read live: what would be is counted in ``beyond``.
    Raises CrmUnavailable and StateUnavailable.
    """
    checks = [one for one in tasks(opened.project.checks) if _has_owners(opened, one)]
    state = opened.state
    kept = state.failing_lists.now_and_then([one.id for one in checks], owners, A_WEEK)
    work = _Observing(opened, state.accepted.keys(opened.clock()), frozenset(owners), 0 if numbers_only else MOST_LIVE)
    declared = {one.id: one for one in checks}
    for found in kept:
        work.add(declared[found.check], found)
    return Observed(
        checks=checks,
        as_of=max((one.seen for one in kept), default=None),
        since={one.check: one.since for one in kept},
        seen=work.seen,
        beyond=work.beyond,
        had=work.had,
    )


def owners_failing(opened: OpenProject) -> frozenset[str]:
    """Everybody who has a record to mend, by the newest runs."""
    return opened.state.failing_lists.owners([one.id for one in tasks(opened.project.checks)])


def _has_owners(opened: OpenProject, check: Check) -> bool:
    source = opened.sources(None).get(check.entity)
    return source is not None and source.has("key", "owner_key")


class _Observing:
    def __init__(
        self, opened: OpenProject, accepted: Mapping[str, frozenset[str]], owners: frozenset[str], most_live: int
    ) -> None:
        self._opened, self._accepted, self._owners, self._most = opened, accepted, owners, most_live
        self.seen: dict[str, list[Seen]] = {}
        self.beyond: dict[str, dict[str, int]] = {}
        self.had: dict[str, frozenset[str]] = {}

    def add(self, check: Check, found: KeptList) -> None:
        """What one check saw."""
        for owner in found.had:
            self.had[owner] = self.had.get(owner, frozenset()) | {check.id}
        then = {one.key for one in found.records if one.then}
        live = {} if found.complete else self._live(check, found, then)
        accepted = self._accepted.get(check.id, frozenset())
        for one in found.records:
            if one.key in accepted or one.key in live or one.older:  # whose newer duplicate is merged needs no work
                continue
            seen = Seen(check.id, one.key, one.owner, one.now, one.then, one.amount, one.created_at)
            self.seen.setdefault(one.owner, []).append(seen)
        for seen in live.values():
            self.seen.setdefault(seen.owner, []).append(seen)

    def _live(self, check: Check, found: KeptList, then: Collection[str]) -> dict[str, Seen]:
        """The records that fail the check at this moment, by key as it is stored, of the owners that had any."""
        owners = frozenset(found.counts) & self._owners
        if not owners or not self._most:
            self._note_beyond(check, found.counts)
            return {}
        source = self._opened.sources(None)[check.entity]
        options = self._opened.options(known=self._opened.known(self._opened.existing_state()))
        read: dict[str, Seen] = {}
        counts = dict.fromkeys(owners, 0)
        try:
            for record in live_records(self._opened, check, owners):
                if record.older:
                    continue
                owner = record.owner_key or ""
                counts[owner] = counts.get(owner, 0) + 1
                if counts[owner] > self._most:
                    continue
                key = stored_key(source, record.key, options)
                amount, created = record.amount, record.created_at
                read[key] = Seen(check.id, key, owner, now=True, then=key in then, amount=amount, created_at=created)
        except UsageError:  # nobody can say which they are: the counts stand
            self._note_beyond(check, found.counts)
            return {}
        self._note_beyond(check, {owner: count - self._most for owner, count in counts.items()})
        return read

    def _note_beyond(self, check: Check, counts: Mapping[str, int]) -> None:
        for owner, count in counts.items():
            if count > 0:
                self.beyond.setdefault(owner, {})[check.id] = count
