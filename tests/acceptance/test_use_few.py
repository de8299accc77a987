"""A manager of few without a mandate: nothing is counted of them, on the terminal, the page, Slack or in a mail."""

from __future__ import annotations

import json
import re

import pytest

from monitor.digest.words import instead_of_actions
from monitor.language import CODES, language
from tests.acceptance.use_crm import DESK_LEAD, NORTH, NORTH_LEAD, SOUTH_LEAD
from tests.acceptance.using import Firm
from tests.digest.parts import FRAME, UNNAMED, organisation, people_of

pytestmark = pytest.mark.journeys

CHECK = "Deals without a next step"
WHY = "whatever is counted of so few tells of each of them"


@pytest.fixture
def few(used: Firm) -> Firm:
    """Three people report to the lead in the north, who has Slack, and three to that of the front desk, who has not."""
    used.connect(people="".join(f"- {{user: {key}, manager: {SOUTH_LEAD}}}\n" for key in NORTH[:3]))
    used.ok("check", "--fail-on", "never")
    return used


def _pages(firm: Firm, lead: int) -> list[str]:
    """A lead's digest in every form, one after the other."""
    page = firm.crm.folder / f"{lead}.html"
    shown = firm.ok("digest", "--preview", "--manager", lead).stdout
    firm.ok("digest", "--html", page, "--manager", lead)
    return [" ".join(shown.split()), " ".join(page.read_text(encoding="utf-8").split())]


def test_no_form_tells_of_their_records_and_each_says_why(few: Firm) -> None:
    for lead in (NORTH_LEAD, DESK_LEAD):
        for shown in _pages(few, lead):
            assert CHECK not in shown
            assert "Nothing to do" not in shown
            assert WHY in shown
    few.ok("digest", "--send", "--manager", NORTH_LEAD)
    few.ok("digest", "--send", "--manager", DESK_LEAD)
    [message] = few.direct(NORTH_LEAD).roots()
    letters = "".join(str(letter.content) for letter in few.mail.handler.received)
    for told in (str(message.content), letters):
        assert CHECK not in told
        assert "so few" in told
    for (snapshot,) in few.rows("SELECT snapshot FROM digests WHERE kind = 'manager'"):
        stored = json.loads(str(snapshot))
        assert stored["too_few"]
        assert not {"quality", "better", "headline", "team_rows"} & {name for name, value in stored.items() if value}
        assert not [one for one in stored.get("actions", ()) if one["subject"]["kind"] != "self"]


def test_five_people_are_enough_and_so_is_a_mandate(few: Firm) -> None:
    assert all(CHECK in shown for shown in _pages(few, SOUTH_LEAD))
    few.crm.mandate()
    for lead in (NORTH_LEAD, DESK_LEAD):
        assert all(CHECK in shown and WHY not in shown for shown in _pages(few, lead))


def test_a_mandate_that_is_taken_away_takes_along_what_a_stored_digest_told_of_few(few: Firm) -> None:
    few.crm.mandate()
    few.ok("digest", "--send", "--manager", NORTH_LEAD)
    command = ("digest", "--preview", "--week", "2026-W47", "--manager", NORTH_LEAD)
    named = few.ok(*command).stdout
    assert CHECK in named
    few.crm.mandate("")
    bare = few.ok(*command).stdout
    assert "as it was stored" in bare
    assert CHECK not in bare
    assert "%" not in re.sub(r"goal: at (least|most) [0-9]+%", "", bare)
    few.clock.later(days=1, minutes=1)
    few.ok("notify", "send")
    [message] = few.direct(NORTH_LEAD).roots()
    assert CHECK not in str(message.content)
    # nor does the next digest tell what became of what was asked for then
    few.clock.later(days=6)
    assert CHECK not in few.ok("digest", "--preview", "--manager", NORTH_LEAD).stdout


def test_a_manager_whom_the_mandate_no_longer_names_reads_the_stored_digest_without_names(few: Firm) -> None:
    few.crm.mandate()
    few.ok("digest", "--send", "--manager", SOUTH_LEAD)
    command = ("digest", "--preview", "--week", "2026-W47", "--manager", SOUTH_LEAD)
    name = f"Sur{NORTH[0]}name"
    assert name in few.ok(*command).stdout
    mandate = (few.crm.folder / "config" / "mandate.yaml").read_text(encoding="utf-8")
    few.crm.mandate(mandate.replace("recipients: managers", f"recipients: [log{SOUTH_LEAD}in]"))
    assert name in few.ok(*command).stdout
    few.crm.mandate(mandate.replace("recipients: managers", f"recipients: [log{NORTH_LEAD}in]"))
    assert name not in few.ok(*command).stdout
    table = few.ok("adoption", "--no-read").stdout
    assert f"Sur{NORTH[3]}name" in table  # below the one whom it names
    assert name not in table
    refused = few.run("explain", "--no-read", f"log{NORTH[0]}in")
    assert refused.exit_code == 2
    assert "may be shown to nobody by name" in refused.said


def test_past_the_review_date_nobody_is_named_as_of_an_earlier_day_either(few: Firm) -> None:
    few.crm.mandate()
    mandate = (few.crm.folder / "config" / "mandate.yaml").read_text(encoding="utf-8")
    few.crm.mandate(mandate.replace("2999-01-01", "2026-11-22"))
    shown = few.ok("digest", "--preview", "--manager", SOUTH_LEAD, "--as-of", "2026-11-20", "--week", "2026-W46").stdout
    assert f"Sur{NORTH[0]}name" not in shown


def test_the_reason_is_said_in_each_language() -> None:
    from monitor.digest.build import Facts, build_manager

    company = organisation({"nord": 3})
    digest = build_manager(FRAME, "boss", company, UNNAMED, Facts(people=people_of(company)))
    texts = {instead_of_actions(digest, language(code)) for code in CODES}
    assert len(texts) == len(CODES)
    assert all("5" in text for text in texts)
