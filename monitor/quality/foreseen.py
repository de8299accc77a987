"""What can be asked before Great Expectations is loaded: duplicates, whose query takes longest of all.

Which records are used is not decided here: only a check that turns out to ask the very same query gets them.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.crm.source import EntitySource
from monitor.quality.ahead import Ahead
from monitor.quality.check import Check
from monitor.quality.prepare import DuplicateCheck, Reader, declared, prepare_rule
from monitor.quality.rules.base import UniqueRule
from monitor.quality.selection import Options, owner_condition
from monitor.quality.uniqueness import counting_query

_UNIQUE = "expect_column_values_to_be_unique"
_OWN_ROWS = frozenset({"row_condition", "condition_parser"})  # only Great Expectations knows which they are


def begin_duplicates(ahead: Ahead, reader: Reader, checks: Sequence[Check], options: Options) -> bool:
    """Begins the queries for duplicates that need no Great Expectations to be built; whether there were any.

    What is wrong with one of them is said when its check runs.
    """
    begun = False
    for check in checks:
        source = reader.sources.get(check.entity)
        if source is None:
            continue
        try:
            duplicates = _duplicates(reader, source, check)
            if duplicates is not None:
                where = owner_condition(source, options.selection, reader.directory)
                ahead.begin(counting_query(reader, source, duplicates, where, options))
                begun = True
        except Exception:  # noqa: BLE001, S112 - it comes up again where it can be told as that check's own
            continue
    return begun


def _duplicates(reader: Reader, source: EntitySource, check: Check) -> DuplicateCheck | None:
    found = declared(reader, source, check)
    if found.missing:
        return None
    if isinstance(found.rule, UniqueRule):
        made = prepare_rule(reader.context(check.entity), found.rule, check, found.kwargs, found.domain)
        return made if isinstance(made, DuplicateCheck) else None
    if check.type == _UNIQUE and not _OWN_ROWS & found.kwargs.keys():
        return DuplicateCheck(check, found.domain, (found.kwargs["column"],))
    return None
