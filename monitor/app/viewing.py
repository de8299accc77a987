"""Who looks at what is told of persons, and whether persons may be named to somebody."""

from __future__ import annotations

from monitor.adoption.mandate import naming_to
from monitor.adoption.naming import Naming
from monitor.app.project import OpenProject
from monitor.errors import CrmUnavailable
from monitor.fixlist.sight import Viewer


def naming_for(opened: OpenProject, key: str) -> Naming:
    """Whether a manager may be shown the own people by name: today, whatever day something is made as of."""
    today = opened.clock().astimezone(opened.project.zone).date()
    by_key = naming_to(opened.use.mandate, today, frozenset((key,)))
    if by_key.allowed or not opened.naming.allowed:
        return by_key  # or whoever it is: the CRM need not be asked
    try:
        member, person = opened.organisation.members.get(key), opened.directory.people.get(key)
    except CrmUnavailable:
        return by_key  # fewer words name nobody
    names = frozenset((key, member.email if member else "", person.login if person else ""))
    return naming_to(opened.use.mandate, today, names)


def viewer(opened: OpenProject, who: str) -> Viewer:
    """Whoever runs a command: a user of the CRM, by key, or else somebody who looks after the program."""
    if who not in opened.organisation.members:
        return Viewer(who, opened.naming, operates=True)
    return Viewer(who, naming_for(opened, who))
