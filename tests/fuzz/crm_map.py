"""A CRM map, read and turned into the queries of each database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from monitor.crm.compile import compile_map
from monitor.crm.maps import load_map
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import file_surface

_MADE = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect, "mysql": mysql.dialect}
_DIALECTS: dict[str, sa.Dialect] = {name: make() for name, make in _MADE.items()}
_AS_OF = datetime(2026, 11, 27, 22, 59, tzinfo=UTC)


def load(folder: Path) -> None:
    """The map, and every entity's subquery on every database it says it is for."""
    crm_map = load_map("crms/odd.yaml", folder=folder / "config")
    for name in crm_map.dialects:
        for as_of in (None, _AS_OF):
            for source in compile_map(crm_map, _DIALECTS[name], link_base="https://crm.example", as_of=as_of).values():
                str(source.selectable.select().compile(dialect=_DIALECTS[name]))
                source.link_to("a/b ½")


SURFACE = file_surface(
    "crm-map",
    "config/crms/odd.yaml",
    mutate.files(seeds.texts("maps"), lambda: seeds.trees("maps")),
    load,
)
