"""The failing records that matter most, as links into the CRM: of what is stored of them, address, worth and age."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from monitor.crm.source import EntitySource
from monitor.digest.snapshot import RecordLink
from monitor.quality.outcome import FailingRecord

MOST = 3
_PEOPLE = ("users", "logins")  # a user's page is about a person, whom a digest may not be allowed to name
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def record_links(
    records: Sequence[FailingRecord], source: EntitySource, owners: Collection[str], zone: tzinfo
) -> tuple[RecordLink, ...]:
    """The records of these owners that are worth most, else the newest; none where the CRM map has no link to one."""
    if source.entity in _PEOPLE or source.hash_keys:
        return ()
    own = sorted((one for one in records if one.owner_key in owners), key=_size, reverse=True)
    linked = ((one, source.link_to(one.key)) for one in own[:MOST])
    return tuple(
        RecordLink(link, one.amount, one.created_at.astimezone(zone).date() if one.created_at else None)
        for one, link in linked
        if link
    )


def _size(record: FailingRecord) -> tuple[Decimal, datetime, str]:
    return record.amount or Decimal(0), record.created_at or _LONG_AGO, record.key
