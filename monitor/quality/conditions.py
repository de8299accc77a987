"""The language of ``when`` and of rule conditions: a SQL boolean expression over canonical columns, with moments.

    stage_phase = 'offer' AND (amount IS NULL OR amount <= 0) AND created_at < {today - 14 days}

What it may hold: columns, text in single quotes, numbers, TRUE, FALSE, moments, ``= <> < <= > >=``, AND, OR, NOT, IN,
BETWEEN, LIKE, IS NULL, CASE, ``+ - * /``, ``||``, and the functions of ``condition_parser.FUNCTIONS``. It is parsed,
never pasted, so that it means the same on every database: LIKE ignores case, a division keeps its fraction,
``days_between(later, earlier)`` counts days with fractions, a date beside a timestamp means that day's first moment
in the project's zone, and a key is compared as text.

What texts are equal is the database's own affair, as it is in the CRM itself: MariaDB and MySQL usually ignore case
and trailing spaces, PostgreSQL and SQLite do neither. SQLite knows the case of the letters A to Z only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import Kind
from monitor.quality.condition_parser import Parser
from monitor.quality.condition_tree import (
    Arithmetic,
    Between,
    Call,
    Case,
    Compare,
    ConditionError,
    In,
    Is,
    Junction,
    Like,
    Literal,
    Moment,
    Name,
    Negative,
    Node,
    Not,
)
from monitor.quality.moments import Moments
from monitor.quality.portable import char_length, days_between

__all__ = ["Condition", "ConditionError", "column", "compile_condition", "parse"]

_TIMES = (Kind.DATE, Kind.DATETIME)
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_TEXTS = (Kind.TEXT, Kind.KEY)
_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.KEY: sa.String(),
    Kind.TEXT: sa.String(),
    Kind.INTEGER: sa.Integer(),
    Kind.DECIMAL: sa.Numeric(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition and the canonical columns it names."""

    text: str
    columns: frozenset[str]
    tree: Node = field(repr=False, compare=False)


def parse(text: str, known: Collection[str] | None = None) -> Condition:
    """Reads a condition; ``known`` are the columns it may name (None: any).

    Raises ConditionError with the offset of what is wrong: a column that does not exist (with the nearest
    one that does), quotes or parentheses left open, semicolons, comments, subqueries, statements.
    """
    parser = Parser(text, known)
    tree = parser.parse()
    return Condition(text, frozenset(parser.columns), tree)


def column(name: str, source: EntitySource) -> sa.ColumnClause[Any]:
    """A bare canonical column with the type that the source reads it with."""
    declared = source.selectable.c[name].type
    if isinstance(declared, sa.types.NullType):
        declared = _TYPES[source.columns[name].kind]
    return sa.column(name, declared)


def compile_condition(condition: Condition, moments: Moments, source: EntitySource) -> sa.ColumnElement[bool]:
    """The condition as SQL over bare canonical columns; literals and moments are bound parameters.

    Raises ConditionError when the source lacks a column, or where kinds do not go together (a text
    compared with a number, a text that is no date compared with a date).
    """
    for name in sorted(condition.columns):
        if not source.has(name):
            raise ConditionError(f"{name} is not mapped", max(condition.text.find(name), 0))
    return _Compiler(moments, source).boolean(condition.tree)


