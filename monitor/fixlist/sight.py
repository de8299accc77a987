"""Who may see whose fix list: its owner, whoever looks after the CRM, and with a mandate the managers above.

A list of one's own work is nobody else's business; what a manager sees without a mandate names nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import may_see
from monitor.crm.directory import PersonKind


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a user's key. ``operates``: somebody who runs the program and is no user of the CRM.

    ``naming`` says whether people may be named to this viewer, as their manager.
    """

    key: str
    naming: Naming
    operates: bool = False


class Sight(StrEnum):
    """What is shown of a list: nothing, the records without their owners, or these too."""

    NOTHING = "nothing"
    RECORDS = "records"
    OWNERS = "owners"


def looks_after(organisation: Organisation, viewer: Viewer) -> bool:
    """Whether the viewer looks after the CRM: runs the program, is an administrator there, or is named as one."""
    member = organisation.members.get(viewer.key)
    administers = member is not None and member.active and member.kind is PersonKind.ADMIN
    return viewer.operates or administers or viewer.key in organisation.admins


def of_person(organisation: Organisation, viewer: Viewer, owner: str) -> bool:
    """Whether the list of one owner may be shown."""
    if owner == viewer.key or looks_after(organisation, viewer):
        return True
    return viewer.naming.allowed and may_see(organisation, viewer.key, owner)


def of_group(
    organisation: Organisation, viewer: Viewer, owners: Collection[str], persons: int, *, mandate: bool
) -> Sight:
    """What may be shown of the list of a group of ``owners``, of whom so many are ``persons`` with a seat.

    ``mandate``: there is one that is in force.
    """
    if looks_after(organisation, viewer):
        return Sight.OWNERS if mandate or persons >= LEAST_GROUP else Sight.RECORDS
    if not all(may_see(organisation, viewer.key, owner) for owner in owners):
        return Sight.NOTHING
    if viewer.naming.allowed:
        return Sight.OWNERS
    others = persons - (viewer.key in owners)  # whoever looks hides nobody
    return Sight.RECORDS if others >= LEAST_GROUP else Sight.NOTHING
