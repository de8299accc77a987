"""Gathers what is wrong in several files, so that a person sees all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from monitor.errors import ConfigurationError, Problem
from monitor.place import Place


class Problems:
    """A collector: ``add`` or ``at`` notes one, ``catching`` absorbs a step's errors, ``raise_if_any`` ends it."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}  # ordered, and the same problem only once

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, problem: Problem) -> None:
        self._found[problem] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several."""
        for problem in problems:
            self.add(problem)

    def at(self, place: Place, message: str, hint: str = "") -> None:
        """Note one problem."""
        self.add(Problem(place, message, hint))

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Keep the problems of a ConfigurationError raised inside, and carry on after the block."""
        try:
            yield
        except ConfigurationError as error:
            self.extend(error.problems)

    def raise_if_any(self) -> None:
        """Raises ConfigurationError with everything gathered."""
        if self._found:
            raise ConfigurationError(list(self._found))


def either(choices: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``; each choice once."""
    *first, last = list(dict.fromkeys(choices)) or [""]
    return f"{', '.join(first)} or {last}" if first else last


def nearest(word: str, known: Iterable[str], *, cutoff: float = 60.0) -> str:
    """The known name most like ``word``, or nothing when none is near."""
    from rapidfuzz import fuzz, process  # only when something is wrong

    choices = sorted({name for name in known if name})
    # Long words are cut: nobody mistypes a name of a hundred letters, and the comparison is quadratic.
    best = process.extractOne(word[:100], choices, scorer=fuzz.ratio, processor=str.lower, score_cutoff=cutoff)
    return str(best[0]) if best else ""
