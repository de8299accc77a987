"""What a reader answers to a digest: an action is done, or irrelevant; the digest was read."""

from __future__ import annotations

from monitor.app.adoption import find_user
from monitor.app.project import OpenProject
from monitor.digest.snapshot import Outcome
from monitor.errors import UsageError
from monitor.store.digests import Digest


def answer(opened: OpenProject, whose: str, number: int, outcome: Outcome, by: str, note: str) -> Digest:
    """Note what became of an action of somebody's newest digest, which counts as read then.

    Raises UsageError where there is no such digest or action.
    """
    found = newest(opened, whose)
    if not opened.state.digests.mark(found.id, number, outcome, by, opened.clock(), note):
        count = len(opened.state.digests.actions(found.id))
        raise UsageError(f"that digest has no action {number}", hint=f"it has {count}")
    opened.state.digests.acknowledge(found.id, by, opened.clock())
    return found


def acknowledge(opened: OpenProject, whose: str, by: str) -> Digest:
    """Note that somebody's newest digest was read. Raises UsageError where there is none."""
    found = newest(opened, whose)
    opened.state.digests.acknowledge(found.id, by, opened.clock())
    return found


def newest(opened: OpenProject, whose: str) -> Digest:
    """The newest digest of somebody; where nobody is named, the only one that there is of the newest period."""
    recipient = find_user(opened, whose) if whose else None
    found = [one for one in opened.state.digests.list(recipient=recipient) if one.kind != "own"]
    if not found:
        raise UsageError("there is no digest yet", hint="crm-monitor digest --send makes and sends them")
    last = max(one.created_at for one in found)
    latest = [one for one in found if one.period == max(found, key=lambda one: one.created_at).period]
    if recipient is None and len(latest) > 1:
        raise UsageError("there are several digests", hint="say whose: --for LOGIN")
    return next(one for one in reversed(latest) if recipient is None or one.created_at == last)
