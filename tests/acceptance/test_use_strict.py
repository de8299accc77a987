"""Where watching people's use is barred, no row of a person's use is in the state at all; teams are still told."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance import use_crm
from tests.acceptance.use_crm import DESK_LEAD, DIRECTOR, NORTH_LEAD, SOUTH_LEAD, everybody, traces
from tests.acceptance.using import Firm, tables

pytestmark = pytest.mark.journeys

MANAGERS = (DIRECTOR, NORTH_LEAD, SOUTH_LEAD, DESK_LEAD)
USE = {
    *("activity", "activity_lags", "new_records", "won_deals", "deal_standing", "person_weeks", "scorecards", "looks"),
    *("use_figures", "digest_actions"),
}


@pytest.fixture
def strict(used: Firm) -> Firm:
    used.crm.mandate(use_crm.MANDATE + "strict: true\n")
    used.connect()
    return used


def _traces(text: str, *, but: tuple[int, ...] = ()) -> set[int]:
    """Whose key, name, login or address stands in a text."""
    found = {key for key in everybody() if key not in but and any(trace in text for trace in traces(key)[1:])}
    return found | {key for key in everybody() if key not in but and re.search(rf"\b{key}\b", text)}


def _owners_of(firm: Firm, table: str) -> set[str]:
    rows = firm.rows(f"SELECT DISTINCT o.key FROM {table} AS t JOIN owners AS o ON o.id = t.owner_id")
    return {str(row[0]) for row in rows}


def test_no_row_of_a_persons_use_is_stored_and_teams_are_told(strict: Firm) -> None:
    found = strict.ok("adoption", "--format", "json")
    strict.ok("adoption")
    strict.ok("digest", "--send")
    strict.ok("explain", "Southern sales")
    for table in ("activity", "activity_lags", "new_records", "won_deals", "person_weeks"):
        assert _owners_of(strict, table) <= {"team:1", "team:2", "team:3", "team:"}, table
        assert len(_owners_of(strict, table)) >= 2, table
    assert strict.rows("SELECT COUNT(*) FROM scorecards") == [(0,)]
    assert strict.rows("SELECT COUNT(*) FROM looks") == [(0,)]
    stored = tables(strict.crm.state)
    for table in USE - {"use_figures"}:
        assert not _traces(stored[table]), table
    # whose digest it is, and where it goes, is not what anybody did
    assert not _traces("".join(stored.values()), but=MANAGERS)
    told = {
        (team["name"], figure["id"]) for team in found.json["teams"] for figure in team["figures"] if figure["value"]
    }
    assert {("Northern sales", "new_complete"), ("Southern sales", "new_complete")} <= told, told
    assert found.json["naming"]["reason"]["code"] == "mandate_strict"
    assert not found.json["people"]
    assert not _traces("".join(one.stdout for one in strict.said[:2]))
    assert strict.rows("SELECT kind, COUNT(*) FROM digests GROUP BY 1") == [("manager", 4)]


def test_what_was_stored_by_name_goes_once_it_is_strict(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("adoption")
    used.ok("digest", "--send")
    assert _traces(tables(used.crm.state)["digests"])
    used.crm.mandate(use_crm.MANDATE + "strict: true\n")
    used.clock.later(days=1)
    used.ok("adoption")
    for table in ("activity", "person_weeks", "new_records"):
        assert _owners_of(used, table) <= {"team:1", "team:2", "team:3", "team:"}, table
    assert used.rows("SELECT COUNT(*) FROM scorecards") == [(0,)]
    digests = [json.loads(str(row[0])) for row in used.rows("SELECT snapshot FROM digests")]
    assert digests
    assert not _traces(json.dumps(digests), but=MANAGERS)
    assert "person:7" not in tables(used.crm.state)["digest_actions"]


def test_without_a_mandate_nobody_is_named_in_anything_shown(used: Firm) -> None:
    used.connect()
    shown = [
        used.ok("adoption"),
        used.ok("adoption", "--format", "json"),
        used.ok("explain", "all"),
        used.ok("explain", "Northern sales"),
        used.ok("adoption", "--team", "Northern sales", "--format", "json"),
    ]
    assert not _traces("".join(one.stdout for one in shown))
    assert not _traces(used.ok("digest", "--preview", "--sponsor").stdout, but=(DIRECTOR,))  # whose digest it is
    for refused in (
        used.run("adoption", "--user", f"log{DIRECTOR}in"),
        used.run("explain", f"log{DIRECTOR}in"),
        used.run("explain", "Front desk"),
        used.run("adoption", "--team", "Front desk"),
        used.run("digest", "--preview", "--own", f"log{use_crm.NORTH[0]}in"),
        used.run("digest", "--send", "--own", f"log{use_crm.NORTH[0]}in"),
    ):
        assert (refused.exit_code, refused.stdout) == (2, ""), refused.said
    used.ok("digest", "--send")
    stored = tables(used.crm.state)
    assert not _traces(stored["digests"] + stored["digest_actions"] + stored["outbox"], but=MANAGERS)
    assert not _traces(stored["looks"])


def test_a_manager_reads_the_own_teams_figures_and_nothing_is_said_of_seats(strict: Firm) -> None:
    strict.crm.write("config/people.yaml", f"sponsor: {DIRECTOR}\nseats: {{bought: 30, cost_per_month: 100}}\n")
    north = strict.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout
    assert "New records complete: 7" in north
    assert "Logging delay, median: 0 days" in north
    whole = strict.ok("digest", "--preview", "--sponsor").stdout
    assert "Never used" not in whole
    assert "not used" not in whole
    small = strict.ok("digest", "--preview", "--manager", DESK_LEAD).stdout
    assert "New records complete: not available" in small or "New records complete" not in small


def test_a_mandate_that_is_taken_away_takes_names_out_of_what_is_still_to_be_sent(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("digest", "--send", "--manager", NORTH_LEAD)
    assert "Sur70011name" in used.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout
    used.crm.mandate("")
    shown = used.ok("digest", "--preview", "--manager", NORTH_LEAD, "--week", "2026-W47")
    assert not _traces(shown.stdout, but=(NORTH_LEAD,))
    used.clock.later(days=1, minutes=1)
    used.ok("notify", "send")
    [digest] = used.direct(NORTH_LEAD).roots()
    assert not _traces(str(digest.content), but=(NORTH_LEAD,))


WRITES = [
    "check --fail-on never",
    "adoption --no-read",
    "explain all --no-read",
    "digest --no-read",
    "digest --preview --sponsor --no-read",
    f"digest seen --for {NORTH_LEAD}",
    f"digest done 1 --for {NORTH_LEAD}",
    "people check",
    "baseline reset --all",
    "baseline accept deal-without-next-step",
    "accept 1 --check deal-without-next-step --reason right",
    f"privacy remember {use_crm.NORTH[0]}",
    f"privacy export {use_crm.NORTH[0]}",
    "notify send",
    "notify settle 1 drop",
]


def test_the_first_command_that_writes_to_the_state_takes_persons_out_of_it_on_the_same_day(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.run("check", "--fail-on", "never")
    used.ok("adoption")
    used.ok("digest", "--send")  # and so the day's deleting is done
    kept = used.crm.state.read_bytes()
    assert used.rows("SELECT COUNT(*) FROM scorecards") != [(0,)]
    used.crm.mandate(use_crm.MANDATE + "strict: true\n")
    for command in WRITES:
        for part in used.crm.state.parent.glob("monitor.db-*"):
            part.unlink()
        used.crm.state.write_bytes(kept)
        result = used.run(*command.split())
        assert result.exit_code in (0, 1, 2, 4), (command, result.said)
        for table in ("activity", "activity_lags", "new_records", "won_deals", "deal_standing", "person_weeks"):
            assert _owners_of(used, table) <= {"team:1", "team:2", "team:3", "team:"}, (command, table)
        assert used.rows("SELECT COUNT(*) FROM scorecards") == [(0,)], command
        assert used.rows("SELECT COUNT(*) FROM looks") == [(0,)], command
        assert used.rows("SELECT COUNT(*) FROM digests WHERE kind = 'own'") == [(0,)], command
        stored = tables(used.crm.state)
        assert not _traces(stored["digests"] + stored["digest_actions"], but=MANAGERS), command
        few = used.rows("SELECT DISTINCT scope FROM use_figures WHERE people IS NULL OR people < 5")
        assert not [
            scope for (scope,) in few if used.rows(f"SELECT 1 FROM use_figures WHERE scope = '{scope}' AND value")
        ]


def test_a_command_that_only_looks_changes_nothing(used: Firm) -> None:
    used.crm.mandate()
    used.run("check", "--fail-on", "never")
    used.ok("adoption")
    used.crm.mandate(use_crm.MANDATE + "strict: true\n")
    for command in (
        "incidents list",
        "baseline show",
        "notify list",
        "check --dry-run --fail-on never",
        "config check",
    ):
        used.run(*command.split())
    assert used.rows("SELECT COUNT(*) FROM scorecards") != [(0,)]
    used.ok("notify", "send")
    assert used.rows("SELECT COUNT(*) FROM scorecards") == [(0,)]


def test_shorter_times_hold_at_once_too(used: Firm) -> None:
    used.crm.mandate()
    used.ok("adoption")
    weeks = "SELECT COUNT(DISTINCT week) FROM person_weeks"
    before = used.rows(weeks)
    used.crm.mandate(use_crm.MANDATE + "retention: {person_days: 14, person_weeks: 8}\n")
    used.ok("notify", "send")
    assert used.rows(weeks) < before
    assert used.rows(weeks) == [(8,)]


def test_names_that_went_out_on_slack_go_once_it_is_strict(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("digest", "--send", "--manager", NORTH_LEAD)
    used.clock.later(days=1, minutes=1)
    used.ok("notify", "send")
    [digest] = used.direct(NORTH_LEAD).roots()
    name = f"Sur{use_crm.FADED}name"
    assert name in str(digest.content)
    used.crm.mandate(use_crm.MANDATE + "strict: true\n")
    used.ok("notify", "send")
    [digest] = used.direct(NORTH_LEAD).roots()
    assert name not in str(digest.content)
    assert not _traces(str(digest.content), but=(NORTH_LEAD,))
