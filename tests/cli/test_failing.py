"""Cells of a CSV file that a spreadsheet opens."""

from __future__ import annotations

import pytest

from monitor.cli.failing import harmless


@pytest.mark.parametrize("cell", ["", "Kontrakt 7", "7-4", "a=b"])
def test_what_no_spreadsheet_takes_for_a_formula_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+45 33", "-1", "@sum", "\tx", "\rx"])
def test_what_looks_like_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
