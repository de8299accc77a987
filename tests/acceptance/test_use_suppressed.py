"""Without a mandate no figure tells of fewer than five persons, taken by itself or from another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.use_crm import SOUTH
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys


def _told(found: dict[str, Any]) -> dict[str, float | None]:
    return {one["id"]: one["bottom"] for one in found["figures"]}


def test_a_figure_that_counts_few_of_one_teams_people_is_told_of_no_team(used: Firm) -> None:
    """Of the team in the south only two and the lead may write: the whole less the north would tell what they do."""
    readers = "".join(f"- {{user: {key}, role: reader}}\n" for key in SOUTH[:4])
    used.crm.write("config/people.yaml", f"roles: {{reader: {{reads_only: true}}}}\npeople:\n{readers}")
    found = used.ok("adoption", "--format", "json").json
    assert (_told(found)["seats_active"] or 0) >= 5
    assert len(found["teams"]) == 3
    for team in found["teams"]:
        assert _told(team)["seats_active"] is None, team["name"]
        assert _told(team)["seats_unused"], team["name"]
    shown = [team["name"] for team in found["teams"] if team["name"]]
    assert shown
    for name in shown:
        one = used.ok("adoption", "--format", "json", "--no-read", "--team", name).json
        assert _told(one)["seats_active"] is None
        assert "People who use it weekly not available" in used.ok("explain", "--no-read", name).said


def test_the_whole_tells_no_figure_of_few_persons(used: Firm) -> None:
    found = used.ok("adoption", "--format", "json").json
    few = [one["id"] for one in found["figures"] if one["id"] == "managers_use" and one["value"] is not None]
    assert not few, "there are four managers"


def test_several_pages_into_what_is_no_folder_is_a_mistake_of_usage(used: Firm) -> None:
    refused = used.run("digest", "--html", used.crm.folder / "config" / "monitor.yaml")
    assert refused.exit_code == 2
    assert "monitor.yaml is no folder" in refused.said
