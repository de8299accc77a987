"""pydantic's errors in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from monitor.yamlfile.problems import nearest

EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2025-12-31",
    "date_parsing": "a date such as 2025-12-31",
    "date_from_datetime_parsing": "a date such as 2025-12-31",
    "date_from_datetime_inexact": "a date such as 2025-12-31",
    "datetime_type": "a date and time",
    "datetime_parsing": "a date and time",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "none_required": "empty",
}
_BOUNDS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "finite_number": "must be a finite number",
}
_QUOTED = re.compile(r"'([^']*)'")


def words(kind: str, context: Mapping[str, Any], message: str, given: Any) -> tuple[str, str]:
    """What is wrong with the value (to follow the key's name), and the next step.

    ``given`` is only compared, never repeated: it may be a secret.
    """
    if kind in EXPECTED:
        return _expected(kind, given)
    if kind == "too_short" and context.get("min_length") == 1:
        return "must not be empty", ""
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context), ""
    if kind in ("enum", "literal_error"):
        choices = _QUOTED.findall(str(context.get("expected", "")))
        near = nearest(str(given), choices)
        return f"must be one of: {', '.join(choices)}", f"did you mean {near!r}?" if near else ""
    if kind == "string_pattern_mismatch":
        return "is not written as expected", f"it must match {context.get('pattern', '')}"
    if kind == "value_error":  # a validator of our own: its text is written for the user, a hint on its second line
        text, _, hint = str(context.get("error", message)).partition("\n")
        return text, hint
    return message[:1].lower() + message[1:], ""


def _expected(kind: str, given: Any) -> tuple[str, str]:
    if given is None:
        return "has no value", f"give it {EXPECTED[kind]}, or take the line out"
    # A number or a date where text is wanted lacks only its quotes.
    plain = kind == "string_type" and not isinstance(given, (list, dict))
    return f"must be {EXPECTED[kind]}", "put it in quotes" if plain else ""
