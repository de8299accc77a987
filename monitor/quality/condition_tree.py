"""The syntax tree of a condition: what the parser makes and the compiler reads."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


class ConditionError(ValueError):
    """A condition cannot be read. ``offset`` is the place in its text, counted in characters from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Node:
    """``offset`` is where the node begins in the condition's text."""

    offset: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a string, TRUE, FALSE or NULL."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """``{today - 14 days}``, resolved against a run's clock when it is compiled."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A canonical column."""

    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """One of the portable functions."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``+ - * /`` on numbers, ``||`` on text."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``= <> < <= > >=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Is(Node):
    """``IS [NOT] NULL``, ``IS [NOT] TRUE``, ``IS [NOT] FALSE``."""

    operand: Node
    value: bool | None
    negated: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    operand: Node
    items: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Between(Node):
    operand: Node
    low: Node
    high: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Like(Node):
    """Case is ignored; ``\\`` takes the meaning from ``%`` and ``_``."""

    operand: Node
    pattern: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """``AND`` or ``OR`` over two and more."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """``CASE WHEN condition THEN value ... [ELSE value] END``."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
