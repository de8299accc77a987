"""The sponsor's month stands beside the month before it: figures as they were then, records as a run found them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.adoption.figure import FigureId
from monitor.digest.words import FIGURES
from tests.acceptance.use_crm import DIRECTOR
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys

OCTOBER = ("digest", "--preview", "--sponsor", "--week", "2026-W45", "--no-read")
SEPTEMBERS_LAST, OCTOBERS_LAST = "2026-W39", "2026-W43"


def _lacking(firm: Firm, until: str) -> int:
    """Deals without a next step that were there at the end of a day, by hand."""
    query = f"SELECT count(*) FROM deal WHERE next_action = '' AND created_at <= '{until} 22:59:59'"
    return int(firm.crm.ask(query)[0][0])


def _check(firm: Firm, day: str) -> None:
    firm.ok("check", "--as-of", day, "--fail-on", "never")


def test_records_are_compared_with_those_of_the_end_of_the_month_before(used: Firm) -> None:
    used.crm.write("config/people.yaml", f"sponsor: {DIRECTOR}\n")
    for day in ("2026-09-30", "2026-10-24", "2026-10-31"):
        _check(used, day)
    used.ok("adoption")
    before, week_before, now = (_lacking(used, day) for day in ("2026-09-30", "2026-10-24", "2026-10-31"))
    assert before < week_before < now
    page = " ".join(used.ok(*OCTOBER).stdout.split())
    assert f"Deals without a next step: {now} of" in page
    assert f"+{now - before} since last month" in page
    assert "last week" not in page


def test_a_run_of_long_before_the_month_before_is_nothing_to_compare_with(used: Firm) -> None:
    _check(used, "2026-08-20")
    _check(used, "2026-10-31")
    used.ok("adoption")
    page = used.ok(*OCTOBER).stdout
    assert f"Deals without a next step: {_lacking(used, '2026-10-31')} of" in page
    assert "since last" not in page


@pytest.mark.parametrize("code", ["en", "da"])
def test_figures_stand_beside_those_of_the_last_week_of_the_month_before(used: Firm, code: str) -> None:
    used.ok("adoption")
    then, now = (
        {one["id"]: one for one in used.ok("adoption", "--format", "json", "--no-read", "--week", week).json["figures"]}
        for week in (SEPTEMBERS_LAST, OCTOBERS_LAST)
    )
    told = [one for one in now if now[one]["value"] is not None and then[one]["value"] is not None]
    told.remove("uniformity")  # the director manages a part of the whole, beside which it would tell of few
    assert {"seats_active", "new_complete", "breadth"} <= set(told)
    assert any(now[one]["value"] != then[one]["value"] for one in told)
    page = " ".join(used.ok(*OCTOBER, "--language", code).stdout.split())
    label = {"en": "month before", "da": "måneden før"}[code]
    assert "week before" not in page
    assert "ugen før" not in page
    assert page.count(f"{label}: ") >= len(told)
    if code == "en":
        for one in told:
            title = FIGURES[FigureId(one)][0]
            shown = re.search(re.escape(title) + r": \S+%? \(month before: (?P<before>[0-9.]+)%", page)
            if now[one]["unit"] == "share":
                assert shown, title
                assert abs(float(shown["before"]) / 100 - then[one]["value"]) < 0.006


def test_the_first_month_of_a_crm_new_to_the_monitor_has_whole_lines(used: Firm, tmp_path: Path) -> None:
    used.crm.mandate()
    used.ok("adoption")
    pages = [tmp_path / "first.html", tmp_path / "again.html"]
    used.ok(*OCTOBER[:-2], "2026-W47", "--no-read", "--html", pages[0])
    used.ok("adoption", "--no-read", "--week", OCTOBERS_LAST)  # scores the weeks before it, where nobody has yet
    used.ok(*OCTOBER[:-2], "2026-W47", "--no-read", "--html", pages[1])
    first, again = (page.read_text(encoding="utf-8") for page in pages)
    assert first == again
