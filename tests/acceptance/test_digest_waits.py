"""In short: a manager's digest waits a day after the own pages of the people whom it names, and is shown to few."""

from __future__ import annotations

import pytest

from tests.acceptance.program import crm_monitor
from tests.acceptance.use_crm import DESK, DESK_LEAD, NORTH, NORTH_LEAD
from tests.acceptance.using import Firm


def test_a_managers_digest_waits_a_day_after_the_own_pages_of_the_people_in_it(used: Firm) -> None:
    used.crm.mandate()
    used.connect(slack=False)
    first = used.ok("digest", "--send", "--manager", f"log{DESK_LEAD}in")
    assert "waits until Tue 24 Nov 2026 08:00" in first.stdout
    own = sorted(f"at{key}box@firm.example" for key in DESK)
    assert set(own) <= set(used.mailed)
    assert all("Weekly digest" not in str(letter.content) for letter in used.mail.handler.received)
    sent = len(used.mailed)

    used.clock.later(hours=23)
    used.ok("notify", "send")
    assert len(used.mailed) == sent
    used.clock.later(hours=1, minutes=1)
    used.ok("notify", "send")
    assert used.mailed[sent:] == [f"at{DESK_LEAD}box@firm.example"]


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
