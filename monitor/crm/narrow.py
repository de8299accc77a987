"""Reads only the columns of an entity that somebody asked for, so that one that is gone breaks only what needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def narrowed(selectable: sa.Subquery, wanted: Sequence[str]) -> sa.FromClause:
    """The entity's rows with these columns only; with all of them where fewer columns would mean other rows."""
    element = selectable.element
    if isinstance(element, sa.Select):
        return _narrow(element, wanted).subquery("r")
    if isinstance(element, sa.CompoundSelect):
        branches = element.selects
        if element.keyword.name == "UNION_ALL" and all(isinstance(branch, sa.Select) for branch in branches):
            return sa.union_all(*(_narrow(branch, wanted) for branch in branches)).subquery("r")  # type: ignore[arg-type]
    return selectable.alias("r")


def _narrow(select: sa.Select[Any], wanted: Sequence[str]) -> sa.Select[Any]:
    # With DISTINCT or GROUP BY the other columns decide how many rows there are.
    if select._distinct or select._group_by_clauses or select._limit_clause is not None:
        return select
    return select.with_only_columns(*(select.selected_columns[name] for name in wanted), maintain_column_froms=True)
