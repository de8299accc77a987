"""Fix lists as commands show them: true, with names that are never stored, and only to whom they are for."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.acceptance.fixing import ANN, LEFT, as_user, checked, failing, mend, prepare
from tests.acceptance.use_crm import DESK, DESK_LEAD, NORTH, NORTH_LEAD, SOUTH, SOUTH_LEAD
from tests.acceptance.using import Firm, tables

pytestmark = pytest.mark.journeys


@pytest.fixture
def fixing(used: Firm) -> Firm:
    return prepare(used)


def _keys(document: object) -> list[str]:
    assert isinstance(document, dict)
    return [record["key"] for record in document["records"]]


def test_an_owners_list_is_true_with_the_worst_first_and_one_line_per_record(fixing: Firm) -> None:
    checked(fixing)
    found = fixing.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert set(_keys(found)) == failing(fixing, ANN)
    assert len(_keys(found)) == len(set(_keys(found)))
    query = f"SELECT id FROM deal WHERE staff_id = {ANN} AND value IS NULL"
    without_amount = {str(key) for (key,) in fixing.crm.ask(query)}
    grave = {record["key"] for record in found["records"] if record["severity"] == "critical"}
    assert grave == without_amount
    assert set(_keys(found)[: len(grave)]) == grave
    amounts = [float(record["amount"]) for record in found["records"][len(grave) :]]
    assert amounts == sorted(amounts, reverse=True)
    both = [record for record in found["records"] if len(record["checks"]) == 2]
    assert [record["checks"] for record in both] == [["deal-without-amount", "deal-without-next-step"]] * len(both)


def test_the_terminal_shows_names_links_and_what_is_missing_and_how_to_mend_it(fixing: Firm) -> None:
    checked(fixing)
    text = fixing.ok("fixlist", "--owner", f"Person Sur{ANN}name", "--limit", 2).stdout
    [first, *_] = _keys(fixing.ok("fixlist", "--owner", ANN, "--format", "json").json)
    assert f"Person Sur{ANN}name: {len(failing(fixing, ANN))} records to mend" in text
    assert f"Customer {first} Secretname" in text
    assert f"https://crm.example/deals/{first}\n" in text
    assert "Deals without an amount" in text
    assert "Enter an estimate." in text
    assert f"{len(failing(fixing, ANN)) - 2} records more: --limit 0 shows all." in text
    assert "New and mended: not available" in text


def test_new_and_mended_are_those_of_the_last_week(fixing: Firm) -> None:
    checked(fixing)
    before = sorted(failing(fixing, ANN), key=int)
    mend(fixing, f"id IN ({before[0]}, {before[1]})")
    right = f"SELECT MIN(id) FROM deal WHERE staff_id = {ANN} AND next_action = 'Call'"
    spoilt = f"{right} AND id NOT IN ({before[0]}, {before[1]})"
    [(fresh,)] = fixing.crm.ask(spoilt)
    fixing.crm.execute(f"UPDATE deal SET next_action = '' WHERE id = {fresh}")
    checked(fixing, days=7)
    found = fixing.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert (found["new"], found["mended"]) == (1, 2)
    assert [record["key"] for record in found["records"] if record["new"]] == [str(fresh)]
    assert sorted(one["key"] for one in found["mended_records"]) == sorted(before[:2])
    assert set(_keys(found)) == failing(fixing, ANN)
    text = fixing.ok("fixlist", "--owner", ANN, "--limit", 0).stdout
    assert f"Since Mon 23 Nov 2026 08:00: 1 new, 2 mended (Customer {min(before[:2])} Secretname" in text
    assert f"Customer {fresh} Secretname  new" in text


def test_what_was_accepted_is_left_out_at_once_and_is_not_called_mended(fixing: Firm) -> None:
    checked(fixing)
    [first, *_] = _keys(fixing.ok("fixlist", "--owner", ANN, "--format", "json").json)
    for check in ("deal-without-amount", "deal-without-next-step"):
        fixing.ok("accept", first, "--check", check, "--reason", "agreed")
    assert first not in _keys(fixing.ok("fixlist", "--owner", ANN, "--format", "json").json)
    checked(fixing, days=7)
    found = fixing.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert first not in _keys(found)
    assert (found["new"], found["mended"]) == (0, 0)


def test_where_too_many_fail_for_their_keys_to_be_kept_the_list_is_read_live_and_nothing_is_compared(
    fixing: Firm,
) -> None:
    fixing.crm.settings("alerts: {keep_keys: 20}\n")
    checked(fixing)
    checked(fixing, days=7)
    found = fixing.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert set(_keys(found)) == failing(fixing, ANN)
    assert (found["new"], found["mended"], found["since"]) == (None, None, None)
    assert found["not_compared"] == ["deal-without-next-step", "deal-without-amount"]
    mend(fixing, f"staff_id = {ANN}")
    assert _keys(fixing.ok("fixlist", "--owner", ANN, "--format", "json").json) == []


def test_more_than_can_be_read_of_one_check_is_counted_and_said(fixing: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.fixlist_seen.MOST_LIVE", 2)
    fixing.crm.settings("alerts: {keep_keys: 20}\n")
    fixing.crm.execute("UPDATE deal SET value = 1 WHERE value IS NULL")
    checked(fixing)
    found = fixing.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert len(_keys(found)) == 2
    assert found["not_listed"] == {"deal-without-next-step": len(failing(fixing, ANN)) - 2}
    assert "records more than are listed here" in fixing.ok("fixlist", "--owner", ANN).said


def test_personal_keys_are_stored_and_told_as_hashes_and_matched_with_the_crm_for_the_eye(used: Firm) -> None:
    hashed = prepare(used, hashed=True)
    checked(hashed)
    found = hashed.ok("fixlist", "--owner", ANN, "--format", "json").json
    assert len(_keys(found)) == len(failing(hashed, ANN))
    assert all(len(key) == 32 for key in _keys(found))
    rows = list(csv.DictReader(io.StringIO(hashed.ok("fixlist", "--owner", ANN, "--format", "csv").stdout)))
    assert {row["name"] for row in rows} == {f"Customer {key} Secretname" for key in failing(hashed, ANN)}
    assert {row["link"].rpartition("/")[2] for row in rows} == failing(hashed, ANN)
    assert {row["key"] for row in rows} == set(_keys(found))
    hashed.crm.settings("alerts: {keep_keys: 20}\n")  # the same, read live
    checked(hashed, days=1)
    assert set(_keys(hashed.ok("fixlist", "--owner", ANN, "--format", "json").json)) == set(_keys(found))


def test_a_list_goes_into_a_file_that_only_its_owner_reads_and_into_a_spreadsheet_without_harm(fixing: Firm) -> None:
    fixing.crm.execute(f"UPDATE deal SET title = '=1+1' WHERE staff_id = {ANN}")
    checked(fixing)
    path = fixing.crm.folder / "list.csv"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    assert "Written to" in fixing.ok("fixlist", "--owner", ANN, "--format", "csv", "--output", path).stdout
    assert path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert {row["name"] for row in rows} == {"'=1+1"}
    assert {(row["checks"], row["missing"]) for row in rows} >= {
        ("deal-without-next-step", "Deals without a next step"),
        ("deal-without-amount", "Deals without an amount"),
    }
    refused = fixing.run("fixlist", "--owner", ANN, "--output", fixing.crm.folder)
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr


def test_json_holds_no_name_of_a_record_or_person_and_the_state_no_name_of_a_record(fixing: Firm) -> None:
    checked(fixing)
    for options in (("--owner", ANN), ("--team", "Northern sales"), ("--handover",)):
        fixing.ok("fixlist", *options)
        said = fixing.ok("fixlist", *options, "--format", "json").stdout
        assert json.loads(said)["records"]
        assert "Secretname" not in said
        assert "Sur7" not in said
    assert not [name for name, rows in tables(fixing.crm.state).items() if "Secretname" in rows]


def test_without_a_mandate_a_team_under_five_names_no_owner_in_any_form(fixing: Firm) -> None:
    checked(fixing)
    for form in ("text", "csv", "json"):
        small = fixing.ok("fixlist", "--team", "Front desk", "--format", form, "--limit", 0).stdout
        assert not [key for key in DESK if f"Sur{key}name" in small or f"{key}" in small]
        assert small.count("deals/") >= len(failing(fixing, *DESK))
    large = fixing.ok("fixlist", "--team", 1, "--format", "csv").stdout
    assert {row["owner"] for row in csv.DictReader(io.StringIO(large))} == {str(key) for key in NORTH[2:]}
    fixing.crm.mandate()
    named = fixing.ok("fixlist", "--team", "Front desk", "--limit", 0).stdout
    assert all(f"Sur{key}name" in named for key in DESK)


def test_a_list_is_for_its_owner_and_with_a_mandate_for_the_managers_above(fixing: Firm) -> None:
    checked(fixing)

    def sees(looker: int, *options: object) -> bool:
        result = as_user(fixing, looker, "fixlist", *options)
        assert (result.exit_code == 0) is ("Secretname" in result.stdout)
        assert result.exit_code == 0 or "not for you" in result.stderr
        return result.exit_code == 0

    def all_of() -> list[bool]:
        mine = [sees(ANN, "--owner", ANN), sees(NORTH_LEAD, "--owner", ANN), sees(SOUTH_LEAD, "--owner", ANN)]
        peers = [sees(NORTH[3], "--owner", ANN), sees(NORTH[3], "--team", 1), sees(ANN, "--owner", NORTH_LEAD)]
        return [*mine, *peers, sees(NORTH_LEAD, "--team", 1), sees(DESK_LEAD, "--team", 3)]

    assert all_of() == [True, False, False, False, False, False, True, False]
    assert "Sur70" not in as_user(fixing, NORTH_LEAD, "fixlist", "--team", 1).stdout
    assert as_user(fixing, NORTH_LEAD, "fixlist").exit_code == 2
    fixing.crm.mandate()
    assert all_of() == [True, True, False, False, False, False, True, True]
    assert f"Sur{ANN}name" in as_user(fixing, NORTH_LEAD, "fixlist", "--team", 1).stdout
    overview = as_user(fixing, NORTH_LEAD, "fixlist").stdout
    assert f"Sur{ANN}name" in overview
    assert not [key for key in (*SOUTH, *DESK) if f"Sur{key}name" in overview]


def test_every_look_at_somebody_elses_list_is_noted(fixing: Firm) -> None:
    fixing.crm.mandate()
    checked(fixing)
    as_user(fixing, ANN, "fixlist", "--owner", ANN)
    assert fixing.rows("SELECT COUNT(*) FROM looks") == [(0,)]
    as_user(fixing, NORTH_LEAD, "fixlist", "--owner", ANN)
    as_user(fixing, SOUTH_LEAD, "fixlist", "--owner", ANN)  # refused
    assert fixing.rows("SELECT subject, looker, how FROM looks") == [(str(ANN), str(NORTH_LEAD), "crm-monitor fixlist")]
    as_user(fixing, NORTH_LEAD, "fixlist", "--team", 1)
    assert {row[0] for row in fixing.rows("SELECT subject FROM looks")} == {str(key) for key in NORTH[2:]}
    assert "crm-monitor fixlist" in fixing.ok("privacy", "export", ANN).stdout


def test_records_of_who_left_go_to_the_admin_and_to_the_managers_whom_they_left(fixing: Firm) -> None:
    checked(fixing)
    owned = {str(key) for (key,) in fixing.crm.ask(f"SELECT id FROM deal WHERE staff_id = {LEFT}")}
    admin = fixing.ok("fixlist", "--handover", "--format", "json").json
    assert set(_keys(admin)) == owned  # each of them needs a new owner
    assert {record["owner"] for record in admin["records"]} == {str(LEFT)}
    assert f"Sur{LEFT}name" in fixing.ok("fixlist", "--handover").stdout
    heir = as_user(fixing, SOUTH_LEAD, "fixlist", "--handover", "--limit", 0).stdout
    assert f"{len(owned)} records to mend" in heir
    assert f"Sur{LEFT}name" not in heir
    assert "nothing to mend" in as_user(fixing, NORTH_LEAD, "fixlist", "--handover").stdout
    fixing.crm.mandate()
    assert f"Sur{LEFT}name" in as_user(fixing, SOUTH_LEAD, "fixlist", "--handover").stdout
    fixing.crm.write("config/people.yaml", f"admins: [log{ANN}in]\n")
    assert f"Sur{LEFT}name" in as_user(fixing, ANN, "fixlist", "--handover").stdout


def test_the_overview_names_owners_with_a_mandate_and_else_teams_of_five(fixing: Firm) -> None:
    checked(fixing)
    teams = fixing.ok("fixlist").stdout
    assert "Northern sales" in teams
    assert "people who left" in teams
    assert "Front desk" not in teams
    assert "Sur7" not in teams
    fixing.crm.mandate()
    named = fixing.ok("fixlist").stdout
    assert f"Person Sur{ANN}name" in named
    assert f"Person Sur{LEFT}name (left)" in named


MISTAKES: tuple[tuple[tuple[object, ...], int, str], ...] = (
    (("--owner", "nobody"), 2, "the CRM has no user"),
    (("--team", "nowhere"), 5, "there is no team 'nowhere'"),
    (("--owner", ANN, "--team", "1"), 2, "exclude each other"),
    (("--send", "--handover"), 2, "exclude each other"),
    (("--format", "json"), 2, "go with --owner, --team or --handover"),
    (("--send", "--owner", ANN), 2, "only to those who asked for it"),
)


def test_a_mistake_is_told_and_before_the_first_run_that_there_was_none(fixing: Firm) -> None:
    for arguments in ((), ("--owner", ANN), ("--handover",)):
        early = fixing.run("fixlist", *arguments)
        assert (early.exit_code, "nothing was checked yet" in early.stderr) == (2, True)
    checked(fixing)
    for wrong, code, said in MISTAKES:
        result = fixing.run("fixlist", *wrong)
        assert (wrong, result.exit_code, said in result.stderr) == (wrong, code, True)


def test_of_somebody_who_was_forgotten_no_list_says_that_nothing_is_left_to_mend(fixing: Firm) -> None:
    """Whose records fail is not kept any more: that is not the same as none."""
    checked(fixing)
    assert failing(fixing, ANN)
    fixing.ok("privacy", "forget", ANN, "--yes")
    checked(fixing, days=1)
    for command in (("fixlist", "--owner", ANN), ("fixlist", "subscribe", ANN)):
        refused = fixing.run(*command)
        assert refused.exit_code == 2
        assert "asked to be forgotten" in refused.said
    assert "forgotten:" not in fixing.ok("fixlist", "--handover").stdout
    assert "forgotten:" not in fixing.ok("fixlist").stdout
    stored = tables(fixing.crm.state)
    assert not [name for name, text in stored.items() if str(ANN) in text]
