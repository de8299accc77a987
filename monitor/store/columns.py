"""What the tables of the state database are made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from monitor.store.types import UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def to(table: str, name: str = "", *, key: bool = False, null: bool = False, gone: str = "CASCADE") -> sa.Column[int]:
    """A pointer to another table; ``gone`` is what becomes of this row when the other one is deleted."""
    target = sa.ForeignKey(f"{table}.id", ondelete=gone)
    return sa.Column(name or f"{table.removesuffix('s')}_id", sa.Integer, target, primary_key=key, nullable=null)


def count(name: str) -> sa.Column[int]:
    """A number of things; null is "not available"."""
    return sa.Column(name, sa.BigInteger)


def sure(name: str) -> sa.Column[int]:
    """A number of things that is always known."""
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def text(name: str, default: str = "", *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, server_default=default)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def day(name: str, *, key: bool = False, null: bool = False) -> sa.Column[Any]:
    """A date in the project's zone."""
    return sa.Column(name, sa.Date, primary_key=key, nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime, nullable=null)


def json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)
