"""Reads the goals of the figures: ``checks/figures.yaml`` of a project, or the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.adoption.figure import FigureId, Goal
from monitor.adoption.known import ATTRIBUTED
from monitor.adoption.loading import Closed, Title, declared, title_of
from monitor.quality.share import Share, parse_share
from monitor.yamlfile import Problems, nearest, salvage


@dataclass(frozen=True, slots=True)
class FigureSaid:
    """What the file says of a figure; ``titles`` are those per language."""

    id: FigureId
    title: str
    about: str = ""
    goal: Goal | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FiguresSaid:
    """The figures that are shown, in their order. ``attributed``: the least share of rows that must name a user."""

    figures: Mapping[FigureId, FigureSaid] = field(default_factory=dict)
    attributed: float = ATTRIBUTED
    files: tuple[str, ...] = ()


def _limit(value: Any) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 365:
        return float(value)
    if isinstance(value, str):
        return parse_share(value)
    raise ValueError("must be a share or a number of days\nwrite 80% or 2")


GoalLimit = Annotated[
    float | None,
    BeforeValidator(lambda value: None if value is None else _limit(value)),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9.]+\s*%$"}]}),
]


class GoalEntry(Closed):
    """A goal: one of the two."""

    at_least: GoalLimit = Field(None, description="the figure should be this or more: 80%")
    at_most: GoalLimit = Field(None, description="the figure should be this or less: 10%, or 2 for working days")

    @model_validator(mode="after")
    def _one(self) -> GoalEntry:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs either at_least or at_most\nwrite one of them")
        return self

    def goal(self) -> Goal:
        """The same, as figures have it."""
        if self.at_least is not None:
            return Goal(self.at_least, at_least=True)
        return Goal(self.at_most or 0.0, at_least=False)


class FigureEntry(Closed):
    """One of the ten figures."""

    title: Title = Field("", description="what it is called, as text or per language")
    about: str = Field("", description="how it is counted, in a person's words")
    goal: GoalEntry | None = Field(None, description="the goal to keep")
    enabled: bool = Field(True, description="false leaves the figure out")


class FigureFile(Closed):
    """``checks/figures.yaml``."""

    extends: str = Field("", description="the built-in figures that this file changes: builtin/figures@1")
    attributed: Share = Field(
        ATTRIBUTED, description="where a smaller share of a measure's rows names a user, nothing is said about users"
    )
    figures: dict[str, FigureEntry] = Field(default_factory=dict, description="the figures, by name")


def load_figures(folder: Path) -> FiguresSaid:
    """The figures of the project whose ``checks`` folder is ``folder``; those that the file leaves out are not shown.

    Raises ConfigurationError with every problem of the file.
    """
    problems = Problems()
    source = declared(folder, "figures", problems)
    file = salvage(FigureFile, source.document, problems)
    found: dict[FigureId, FigureSaid] = {}
    known = {one.value: one for one in FigureId}
    for name, entry in file.figures.items() if file is not None else ():
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"
            problems.add(source.document.problem(f"there is no figure {name!r}", "figures", name, key=True, hint=hint))
        elif entry.enabled:
            goal = entry.goal.goal() if entry.goal is not None else None
            if goal is not None and goal.limit > 1 and known[name] is not FigureId.LAG:
                hint = f"write {goal.limit:g}% if you mean {goal.limit:g} in a hundred"
                message = "the goal must be a share between 0 and 1"
                problems.add(source.document.problem(message, "figures", name, "goal", hint=hint))
            title, titles = title_of(entry.title, name)
            found[known[name]] = FigureSaid(known[name], title, " ".join(entry.about.split()), goal, titles)
    problems.raise_if_any()
    least = file.attributed if file is not None and file.attributed is not None else ATTRIBUTED
    return FiguresSaid({one: found[one] for one in FigureId if one in found}, least, source.files)
