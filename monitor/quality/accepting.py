"""Takes accepted records out of the counts where the shared scan could not: values judged in Python, hashed keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from monitor.crm.source import EntitySource
from monitor.quality.collecting import Target, accepted_records
from monitor.quality.counting import decimal
from monitor.quality.evaluate import Tally
from monitor.quality.prepare import Reader, ValueCheck
from monitor.quality.rows import Condition, owner_of
from monitor.quality.selection import Options


def take_out_accepted(
    reader: Reader,
    source: EntitySource,
    target: Target,
    tallies: list[Tally],
    where: Condition | None,
    options: Options,
) -> list[Tally]:
    """The counts without the failing records that someone accepted; raises what the database raises."""
    keys = options.accepted.get(target.prepared.check.id)
    counted_already = not isinstance(target.prepared, ValueCheck) and not source.hash_keys
    if not keys or counted_already or not source.has("key"):
        return tallies
    records = accepted_records(reader, source, target, where, options)
    count = Counter(owner_of(record.get("owner_key")) for record in records)
    amount: Counter[str | None] = Counter()
    for record in records:
        amount[owner_of(record.get("owner_key"))] += decimal(record.get("amount")) or 0  # type: ignore[assignment]
    return [_less(each, count[each.owner_key], Decimal(amount[each.owner_key])) for each in tallies]


def _less(tally: Tally, accepted: int, amount: Decimal) -> Tally:
    return replace(
        tally,
        unexpected=tally.unexpected - accepted,
        accepted=tally.accepted + accepted,
        amount=None if tally.amount is None else tally.amount - amount,
    )


__all__: Sequence[str] = ("take_out_accepted",)
