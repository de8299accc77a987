"""The table of people on a terminal of the usual width."""

from __future__ import annotations

import pytest

from tests.acceptance.program import crm_monitor
from tests.acceptance.using import Firm


def test_in_80_columns_the_table_of_people_has_whole_names_and_says_which_weeks_it_compares(
    used: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.crm.mandate()
    monkeypatch.setenv("COLUMNS", "80")
    env = {"CRM_MONITOR_PROJECT": str(used.crm.folder), "COLUMNS": "80"}
    said = crm_monitor("adoption", env=env).stdout
    people = said.partition("People ─")[2]
    head, *rows = [line for line in people.splitlines()[1:] if line.strip()]
    assert head.split()[:5] == ["person", "status", "since", "days", "W43-46"]
    assert max(map(len, said.splitlines())) <= 80
    assert all(len(row[:14].strip()) > 4 for row in rows[:12])
