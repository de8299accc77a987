"""A status of the project's own that asks for attention is told as the built-in ones are."""

from __future__ import annotations

from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm

STATUSES = """\
extends: builtin/statuses@1
statuses:
  few calls: {title: Few calls, about: Two days at most., attention: true, before: away, when: {active_days: {max: 2}}}
"""


def test_people_with_an_own_status_are_listed_under_whom_to_ask_and_first_in_the_table(used: Firm) -> None:
    used.crm.mandate()
    used.crm.write("checks/statuses.yaml", STATUSES)
    people = used.ok("adoption", "--format", "json").json["people"]
    few = [one["key"] for one in people if one["status"] == "few calls"]
    assert str(NORTH[0]) in few
    assert [one["key"] for one in people[: len(few)]] == few
    digest = used.ok("digest", "--preview", "--no-read", "--manager", NORTH_LEAD).stdout
    whom = digest[digest.index("WHOM TO ASK") : digest.index("PEOPLE\n")]
    assert f"Person Sur{NORTH[0]}name: Few calls · since week" in " ".join(whom.split())
    assert "Ask Person Sur" in digest
    assert "Few calls; since week" in " ".join(digest.split())
