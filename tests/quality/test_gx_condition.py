"""Great Expectations' old condition language: we read what it reads, and say where it stops."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.quality.condition_tree import ConditionError
from monitor.quality.gx_condition import read
from monitor.quality.suites import load_suites

GOOD = [
    'col("stage").notnull()',
    ' col("stage") .NotNull() ',
    'col("amount") > 100',
    'col("amount")<=-1.5e3',
    'col("amount") >= 100.',
    "col(\"stage\") == 'Won deal'",
    'col("stage")!="æøå (2)"',
    'col("close_date") < date("2026-01-31")',
    "col(\"close_date\") < date ( '2026-01-31' ) ",
    'col("my column") == " x"',
    'col("stage") == "don\tt"',
]
BAD = {
    "": 0,
    "amount > 100": 0,
    "col('amount') > 100": 0,
    'col( "amount" ) > 100': 0,
    'col("") > 100': 0,
    'col("amount") = 100': 14,
    'col("amount") is null': 14,
    'col("amount").isnull()': 13,
    'col("amount") >': 15,
    'col("amount") > many': 16,
    'col("stage") == "it\'s"': 16,
    'col("stage") == "Łódź"': 16,
    'col("stage") == ""': 16,
    'col("amount") > 1 and col("amount") < 9': 18,
    'col("amount").notnull() or 1': 24,
    'col("amount") > 1.2.3': 19,
}


@cache
def _grammar() -> tuple[Any, type[Exception]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations.compatibility.pyparsing import ParseException
        from great_expectations.expectations.legacy_row_conditions import condition
    return condition, ParseException


def _gx_reads(text: str) -> bool:
    """Whether Great Expectations' own grammar takes the text as a whole."""
    condition, refusal = _grammar()
    try:
        condition.parse_string(text, parse_all=True)
    except refusal:
        return False
    return True


def _we_read(text: str) -> bool:
    try:
        read(text)
    except ConditionError:
        return False
    return True


@pytest.mark.parametrize("text", GOOD)
def test_what_great_expectations_reads_is_read(text: str) -> None:
    read(text)
    assert _gx_reads(text)


@pytest.mark.parametrize("text", BAD)
def test_what_great_expectations_cannot_read_is_told_where_it_stops(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read(text)
    assert caught.value.offset == BAD[text]
    assert text == 'col("") > 100' or not _gx_reads(text)


PIECES = [*"()<>=!.\"' 	12eE+-aå×", 'col("a")', ".notnull()", "date("]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_any_text_is_read_as_great_expectations_does(tail: str) -> None:
    for text in (tail, f'col("a"){tail}'):
        assert _we_read(text) == _gx_reads(text), text


def _told(folder: Path, **kwargs: str) -> str:
    path = folder / "opportunities.yaml"
    given = json.dumps({"column": "amount", **kwargs})
    path.write_text(f"expectations:\n  - type: expect_column_values_to_not_be_null\n    kwargs: {given}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_suites([path])
    return str(caught.value).replace(f"{path}:", "")


def test_a_malformed_row_condition_is_told_at_its_place(tmp_path: Path) -> None:
    assert _told(tmp_path, row_condition='col("amount") >') == (
        "3:51: row_condition: a number, a text in quotes (without other quotes in it) or"
        ' date("2026-01-31") is needed here'
    )
    told = _told(tmp_path, row_condition='col("amount") > 1 AND col("stage") == "won"')
    assert told.endswith('and would ignore the rest (at: AND col("stage") == "won")')


def test_a_row_condition_in_our_own_language_belongs_in_when(tmp_path: Path) -> None:
    assert _told(tmp_path, row_condition="amount > 100 AND status = 'open'") == (
        '3:51: row_condition: it begins with a column, written as col("name")'
        " (this is a condition of ours: write it as `when` under meta)"
    )


def test_a_row_condition_for_data_frames_is_told_at_its_parser(tmp_path: Path) -> None:
    assert _told(tmp_path, row_condition="amount > 100", condition_parser="pandas") == (
        "3:87: a row_condition for 'pandas' cannot be used on a database (write it as `when` under meta, or for"
        " condition_parser: great_expectations)"
    )
