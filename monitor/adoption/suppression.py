"""Which groups may be shown by themselves: none so small that it tells of persons, nor one that can be computed.

A group of fewer than five people is merged with others. As the total over all groups is shown as well, what is merged
can be computed from it; so the merged ones are five people or more together and at least two groups, else the smallest
group that could be shown joins them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.adoption.naming import LEAST_GROUP


@dataclass(frozen=True, slots=True)
class Shown:
    """``single`` groups are shown as they are, by name; ``merged`` ones as one. ``nothing``: not even the total."""

    single: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    nothing: bool = False


def suppressed(sizes: Mapping[str, int], *, least: int = LEAST_GROUP) -> Shown:
    """How groups (key -> people in it, no person in two) may be shown beside their total.

    Groups of nobody are left out. Where there is just one group to show besides what would be merged into nothing,
    all is one: the total.
    """
    groups = {key: size for key, size in sizes.items() if size > 0}
    total = sum(groups.values())
    if total < least:
        return Shown(nothing=True)
    small = {key for key, size in groups.items() if size < least}
    if not small:
        return Shown(tuple(sorted(groups)))
    merged = set(small)
    rest = sorted((key for key in groups if key not in small), key=lambda key: (groups[key], key))
    while (len(merged) < 2 or sum(groups[key] for key in merged) < least) and rest:
        merged.add(rest.pop(0))
    return Shown(tuple(sorted(rest)), tuple(sorted(merged)))
