"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.settings.values import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("60s", 60), ("5m", 300), ("2h", 7200), ("1d", 86400), ("1w", 604800), (" 2 w ", 1209600)]
)
def test_a_number_and_a_unit_make_a_duration(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "w", "1", "-1w", "0d", "1 y", "1234567d"])
def test_anything_else_is_refused_with_the_next_step(text: str) -> None:
    with pytest.raises(ValueError, match="write "):
        parse_duration(text)
