"""The generated parts of the page about who uses the CRM: statuses, figures and what ``people.yaml`` may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.adoption.figure import FigureId, Goal
from monitor.adoption.figures_load import load_figures
from monitor.adoption.statuses import VARIABLES, Limit, Status
from monitor.adoption.statuses_load import load_statuses
from monitor.settings.people_model import PeopleFile

_NOWHERE = Path("no-such-folder")  # so that the built-in ones are read


def _statuses() -> str:
    rows = [(f"`{one.name}`", one.about, _limits(one)) for one in load_statuses(_NOWHERE).statuses]
    return _table(("status", "what it means", "limits"), rows)


def _limits(status: Status) -> str:
    sets = (" and ".join(_limit(name, limit) for name, limit in one.items()) for one in status.any_of)
    return "; or ".join(sets) or "none: whoever is left"


def _limit(name: str, limit: Limit) -> str:
    ends = ((limit.least, "≥"), (limit.most, "≤"))
    return ", ".join(f"`{name}` {sign} {value:g}" for value, sign in ends if value is not None)


def _variables() -> str:
    return _table(("variable", "what it is"), [(f"`{name}`", about) for name, about in VARIABLES.items()])


def _figures() -> str:
    found = load_figures(_NOWHERE).figures.values()
    return _table(
        ("figure", "what it is", "goal"), [(f"`{one.id}`", one.about, _goal(one.id, one.goal)) for one in found]
    )


def _goal(figure: FigureId, goal: Goal | None) -> str:
    if goal is None:
        return ""
    limit = f"{goal.limit:g} days" if figure is FigureId.LAG else f"{goal.limit:.0%}"
    return f"{'≥' if goal.at_least else '≤'} {limit}"


def _people() -> str:
    found = PeopleFile.model_json_schema()
    return _table(("key", "what it says"), [(f"`{key}`", about) for key, about in _keys(found, found)])


def _keys(whole: Mapping[str, Any], part: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in part["properties"].items():
        yield f"{path}{key}", str(value.get("description", ""))
        for step, inner in (("", value), ("[]", value.get("items", {})), (".NAME", value.get("additionalProperties"))):
            reference = inner.get("$ref") if isinstance(inner, Mapping) else None
            if reference:
                yield from _keys(whole, whole["$defs"][reference.rpartition("/")[2]], f"{path}{key}{step}.")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


PARTS: Mapping[str, Callable[[], str]] = {
    "statuses": _statuses,
    "status-variables": _variables,
    "figures": _figures,
    "people-keys": _people,
}
