"""Reads the text of a condition into its tree: tokens first, then one function per level of precedence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

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
from monitor.quality.moments import PATTERN as MOMENT

LONGEST = 4000
DEEPEST = 40
MOST_SUMS = 100  # a chain of them is a tree as deep as it is long

FUNCTIONS: dict[str, tuple[int, int]] = {  # name -> fewest and most arguments
    "lower": (1, 1),
    "upper": (1, 1),
    "trim": (1, 1),
    "length": (1, 1),
    "coalesce": (2, 9),
    "abs": (1, 1),
    "nullif": (2, 2),
    "replace": (3, 3),
    "days_between": (2, 2),
}
_LANGUAGE = "and or not in between like is null true false case when then else end"
_KEYWORDS = frozenset(_LANGUAGE.split())
_STATEMENTS = (
    "select insert update delete drop alter create truncate grant revoke merge union exists from where join with"
    " call exec execute into values set having limit returning over cast"
)
_REFUSED = frozenset(_STATEMENTS.split())
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<refused>--|/\*|\#|;)
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+"|`[^`]+`)
    | (?P<moment>\{[^{}]*\})
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    | (?P<word>[^\W\d]\w*)
    | (?P<operator><>|!=|<=|>=|==|\|\||[=<>+\-*/(),])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: string, quoted, moment, number, word, keyword (its text in lower case), operator or end."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """The condition's tokens, closed by an ``end``. Raises ConditionError."""
    if len(text) > LONGEST:
        raise ConditionError(f"the condition is longer than {LONGEST} characters", LONGEST)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(_unreadable(text[at]), at)
        kind = str(match.lastgroup)
        if kind == "refused":
            what = "a semicolon" if match.group() == ";" else "a comment"
            raise ConditionError(f"{what} has no place in a condition", at)
        if kind != "space":
            found.append(_token(kind, match.group(), at))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _unreadable(character: str) -> str:
    if character == "'":
        return "this quote is never closed; a quote inside a text is written twice: ''"
    if character in '"`':
        return "this quoted column name is never closed"
    if character in "{}":
        return "this brace is never closed; a moment is written like {today - 14 days}"
    return f"{character!r} is not understood here"


def _token(kind: str, text: str, at: int) -> Token:
    if kind == "word" and text.lower() in _KEYWORDS:
        return Token("keyword", text.lower(), at)
    if kind == "string":
        return Token(kind, text[1:-1].replace("''", "'"), at)
    if kind == "quoted":
        return Token(kind, text[1:-1].replace('""', '"'), at)
    if kind == "operator":
        return Token(kind, {"!=": "<>", "==": "="}.get(text, text), at)
    return Token(kind, text, at)


