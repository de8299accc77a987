"""What a page tells of a person to whom, and who is told that somebody looked."""

from __future__ import annotations

from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm


def test_what_a_manager_did_is_previewed_only_where_somebody_may_see_the_manager_by_name(used: Firm) -> None:
    preview = ("digest", "--preview", "--manager", f"log{NORTH_LEAD}in")

    def own_use() -> str:
        return " ".join(used.ok(*preview).stdout.partition("YOUR OWN USE")[2].partition("ALL FIGURES")[0].split())

    def looks() -> int:
        return len(used.rows(f"SELECT how FROM looks WHERE subject = '{NORTH_LEAD}' AND how = 'crm-monitor digest'"))

    assert own_use().startswith("Active days in 4 weeks: not available Deals commented or changed: not available")
    assert looks() == 0
    used.crm.mandate()
    assert not own_use().startswith("Active days in 4 weeks: not available")
    assert looks() == 1


def test_an_own_page_begins_with_what_was_done_most_and_tells_a_look_once_a_day(used: Firm) -> None:
    used.crm.mandate()
    for _ in range(4):
        used.ok("adoption", "--format", "json")
    used.clock.later(days=7)
    used.ok("adoption")
    page = used.ok("digest", "--preview", "--own", NORTH[0]).stdout
    looks = page.partition("WHO LOOKED AT YOUR FIGURES")[2]
    days = [line.split(":")[0] for line in looks.splitlines() if "crm-monitor adoption" in line]
    assert len(days) == 2
    assert "30 Nov" in days[0]  # the newest first
    week = page.partition("YOUR WEEK")[2].partition("\n\n")[0]
    counts = [float(line.split(": ")[1].split()[0]) for line in week.splitlines()[5:] if ": " in line]
    assert len(counts) > 3
    assert counts == sorted(counts, reverse=True)
