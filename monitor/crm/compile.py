"""A CRM map turned into queries: one subquery per entity, with exactly the mapped columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm import dialects
from monitor.crm.mapcheck import SAFE_VALUE, VARIABLE
from monitor.crm.maps import Branch, ColumnMap, CrmMap, EntityMap
from monitor.crm.source import EntitySource
from monitor.crm.tables import tables_of
from monitor.crm.vocabulary import Column, Kind
from monitor.errors import ConfigurationError, MonitorError, Problem

_ENTERED = {"logins": "at", "changes": "changed_at"}  # the others: created_at
_NATIVE = "native_"
_COLON = re.compile(r":")


def compile_map(
    crm_map: CrmMap,
    dialect: sa.Dialect | str,
    *,
    link_base: str = "",
    variables: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    as_of: datetime | None = None,
) -> dict[str, EntitySource]:
    """Every entity of the map as it is read on this dialect, in the map's order.

    ``link_base`` is the CRM's web address; ``variables`` and ``time_zone`` override the map's own. With ``as_of``
    (aware) rows entered after it are left out, where the map says when a row was entered.
    Raises ConfigurationError for an unknown or unsafe variable, MonitorError for a dialect the map is not for.
    """
    name = dialects.family(dialect)
    if name not in crm_map.dialects:
        fits = ", ".join(crm_map.dialects)
        raise MonitorError(
            f"the map {crm_map.reference} reads {fits}, and this database is {name}",
            hint="name another map, or write one (docs/crm-maps.md)",
        )
    work = _Compiler(
        crm_map,
        name,
        sa.engine.url.make_url(f"{name}://").get_dialect()() if isinstance(dialect, str) else dialect,
        link_base.rstrip("/"),
        _variables(crm_map, variables or {}),
        ZoneInfo(time_zone or crm_map.time_zone),
        as_of,
    )
    return {entity: work.source(entity, mapped) for entity, mapped in crm_map.entities.items()}


def _variables(crm_map: CrmMap, given: Mapping[str, str]) -> dict[str, str]:
    """The map's variables with the given ones over them; their text goes into SQL, so it must be harmless."""
    problems = []
    for name, value in given.items():
        if name not in crm_map.variables:
            known = ", ".join(crm_map.variables) or "none"
            problems.append(Problem(crm_map.place("variables"), f"the map knows no variable {name}; it has: {known}"))
        elif not SAFE_VALUE.fullmatch(value):
            place = crm_map.place("variables", name)
            problems.append(
                Problem(place, f"the value given for {name} may hold letters, digits and . , @ / + : - only")
            )
    if problems:
        raise ConfigurationError(problems)
    return {**crm_map.variables, **given}


