"""What decides which rows a measure counts: where that changes, what was stored before means something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

from monitor.activity.measure import Measure

NOWHERE: Mapping[str, str] = MappingProxyType({})


def definition(measure: Measure, *, strict: bool, read_from: Mapping[str, str] = NOWHERE) -> str:
    """A digest of a measure's meaning; its words, its kind and its area are not part of it.

    ``strict``: teams are stored, and no persons. ``read_from``: per entity any text that changes when its rows come
    from elsewhere or fall on other days (another CRM, map or zone).
    """
    parts = {
        "from": read_from.get(measure.entity, ""),
        "entity": measure.entity,
        "user": _plain(measure.user),
        "time": measure.time,
        "basis": str(measure.basis),
        "where": measure.where,
        "entered": measure.entered,
        "entered_by": _plain(measure.entered_by),
        "strict": strict,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _plain(columns: object) -> object:
    """A column, or several to choose from, in their order."""
    return list(columns) if isinstance(columns, tuple | list) else str(columns)
