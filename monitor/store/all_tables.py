"""Every table of the state database: importing a module of tables is what puts them into the metadata."""

from __future__ import annotations

from monitor.store import (
    partial_indexes,
    tables,
    tables_adoption,
    tables_fixlists,
    tables_notices,
    tables_service,
    tables_silences,
)
from monitor.store.columns import metadata

MODULES = (tables, partial_indexes, tables_adoption, tables_fixlists, tables_notices, tables_service, tables_silences)
__all__ = ["MODULES", "metadata"]
