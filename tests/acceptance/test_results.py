"""What a run prints and how it exits: what scripts rely on."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import sqlalchemy as sa

from monitor.cli.result_schema import SCHEMA
from monitor.crm.vocabulary import RECORDS
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm

CHECK = "deal-without-account"
_ESCAPE = "\x1b["


def test_every_exit_code_means_what_is_documented(slack: SlackChannel) -> None:
    crm = slack.crm
    assert slack.run("check").exit_code == 0  # a warning is below --fail-on
    assert slack.run("check", "--fail-on", "warn").exit_code == 1
    crm.without_account(11, 25)
    assert slack.run("check").exit_code == 1
    assert slack.run("check", "--fail-on", "never").exit_code == 0
    assert slack.run("check", "--fail-on", "sometimes").exit_code == 2
    assert slack.run("check", "--no-such-option").exit_code == 2
    assert slack.run("no-such-command").exit_code == 2
    slack.server.workspace.channels[CHANNEL].member = False
    assert slack.check().exit_code == 4
    assert slack.run("check", "--check", "no-such-check").exit_code == 5
    crm.execute("ALTER TABLE deal DROP COLUMN next_action")
    assert slack.run("check").exit_code == 3  # could not run wins over what failed
    (crm.folder / "config" / "monitor.yaml").write_text("conection: {}\n", encoding="utf-8")
    wrong = slack.run("check")
    assert wrong.exit_code == 2
    assert "monitor.yaml:1:1" in wrong.stderr
    assert "did you mean 'connection'?" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--check", "deal-without-acount"), "did you mean 'deal-without-account'?"),
        (("--entity", "opportunity"), "did you mean 'opportunities'?"),
        (("--owner", "nobody@firm.example"), "the CRM has no user 'nobody@firm.example'"),
        (("--team", "West"), "there are: Desk, North, South"),
        (("--check", CHECK, "--entity", "users"), "the selection matches no check"),
    ],
)
def test_a_selection_that_matches_nothing_is_a_code_of_its_own(
    crm: SmallCrm, arguments: tuple[str, ...], said: str
) -> None:
    missed = crm_monitor("check", *arguments, project=crm.folder)
    assert missed.exit_code == 5
    assert missed.stdout == ""
    assert said in missed.stderr


def test_a_folder_without_a_project_says_what_to_do(tmp_path: Path) -> None:
    for command in ("check", "doctor", "plan", "config check", "incidents list", "baseline show", "notify send"):
        lost = crm_monitor(*command.split(), project=tmp_path)
        assert lost.exit_code == 2, command
        assert "there is no such file" in lost.stderr
        assert "crm-monitor init" in lost.stderr


def valid(document: Any) -> Any:
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(document)
    return document


@pytest.mark.parametrize("server", ["sqlite", "postgresql", "mariadb"])
def test_json_keeps_to_its_schema_and_the_owners_add_up_exactly(server: str, request: pytest.FixtureRequest) -> None:
    crm: SmallCrm = request.getfixturevalue("crm" if server == "sqlite" else f"{server}_crm")
    result = crm_monitor("check", "--format", "json", project=crm.folder)
    found = valid(result.json)
    assert result.stderr == ""
    deals = found["entities"][-1]
    assert deals["rows"] == 100
    attributed = 0
    for check in (check for entity in found["entities"] for check in entity["checks"]):
        if check["attributed"] and check["rows"]:
            attributed += 1
            for name in ("rows", "unexpected"):
                assert sum(part[name] for part in check["owners"]) == check[name], check["id"]
                assert sum(part[name] for part in check["teams"]) == check[name], check["id"]
            if check["amount"] is not None:
                amounts = [Decimal(part["amount"]) for part in check["owners"] if part["amount"] is not None]
                assert sum(amounts) == Decimal(check["amount"]), check["id"]
    assert attributed >= 6
    status = {part["status"]: part for part in deals["pipeline"]}
    assert {name: part["rows"] for name, part in status.items()} == {"open": 50, "won": 25, "lost": 25}
    for part in status.values():
        assert sum(one["rows"] for one in part["owners"]) == part["rows"]
        assert sum(Decimal(one["amount"]) for one in part["owners"]) == Decimal(part["amount"])
    assert Decimal(status["won"]["amount"]) == sum(1000 * n for n in range(1, 101) if n % 4 == 1) + Decimal("2.50")
    assert {one["kind"] for one in deals["checks"][0]["owners"]} == {"person", "integration"}
    assert "Person Number" not in result.stdout  # names of people are for the terminal


def test_json_keeps_to_its_schema_whatever_happens(slack: SlackChannel) -> None:
    valid(slack.check("--format", "json").json)
    slack.crm.without_account(11, 25)
    valid(slack.check("--format", "json", "--dry-run").json)
    slack.server.workspace.channels[CHANNEL].member = False
    valid(slack.check("--format", "json").json)
    valid(slack.check("--format", "json", "--as-of", "2020-01-01").json)
    valid(slack.check("--format", "json", "--team", "North").json)
    slack.crm.execute("ALTER TABLE deal DROP COLUMN next_action")
    valid(slack.check("--format", "json").json)
    slack.crm.execute("DROP TABLE deal")
    broken = slack.check("--format", "json")
    valid(broken.json)
    assert broken.exit_code == 3
    assert crm_monitor("config", "schema", "result").json == json.loads(json.dumps(SCHEMA))


def test_junit_has_a_case_per_check_and_counts_them(crm: SmallCrm) -> None:
    crm.without_account(11, 25)
    crm.execute("ALTER TABLE deal DROP COLUMN next_action")
    result = crm_monitor("check", "--format", "junit", project=crm.folder)
    assert result.exit_code == 3
    suites = {suite.get("name"): suite for suite in ET.fromstring(result.stdout)}
    assert set(suites) == {"users", "accounts", "opportunities"}
    for suite in suites.values():
        assert int(suite.get("tests", 0)) == len(suite.findall("testcase"))
        for kind in ("failure", "error", "skipped"):
            counted = suite.get(f"{kind}s" if kind != "skipped" else kind)
            assert int(counted or 0) == len(suite.findall(f"testcase/{kind}"))
    cases = {case.get("name"): case for case in suites["opportunities"].iter("testcase")}
    failure = cases[CHECK].find("failure")
    assert failure is not None
    assert "25 of 100" in str(failure.get("message"))
    assert cases["deal-without-next-step"].find("error") is not None
    assert len(cases["deal-without-amount"]) == 0


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_output_goes_to_a_file_and_nowhere_else(crm: SmallCrm, tmp_path: Path, form: str) -> None:
    file = tmp_path / "result"
    written = crm_monitor("check", "--format", form, "--output", file, project=crm.folder)
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == f"The results are in {file} ({form}).\n"
    text = file.read_text(encoding="utf-8")
    assert CHECK in text or "Deals without an account" in text
    assert _ESCAPE not in text
    refused = crm_monitor("check", "--output", tmp_path / "no" / "such", project=crm.folder)
    assert refused.exit_code == 2
    assert "cannot write" in refused.stderr


def test_a_pipe_gets_no_colours_and_no_progress_and_a_terminal_gets_both(crm: SmallCrm) -> None:
    piped = crm_monitor("check", project=crm.folder)
    assert _ESCAPE not in piped.stdout
    assert piped.stderr == ""
    shown = crm_monitor("check", project=crm.folder, terminal=True, env={"TERM": "xterm-256color"})
    assert _ESCAPE in shown.stdout
    assert "━" in shown.stderr  # the bar
    plain = crm_monitor("check", project=crm.folder, terminal=True, env={"TERM": "xterm-256color", "NO_COLOR": "1"})
    for colour in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[36m"):
        assert colour not in plain.stdout + plain.stderr
    narrow = crm_monitor("check", project=crm.folder, env={"COLUMNS": "90"})
    assert max(len(line) for line in narrow.stdout.splitlines()) <= 90


def test_a_run_with_an_older_day_leaves_later_rows_out_and_says_so(crm: SmallCrm) -> None:
    crm.execute(
        "INSERT INTO deal (id, title, outcome, owner_id, created_at) VALUES (900, 'x', 'open', 1, '2020-03-01')"
    )
    old = crm_monitor("check", "--as-of", "2020-03-01", "--format", "json", project=crm.folder).json
    assert old["entities"][-1]["rows"] == 1
    assert old["as_of"] == "2020-03-01T23:59:59+01:00" or old["as_of"] == "2020-03-01T22:59:59+00:00"
    text = crm_monitor("check", "--as-of", "2020-03-01", project=crm.folder)
    assert "later edits remain" in text.said


def test_an_unexpected_mistake_is_no_finding_and_shows_no_value(crm: SmallCrm, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("zqx_a_customer")

    monkeypatch.setattr("monitor.app.check.run_check", broken)
    result = crm_monitor("check", project=crm.folder)
    assert result.exit_code == 3
    assert "an unexpected KeyError at " in result.stderr
    assert "zqx" not in result.said
    assert "Traceback" not in result.stderr


def test_nothing_is_ever_written_to_the_crm(crm: SmallCrm) -> None:
    file = Path(str(crm.url.database))
    before = file.read_bytes()
    for command in (
        "check --count",
        "doctor",
        "plan",
        f"failing {CHECK}",
        "notify preview",
        f"accept 3 --check {CHECK} --reason counter",
    ):
        crm_monitor(*command.split(), project=crm.folder)
    assert file.read_bytes() == before


def test_a_project_that_init_writes_works_at_once(crm: SmallCrm, tmp_path: Path) -> None:
    made = crm_monitor(
        "init", "--url", crm.url, "--crm", crm.folder / "config" / "crms" / "small.yaml", tmp_path / "new"
    )
    assert made.exit_code == 0, made
    assert "you named it" in made.said
    assert crm_monitor("config", "check", project=tmp_path / "new").exit_code == 0
    seen = crm_monitor("check", "--format", "json", project=tmp_path / "new")
    assert seen.exit_code in (0, 1), seen.said
    assert {entity["entity"]: entity["rows"] for entity in valid(seen.json)["entities"]} == {
        "users": 12,
        "accounts": 20,
        "opportunities": 100,
    }
    unknown = crm_monitor("init", "--url", sa.URL.create("sqlite", database=str(tmp_path / "no.db")), tmp_path / "x")
    assert unknown.exit_code == 3
    assert "there is no such file" in unknown.stderr


def test_entities_are_told_in_the_order_they_are_shown_though_duplicates_are_read_last(crm: SmallCrm) -> None:
    deals = (crm.folder / "expectations" / "opportunities.yaml").read_text(encoding="utf-8").splitlines()
    crm.suite("opportunities", "\n".join(line for line in deals if "deal-duplicate-name" not in line))
    told = json.loads(crm_monitor("check", "--format", "json", project=crm.folder).stdout)
    entities = [entity["entity"] for entity in told["entities"]]
    assert entities == [entity for entity in RECORDS if entity in entities]
    with sa.create_engine(f"sqlite:///{crm.folder}/state/monitor.db").connect() as state:
        read = state.execute(sa.text("SELECT entity FROM entity_facts ORDER BY id")).scalars().all()
    assert sorted(read) == sorted(entities)
    assert read != entities