class _Compiler:
    def __init__(self, moments: Moments, source: EntitySource) -> None:
        self._moments = moments
        self._source = source

    def boolean(self, node: Node) -> sa.ColumnElement[bool]:
        """A node that must be true, false or unknown."""
        kind = self._kind(node)
        if kind is not Kind.BOOLEAN:
            raise ConditionError("a true-or-false expression is needed here, such as amount > 0", node.offset)
        return self._value(node, Kind.BOOLEAN)

    def _kind(self, node: Node) -> Kind | None:
        """What a node yields; None for a literal that takes its kind from what it is compared with."""
        match node:
            case Name():
                return self._source.columns[node.name].kind
            case Literal(value=bool()) | Junction() | Not() | Compare() | In() | Between() | Like() | Is():
                return Kind.BOOLEAN
            case Arithmetic(operator="||"):
                return Kind.TEXT
            case Arithmetic() | Negative():
                return Kind.DECIMAL
            case Call():
                return self._kind_of_call(node)
            case Case():
                return self._common(_results(node))
        return None

    def _kind_of_call(self, call: Call) -> Kind | None:
        match call.function:
            case "lower" | "upper" | "trim" | "replace":
                return Kind.TEXT
            case "length":
                return Kind.INTEGER
            case "abs" | "days_between":
                return Kind.DECIMAL
        return self._common(call.arguments)

    def _common(self, nodes: Sequence[Node]) -> Kind | None:
        """The kind that several nodes share. Raises ConditionError where they do not go together."""
        kinds = [(kind, node) for node in nodes if (kind := self._kind(node)) is not None]
        if not kinds:
            return None
        first = kinds[0][0]
        for kind, node in kinds[1:]:
            if kind is not first and not any({kind, first} <= set(group) for group in (_TIMES, _NUMBERS, _TEXTS)):
                raise ConditionError(f"{_said(first)} and {_said(kind)} cannot be compared", node.offset)
        # A literal beside a date and a timestamp is read as a timestamp: the finer of the two.
        return Kind.DATETIME if any(kind is Kind.DATETIME for kind, _ in kinds) else first

    def _values(self, nodes: Sequence[Node]) -> list[sa.ColumnElement[Any]]:
        kind = self._common(nodes)
        return [self._value(node, kind) for node in nodes]

    def _value(self, node: Node, kind: Kind | None) -> sa.ColumnElement[Any]:
        match node:
            case Name():
                return column(node.name, self._source)
            case Literal():
                return self._literal(node, kind)
            case Moment():
                return self._moment(node, kind)
            case Call():
                return self._call(node, kind)
            case Arithmetic() | Negative():
                return self._arithmetic(node)
            case Case():
                return self._case(node, kind)
            case Junction():
                parts = [self.boolean(operand) for operand in node.operands]
                return sa.and_(*parts) if node.operator == "and" else sa.or_(*parts)
            case Not():
                return sa.not_(self.boolean(node.operand).self_group())
        return self._predicate(node)

    def _predicate(self, node: Node) -> sa.ColumnElement[bool]:
        try:
            return self._compared(node)
        except sa.exc.ArgumentError:  # no database orders them alike, if at all
            raise ConditionError("TRUE and FALSE go with =, <>, IS and IN only", node.offset) from None

    def _compared(self, node: Node) -> sa.ColumnElement[bool]:
        match node:
            case Compare():
                left, right = self._values((node.left, node.right))
                compared: sa.ColumnElement[bool] = _COMPARE[node.operator](left, right)
                return compared
            case In():
                operand, *items = self._values((node.operand, *node.items))
                return _negated(operand.in_(items), node.negated)
            case Between():
                operand, low, high = self._values((node.operand, node.low, node.high))
                return _negated(operand.between(low, high).self_group(), node.negated)
            case Like():
                operand, pattern = (self._text(part) for part in (node.operand, node.pattern))
                return _negated(operand.ilike(pattern, escape="\\").self_group(), node.negated)
            case Is(value=None):
                operand = self._value(node.operand, self._kind(node.operand))
                return operand.is_not(sa.null()) if node.negated else operand.is_(sa.null())
            case Is():
                truth = self.boolean(node.operand).self_group()
                # IS TRUE is spelled out, since not every database takes it on any expression.
                plain = sa.func.coalesce(truth if node.value else sa.not_(truth), sa.false(), type_=sa.Boolean())
                return _negated(plain == sa.true(), node.negated)
        raise ConditionError("this has no place in a condition", node.offset)  # pragma: no cover

    def _call(self, call: Call, kind: Kind | None) -> sa.ColumnElement[Any]:
        match call.function:
            case "lower" | "upper" | "trim" | "replace":
                return _function(call.function, list(map(self._text, call.arguments)), sa.String())
            case "length":
                return char_length(self._text(call.arguments[0]))
            case "abs":
                return sa.func.abs(self._number(call.arguments[0]), type_=sa.Numeric())
            case "days_between":
                return days_between(*map(self._time, call.arguments))
        kind = self._common(call.arguments) or kind
        arguments = [self._value(argument, kind) for argument in call.arguments]
        return _function(call.function, arguments, arguments[0].type)

    def _text(self, node: Node) -> sa.ColumnElement[Any]:
        return self._of(node, _TEXTS, "a text")

    def _number(self, node: Node) -> sa.ColumnElement[Any]:
        return self._of(node, (Kind.DECIMAL, Kind.INTEGER), "a number")

    def _time(self, node: Node) -> sa.ColumnElement[Any]:
        return self._of(node, (Kind.DATETIME, Kind.DATE), "a date")

    def _of(self, node: Node, kinds: tuple[Kind, ...], said: str) -> sa.ColumnElement[Any]:
        kind = self._kind(node)
        if kind is not None and kind not in kinds:
            raise ConditionError(f"{said} is needed here, not {_said(kind)}", node.offset)
        return self._value(node, kind or kinds[0])

    def _arithmetic(self, node: Arithmetic | Negative) -> sa.ColumnElement[Any]:
        if isinstance(node, Negative):
            return -self._number(node.operand).self_group()
        if node.operator == "||":
            return self._text(node.left).concat(self._text(node.right))
        left, right = self._number(node.left), self._number(node.right)
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
        # NULL instead of an error: some databases stop the whole query at a division by zero.
        return left * sa.literal_column("1.0", sa.Numeric()) / sa.func.nullif(right, 0, type_=sa.Numeric())

    def _case(self, node: Case, kind: Kind | None) -> sa.ColumnElement[Any]:
        kind = self._common(_results(node)) or kind
        branches = [(self.boolean(condition), self._value(result, kind)) for condition, result in node.branches]
        otherwise = None if node.otherwise is None else self._value(node.otherwise, kind)
        return sa.case(*branches, else_=otherwise)

    def _literal(self, node: Literal, kind: Kind | None) -> sa.ColumnElement[Any]:
        if node.value is None:
            return sa.null()
        if kind in _TIMES:
            return self._bind_time(_read_time(node), kind)
        converted = _convert(node, kind or _own_kind(node.value))
        if isinstance(converted, bool):
            return sa.true() if converted else sa.false()
        return sa.literal(converted, _literal_type(converted))

    def _moment(self, node: Moment, kind: Kind | None) -> sa.ColumnElement[Any]:
        moment = self._moments.resolve(node.text)
        if kind is None:
            kind = Kind.DATETIME if isinstance(moment, datetime) else Kind.DATE
        if kind not in _TIMES:
            raise ConditionError(f"{_said(kind)} cannot be compared with a moment", node.offset)
        return self._bind_time(moment, kind)

    def _bind_time(self, moment: date, kind: Kind | None) -> sa.ColumnElement[Any]:
        zone = self._moments.zone
        if kind is Kind.DATE:
            if isinstance(moment, datetime):
                moment = (moment.astimezone(zone) if moment.tzinfo else moment).date()
            return sa.literal(moment, sa.Date())
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return sa.literal(self._source.instant(aware), sa.DateTime(timezone=self._source.aware))


