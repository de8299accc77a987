"""Queries that a rule sends while it gets ready: one that fails takes its own check along and no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from monitor.quality.faults import CheckError, is_dead, safe_reason
from monitor.quality.rules.base import RuleContext

LOOKED_UP = "looked_up"
"""Begins the name of every parameter whose value was read in the CRM, which no plan may show."""


def looked_up(value: str | list[str]) -> sa.BindParameter[Any]:
    """A value (or a list, for IN) that a rule read in the CRM, as a parameter of its condition."""
    return sa.bindparam(LOOKED_UP, value, unique=True, expanding=isinstance(value, list))


@contextmanager
def lookup(context: RuleContext) -> Iterator[sa.Connection]:
    """A read-only connection for one look-up over whole tables.

    Raises CheckError when the database refuses or stops the query; a connection that is gone is passed on.
    """
    with context.connect() as connection:
        if connection.dialect.name == "postgresql":
            # A map's expressions have no statistics: PostgreSQL then expects one row and compares each with each.
            connection.execute(sa.text("SET LOCAL enable_nestloop = off"))
        try:
            yield connection
        except sa.exc.DBAPIError as error:
            if is_dead(error):
                raise
            raise CheckError(safe_reason(error)) from error
