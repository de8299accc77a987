"""Where no person's use may be stored: the groups that rows are kept of, each of five people or more."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.organisation import Organisation

REST = ""
"""The key of everybody in small teams and in none."""


def buckets(organisation: Organisation, *, least: int = LEAST_GROUP) -> Mapping[str, str]:
    """User -> team, or ``REST``.

    A team of fewer than ``least`` persons goes into the rest; and where the rest is fewer, so does the smallest of the
    others.
    """
    members = organisation.members
    sizes: dict[str, int] = {}
    for member in members.values():
        if member.is_measured:
            sizes[member.team_key] = sizes.get(member.team_key, 0) + 1
    alone = sorted((key for key, size in sizes.items() if key and size >= least), key=lambda key: (sizes[key], key))
    together = sum(size for key, size in sizes.items() if key not in alone)
    while 0 < together < least and alone:
        together += sizes[alone.pop(0)]
    return {key: member.team_key if member.team_key in alone else REST for key, member in members.items()}