_COMPARE: dict[str, Any] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _function(name: str, arguments: Sequence[Any], type_: TypeEngine[Any]) -> sa.ColumnElement[Any]:
    function: sa.ColumnElement[Any] = getattr(sa.func, name)(*arguments, type_=type_)
    return function


def _results(node: Case) -> list[Node]:
    results = [result for _, result in node.branches]
    return results if node.otherwise is None else [*results, node.otherwise]


def _negated(condition: Any, negated: bool) -> sa.ColumnElement[bool]:
    result: sa.ColumnElement[bool] = sa.not_(condition) if negated else condition
    return result


def _own_kind(value: str | int | Decimal | bool) -> Kind:
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER
    return Kind.DECIMAL if isinstance(value, Decimal) else Kind.TEXT


def _literal_type(value: str | int | Decimal) -> TypeEngine[Any]:
    if isinstance(value, int):
        return sa.Integer() if abs(value) < 2**31 else sa.BigInteger()
    return sa.Numeric() if isinstance(value, Decimal) else sa.String()


def _convert(node: Literal, kind: Kind) -> str | int | Decimal | bool:
    """A literal in the kind of what it is compared with."""
    value = node.value
    if kind in _TEXTS:
        if isinstance(value, bool):
            raise ConditionError("a text cannot be compared with TRUE or FALSE", node.offset)
        return str(value)
    if kind is Kind.BOOLEAN:
        if isinstance(value, bool) or value in (0, 1):
            return bool(value)
        raise ConditionError("compare a true-or-false column with TRUE or FALSE", node.offset)
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise ConditionError("a number cannot be compared with this text", node.offset) from None
    if isinstance(value, bool) or value is None:
        raise ConditionError("a number cannot be compared with TRUE or FALSE", node.offset)
    return value


def _read_time(node: Literal) -> date:
    if isinstance(node.value, str):
        try:
            text = node.value.strip()
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            pass
    raise ConditionError("a date is written like '2026-11-21', or use a moment like {today - 14 days}", node.offset)


def _said(kind: Kind) -> str:
    return {
        Kind.KEY: "a key",
        Kind.TEXT: "a text",
        Kind.INTEGER: "a number",
        Kind.DECIMAL: "a number",
        Kind.BOOLEAN: "true or false",
        Kind.DATE: "a date",
        Kind.DATETIME: "a point in time",
    }[kind]
