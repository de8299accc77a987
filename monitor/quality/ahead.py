"""Queries that run beside the others of a run, each within the load budget, so that one waits for the other's disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

Records = list[dict[str, Any]]


class Ahead:
    """One query at a time, in a thread of its own; a context manager that waits for the one it is at.

    A query is known by its SQL and parameters: who begins it and who asks for its records need not be the same.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[sa.Connection]], dialect: sa.Dialect) -> None:
        self._connect = connect
        self._dialect = dialect
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="crm-monitor-scan")
        self._begun: dict[str, Future[Records]] = {}

    def begin(self, query: sa.Select[Any]) -> None:
        """Send the query, unless it is on its way; an error of the database waits until the records are asked for."""
        name = same_query(query, self._dialect)
        if name not in self._begun:
            self._begun[name] = self._pool.submit(self._run, query)

    def records(self, query: sa.Select[Any]) -> Records:
        """The rows of a query, begun now if it was not before; handed over once. Raises what running it raised."""
        self.begin(query)
        return self._begun.pop(same_query(query, self._dialect)).result()

    def _run(self, query: sa.Select[Any]) -> Records:
        with self._connect() as connection:
            return [dict(record) for record in connection.execute(query).mappings()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def same_query(query: sa.ClauseElement, dialect: sa.Dialect) -> str:
    """What is equal of two queries, or parts of them, when the database would do the same: SQL and parameters."""
    compiled = query.compile(dialect=dialect)
    return f"{compiled}|{sorted((name, repr(value)) for name, value in compiled.params.items())}"
