"""Why somebody was told of an incident, or was not, in words that say each thing once."""

from __future__ import annotations

import re

import pytest

from monitor.incidents.model import Reason
from monitor.incidents.notice import Tell
from monitor.incidents.story import WHY, notice_in_words

SMALL = {"a", "and", "is", "it", "its", "of", "the", "was"}


@pytest.mark.parametrize("reason", WHY)
@pytest.mark.parametrize("tell", Tell)
def test_what_was_done_and_why_share_no_word(tell: Tell, reason: Reason) -> None:
    done, why = (
        set(re.findall(r"[a-z]+", part.replace("'s", ""))) - SMALL for part in notice_in_words(tell, reason).split(": ")
    )
    assert done
    assert why
    assert not done & why


def test_a_line_of_the_collected_message_says_why_it_is_no_message_of_its_own() -> None:
    told = notice_in_words(Tell.ROLL_UP, Reason.BUDGET)
    assert told == "a line of the collected message: the channel's budget is spent"


def test_until_when_and_by_what_follow() -> None:
    assert notice_in_words(Tell.NOTHING, Reason.QUIET_HOURS, until="Mon 08:00") == (
        "nothing sent: quiet hours, until Mon 08:00"
    )
    assert notice_in_words(Tell.NOTHING, Reason.INHIBITED, "the CRM cannot be read") == (
        "nothing sent: something larger is wrong, the CRM cannot be read"
    )
