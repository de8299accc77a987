"""What stored records are called, and where they are: read live for a private view, and never stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from monitor.app.project import OpenProject
from monitor.fixlist.model import Named, RecordId


def named(opened: OpenProject, records: Iterable[RecordId], owners: Collection[str] = ()) -> Mapping[RecordId, Named]:
    """The records' own names (their keys, where they have none) and their pages in the CRM.

    Where keys are stored as hashes, the records are found by hashing the keys of those ``owners`` (of all, if none are
    named), and those that are gone are left out. Raises CrmUnavailable.
    """
    by_entity: dict[str, dict[str, None]] = {}
    for entity, key in records:
        by_entity.setdefault(entity, {})[key] = None
    found: dict[RecordId, Named] = {}
    for entity, keys in by_entity.items():
        found |= _of_entity(opened, entity, list(keys), owners)
    return found


def _of_entity(
    opened: OpenProject, entity: str, keys: Collection[str], owners: Collection[str]
) -> dict[RecordId, Named]:
    from monitor.quality.engine import hashed_records, record_names

    reader = opened.reader(opened.clock())
    source = reader.sources.get(entity)
    if source is None:
        return {}
    if not source.hash_keys:
        names = record_names(reader, entity, list(keys))
        return {(entity, key): Named(names.get(key) or key, source.link_to(key)) for key in keys}
    options = opened.options(known=opened.known(opened.existing_state()))
    records = hashed_records(reader, entity, frozenset(keys), options, owners)
    return {(entity, stored): Named(name, source.link_to(key)) for stored, (key, name) in records.items()}
