"""What could make a reading of the CRM untrue, or dangerous: hidden rows, and a role that may write."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.crm.connection import Crm
from monitor.crm.dialects import family
from monitor.crm.source import EntitySource
from monitor.errors import Problem

_SHOWN = 3
_MOST_OFF = 0.8


@dataclass(frozen=True, slots=True)
class HiddenRows:
    """Rows that the monitor's role may not see. ``certain``: the entity's figures are untrue, and it is an error."""

    problem: Problem
    certain: bool


def hidden_rows(
    crm: Crm,
    source: EntitySource,
    rows: int,
    earlier: int | None = None,
    connection: sa.Connection | None = None,
    *,
    emptied: bool = False,
) -> HiddenRows | None:
    """Whether the database hides rows of an entity, of which ``rows`` were read now and ``earlier`` in the last run.

    On PostgreSQL the database itself is asked (row security in force; statistics of a table that reads as empty), so
    it is seen on the first run too. Elsewhere, and besides, an entity that had rows and now has none is an error.
    ``emptied``: somebody says that it is empty on purpose, so that row security alone can tell otherwise.
    Raises CrmUnavailable unless ``connection`` is given, whose errors the caller handles.
    """
    if family(crm.engine.dialect) == "postgresql" and source.tables:
        if connection is not None:
            found = _postgresql(connection, source, rows, emptied=emptied)
        else:
            with crm.scan() as own:
                found = _postgresql(own, source, rows, emptied=emptied)
        if found is not None:
            return found
    if rows == 0 and earlier and not emptied:
        message = f"{source.entity} reads 0 rows, where the last run read {earlier:,}"
        hint = "see that the role may still read the table, and that no row-level policy or new filter hides them; "
        hint += on_purpose(source.entity)
        return HiddenRows(Problem(source.place, message, hint), certain=True)
    return None


def on_purpose(entity: str) -> str:
    """The next step where nothing is wrong with an entity that reads 0 rows."""
    return f"if it was emptied on purpose: crm-monitor accept --empty {entity} --reason TEXT"


_SECURITY = sa.text(
    "SELECT row_security_active(c.oid) AS secured, c.reltuples AS estimate, (SELECT string_agg(p.polname, ', '"
    " ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies"
    " FROM pg_class c WHERE c.oid = to_regclass(:name)"
)


def _postgresql(connection: sa.Connection, source: EntitySource, rows: int, *, emptied: bool) -> HiddenRows | None:
    for position, table in enumerate(source.tables):
        known = connection.execute(_SECURITY, {"name": quoted(table)}).first()
        if known is None:
            continue
        if known.secured:
            role = connection.scalar(sa.text("SELECT current_user"))
            policies = f"policies: {known.policies}" if known.policies else "no policy lets the role read"
            hidden = rows == 0 and position == 0
            seen = "reads 0 rows" if rows == 0 else "may be read in part only"
            if not hidden and _lacks(visible := _visible(connection, table), known.estimate):
                hidden = True
                seen = f"reads {visible:,} of about {int(known.estimate):,} rows in {table}"
            message = f"{source.entity} {seen}: row-level security is in force on {table} for {role} ({policies})"
            hint = f"grant BYPASSRLS to {role}, or a policy on {table} that lets it SELECT every row"
            return HiddenRows(Problem(source.place, message, hint), certain=hidden)
        if rows == 0 and position == 0 and not emptied and known.estimate > 0 and _empty(connection, table):
            count = f"{int(known.estimate):,}"
            message = f"{source.entity} reads 0 rows, yet PostgreSQL's statistics count about {count} in {table}"
            hint = f"a view or policy may hide them; {on_purpose(source.entity)}"
            return HiddenRows(Problem(source.place, message, hint), certain=True)
    return None


def _visible(connection: sa.Connection, table: str) -> int:
    return int(connection.scalar(sa.text(f"SELECT count(*) FROM {quoted(table)}")) or 0)


def _lacks(visible: int, estimate: float) -> bool:
    """Whether clearly fewer rows are seen than the statistics count; they are off by a few percent between ANALYZEs."""
    return estimate > 0 and visible < _MOST_OFF * estimate


def _empty(connection: sa.Connection, table: str) -> bool:
    return connection.execute(sa.text(f"SELECT 1 FROM {quoted(table)} LIMIT 1")).first() is None


def quoted(table: str, mark: str = '"') -> str:
    """``schema.table`` with each part quoted."""
    return ".".join(f"{mark}{part.replace(mark, mark * 2)}{mark}" for part in table.split("."))


def could_write(crm: Crm) -> str:
    """Why the monitor's role could write if the session let it, in words for ``doctor``; empty when it could not.

    Raises CrmUnavailable.
    """
    checks = {"sqlite": _sqlite_could, "postgresql": _postgresql_could}
    with crm.scan() as connection:
        return checks.get(family(crm.engine.dialect), _mysql_could)(connection)


def _sqlite_could(connection: sa.Connection) -> str:
    path = str(connection.engine.url.database)
    return f"this account may write to the file {path}" if os.access(path, os.W_OK) else ""


def _postgresql_could(connection: sa.Connection) -> str:
    role, superuser = connection.execute(
        sa.text("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    if superuser:
        return f"{role} is a superuser"
    tables = connection.scalars(
        sa.text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND has_schema_privilege(n.oid, 'USAGE')"
            " AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
            " ORDER BY 1"
        )
    ).all()
    return f"{role} may write to {_some(list(tables))}" if tables else ""


_GRANT = re.compile(r"^GRANT (?P<rights>.+?) ON (?P<on>\S+) TO ", re.IGNORECASE)
_WRITES = re.compile(r"\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|SUPER)\b", re.IGNORECASE)


def _mysql_could(connection: sa.Connection) -> str:
    user, database = connection.execute(sa.text("SELECT CURRENT_USER(), DATABASE()")).one()
    places = []
    for grant in connection.scalars(sa.text("SHOW GRANTS")):
        match = _GRANT.match(str(grant))
        if match is None or not _WRITES.search(match["rights"]):
            continue
        schema = match["on"].split(".")[0].strip("`").replace("\\_", "_")
        if schema == "*" or database is None or schema.lower() == str(database).lower() or "%" in schema:
            places.append(match["on"].replace("`", ""))
    return f"{user} may write to {_some(places)}" if places else ""


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
