"""What a reader answers to a digest: an action is done, or irrelevant; the digest was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.app.adoption import find_user
from monitor.app.project import OpenProject
from monitor.digest.snapshot import Kind, Outcome
from monitor.errors import UsageError
from monitor.store.digests import Digest

_CURRENT = timedelta(days=35)  # for as long as a month may last, its digest may be the one that is meant
_MOST_NAMED = 4


def answer(opened: OpenProject, whose: str, period: str, number: int, outcome: Outcome, by: str, note: str) -> Digest:
    """Note what became of an action of a digest (see ``chosen``), which counts as read then.

    Raises UsageError where there is no such digest or action, or several are meant.
    """
    found = chosen(opened, whose, period)
    if not opened.state.digests.mark(found.id, number, outcome, by, opened.clock(), note):
        count = len(opened.state.digests.actions(found.id))
        raise UsageError(f"the digest of {found.period} has no action {number}", hint=f"it has {count}")
    opened.state.digests.acknowledge(found.id, by, opened.clock())
    return found


def acknowledge(opened: OpenProject, whose: str, period: str, by: str) -> Digest:
    """Note that a digest was read (see ``chosen``). Raises UsageError where there is none, or several are meant."""
    found = chosen(opened, whose, period)
    opened.state.digests.acknowledge(found.id, by, opened.clock())
    return found


def chosen(opened: OpenProject, whose: str, period: str) -> Digest:
    """The digest that is meant: somebody's (or, where nobody is named, anybody's) of a period, else the newest one.

    A manager's of a week and the sponsor's of a month may be the same person's: the newest of either is then as good
    as the other, so that neither is taken for the other. Raises UsageError where there is none, or more than one.
    """
    recipient = find_user(opened, whose) if whose else None
    found = [one for one in opened.state.digests.list(recipient=recipient) if one.kind != Kind.OWN]
    if not found:
        raise UsageError("there is no digest yet", hint="crm-monitor digest --send makes and sends them")
    meant = [one for one in found if one.period == period] if period else _newest(found)
    if not meant:
        raise UsageError(f"there is no digest of {period}", hint=f"there are: {_periods(found)}")
    if len(meant) > 1:
        raise UsageError("there are several digests that you may mean", hint=_choice(opened, meant))
    return meant[0]


def _newest(found: Sequence[Digest]) -> list[Digest]:
    """Those of the newest period of each kind; a kind that nobody has been sent for long is not meant any more."""
    last = max(one.created_at for one in found)
    periods = {kind: max(one.period for one in found if one.kind == kind) for kind in {one.kind for one in found}}
    return [one for one in found if one.period == periods[one.kind] and last - one.created_at <= _CURRENT]


def _periods(found: Iterable[Digest]) -> str:
    return ", ".join(sorted({one.period for one in found}, reverse=True)[:_MOST_NAMED])


def _choice(opened: OpenProject, meant: Sequence[Digest]) -> str:
    """What to add to the command for each digest that it may be about."""
    people = opened.directory.people
    names = {one.recipient: (people[one.recipient].login if one.recipient in people else "") for one in meant}
    options = [f"--for {names[one.recipient] or one.recipient} --period {one.period}" for one in meant]
    if len(options) > _MOST_NAMED:
        return f"say whose, and of when: {options[0]}; crm-monitor digest lists who gets one"
    return f"say whose, and of when: {' or '.join(options)}"
