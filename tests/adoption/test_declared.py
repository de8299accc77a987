"""Statuses and figures are YAML; what is wrong in a file is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.adoption.figure import FigureId, Goal
from monitor.adoption.figures_load import load_figures
from monitor.adoption.statuses import VARIABLES, Limit
from monitor.adoption.statuses_load import load_statuses
from monitor.errors import ConfigurationError
from tests.adoption.making import FIGURES, STATUSES


def statuses(folder: Path, text: str) -> list[str]:
    return _said(folder, "statuses", text)


def figures(folder: Path, text: str) -> list[str]:
    return _said(folder, "figures", text)


def _said(folder: Path, name: str, text: str) -> list[str]:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_statuses(folder) if name == "statuses" else load_figures(folder)
    return [str(problem).replace(f"{path}:", "") for problem in error.value.problems]


def test_the_built_in_statuses_and_figures_are_whole() -> None:
    names = ["away", "new", "untraced", "never", "dormant", "fading", "active", "occasional"]
    assert [one.name for one in STATUSES.statuses] == names
    assert all(one.title and one.about for one in STATUSES.statuses)
    assert STATUSES.attention == {"never", "dormant", "fading"}
    assert list(FIGURES.figures) == list(FigureId)
    assert all(one.title and one.about for one in FIGURES.figures.values())


def test_the_built_in_goals_are_those_of_the_field() -> None:
    goals = {one.id: (one.goal.limit, one.goal.at_least) for one in FIGURES.figures.values() if one.goal}
    assert goals == {
        FigureId.TOUCHED_VALUE: (0.8, True),
        FigureId.SEATS_ACTIVE: (0.75, True),
        FigureId.WON_QUICKLY: (0.1, False),
        FigureId.NEW_COMPLETE: (0.9, True),
        FigureId.LAG: (2, False),
        FigureId.SEATS_UNUSED: (0.1, False),
        FigureId.ONBOARDED: (0.8, True),
        FigureId.BREADTH: (0.6, True),
    }


def test_a_project_changes_one_limit_adds_a_status_and_takes_one_out(tmp_path: Path) -> None:
    (tmp_path / "statuses.yaml").write_text(
        "extends: builtin/statuses@1\n"
        "statuses:\n"
        "  fading: {when: {kept_up: {max: 0.4}}}\n"
        "  never: null\n"
        "  daily: {title: {en: Daily, da: Dagligt}, before: active, when: {active_days: {min: 5}}}\n",
        encoding="utf-8",
    )
    found = load_statuses(tmp_path)
    assert [one.name for one in found.statuses] == [
        "away", "new", "untraced", "dormant", "fading", "daily", "active", "occasional",
    ]  # fmt: skip
    fading, daily = found.named("fading"), found.named("daily")
    assert fading is not None
    assert fading.any_of[0]["kept_up"] == Limit(None, 0.4)
    assert fading.any_of[0]["usual_days_4w"] == Limit(3, None)
    assert daily is not None
    assert (daily.title, daily.titles, daily.place.line) == ("Daily", {"da": "Dagligt"}, 5)
    assert [Path(name).name for name in found.files] == ["statuses.yaml", "statuses@1.yaml"]


def test_a_project_changes_a_goal_and_leaves_a_figure_out(tmp_path: Path) -> None:
    (tmp_path / "figures.yaml").write_text(
        "extends: builtin/figures@1\nattributed: 50%\n"
        "figures: {lag: {goal: {at_most: 3}}, breadth: {enabled: false}, onboarded: {goal: null}}\n",
        encoding="utf-8",
    )
    found = load_figures(tmp_path)
    assert found.attributed == 0.5
    assert found.figures[FigureId.LAG].goal == Goal(3, at_least=False)
    assert found.figures[FigureId.ONBOARDED].goal is None
    assert FigureId.BREADTH not in found.figures
    assert len(found.figures) == 9


def test_every_mistake_in_statuses_is_told_at_its_place(tmp_path: Path) -> None:
    text = (
        "extends: builtin/statuses@1\n"
        "statuses:\n"
        "  fading: {when: {kept_upp: {max: 0.4}, active_days: {min: 3, max: 2}}}\n"
        "  mine: {before: activ, when: {active_days: {}}}\n"
    )
    assert statuses(tmp_path, text) == [
        "3:19: there is no variable 'kept_upp' (did you mean 'kept_up'?)",
        "3:54: active_days can never fit: min is above max",
        "4:18: there is no status 'activ' to be before (did you mean 'active'?)",
        "4:45: active_days has no limit (write min, max or both)",
    ]


def test_a_status_that_nobody_can_reach_or_somebody_would_lack_is_refused(tmp_path: Path) -> None:
    text = "statuses:\n  all: {}\n  some: {when: {active_days: {min: 1}}}\n"
    assert [line.split(",")[0] for line in statuses(tmp_path, text)] == [
        "2:3: the status 'all' has no limits",
        "3:3: the last status",
    ]
    assert statuses(tmp_path, "statuses: {}\n") == ["1:11: there is no status"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("figures: {lagg: {}}", "1:11: there is no figure 'lagg' (did you mean 'lag'?)"),
        ("figures: {lag: {goal: {}}}", "1:23: goal needs either at_least or at_most (write one of them)"),
        ("figures: {breadth: {goal: {at_least: 60}}}",
         "1:27: the goal must be a share between 0 and 1 (write 60% if you mean 60 in a hundred)"),
        ("figures: {lag: {goal: {at_most: soon}}}", "1:33: at_most must be a share of the rows (write 5% or 0.05)"),
        ("extends: builtin/figure@1", "1:10: there is no built-in file 'builtin/figure@1' for figures.yaml"
         " (did you mean 'builtin/figures@1'?)"),
        ("figures: {lag: {title: {da: Forsinkelse}}}", "1:24: title has no English (add en:)"),
        ("attributed: 3", "1:13: attributed must be a share between 0 and 1 (write 3% if you mean 3 in a hundred)"),
    ],
)  # fmt: skip
def test_a_mistake_in_figures_is_told_at_its_place(text: str, told: str, tmp_path: Path) -> None:
    assert figures(tmp_path, text + "\n") == [told]


def test_every_variable_is_explained() -> None:
    used = {name for status in STATUSES.statuses for name in status.variables}
    assert used <= VARIABLES.keys()
    assert all(VARIABLES.values())
