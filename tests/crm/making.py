"""Small databases and small maps for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm, driver_url, open_crm
from monitor.crm.maps import CrmMap, load_map
from monitor.crm.source import EntitySource


def write_map(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    """A map file with ``map: mine`` before the text, unless the text says which map it is."""
    body = dedent(text)
    path = folder / name
    path.write_text(body if body.startswith("map:") else f"map: mine\n{body}", encoding="utf-8")
    return path


def execute(url: sa.URL, *statements: str) -> None:
    """Run statements on a connection of the test's own, which may write."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(
                statement if url.get_backend_name() == "sqlite" else statement.replace("%", "%%")
            )


def naive(text: str) -> datetime:
    """A timestamp as most CRMs keep it, without a zone."""
    return datetime.fromisoformat(text)


@contextmanager
def opened(url: sa.URL, **options: Any) -> Iterator[Crm]:
    crm = open_crm(url, **options)
    try:
        yield crm
    finally:
        crm.close()


def sources(crm: Crm, crm_map: CrmMap, as_of: datetime | None = None) -> dict[str, EntitySource]:
    return compile_map(crm_map, crm.engine.dialect, link_base="https://crm.example/", as_of=as_of)


def read(url: sa.URL, map_path: Path, entity: str, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """Every row of one entity through the map, in the order of its first column."""
    with opened(url) as crm, crm.scan() as connection:
        source = sources(crm, load_map(map_path), as_of)[entity]
        rows = connection.execute(sa.select(source.selectable).order_by(sa.text("1"))).mappings().all()
        return [dict(row) for row in rows]
