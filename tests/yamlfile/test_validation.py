"""A document against a model: every error at once, in plain words, at its place."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from monitor.errors import ConfigurationError
from monitor.yamlfile import Document, Problems, either, nearest, parse, salvage, validate


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Column(Closed):
    sql: str
    scale: int = 1
    kind: Literal["text", "date"] = "text"


class Entity(Closed):
    from_: str = Field("", alias="from")
    columns: dict[str, str | Column] = Field(default_factory=dict)
    tables: str | list[str] = ""


class Model(Closed):
    name: str
    entities: dict[str, Entity] = Field(default_factory=dict)
    count: int = Field(0, ge=0, le=9)
    ratio: float | None = None
    when: date | None = None
    pair: tuple[int, int] = (0, 0)
    branches: list[Entity] = Field(default_factory=list)
    word: str = Field("", pattern="^[a-z]*$")

    @field_validator("word")
    @classmethod
    def _no_swearing(cls, word: str) -> str:
        if word == "damn":
            raise ValueError("is not nice\nsay darn")
        return word


def _said(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        validate(Model, parse(text, "x"))
    return [str(problem) for problem in caught.value.problems]


def test_a_right_document_becomes_its_model() -> None:
    model = validate(Model, parse("name: a\nentities: {b: {from: t, columns: {c: d, e: {sql: f}}}}\ncount: '3'\n", "x"))
    assert model.entities["b"].columns == {"c": "d", "e": Column(sql="f")}
    assert model.count == 3


def test_a_part_of_a_document_is_validated_with_its_own_places() -> None:
    document = parse("first: {sql: a}\nsecond: {sqll: a}\n", "x")
    assert validate(Column, document, ("first",)).sql == "a"
    with pytest.raises(ConfigurationError) as caught:
        validate(Column, document, ("second",))
    assert [str(problem) for problem in caught.value.problems] == [
        "x:2:1: the key 'sql' is missing",
        "x:2:10: unknown key 'sqll' (did you mean 'sql'?)",
    ]


def test_every_error_is_told_at_once() -> None:
    text = """\
naem: a
entities:
  deals:
    form: t
    columns:
      a: {sq: b}
      b: [c]
      c: {sql: d, kind: dat, scale: many}
    tables: [a, 3]
count: 10
ratio: much
when: someday
pair: [1]
word: damn
"""
    assert _said(text) == [
        "x:1:1: the key 'name' is missing",
        "x:1:1: unknown key 'naem' (did you mean 'name'?)",
        "x:4:5: unknown key 'form' (did you mean 'from'?)",
        "x:6:7: the key 'sql' is missing",
        "x:6:11: unknown key 'sq' (did you mean 'sql'?)",
        "x:7:10: b must be text or a mapping of keys to values",
        "x:8:25: kind must be one of: text, date (did you mean 'date'?)",
        "x:8:37: scale must be a whole number",
        "x:9:17: tables[2] must be text (put it in quotes)",
        "x:10:8: count must be at most 9",
        "x:11:8: ratio must be a number",
        "x:12:7: when must be a date such as 2025-12-31",
        "x:13:7: pair has too few entries",
        "x:14:7: word is not nice (say darn)",
    ]


def test_a_value_that_is_not_there_or_not_of_the_form_is_told_in_words() -> None:
    assert _said("name:\nword: A\ncount: -1\nbranches: [{frm: a}]\n") == [
        "x:2:1: name has no value (give it text, or take the line out)",
        "x:2:7: word is not written as expected (it must match ^[a-z]*$)",
        "x:3:8: count must be at least 0",
        "x:4:13: unknown key 'frm' (did you mean 'from'?)",
    ]


def test_an_unknown_key_like_no_other_is_told_with_those_there_are() -> None:
    assert _said("name: a\nentities: {b: {xxxxxxxx: 1}}\n") == [
        "x:2:16: unknown key 'xxxxxxxx' (known here: columns, from, tables)"
    ]


def test_what_is_right_can_be_saved_from_what_is_wrong() -> None:
    problems = Problems()
    text = "name: a\ncount: many\nentities: {b: {from: t, tables: [a, 3]}, c: {columns: {d: {kind: text}}}}\n"
    model = salvage(Model, parse(text, "x"), problems)
    assert model is not None
    assert (model.name, model.count, model.entities["b"].from_, model.entities["b"].tables) == ("a", 0, "t", "")
    assert model.entities["c"].columns == {}
    assert len(list(problems)) == 3


def test_without_a_key_that_it_needs_nothing_is_left() -> None:
    problems = Problems()
    assert salvage(Model, parse("count: 1\n", "x"), problems) is None
    assert [problem.message for problem in problems] == ["the key 'name' is missing"]


def test_no_value_is_repeated_in_a_message() -> None:
    secret = "hunter2"
    text = f"name: [{secret}]\ncount: {secret}\nratio: {secret}\nwhen: {secret}\nword: {secret}\npair: {secret}\n"
    assert secret not in "".join(_said(text))


def test_choices_are_listed_once_each() -> None:
    assert [either([]), either(["a"]), either(["a", "b", "a"]), either(["a", "b", "c"])] == [
        "",
        "a",
        "a or b",
        "a, b or c",
    ]


@given(word=st.text(max_size=200))
def test_the_nearest_name_is_a_known_one_or_none(word: str) -> None:
    assert nearest(word, ["amount", "account_key", ""]) in ("amount", "account_key", "")


_KEYS = st.sampled_from(
    ["name", "entities", "deals", "from", "columns", "sql", "count", "pair", "tables", "branches", "é"]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.dates()
_DATA: st.SearchStrategy[Any] = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=120, deadline=None)
@given(data=st.dictionaries(_KEYS, _DATA, max_size=5))
def test_whatever_the_data_it_fits_or_is_refused_in_words(data: dict[str, Any]) -> None:
    problems = Problems()
    found = salvage(Model, Document("x", data), problems)
    assert found is not None or problems
    assert all(problem.message and "\n" not in problem.message for problem in problems)
