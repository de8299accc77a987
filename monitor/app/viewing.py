"""Who looks at what is told of persons, and whether persons may be named to somebody."""

from __future__ import annotations

from datetime import datetime

from monitor.adoption.mandate import naming_to
from monitor.adoption.naming import Naming
from monitor.app.project import OpenProject
from monitor.fixlist.sight import Viewer


def naming_for(opened: OpenProject, key: str, at: datetime) -> Naming:
    """Whether a manager may be shown the own people by name at a moment."""
    member = opened.organisation.members[key]
    person = opened.directory.people.get(key)
    names = frozenset((key, member.email, person.login if person else ""))
    return naming_to(opened.use.mandate, at.astimezone(opened.project.zone).date(), names)


def viewer(opened: OpenProject, who: str) -> Viewer:
    """Whoever runs a command: a user of the CRM, by key, or else somebody who looks after the program."""
    if who not in opened.organisation.members:
        return Viewer(who, opened.naming, operates=True)
    return Viewer(who, naming_for(opened, who, opened.clock()))
