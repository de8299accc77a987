"""The errors that a user may see. Each says what, where, why and what to do next; none shows a traceback."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.place import Place

LONGEST_LINE = 1_000
"""Characters of one line of an error: what is longer repeats something that nobody reads to its end."""
# What a terminal obeys rather than shows, what turns the direction of a text, and halves of characters.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Of an address that somebody wrote in the wrong place; the examples of hints have the word itself.
_LOGIN = re.compile(r"://[^\s:/@]*:(?!password$)")
_OF_A_QUERY = re.compile(r"([?&](?:password|passwd|pwd|secret|token)=)[^\s&]*", re.IGNORECASE)


def readable(text: str) -> str:
    """``text`` as a person may read it, whatever a file or an argument that it repeats may hold: without passwords in
    addresses, and with escapes for what cannot be seen. Lines stay lines."""
    text = _OF_A_QUERY.sub(r"\1***", re.sub(r"\S+", lambda word: _without_login(word[0]), text))
    seen = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return "\n".join(line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…" for line in seen.split("\n"))


def _without_login(word: str) -> str:
    """The first address in it has its password up to the last @."""
    before, at, after = word.rpartition("@")
    login = _LOGIN.search(before) if at else None
    return word if login is None else f"{before[: login.end()]}***@{after}"


def unexpected(error: BaseException) -> str:
    """A mistake of the program's own, for a log: what kind and where; its text may hold a customer's value."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"an unexpected {type(error).__name__}{where}"


class MonitorError(Exception):
    """An expected failure. ``exit_code`` is the documented one; ``hint`` is the next step."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = readable(message)
        self.hint = readable(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(MonitorError):
    """The command's words are off, or name something that does not exist."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration file."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return readable(f"{self.place}: {self.message}" + (f" ({self.hint})" if self.hint else ""))


class ConfigurationError(MonitorError):
    """One or more configuration files are wrong; carries every problem, in order of place."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CrmUnavailable(MonitorError):
    """The CRM database cannot be read: unreachable, refused, hidden rows, timed out.

    ``cause`` is what happened, without which CRM it happened to.
    """

    def __init__(self, message: str, *, hint: str = "", cause: str = "") -> None:
        super().__init__(message, hint=hint)
        self.cause = cause or message.removesuffix(".")

    @property
    def brief(self) -> str:
        """Cause and next step in one line, for where the CRM is named already."""
        return f"{self.cause}: {self.hint}" if self.hint else self.cause


class StateUnavailable(MonitorError):
    """The state database cannot be read or written: locked, full, gone, of a newer version."""
