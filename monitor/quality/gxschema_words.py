"""What a JSON schema has against an argument, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor.yamlfile import either, nearest

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys to values",
    "null": "empty",
}
_FORMATS = {"date": "a date", "date-time": "a date and time"}
_BOUNDS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minItems": "must have at least {} entries",
    "maxItems": "must have at most {} entries",
    "minLength": "must not be empty",
    "maxLength": "must have at most {} characters",
    "pattern": "is not written as expected",
    "uniqueItems": "must not name anything twice",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong; ``path`` leads to it within the kwargs. ``at_key``: the argument's name itself is wrong."""

    path: tuple[Any, ...]
    message: str
    hint: str = ""
    at_key: bool = False


def faults(schema: Mapping[str, Any], kwargs: Mapping[str, Any], arguments: frozenset[str]) -> Iterator[Fault]:
    """Everything the schema has against ``kwargs``; ``arguments`` are the names to suggest."""
    from jsonschema import Draft7Validator  # takes a tenth of a second, and most commands check no suite

    validator = Draft7Validator(dict(schema), format_checker=_formats())
    for error in sorted(validator.iter_errors(dict(kwargs)), key=lambda one: [str(step) for step in one.path]):
        yield from _faults(error, arguments)


def _faults(error: ValidationError, arguments: frozenset[str]) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        for name in _rule(error):
            if name not in _given(error):
                yield Fault(path, f"the argument {name!r} is missing")
    elif error.validator == "additionalProperties":
        properties = frozenset(_schema(error).get("properties", ()))
        known = properties if path else arguments
        for name in sorted(set(_given(error)) - properties):
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"it takes: {', '.join(sorted(known)) or 'none'}"
            yield Fault((*path, name), f"unknown argument {name!r}", hint, at_key=True)
    elif error.validator in ("anyOf", "oneOf") and (deeper := _deeper(error)) is not None:
        yield from _faults(deeper, arguments)
    else:
        yield Fault(path, f"{_name(path)} {_said(error)}".strip(), _hint(error))


def _rule(error: ValidationError) -> Any:
    """The keyword's own value in the schema, such as the list of required names."""
    return error.validator_value


def _given(error: ValidationError) -> Any:
    return error.instance


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _deeper(error: ValidationError) -> ValidationError | None:
    """Of several shapes, the error within the one that the value has: it says more than all of them together."""
    inner = [one for one in error.context or () if one.validator != "type" or len(one.path) > 0]
    fitting = [one for one in inner if one.validator != "format"]
    return max(fitting, key=lambda one: len(one.path)) if len(fitting) == 1 else None


def _said(error: ValidationError) -> str:
    keyword, rule = str(error.validator), _rule(error)
    if _is_parameter(error):
        return "is a suite parameter, which has no value here"
    if keyword in ("anyOf", "oneOf", "type"):
        return "must be " + (either(_shapes(_schema(error))) or "of another form")
    if keyword == "enum":
        return "must be one of: " + ", ".join(map(str, rule))
    if keyword == "format":
        return f"must be {_FORMATS.get(rule, 'of another form')}"
    return _BOUNDS[keyword].format(_number(rule)) if keyword in _BOUNDS else "is not accepted here"


def _number(rule: Any) -> str:
    return f"{rule:g}" if isinstance(rule, float) else str(rule)


def _shapes(schema: Mapping[str, Any]) -> list[str]:
    """The kinds of value that a schema takes, each once."""
    shapes: dict[str, None] = {}
    for branch in schema.get("anyOf", schema.get("oneOf", [schema])):
        if "anyOf" in branch or "oneOf" in branch:
            shapes.update(dict.fromkeys(_shapes(branch)))
        elif "enum" in branch:
            shapes[f"one of {', '.join(map(str, branch['enum']))}"] = None
        elif "format" in branch:
            shapes[_FORMATS.get(branch["format"], "text")] = None
        else:
            types = branch.get("type", "object")
            for each in types if isinstance(types, list) else [types]:
                shapes[_TYPES.get(str(each), str(each))] = None
    return list(shapes)


def _hint(error: ValidationError) -> str:
    if _is_parameter(error):
        return "write the value, or a moment such as {today - 3 days}"
    if error.validator == "pattern":
        return str(_schema(error).get("description", "")) or f"it must match {_rule(error)}"
    if error.validator == "enum":
        near = nearest(str(error.instance), [str(choice) for choice in _rule(error)])
        return f"did you mean {near!r}?" if near else ""
    return ""


def _is_parameter(error: ValidationError) -> bool:
    return isinstance(error.instance, dict) and "$PARAMETER" in error.instance


def _name(path: tuple[Any, ...]) -> str:
    names = [str(step) for step in path if not isinstance(step, int)]
    items = "".join(f"[{step + 1}]" for step in path if isinstance(step, int))
    return f"{names[-1]}{items}" if names else ""


@cache
def _formats() -> FormatChecker:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(
        lambda value: not isinstance(value, str) or bool(date.fromisoformat(value))
    )
    checker.checks("date-time", raises=ValueError)(
        lambda value: not isinstance(value, str) or bool(datetime.fromisoformat(value))
    )
    return checker
