"""A digest that was stored, as its reader may see it today."""

from __future__ import annotations

from monitor.app.project import OpenProject
from monitor.app.viewing import naming_for
from monitor.digest.redact import without_names
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.snapshot_json import from_json
from monitor.store.digests import Digest


def shown_now(opened: OpenProject, digest: Digest) -> Snapshot:
    """A stored digest; without its persons, and what tells of few, where there is no mandate to name them to its reader
    any more. Raises ValueError."""
    snapshot = from_json(digest.snapshot)
    if digest.kind == Kind.OWN or not snapshot.naming.allowed:
        return snapshot
    naming = naming_for(opened, digest.recipient)
    if naming.allowed:
        return snapshot
    return without_names(snapshot, naming if digest.kind == Kind.MANAGER else opened.naming)