@dataclass(frozen=True, slots=True)
class _Compiler:
    crm_map: CrmMap
    dialect: str
    sa_dialect: sa.Dialect
    link_base: str
    variables: Mapping[str, str]
    zone: ZoneInfo
    as_of: datetime | None

    @property
    def aware(self) -> bool:
        return self.crm_map.timestamps == "aware"

    def source(self, entity: str, mapped: EntityMap) -> EntitySource:
        columns = self.crm_map.columns(entity)
        native = self.native(mapped, columns)
        plain = [self.select(entity, mapped, branch, columns, {}) for branch in mapped.branches]
        whole = [self.select(entity, mapped, branch, columns, {}, cut=False) for branch in mapped.branches]
        wide = [self.select(entity, mapped, branch, columns, native) for branch in mapped.branches]
        return EntitySource(
            entity=entity,
            selectable=_stacked(plain).subquery(entity),
            columns=columns,
            zone=self.zone,
            aware=self.aware,
            disclose=frozenset(name for name in mapped.disclose if name in columns),
            link=self.web(mapped.link),
            list_link=self.web(mapped.list_link),
            tables=tuple(mapped.tables) or tables_of(mapped),
            hash_keys=mapped.hash_keys,
            links={branch.prefix: link for branch in mapped.union if (link := self.web(branch.link or mapped.link))},
            grouping=_stacked(wide).subquery(entity),
            native=native,
            whole=_stacked(whole).subquery(entity) if self.as_of is not None else None,
            place=self.crm_map.place("entities", entity, key=True),
        )

    def native(self, mapped: EntityMap, columns: Mapping[str, Column]) -> dict[str, str]:
        """The key columns that can be had uncast: in a union only those of every branch, and never its own key.

        PostgreSQL makes no union of numbers and texts, and the tables behind a union seldom agree.
        """
        if mapped.union and self.dialect == "postgresql":
            return {}
        keys = [name for name, column in columns.items() if column.kind is Kind.KEY]
        if mapped.union:
            keys = [name for name in keys if name != "key" and all(branch.column(name) for branch in mapped.union)]
        return {name: f"{_NATIVE}{name}" for name in keys}

    def select(
        self,
        entity: str,
        mapped: EntityMap,
        branch: Branch,
        columns: Mapping[str, Column],
        native: Mapping[str, str],
        *,
        cut: bool = True,
    ) -> sa.Select[Any]:
        """One branch as a SELECT of every column, with NULL for what it lacks; ``cut`` off what is too new."""
        selected = [self.column(mapped, branch, column).label(name) for name, column in columns.items()]
        selected += [self.raw(mapped, branch, name, None).label(label) for name, label in native.items()]
        query = sa.select(*selected).select_from(sa.text(self.escape(self.source_text(mapped, branch))))
        conditions = [f"({branch.where})"] if branch.where.strip() else []
        conditions += [f"({text}) IS NOT TRUE" for text in (branch.deleted, branch.system) if text.strip()]
        for condition in conditions:
            query = query.where(sa.text(self.escape(condition)))
        entered = _ENTERED.get(entity, "created_at")
        if cut and self.as_of is not None and self.spec(mapped, branch, entered) is not None:
            query = query.where(self.entered_by(self.column(mapped, branch, columns[entered]), self.as_of))
        return query

    def entered_by(self, at: sa.ColumnElement[Any], as_of: datetime) -> sa.ColumnElement[bool]:
        moment = as_of if self.aware else as_of.astimezone(self.zone).replace(tzinfo=None)
        return sa.or_(at.is_(None), at <= sa.literal(moment, at.type))

    def column(self, mapped: EntityMap, branch: Branch, column: Column) -> sa.ColumnElement[Any]:
        as_type = dialects.column_type(column.kind, self.dialect, aware=self.aware)
        if column.kind is not Kind.KEY:
            return self.raw(mapped, branch, column.name, as_type, column.kind)
        text = sa.cast(self.raw(mapped, branch, column.name, None), sa.Text())
        prefix = getattr(branch, "prefix", "")
        return sa.literal_column(f"'{prefix}:'", sa.Text()).concat(text) if prefix and column.name == "key" else text

    def raw(
        self,
        mapped: EntityMap,
        branch: Branch,
        name: str,
        as_type: sa.types.TypeEngine[Any] | None,
        kind: Kind = Kind.KEY,
    ) -> sa.ColumnElement[Any]:
        """The mapped expression, comparable as its kind is; a column that this branch lacks is NULL of its type."""
        spec = self.spec(mapped, branch, name)
        if spec is None:
            return sa.cast(sa.null(), as_type) if as_type is not None else sa.null()
        text = dialects.compared(self.fill(dialects.expression(spec, self.dialect)), kind, self.dialect)
        return sa.literal_column(text, as_type)

    def spec(self, mapped: EntityMap, branch: Branch, name: str) -> ColumnMap | None:
        own = mapped.extra.get(name)
        if own is not None and (own.sql or own.date):
            return own
        if mapped.select:
            quoted = self.sa_dialect.identifier_preparer.quote(name)
            return ColumnMap(sql=f"source.{quoted}") if name in mapped.mapped() else None
        return branch.column(name)

    def source_text(self, mapped: EntityMap, branch: Branch) -> str:
        if mapped.select:
            return f"({mapped.select.strip().rstrip(';')}) AS source"
        return branch.from_

    def fill(self, text: str) -> str:
        return VARIABLE.sub(lambda match: self.variables[match[1]], text)

    def escape(self, text: str) -> str:
        """Text for ``sa.text``, in which a colon would otherwise begin a parameter."""
        return _COLON.sub(r"\\:", self.fill(text))

    def web(self, template: str) -> str:
        """A link with the CRM's address in it; nothing where the address is needed and not known."""
        if "{base}" in template and not self.link_base:
            return ""
        return self.fill(template).replace("{base}", self.link_base)


def _stacked(selects: list[sa.Select[Any]]) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)
