"""Regexes that are wrong in every dialect; each database reads its own, so nothing else is held against them."""

from __future__ import annotations

import re
import warnings

_CLASS = re.compile(r"\[:\^?[\w<>]+:\]")  # POSIX's, within a set; Python takes its bracket for the set's end
_WRONG = {
    "missing ), unterminated subpattern": "a ( is not closed",
    "unbalanced parenthesis": "a ) closes nothing",
    "unterminated character set": "a [ is not closed",
}


def unreadable(regex: str) -> str:
    """Why no database can read it (a bracket that does not match), or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what other dialects read in another way
            re.compile(_CLASS.sub("a", regex))
    except re.error as error:
        return _WRONG.get(error.msg, "")
    except (OverflowError, RecursionError):
        return ""
    return ""
