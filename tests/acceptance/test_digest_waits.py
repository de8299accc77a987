"""In short: a manager's digest waits a day after the own pages of the people whom it names."""

from __future__ import annotations

from tests.acceptance.use_crm import DESK, DESK_LEAD
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
