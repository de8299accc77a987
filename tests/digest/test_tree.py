"""A digest in a direct message: everything on its first screen, within Slack's limits, and no name without naming."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.digest.email import DIGEST, digest_email
from monitor.digest.snapshot import Kind, Look, Outcome, Snapshot, SubjectKind
from monitor.digest.text import WIDTH, to_plain
from monitor.digest.tree import digest_message, digest_summary
from monitor.language import CODES, language
from monitor.messages.mail import Envelope
from monitor.messages.slack import BUDGET, REST, to_slack
from monitor.messages.slack_text import size
from monitor.messages.text import to_text
from tests.delivery.fake_slack.limits import check_content
from tests.digest import making
from tests.digest.parts import AT, quality
from tests.digest.snapshots import PERSON, tellable
from tests.messages.second_opinion import bare, rebuild

thorough = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a whole digest takes minutes
)
codes = st.sampled_from(CODES)
KINDS = [making.manager(), making.sponsor(), making.own()]
ENGLISH = language("en")
ASKED = "No terminal at hand? Whoever runs CRM Monitor can type it for you."


def told(snapshot: Snapshot) -> str:
    return to_text(digest_message(snapshot, ENGLISH), width=10_000)


def _content(snapshot: Snapshot, code: str) -> dict[str, Any]:
    return to_slack(digest_message(snapshot, language(code)))


def _within_limits(content: dict[str, Any]) -> None:
    check_content(content["text"], content["blocks"])
    assert rebuild(content) == bare(content)
    assert size(content) <= BUDGET


@pytest.mark.parametrize("snapshot", KINDS[:2], ids=["manager", "sponsor"])
def test_where_there_are_buttons_no_command_says_how_to_answer(snapshot: Snapshot) -> None:
    with_buttons = to_text(digest_message(snapshot, ENGLISH, buttons=True), width=10_000)
    assert ASKED in told(snapshot)
    assert ASKED not in with_buttons
    assert "digest done" not in with_buttons


@given(tellable, codes)
@thorough
def test_any_digest_is_within_slacks_limits(snapshot: Snapshot, code: str) -> None:
    content = _content(snapshot, code)
    _within_limits(content)
    assert REST not in json.dumps(content, ensure_ascii=False)  # it is in English


@given(tellable, codes)
@thorough
def test_no_persons_name_is_told_without_naming(snapshot: Snapshot, code: str) -> None:
    """What is stored without naming has none to tell; what rows there are all the same stay untold."""
    spoken = language(code)
    kind = Kind.MANAGER if snapshot.kind is Kind.OWN else snapshot.kind
    nameless = replace(
        snapshot,
        kind=kind,
        naming=replace(snapshot.naming, allowed=False),
        actions=tuple(action for action in snapshot.actions if not action.subject.is_person),
        last_actions=tuple(last for last in snapshot.last_actions if not last.action.subject.is_person),
        better=tuple(better for better in snapshot.better if not better.subject.is_person),
    )
    envelope = Envelope(DIGEST, 1, "crm@fjord.example", "boss@fjord.example")
    mail = digest_email(nameless, spoken, envelope, pictures=()).as_string()
    for text in (json.dumps(_content(nameless, code)), to_plain(nameless, spoken), mail.replace("=\n", "")):
        assert PERSON not in text


@given(tellable, codes)
@thorough
def test_the_line_that_a_locked_screen_shows_names_nobody(snapshot: Snapshot, code: str) -> None:
    summary = digest_summary(replace(snapshot, title="Nord"), language(code))
    assert PERSON not in summary


@given(tellable, codes)
@thorough
def test_any_digest_is_told_as_plain_text(snapshot: Snapshot, code: str) -> None:
    text = to_plain(snapshot, language(code))
    assert text.endswith("\n")
    assert not any(ord(character) < 32 and character != "\n" for character in text)


@pytest.mark.parametrize("snapshot", KINDS, ids=lambda snapshot: snapshot.kind)
@pytest.mark.parametrize("code", CODES)
def test_an_ordinary_digest_is_told_whole(snapshot: Snapshot, code: str) -> None:
    content = _content(snapshot, code)
    _within_limits(content)
    assert REST not in json.dumps(content, ensure_ascii=False)


def test_a_large_digest_is_told_whole_too() -> None:
    people = tuple(replace(row, key=f"{n}", status="fading") for n in range(40) for row in making.people())
    records = tuple(quality(f"check-{number}", number + 1) for number in range(60))
    for snapshot in KINDS:
        large = replace(snapshot, quality=records, uncertain=snapshot.uncertain * 9)
        if snapshot.kind is Kind.MANAGER:
            large = replace(large, person_rows=people)
        content = _content(large, "en")
        assert REST not in json.dumps(content, ensure_ascii=False)
        assert "more" in told(large) or snapshot.kind is Kind.SPONSOR


def test_what_does_not_fit_is_left_out_and_that_is_said() -> None:
    long = replace(
        making.manager(),
        actions=tuple(
            replace(action, command="x" * 300, subject=replace(action.subject, name='"' * 300))
            for action in making.actions()[1:] * 5
        ),
    )
    lines = told(long).splitlines()
    assert "Not everything fits here." in lines
    assert "This week" in lines
    assert "Your own use" not in lines
    assert "Not everything fits here." not in told(making.manager())


def test_the_actions_of_last_week_come_first_with_their_outcome() -> None:
    lines = told(making.manager()).splitlines()
    assert lines[2] == "From last week"
    assert lines[3].startswith("- ✓ done: 14 deals")
    assert lines[3].endswith("(14 then, 9 now)")
    assert lines[4].startswith("- ○ not done yet: ")
    assert lines[5].startswith("- – not relevant: ")


def test_each_action_has_its_number_its_reason_and_its_link_or_command() -> None:
    lines = told(making.manager()).splitlines()
    first = lines.index("This week") + 1
    assert lines[first].startswith("1. 9 deals (1.9M DKK) are past their close date")
    assert "9 of 48 (19%, limit 15%)" in lines[first]
    assert lines[first + 1] == "Open in the CRM (https://crm.example.com/deals?filter=overdue)"
    assert lines[first + 2].startswith("2. ")
    assert lines[first + 3] == "The list: crm-monitor failing deal-without-next-step --manager m1"
    assert lines[first + 4].endswith("The admin has this one")
    assert lines[first + 5] == "Done, or not relevant? crm-monitor digest done 1 --for m1 --period 2026-W47 " + ASKED


def test_three_figures_stand_with_last_week_and_their_goal() -> None:
    text = told(making.manager())
    assert "New records complete: 91% (week before: 89%, goal: at least 90%, reached)" in text
    assert "Seats unused" not in text


def test_how_old_the_data_is_and_what_it_is_not_for_stands_at_the_end() -> None:
    last = told(making.manager()).splitlines()[-1]
    assert last == "data as of Mon 23 Nov 06:10 · Not for pay or appraisal. · Questions: crm@example.com"


def test_that_the_age_of_the_data_is_unknown_is_said() -> None:
    assert "it is not known how old the data is" in told(replace(making.manager(), data_as_of=None))


def test_somebody_on_leave_is_not_told_with_zero_days() -> None:
    text = to_plain(making.manager(), ENGLISH)
    (line,) = [line for line in text.splitlines() if ": Away" in line]
    assert line.endswith(": Away")


def test_an_own_page_says_who_looked_and_asks_for_no_answer() -> None:
    text = told(making.own())
    assert "Who looked at your figures" in text
    assert "digest done" not in text
    nobody = replace(making.own(), looks=())
    assert "Nobody has." in told(nobody)
    removed = replace(making.own(), looks=(Look("removed", "", AT, "digest"),))
    assert "(removed)" in told(removed)


def test_a_digest_without_anything_to_do_says_so() -> None:
    empty = replace(making.manager(), actions=(), last_actions=(), headline=(), better=(), uncertain=(), person_rows=())
    lines = told(replace(empty, management=None)).splitlines()
    assert lines[2:4] == ["This week", "Nothing stands out. Nothing to do."]
    assert len(lines) == 6


def test_a_removed_person_is_told_as_removed() -> None:
    snapshot = making.manager()
    action = replace(
        snapshot.actions[0], subject=replace(snapshot.actions[0].subject, kind=SubjectKind.PERSON, name="")
    )
    person = replace(action, kind=next(kind for kind in type(action.kind) if kind.value == "person"))
    assert "Ask (removed)" in told(replace(snapshot, actions=(person,)))


def test_plain_text_has_what_the_message_leaves_to_the_page() -> None:
    text = to_plain(making.manager(), ENGLISH)
    for title in ("PEOPLE", "RECORDS TO MEND", "TEAMS", "ALL FIGURES"):
        assert f"\n{title}\n" in text
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= WIDTH


def test_every_outcome_has_a_mark() -> None:
    from monitor.digest.parts import MARKS

    assert set(MARKS) == set(Outcome)
