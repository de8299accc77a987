"""The seam to Great Expectations: the one file that imports it, and only when a check needs it.

Great Expectations keeps two things: its vocabulary (which row fails which expectation, as SQL) and its
verdict (mostly, and the like). Counting is ours, in one scan with the owners in it. What cannot be
taken apart so runs through Great Expectations as it is. Nothing is written: no project, no
temporary table, no usage statistics.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from io import StringIO
from typing import Any

import sqlalchemy as sa

from monitor.garbage import without_collecting
from monitor.quality.faults import CheckError

Condition = sa.ColumnElement[bool]
IMPORTING = "great-expectations-import"
"""What the thread is called that preload() starts."""
_BATCH = "entity"
_LOADING = threading.Lock()  # what importing it changes in the process would be put back wrongly by two at once
_DUPLICATES = frozenset({"column_values.unique", "compound_columns.unique"})
# Figures of a table as a whole that say nothing of a single record.
_TELLABLE = {
    "column.mean": "mean {:,.2f}",
    "column.sum": "sum {:,.2f}",
    "column.standard_deviation": "standard deviation {:,.2f}",
    "column.distinct_values.count": "{:,.0f} distinct values",
    "column.unique_proportion": "{:.1%} distinct",
    "column.non_null_proportion": "{:.1%} filled in",
    "table.column_count": "{:,.0f} columns",
    "table.row_count": "{:,.0f} rows",
    "unexpected_rows_query.row_count": "{:,.0f} unexpected rows",
}
_NOT_TOLD = "what was found is not told, as it may be a record's own value"


@dataclass(frozen=True, slots=True)
class RowTest:
    """An expectation about each row, over bare canonical columns.

    ``domain`` are the rows it is about (its own row_condition and ignore_row_if; None: all), ``value`` the
    column whose nulls it ignores, ``unexpected`` the rows that fail. ``form`` is "row", or "nonnull" and "null" for
    the two expectations that are about nulls themselves.
    """

    unexpected: Condition
    domain: Condition | None
    value: str = ""
    form: str = "row"


@dataclass(frozen=True, slots=True)
class DuplicateTest:
    """An expectation that no two rows of its domain have the same values in ``columns`` (nulls are never the same)."""

    columns: tuple[str, ...]
    domain: Condition | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals to judge: rows of the domain, those with a null that does not count, and those that fail."""

    rows: int
    missing: int
    unexpected: int


@dataclass(frozen=True, slots=True)
class PlainResult:
    """What Great Expectations itself found: its verdict, and counts or a figure where they tell of no single record."""

    success: bool
    rows: int | None = None
    unexpected: int | None = None
    observed: str = ""


def _unheard() -> redirect_stdout[StringIO]:
    """Some types print advice as they are made, in the midst of results that a script may be reading."""
    return redirect_stdout(StringIO())


class _NeedsQuery(Exception):
    """A condition that depends on a figure of the whole table (a mean): not for the shared scan."""


def preload() -> threading.Thread:
    """Starts the import (some 3 s) in the background, so that scanning can begin meanwhile."""
    # Great Expectations brings in SQLAlchemy's ORM. Any statement made while that is half imported fails: its parts
    # reach for each other without waiting. So it is imported here, before two threads are at work.
    import sqlalchemy.orm  # noqa: F401

    thread = threading.Thread(target=_load, name=IMPORTING, daemon=True)
    thread.start()
    return thread


