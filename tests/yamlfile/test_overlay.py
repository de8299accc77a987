"""One document over another."""

from __future__ import annotations

from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.yamlfile import Problems, overlaid, parse

BASE = parse("a: {b: 1, c: {d: 2, e: 3}}\nf: [1, 2]\ng: x\nh: {i: 1}\n", "base.yaml")


def test_mappings_merge_everything_else_replaces_and_null_takes_away() -> None:
    over = parse("a: {c: {d: 9, k: 7}}\nf: [3]\ng: null\nh: text\nn: {m: 1, o: null}\n", "over.yaml")
    merged = overlaid(BASE, over)
    assert merged.file == "over.yaml"
    assert merged.data == {
        "a": {"b": 1, "c": {"d": 9, "e": 3, "k": 7}},
        "f": [3],
        "h": "text",
        "n": {"m": 1},
    }


def test_every_place_points_into_the_file_that_the_value_came_from() -> None:
    merged = overlaid(BASE, parse("a: {c: {d: 9}}\nh: text\n", "over.yaml"))
    assert merged.place("a", "c", "d") == Place("over.yaml", 1, 12)
    assert merged.place("a", "c", "e", key=True) == Place("base.yaml", 1, 21)
    assert merged.place("f", 1) == Place("base.yaml", 2, 8)
    assert merged.place("h", "i") == Place("over.yaml", 2, 4)


def test_what_is_laid_over_changes_neither_document() -> None:
    before = repr(BASE.data)
    overlaid(BASE, parse("a: {c: {d: 9}}\n", "over.yaml")).data["a"]["c"]["d"] = 0
    assert repr(BASE.data) == before


def test_problems_of_several_steps_are_told_together_in_order_and_once() -> None:
    problems = Problems()
    late, early = Problem(Place("b", 2, 1), "two"), Problem(Place("a", 1, 1), "one")
    for _ in range(2):
        with problems.catching():
            raise ConfigurationError([late])
    problems.at(early.place, "one")
    try:
        problems.raise_if_any()
    except ConfigurationError as error:
        told = str(error)
    assert told == "a:1:1: one\nb:2:1: two"
