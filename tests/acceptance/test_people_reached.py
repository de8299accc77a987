"""``people check`` says who cannot be sent anything: own pages go to everybody, not only to managers."""

from __future__ import annotations

from tests.acceptance.use_crm import DESK, NORTH
from tests.acceptance.using import Firm

TITLE = "People on neither Slack nor e-mail, who cannot be sent their own page"


def test_people_who_cannot_be_reached_are_named_where_they_are_few(used: Firm) -> None:
    used.connect(slack=False)
    used.crm.without_address(DESK[0], NORTH[0])
    said = used.ok("people", "check").said
    assert f"{TITLE} 2 Person Sur{NORTH[0]}name, Person Sur{DESK[0]}name set email or slack" in said


def test_people_who_cannot_be_reached_are_counted_by_team_where_they_are_many(used: Firm) -> None:
    used.crm.hire(NORTH, 20)
    used.connect(slack=False, mail=False)
    said = used.ok("people", "check").said
    assert f"{TITLE} 35 Northern sales 26, Southern sales 6, Front desk 3 set email or slack" in said


def test_where_everybody_can_be_reached_nothing_is_said_of_it(used: Firm) -> None:
    used.connect(slack=False)
    assert TITLE not in used.ok("people", "check").said
