"""A surface: a place where something comes into the program from outside, with inputs for it and a way to try one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases"
Try = Callable[[bytes], str]
"""Tries one input; gives the error that a person reads, or nothing. What may not happen is raised."""


@dataclass(frozen=True)
class Surface:
    """``opened`` makes what inputs are tried on in an empty folder; ``share`` is how often it is tried among others."""

    name: str
    inputs: st.SearchStrategy[bytes]
    opened: Callable[[Path], AbstractContextManager[Try]]
    examples: int = 60  # per round of the runner

    def cases(self) -> list[Path]:
        """Inputs that once led to what may not happen, each under a name that says what it was."""
        return sorted((CASES / self.name).glob("*"))


def case_name(data: bytes) -> str:
    """A name for an input that nobody has named yet."""
    return f"new-{hashlib.sha256(data).hexdigest()[:12]}"
