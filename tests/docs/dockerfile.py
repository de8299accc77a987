"""A Dockerfile as its tests read it: strictly, and only what ours uses."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

_KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its name, and the rest of its line, continued lines made one."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """What is said, without flags such as ``--from=build``."""
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return [word for word in shlex.split(self.text) if not word.startswith("--")]


def parse(path: Path) -> list[list[Step]]:
    """The stages, each a list of steps that begins with FROM. Raises ValueError for an unknown instruction."""
    stages: list[list[Step]] = []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, rest = line.strip().partition(" ")
        if not name:
            continue
        if name not in _KNOWN:
            raise ValueError(f"{path.name} says {name}, which these tests do not know")
        if name == "FROM":
            stages.append([])
        stages[-1].append(Step(name, " ".join(rest.split())))
    return stages


def said(stage: list[Step], name: str) -> list[Step]:
    """The steps of one instruction."""
    return [step for step in stage if step.name == name]
