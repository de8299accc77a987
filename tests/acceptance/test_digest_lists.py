"""The list that a digest points to is the one that it counted: a manager's people's, or the reader's own."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest

from tests.acceptance.use_crm import DIRECTOR, MAP, NORTH, NORTH_LEAD, NOW, SOUTH, SOUTH_LEAD, TEAMS, deal
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys

CHECK = "deal-without-next-step"
PEOPLE = """\
name: users
entity: users
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: email}
  meta: {id: user-without-email, title: Users without an e-mail address, warn: 5%}
"""
LINK = '    link: "https://crm.firm.example/deals/{key}"\n'


@pytest.fixture
def listed(used: Firm) -> Firm:
    """The CRM's map says where a deal is seen, and a run has found those without a next step."""
    used.crm.write("config/crms/used.yaml", MAP.replace("    key: d.id\n", "    key: d.id\n" + LINK))
    used.crm.mandate()
    used.ok("check", "--fail-on", "never")
    used.ok("adoption")
    return used


def _rows(firm: Firm, *options: object) -> list[dict[str, str]]:
    found = firm.ok("failing", CHECK, "--limit", 0, "--format", "csv", *options)
    return list(csv.DictReader(StringIO(found.stdout)))


def _by_hand(firm: Firm, people: object) -> int:
    keys = ", ".join(map(str, people))  # type: ignore[call-overload]
    return int(firm.crm.ask(f"SELECT count(*) FROM deal WHERE next_action = '' AND staff_id IN ({keys})")[0][0])


def test_a_managers_list_has_as_many_records_as_the_digest_counts(listed: Firm) -> None:
    for lead in (NORTH_LEAD, SOUTH_LEAD):
        people = next(people for one, people in TEAMS.values() if one == lead)
        rows = _rows(listed, "--manager", f"log{lead}in")
        assert len(rows) == _by_hand(listed, people) > 0
        assert {int(row["owner"]) for row in rows} <= set(people)
        digest = " ".join(listed.ok("digest", "--preview", "--no-read", "--manager", lead).stdout.split())
        assert f"Deals without a next step: {len(rows)} of" in digest
        assert f"crm-monitor failing {CHECK} --manager {lead}" in digest
    everybody = [key for _, people in TEAMS.values() for key in people]
    assert len(_rows(listed, "--manager", DIRECTOR)) == len(_rows(listed)) == _by_hand(listed, everybody)


def test_a_run_of_one_entity_takes_nothing_from_a_digest_that_the_others_told_it(listed: Firm) -> None:
    """As with a job that looks at some entities more often than at all."""
    listed.crm.write("expectations/users.yaml", PEOPLE)
    pages = [("digest", "--preview", "--no-read", "--manager", NORTH_LEAD), ("adoption", "--no-read")]
    before = [listed.ok(*page).stdout for page in pages]
    assert "Deals without a next step" in before[0]
    listed.clock.later(hours=2)
    listed.ok("check", "--entity", "users", "--fail-on", "never")
    assert [listed.ok(*page).stdout for page in pages] == before


def test_what_is_looked_at_once_a_week_is_compared_with_its_own_week_before(listed: Firm) -> None:
    """Whatever else is looked at meanwhile; and no figure is said to be newer than it is."""
    listed.crm.write("expectations/users.yaml", PEOPLE)
    listed.clock.later(days=7)
    listed.ok("check", "--entity", "opportunities", "--fail-on", "never")
    listed.clock.later(days=6, hours=5)
    listed.crm.write_to_crm(f"UPDATE staff SET hired_at = '{listed.clock():%Y-%m-%d} 00:00:00' WHERE id = {NORTH[0]}")
    listed.ok("check", "--entity", "users", "--fail-on", "never")
    digest = listed.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout
    assert "Deals without a next step" in digest
    assert "up from" not in digest
    assert "since last week" not in digest
    told = re.search(r"data as of \w+ (\d+ \w+ [\d:]+)", digest)
    newest = listed.crm.ask("SELECT max(created_at) FROM deal")[0][0]
    assert told, digest
    assert told[1].startswith(f"{int(newest[8:10])} "), "nobody's deals are as new as the user"


def test_a_look_without_a_result_hides_none_of_the_same_week(listed: Firm) -> None:
    """Nor is what failed before the look without one news after it."""
    before = listed.ok("digest", "--preview", "--no-read", "--manager", NORTH_LEAD).stdout
    for days in (1, 7):
        listed.clock.later(days=days)
        listed.crm.write_to_crm("ALTER TABLE deal RENAME TO gone")
        assert listed.run("check").exit_code == 3
        listed.crm.write_to_crm("ALTER TABLE gone RENAME TO deal")
        if days == 1:
            assert listed.ok("digest", "--preview", "--no-read", "--manager", NORTH_LEAD).stdout == before
        listed.ok("check", "--fail-on", "never")
    assert "up from" not in listed.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout


def test_the_command_of_a_digest_can_be_typed_as_it_stands(listed: Firm) -> None:
    for option, key in (("--manager", NORTH_LEAD), ("--own", NORTH[3])):
        digest = " ".join(listed.ok("digest", "--preview", "--no-read", option, key).stdout.split())
        command = re.search(rf"crm-monitor (failing {CHECK} --\w+ \d+)", digest)
        assert command, digest
        count = re.search(r"Deals without a next step: (\d+)", digest)
        assert count
        rows = listed.ok(*command[1].split(), "--limit", 0, "--format", "csv").stdout.splitlines()
        assert len(rows) - 1 == int(count[1])
    sponsor = " ".join(listed.ok("digest", "--preview", "--no-read", "--sponsor").stdout.split())
    assert f"failing {CHECK}" in sponsor
    assert f"failing {CHECK} --" not in sponsor


def test_an_action_links_to_the_largest_of_the_own_peoples_deals(listed: Firm) -> None:
    digest = listed.ok("digest", "--preview", "--no-read", "--manager", NORTH_LEAD).stdout
    keys = ", ".join(map(str, NORTH))
    largest = listed.crm.ask(
        f"SELECT id FROM deal WHERE next_action = '' AND staff_id IN ({keys}) ORDER BY value DESC LIMIT 3"
    )
    linked = re.findall(r"https://crm\.firm\.example/deals/(\d+)", digest)
    assert [int(key) for key in linked] == [key for (key,) in largest]
    assert "The largest:" in digest


def test_new_and_fixed_are_narrowed_too(listed: Firm) -> None:
    listed.clock.later(days=1)
    made = {"title": "New", "outcome": "open", "next_action": "", "value": 5, "created_at": NOW.replace(tzinfo=None)}
    listed.crm.add(deal, *({**made, "staff_id": key} for key in (NORTH[2], SOUTH[0])))
    listed.ok("check", "--fail-on", "never")
    assert len(_rows(listed, "--new")) == 2
    [own] = _rows(listed, "--new", "--manager", NORTH_LEAD)
    assert int(own["owner"]) == NORTH[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--manager", NORTH[0]), "manages nobody"),
        (("--manager", "nobody-at-all"), "has no user"),
        (("--manager", NORTH_LEAD, "--owner", NORTH[0]), "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(listed: Firm, options: tuple[object, ...], said: str) -> None:
    refused = listed.run("failing", CHECK, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.said
