"""The checks that every entity gets unasked: is it fresh, of its usual size, of unchanged tables, and has it owners."""

from __future__ import annotations

from collections.abc import Sequence

from monitor import content
from monitor.quality.rules.drift import SchemaUnchanged
from monitor.quality.rules.freshness import Fresh
from monitor.quality.rules.owners import OwnersActive
from monitor.quality.rules.volume import VolumeUsual
from monitor.quality.suites_draft import Draft

STANDING = frozenset(rule.type for rule in (Fresh, VolumeUsual, SchemaUnchanged, OwnersActive))


def built_in(entity: str) -> list[str]:
    """The references of an entity's built-in suites, oldest version first."""
    named = [name for name in content.names("expectations") if name.startswith(f"builtin/{entity}@")]
    return sorted(named, key=lambda name: int(name.rpartition("@")[2]))


def missing(library: Sequence[Draft], own: Sequence[Draft]) -> list[Draft]:
    """The standing checks of a built-in suite that a project has none of its own for."""
    types, ids = {each.entry.type for each in own}, {each.id for each in own}
    return [
        each for each in library if each.entry.type in STANDING and each.entry.type not in types and each.id not in ids
    ]
