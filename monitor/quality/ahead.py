"""Queries that run beside the shared scan, each within the load budget, so that one waits for the other's disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import sqlalchemy as sa

Records = list[dict[str, Any]]


class Ahead:
    """One query at a time, in a thread of its own; a context manager that waits for what it has begun."""

    def __init__(self, connect: Callable[[], AbstractContextManager[sa.Connection]]) -> None:
        self._connect = connect
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="crm-monitor-scan")
        self._begun: dict[str, Future[Records]] = {}

    def begin(self, name: str, make: Callable[[], sa.Select[Any]]) -> None:
        """Send the query that ``make`` builds (in this thread); an error waits until the records are asked for."""
        try:
            query = make()
        except Exception as error:  # noqa: BLE001 - it belongs to the check that asks for the records
            failed: Future[Records] = Future()
            failed.set_exception(error)
            self._begun[name] = failed
            return
        self._begun[name] = self._pool.submit(self._run, query)

    def records(self, name: str) -> Records:
        """The rows of a query that was begun. Raises what building or running it raised."""
        return self._begun[name].result()

    def _run(self, query: sa.Select[Any]) -> Records:
        with self._connect() as connection:
            return [dict(record) for record in connection.execute(query).mappings()]

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
