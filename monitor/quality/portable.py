"""SQL that each kind of database says in its own words: days between two dates, characters and parts of a text."""

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


class up_to(FunctionElement[str]):
    """A text up to and with its first mark; empty where there is none."""

    type = sa.String()
    inherit_cache = True
    name = "up_to"


class after(FunctionElement[str]):
    """What stands in a text after the first mark; the whole text where there is none."""

    type = sa.String()
    inherit_cache = True
    name = "after"


def _split(element: FunctionElement[str], compiler: SQLCompiler, **kwargs: Any) -> tuple[str, str]:
    """The text, and where the mark stands in it, counted from 1 (0: nowhere)."""
    text, mark = (compiler.process(clause, **kwargs) for clause in element.clauses)
    function = "strpos" if compiler.dialect.name == "postgresql" else "instr"
    return text, f"{function}({text}, {mark})"


@compiles(up_to)
def _up_to(element: up_to, compiler: SQLCompiler, **kwargs: Any) -> str:
    text, position = _split(element, compiler, **kwargs)
    return f"substr({text}, 1, {position})"


@compiles(after)
def _after(element: after, compiler: SQLCompiler, **kwargs: Any) -> str:
    text, position = _split(element, compiler, **kwargs)
    return f"substr({text}, {position} + 1)"
