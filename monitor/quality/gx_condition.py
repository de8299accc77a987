"""Great Expectations' old condition language, ``col("amount") > 100``: enough of it to tell what it cannot read.

Great Expectations itself takes seconds to import, says only that a text cannot be parsed, and silently ignores what
stands after the first comparison. ``tests/quality/test_gx_condition.py`` compares the two.
"""

from __future__ import annotations

import re

from monitor.quality.condition_tree import ConditionError

PARSERS = ("great_expectations", "great_expectations__experimental__")
_COLUMN = re.compile(r'\s*col\("[^"\r\n]+"\)')
_NOT_NULL = re.compile(r"\s*\.notnull\(\)", re.IGNORECASE)
_OPERATOR = re.compile(r"\s*(==|!=|<=|>=|<|>)")
_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_TEXT = r"""(?:"\s*[\t !#-&(-~À-ÖØ-öø-ÿ]+"|'\s*[\t !#-&(-~À-ÖØ-öø-ÿ]+')"""
_QUOTED = re.compile(rf"\s*{_TEXT}")
_DATE = re.compile(rf"\s*date\s*\(\s*{_TEXT}\s*\)")
_SPACE = re.compile(r"\s*")


def read(text: str) -> None:
    """Raises ConditionError, with the offset, where Great Expectations could not read all of the text."""
    at = _after(text, 0, 'it begins with a column, written as col("name")', _COLUMN)
    if match := _NOT_NULL.match(text, at):
        at = match.end()
    else:
        at = _after(text, at, "after the column comes .notnull() or one of == != < <= > >=", _OPERATOR)
        wanted = 'a number, a text in quotes (without other quotes in it) or date("2026-01-31") is needed here'
        at = _after(text, at, wanted, _NUMBER, _DATE, _QUOTED)
    if rest := text[at:].strip():
        raise ConditionError("Great Expectations reads one comparison, and would ignore the rest", text.index(rest, at))


def _after(text: str, at: int, wanted: str, *patterns: re.Pattern[str]) -> int:
    """Where the longest match ends."""
    ends = [match.end() for pattern in patterns if (match := pattern.match(text, at))]
    if not ends:
        space = _SPACE.match(text, at)
        raise ConditionError(wanted, space.end() if space else at)
    return max(ends)