class Parser:
    """One pass over the tokens. ``columns`` collects the columns that were named."""

    def __init__(self, text: str, known: Collection[str] | None) -> None:
        self._tokens = tokens(text)
        self._known = known
        self._at = 0
        self._depth = self._sums = 0
        self.columns: set[str] = set()

    def parse(self) -> Node:
        """The whole condition. Raises ConditionError."""
        if self._now.kind == "end":
            raise ConditionError("the condition is empty", 0)
        tree = self._or()
        if self._now.kind != "end":
            if self._now.text == ")":
                raise ConditionError("this parenthesis was never opened", self._now.offset)
            raise ConditionError(f"{self._now.text!r} is not expected here; AND or OR may be missing", self._now.offset)
        return tree

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _accept(self, kind: str, *texts: str) -> Token | None:
        if self._now.kind == kind and self._now.text in texts:
            return self._next()
        return None

    def _expect(self, kind: str, text: str, message: str, offset: int | None = None) -> None:
        if not self._accept(kind, text):
            raise ConditionError(message, self._now.offset if offset is None else offset)

    def _or(self) -> Node:
        return self._junction("or", self._and)

    def _and(self) -> Node:
        return self._junction("and", self._not)

    def _junction(self, word: str, operand: Callable[[], Node]) -> Node:
        start = self._now.offset
        operands = [operand()]
        while self._accept("keyword", word):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Junction(start, word, tuple(operands))

    def _not(self) -> Node:
        token = self._accept("keyword", "not")
        if token is None:
            return self._comparison()
        self._deeper(token)
        operand = self._not()
        self._depth -= 1
        return Not(token.offset, operand)

    def _comparison(self) -> Node:
        left = self._sum()
        if operator := self._accept("operator", "=", "<>", "<", "<=", ">", ">="):
            right = self._sum()
            for side in (left, right):
                if isinstance(side, Literal) and side.value is None:
                    raise ConditionError("nothing equals NULL; write IS NULL or IS NOT NULL", side.offset)
            return Compare(operator.offset, operator.text, left, right)
        if token := self._accept("keyword", "is"):
            return self._is(left, token.offset)
        negated = self._accept("keyword", "not")
        token = self._now
        if self._accept("keyword", "in"):
            return In(token.offset, left, self._list(token), negated is not None)
        if self._accept("keyword", "between"):
            low = self._sum()
            self._expect("keyword", "and", "BETWEEN needs AND and an upper end")
            return Between(token.offset, left, low, self._sum(), negated is not None)
        if self._accept("keyword", "like"):
            return Like(token.offset, left, self._sum(), negated is not None)
        if negated:
            raise ConditionError("after a value, NOT goes with IN, BETWEEN or LIKE", negated.offset)
        return left

    def _is(self, left: Node, offset: int) -> Node:
        negated = self._accept("keyword", "not") is not None
        value = self._accept("keyword", "null", "true", "false")
        if value is None:
            raise ConditionError("IS goes with NULL, TRUE or FALSE", self._now.offset)
        return Is(offset, left, {"null": None, "true": True, "false": False}[value.text], negated)

    def _list(self, token: Token) -> tuple[Node, ...]:
        self._expect("operator", "(", "IN needs a list in parentheses")
        self._deeper(token)
        items = self._arguments("IN's list is never closed", token.offset)
        self._depth -= 1
        for item in items:
            if isinstance(item, Literal) and item.value is None:
                raise ConditionError("NULL in a list never matches; add OR ... IS NULL", item.offset)
        if not items:
            raise ConditionError("IN needs at least one value", token.offset)
        return items

    def _arguments(self, unclosed: str, offset: int) -> tuple[Node, ...]:
        if self._accept("operator", ")"):
            return ()
        items = [self._or()]
        while self._accept("operator", ","):
            items.append(self._or())
        self._expect("operator", ")", unclosed, offset)
        return tuple(items)

    def _sum(self) -> Node:
        left = self._product()
        while operator := self._accept("operator", "+", "-", "||"):
            left = self._arithmetic(operator, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._sign()
        while operator := self._accept("operator", "*", "/"):
            left = self._arithmetic(operator, left, self._sign())
        return left

    def _arithmetic(self, operator: Token, left: Node, right: Node) -> Node:
        self._sums += 1
        if self._sums > MOST_SUMS:
            raise ConditionError(f"the condition has more than {MOST_SUMS} of + - * / ||", operator.offset)
        return Arithmetic(operator.offset, operator.text, left, right)

    def _sign(self) -> Node:
        token = self._accept("operator", "-")
        if token is None:
            return self._primary()
        self._deeper(token)
        operand = self._sign()
        self._depth -= 1
        return Negative(token.offset, operand)

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Literal(token.offset, Decimal(token.text) if "." in token.text else int(token.text))
        if token.kind == "string":
            moment = MOMENT.fullmatch(token.text.strip())
            return Moment(token.offset, token.text) if moment else Literal(token.offset, token.text)
        if token.kind == "moment":
            if not MOMENT.fullmatch(token.text):
                raise ConditionError(f"{token.text} is not a moment; write e.g. {{today - 14 days}}", token.offset)
            return Moment(token.offset, token.text)
        if token.kind == "keyword" and token.text in ("true", "false", "null"):
            return Literal(token.offset, {"true": True, "false": False, "null": None}[token.text])
        if token.kind == "quoted":
            return self._name(token)
        return self._nested(token)

    def _nested(self, token: Token) -> Node:
        self._deeper(token)
        node: Node
        if token.kind == "keyword" and token.text == "case":
            node = self._case(token)
        elif token.kind == "operator" and token.text == "(":
            node = self._or()
            self._expect("operator", ")", "this parenthesis is never closed", token.offset)
        elif token.kind == "word":
            node = self._call(token) if self._now.text == "(" and self._now.kind == "operator" else self._name(token)
        elif token.kind == "end":
            raise ConditionError("the condition ends too early", token.offset)
        else:
            raise ConditionError(f"{token.text.upper()!r} is not expected here", token.offset)
        self._depth -= 1
        return node

    def _case(self, start: Token) -> Node:
        branches = []
        while self._accept("keyword", "when"):
            condition = self._or()
            self._expect("keyword", "then", "WHEN needs THEN")
            branches.append((condition, self._or()))
        if not branches:
            raise ConditionError("CASE needs WHEN", start.offset)
        otherwise = self._or() if self._accept("keyword", "else") else None
        self._expect("keyword", "end", "this CASE has no END", start.offset)
        return Case(start.offset, tuple(branches), otherwise)

    def _call(self, token: Token) -> Node:
        name = token.text.lower()
        if name in _REFUSED:
            raise ConditionError(f"{token.text.upper()} has no place in a condition", token.offset)
        if name not in FUNCTIONS:
            raise ConditionError(
                f"the function {token.text} is not known{_nearest(name, FUNCTIONS)}; there are: {', '.join(FUNCTIONS)}",
                token.offset,
            )
        self._next()
        arguments = self._arguments(f"the arguments of {name} are never closed", token.offset)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise ConditionError(f"{name} takes {wanted} arguments, not {len(arguments)}", token.offset)
        return Call(token.offset, name, arguments)

    def _name(self, token: Token) -> Node:
        known = self._known is not None and token.text in self._known
        if not known and token.kind == "word" and token.text.lower() in _REFUSED:
            raise ConditionError(f"{token.text.upper()} has no place in a condition", token.offset)
        if not known and self._known is not None:
            raise ConditionError(f"there is no column {token.text}{_nearest(token.text, self._known)}", token.offset)
        self.columns.add(token.text)
        return Name(token.offset, token.text)

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ConditionError(f"the condition is nested deeper than {DEEPEST} levels", token.offset)


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name.lower(), sorted(known), 1, 0.6)
    return f"; did you mean {close[0]}?" if close else ""