def _load() -> Any:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when it is imported
    with without_collecting(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations.expectations.core  # registers the types
        import great_expectations.validator.validation_graph  # noqa: F401
        from great_expectations.expectations import registry

        gc.freeze()  # it stays: no later search need walk it
    logging.captureWarnings(False)  # importing it sends the whole process's warnings to the log
    # Its own log repeats a database's errors with query, parameters and traceback: values of rows among them.
    logger = logging.getLogger("great_expectations")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return registry


@cache
def _offline(dialect: str) -> Any:
    """An execution engine that knows the dialect and can reach no database: conditions are built, never run."""
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

    urls = {"postgresql": "postgresql+psycopg://", "mysql": "mysql+pymysql://", "mariadb": "mysql+pymysql://"}
    engine = SqlAlchemyExecutionEngine(
        engine=sa.create_engine(urls.get(dialect, "sqlite://"), poolclass=sa.NullPool), create_temp_table=False
    )
    _attach(engine, sa.select(sa.column("key")).select_from(sa.table("rows")))
    return engine


def _attach(engine: Any, select: sa.Select[Any]) -> None:
    from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData

    batch = SqlAlchemyBatchData(execution_engine=engine, selectable=select, create_temp_table=False)
    engine.load_batch_data(_BATCH, batch)


class Expectation:
    """One expectation of Great Expectations with its arguments.

    Raises CheckError when the type does not exist or refuses its arguments.
    """

    def __init__(self, kind: str, kwargs: Mapping[str, Any]) -> None:
        registry = _load()
        from great_expectations.exceptions import ExpectationNotFoundError

        self._kwargs = _with_condition_object(kwargs)
        try:
            implementation = registry.get_expectation_impl(kind)
        except ExpectationNotFoundError:
            raise CheckError(f"Great Expectations knows no {kind}") from None
        try:
            with _unheard():
                self._made = implementation(**self._kwargs)
        except (ValueError, TypeError, AttributeError) as error:
            raise CheckError(f"Great Expectations refuses the arguments of {kind} ({type(error).__name__})") from error
        self._map = getattr(implementation, "map_metric", None) or ""
        self.about_values = "column" in self._kwargs or "column_list" in self._kwargs  # nothing to say of no rows

    def test(self, dialect: str, columns: Sequence[str]) -> RowTest | DuplicateTest | None:
        """What the expectation says of each row; None when only Great Expectations itself can run it."""
        if not self._map:
            return None
        engine = _offline(dialect)
        try:
            dependencies = self._dependencies()
            configuration = dependencies.get(f"{self._map}.unexpected_count")
            if configuration is None:
                return None
            # Some types forget their row_condition when they count what is unexpected, but not when they count rows.
            whole = dict(dependencies["table.row_count"].metric_domain_kwargs)
            domain = _domain(engine, whole | configuration.metric_domain_kwargs)
            if self._map in _DUPLICATES:
                return self._duplicates(configuration.metric_domain_kwargs, domain)
            return self._row_test(engine, configuration, columns, domain)
        except _NeedsQuery:
            return None

    def _duplicates(self, domain_kwargs: Mapping[str, Any], domain: Condition | None) -> DuplicateTest:
        names = domain_kwargs.get("column_list") or [domain_kwargs["column"]]
        return DuplicateTest(tuple(names), domain)

    def _row_test(
        self, engine: Any, configuration: Any, columns: Sequence[str], domain: Condition | None
    ) -> RowTest | None:
        from great_expectations.exceptions import MetricProviderError

        values = {
            key: self._kwargs.get(key, value)
            for key, value in configuration.metric_value_kwargs.items()
            if key != "result_format"
        }
        name = f"{self._map}.condition"
        try:
            provider, _ = _load().get_metric_provider(name, engine)
        except MetricProviderError:
            return None
        condition, *_ = _partial(engine, name, configuration.metric_domain_kwargs, values, columns)
        form = {"column_values.nonnull": "nonnull", "column_values.null": "null"}.get(self._map, "row")
        column = str(configuration.metric_domain_kwargs.get("column") or "")
        ignores_null = form != "row" or getattr(provider, "filter_column_isnull", True)
        return RowTest(condition, domain, column if column and ignores_null else "", form)

    def _dependencies(self) -> dict[str, Any]:
        with _unheard():
            dependencies = self._made.get_validation_dependencies(
                execution_engine=None, runtime_configuration={"result_format": "BOOLEAN_ONLY"}
            )
        return dict(dependencies.metric_configurations)

    def succeeds(self, counts: Counts) -> bool:
        """Great Expectations' own verdict on totals that we counted (mostly and the like)."""
        metrics: dict[Any, int] = {}
        for name, configuration in self._dependencies().items():
            if name in ("table.row_count", f"{self._map}.filtered_row_count"):
                metrics[configuration.id] = counts.rows
            elif name == f"{self._map}.unexpected_count":
                metrics[configuration.id] = counts.unexpected
            else:
                metrics[configuration.id] = counts.missing
        result = self._made.metrics_validate(metrics, runtime_configuration={"result_format": "BOOLEAN_ONLY"})
        return bool(result.success)

    def run(self, connection: sa.Connection, select: sa.Select[Any]) -> PlainResult:
        """Runs the expectation through Great Expectations on a query, on this connection, without temporary tables.

        Raises what the database or Great Expectations raises; nothing of it may be shown as it is.
        """
        from great_expectations.exceptions import MetricProviderError
        from great_expectations.execution_engine import SqlAlchemyExecutionEngine
        from great_expectations.validator.validation_graph import ValidationGraph

        with _unheard(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            execution = SqlAlchemyExecutionEngine(engine=_borrowed(connection), create_temp_table=False)
            execution.close = _keep_open  # the connection is borrowed: not for Great Expectations to close
            _attach(execution, select)
            runtime: dict[str, Any] = {"result_format": "BOOLEAN_ONLY", "catch_exceptions": False}
            dependencies = self._made.get_validation_dependencies(execution, runtime)
            graph = ValidationGraph(execution_engine=execution)
            try:
                for configuration in dependencies.get_metric_configurations():
                    graph.build_metric_dependency_graph(configuration, runtime)
            except MetricProviderError as error:
                raise CheckError("Great Expectations cannot judge this type on a database") from error
            metrics = _columns_known(graph, select)
            graph._resolve(metrics, runtime, show_progress_bars=False)
            result = self._made.metrics_validate(metrics, dict(runtime), execution)
        named = {name: metrics.get(each.id) for name, each in dependencies.metric_configurations.items()}
        return self._plain(bool(result.success), named)

    def _plain(self, success: bool, metrics: Mapping[str, Any]) -> PlainResult:
        unexpected = metrics.get(f"{self._map}.unexpected_count") if self._map else None
        if unexpected is not None:
            rows = metrics.get(f"{self._map}.filtered_row_count")
            if rows is None:
                rows = metrics.get("table.row_count", 0) - (metrics.get("column_values.nonnull.unexpected_count") or 0)
            return PlainResult(success, int(rows), int(unexpected))
        told = (_TELLABLE[name].format(value) for name, value in metrics.items() if _can_tell(name, value))
        observed = ", ".join(told)
        return PlainResult(success, observed=observed or ("" if success else _NOT_TOLD))


def _with_condition_object(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """A row_condition in the old text form, as older suites have it, becomes the object that replaced it."""
    made = dict(kwargs)
    if isinstance(made.get("row_condition"), str):
        from great_expectations.expectations.expectation import _convert_string_to_condition

        parser = made.pop("condition_parser", "great_expectations")
        if not str(parser).startswith("great_expectations"):
            raise CheckError(f"a row_condition for {parser!r} cannot be used on a database; use 'great_expectations'")
        try:
            made["row_condition"] = _convert_string_to_condition(made["row_condition"])
        except Exception as error:
            raise CheckError("Great Expectations cannot read the row_condition") from error
    return made


_EXACT: tuple[tuple[type[Any], type[Any]], ...] = (
    (sa.Text, sa.TEXT),
    (sa.String, sa.VARCHAR),
    (sa.Integer, sa.INTEGER),
    (sa.Float, sa.FLOAT),
    (sa.Numeric, sa.NUMERIC),
    (sa.Boolean, sa.BOOLEAN),
    (sa.DateTime, sa.DATETIME),
    (sa.Date, sa.DATE),
)


def _columns_known(graph: Any, select: sa.Select[Any]) -> dict[Any, Any]:
    """The metrics on columns and their types, which a query has no catalogue entry to look up for."""
    typed = [{"name": each.name, "type": _exact(each.type)} for each in select.selected_columns]
    known = {"table.columns": [each["name"] for each in typed], "table.column_types": typed}
    edges = [each for edge in graph.edges for each in (edge.left, edge.right) if each is not None]
    return {each.id: known[each.metric_name] for each in edges if each.metric_name in known}


def _exact(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """The SQL type of that name, which is what suites compare with."""
    return next((exact() for general, exact in _EXACT if isinstance(kind, general)), kind)


def _borrowed(connection: sa.Connection) -> sa.Engine:
    """An engine that has one connection, the given one: read-only as it is, and a single scan of the load budget."""
    raw = connection.connection.dbapi_connection
    return sa.create_engine(
        connection.engine.url,
        poolclass=sa.StaticPool,
        creator=lambda: raw,
        pool_reset_on_return=None,  # by then the connection may be closed: its owner sees to it
    )


def _keep_open() -> None:
    """Stands in for an execution engine's ``close``."""


def _can_tell(name: str, value: Any) -> bool:
    return name in _TELLABLE and isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _partial(
    engine: Any, name: str, domain: Mapping[str, Any], values: Mapping[str, Any], columns: Sequence[str]
) -> Any:
    """A condition or function as SQL, with what it depends on built the same way and never queried."""
    from great_expectations.exceptions import MetricProviderError
    from great_expectations.validator.metric_configuration import MetricConfiguration

    known = {"table.columns": list(columns), "table.row_count": 1, "table.column_types": []}
    if name in known:
        return known[name]
    if not name.endswith((".condition", ".map")):
        raise _NeedsQuery(name)
    try:
        provider, function = _load().get_metric_provider(name, engine)
    except MetricProviderError as error:
        raise _NeedsQuery(name) from error
    configuration = MetricConfiguration(name, dict(domain), dict(values))
    needed = provider.get_evaluation_dependencies(metric=configuration, execution_engine=engine)
    metrics = {
        key: _partial(engine, each.metric_name, each.metric_domain_kwargs, each.metric_value_kwargs, columns)
        for key, each in needed.items()
    }
    defaults = {key: value for key, value in provider.default_kwarg_values.items() if key in provider.value_keys}
    return function(
        cls=provider,
        execution_engine=engine,
        metric_domain_kwargs=dict(domain),
        metric_value_kwargs=defaults | dict(values),
        metrics=metrics | ({} if "table.columns" in metrics else {"table.columns": list(columns)}),
        runtime_configuration={},
    )


def _domain(engine: Any, domain_kwargs: Mapping[str, Any]) -> Condition | None:
    """The rows that Great Expectations would look at, as one condition."""
    from great_expectations.exceptions import GreatExpectationsError

    try:
        records = engine.get_domain_records(domain_kwargs=dict(domain_kwargs))
    except GreatExpectationsError as error:
        raise CheckError("Great Expectations cannot read the row_condition for a database") from error
    found: list[Condition] = []
    _collect(records, found)
    return sa.and_(*found) if found else None


def _collect(selectable: Any, found: list[Condition]) -> None:
    if isinstance(selectable, sa.Subquery | sa.Alias):
        _collect(selectable.element, found)
    elif isinstance(selectable, sa.Select):
        if selectable.whereclause is not None:
            found.append(selectable.whereclause)
        for each in selectable.get_final_froms():
            _collect(each, found)
