"""SQL that each kind of database says in its own words: days between two dates, characters of a text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[float]):
    """Days, with fractions, from the second argument to the first; NULL when either is NULL."""

    type = sa.Float()
    inherit_cache = True
    name = "days_between"


class char_length(FunctionElement[int]):
    """Characters (not bytes) of a text."""

    type = sa.Integer()
    inherit_cache = True
    name = "char_length"


@compiles(char_length)
def _length(element: char_length, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"char_length({compiler.process(element.clauses, **kwargs)})"


@compiles(char_length, "sqlite")
def _sqlite_length(element: char_length, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"length({compiler.process(element.clauses, **kwargs)})"


def _arguments(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> tuple[str, str]:
    later, earlier = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return later, earlier


@compiles(days_between)
def _ansi(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> str:
    later, earlier = _arguments(element, compiler, **kwargs)
    as_time = "TIMESTAMP WITH TIME ZONE"
    return f"(EXTRACT(EPOCH FROM CAST({later} AS {as_time}) - CAST({earlier} AS {as_time})) / 86400.0)"


@compiles(days_between, "sqlite")
def _sqlite(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> str:
    later, earlier = _arguments(element, compiler, **kwargs)
    return f"(julianday({later}) - julianday({earlier}))"


@compiles(days_between, "mysql")
@compiles(days_between, "mariadb")
def _mysql(element: days_between, compiler: SQLCompiler, **kwargs: Any) -> str:
    later, earlier = _arguments(element, compiler, **kwargs)
    return f"(TIMESTAMPDIFF(SECOND, {earlier}, {later}) / 86400.0)"
