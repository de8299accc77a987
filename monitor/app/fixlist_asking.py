"""Asking for the own fix list, and ending it: a person's own choice, that nobody above makes."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.app.adoption import find_user
from monitor.app.fixlist import check_kept
from monitor.app.project import OpenProject
from monitor.app.reaching import Reaching
from monitor.app.viewing import viewer
from monitor.errors import UsageError
from monitor.fixlist.sight import looks_after


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for whom. ``changed``: it was not so before. ``target`` is empty: nothing reaches the person."""

    name: str
    changed: bool
    target: str = ""


def subscribe(opened: OpenProject, name: str, who: str) -> Choice:
    """Somebody asks for the list, or whoever looks after the CRM notes that they do.

    Raises UsageError for a user that nobody is called, for one without a seat, and for others' choices.
    """
    member = opened.organisation.members[_chooser(opened, name, who)]
    if not member.active or member.is_automation:
        raise UsageError(f"{member.name} has no seat any more, or is no person", hint="a list goes to a person at work")
    check_kept(opened, member.key)
    changed = opened.state.fixlists.subscribe(member.key, who, opened.clock())
    return Choice(member.name, changed, Reaching(opened).target(member))


def unsubscribe(opened: OpenProject, name: str, who: str) -> Choice:
    """Somebody asks for it no more; what waits to be sent is dropped. Raises UsageError as ``subscribe`` does."""
    member = opened.organisation.members[_chooser(opened, name, who)]
    return Choice(member.name, opened.state.fixlists.unsubscribe(member.key, opened.clock()))


def _chooser(opened: OpenProject, name: str, who: str) -> str:
    key = find_user(opened, name)
    if key != who and not looks_after(opened.organisation, viewer(opened, who)):
        raise UsageError(
            "that is this person's own choice", hint="they say it themselves, or to whoever looks after the CRM"
        )
    return key
