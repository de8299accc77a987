"""Digests as they reach people: own pages at once, managers a day later, each once; and what readers answer."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from tests.acceptance.use_crm import DESK, DESK_LEAD, DIRECTOR, NORTH, NORTH_LEAD, SOUTH_LEAD, everybody
from tests.acceptance.using import Firm, reaches_nobody
from tests.delivery.fake_slack import Html

pytestmark = pytest.mark.journeys

OWN_PAGES = 18
MANAGERS = (DIRECTOR, NORTH_LEAD, SOUTH_LEAD, DESK_LEAD)


@pytest.fixture
def sending(used: Firm) -> Firm:
    """With a mandate; the leads of north and south are on Slack, the others have e-mail."""
    used.crm.mandate()
    used.connect()
    return used


def _a_day_later(firm: Firm) -> None:
    firm.clock.later(days=1, minutes=1)


def _to(key: int) -> str:
    return f"at{key}box@firm.example"


def test_own_pages_go_out_at_once_and_managers_a_day_later_each_once(sending: Firm) -> None:
    first = sending.ok("digest", "--send")
    assert first.stdout.count("goes out by") == OWN_PAGES
    assert first.stdout.count("waits until Tue 24 Nov 2026 08:00") == len(MANAGERS)
    assert sorted(sending.mailed) == sorted(_to(key) for key in everybody() if key not in (*MANAGERS[:3],))
    assert len(sending.direct(NORTH_LEAD).roots()) == 1

    again = sending.ok("digest", "--send")
    assert again.stdout.count("was sent on Mon 23 Nov 2026 08:0") == OWN_PAGES
    assert again.stdout.count("is made already, and waits until Tue 24 Nov 2026 08:00") == len(MANAGERS)
    assert "0 messages sent" in again.said
    assert len(sending.mailed) == OWN_PAGES - 2

    _a_day_later(sending)
    assert "0 waiting" in sending.ok("notify", "send").said
    assert sending.mailed[OWN_PAGES - 2 :] == [_to(DIRECTOR), _to(DESK_LEAD)]
    page, digest = sending.direct(NORTH_LEAD).roots()
    charts = sending.direct(NORTH_LEAD).replies(digest.ts)
    assert len(charts) >= 2
    assert all(file.data.startswith(b"\x89PNG") for file in sending.slack.workspace.files.values())
    assert "Person Sur70011name" in str(digest.content)
    assert "Person Sur70011name" not in str(page.content)

    def told() -> tuple[int, int, int]:
        slack = sending.slack
        return len(sending.mailed), slack.count("chat.postMessage"), slack.count("files.completeUploadExternal")

    before = told()
    assert sending.ok("digest", "--send").stdout.count("was sent on") == OWN_PAGES + len(MANAGERS)
    assert told() == before
    assert [one.stdout.count("was sent on Tue 24 Nov 2026 08:0") for one in sending.said[-1:]] == [len(MANAGERS)]


def test_a_letter_has_one_reader_a_plain_part_and_pictures_within(sending: Firm) -> None:
    sending.ok("digest", "--send", "--manager", f"log{DESK_LEAD}in")
    _a_day_later(sending)
    sending.ok("notify", "send")
    [envelope] = [one for one in sending.mail.handler.received if one.rcpt_tos == [_to(DESK_LEAD)]]
    assert envelope.rcpt_tos == [_to(DESK_LEAD)]
    assert isinstance(envelope.content, bytes)
    letter = message_from_bytes(envelope.content)
    kinds = [part.get_content_type() for part in letter.walk()]
    assert {"text/plain", "text/html", "image/png"} <= set(kinds)
    assert "http://" not in letter.as_string().replace("http://www.w3.org", "")


def test_a_job_that_is_done_late_sends_the_digests_of_the_week_that_it_was_due_for(sending: Firm) -> None:
    sending.connect(slack=False, mail=False)
    sending.crm.write("config/schedule.yaml", "jobs: {digests: {do: digest, cron: 0 7 * * mon}}\n")
    for due, week in (("2026-11-16T07:00", "2026-W46"), ("2026-11-23T07:00", "2026-W47")):
        assert "nobody could be reached" in sending.run("run", "digests", "--due", due).stderr
        again = sending.run("digest", "--send", "--week", week, "--manager", str(DESK_LEAD))
        assert f"manager {week}: is stored; nobody could be reached" in again.said, "it was made by the job"


def test_a_recipient_who_cannot_be_reached_is_told_and_sent_it_once_there_is_a_way(sending: Firm) -> None:
    sending.crm.execute(f"UPDATE staff SET mail = NULL WHERE id = {DESK_LEAD}")
    first = sending.ok("digest", "--send", "--manager", str(DESK_LEAD))
    assert "Person Sur70004name, manager 2026-W47: stored; cannot be reached" in first.said
    assert "1 cannot be reached" in first.said
    again = sending.ok("digest", "--send", "--manager", str(DESK_LEAD))
    assert "is stored; nobody could be reached" in again.said
    assert "Managers who cannot be sent a digest 1 Person Sur70004name" in sending.ok("people", "check").said
    assert _to(DESK_LEAD) not in sending.mailed

    sending.crm.execute(f"UPDATE staff SET mail = '{_to(DESK_LEAD)}' WHERE id = {DESK_LEAD}")
    _a_day_later(sending)
    sending.ok("digest", "--send", "--manager", str(DESK_LEAD), "--week", "2026-W47")
    _a_day_later(sending)
    sending.ok("notify", "send")
    assert sending.mailed.count(_to(DESK_LEAD)) == 1


def test_where_nobody_at_all_can_be_reached_that_is_no_success_and_says_what_to_do(sending: Firm) -> None:
    sending.connect(slack=False, mail=False)
    reaches_nobody(sending, "digest", "sends what is stored", times=2)

    sending.connect()  # Slack for two, and no address for anybody else
    sending.crm.execute("UPDATE staff SET mail = NULL")
    alone = sending.run("digest", "--send", "--own", DESK[0])
    assert alone.exit_code == 4
    assert "they have no Slack ID and no e-mail address: write one into config/people.yaml" in alone.stderr
    some = sending.ok("digest", "--send")
    assert f"{OWN_PAGES + len(MANAGERS) - 2 * 2} cannot be reached" in some.said


@pytest.mark.parametrize("more", [(), ("--as-of", "2026-11-22")])
def test_people_are_sent_their_own_pages_first_where_only_the_managers_is_asked_for(
    sending: Firm, more: tuple[str, ...]
) -> None:
    sent = sending.ok("digest", "--send", "--manager", str(DESK_LEAD), "--week", "2026-W46", *more)
    assert "manager 2026-W46: waits until Tue 24 Nov 2026 08:00" in sent.said
    assert sorted(sending.mailed) == [_to(key) for key in DESK]


def test_what_slack_refuses_is_undelivered_and_sent_when_that_is_mended(sending: Firm) -> None:
    sending.slack.workspace.scopes -= {"im:write"}
    sending.slack.workspace.users.clear()
    refused = sending.run("digest", "--send", "--own", str(NORTH_LEAD))
    assert refused.exit_code == 4
    again = sending.run("digest", "--send", "--own", str(NORTH_LEAD))
    assert again.exit_code == 4
    assert "was refused" in again.said
    sending.slack.workspace.scopes |= {"im:write"}
    sending.slack.workspace.users["U0NORTH01"] = "D0NORTH01"
    assert sending.run("notify", "send", "--retry-failed").exit_code == 0
    assert len(sending.direct(NORTH_LEAD).roots()) == 1


def test_a_slack_that_is_down_is_tried_again_by_the_next_command(sending: Firm) -> None:
    sending.slack.fail("chat.postMessage", *[Html(503)] * 20)
    down = sending.run("digest", "--send", "--own", str(NORTH_LEAD))
    assert down.exit_code == 4
    sending.slack._faults.clear()
    sending.clock.later(hours=1)
    assert "was sent" in sending.run("digest", "--send", "--own", str(NORTH_LEAD)).said or sending.direct(NORTH_LEAD)
    assert len(sending.direct(NORTH_LEAD).roots()) == 1


def test_without_a_mandate_managers_get_teams_only_and_at_once(sending: Firm) -> None:
    sending.crm.mandate("")
    sent = sending.ok("digest", "--send")
    assert "own" not in {line.split(", ")[1].split()[0] for line in sent.stdout.splitlines() if ", " in line}
    assert sent.stdout.count("goes out by") == len(MANAGERS)
    said = str([one.content for one in sending.direct(NORTH_LEAD).live()])
    letters = "".join(str(letter.content) for letter in sending.mail.handler.received)
    assert not [key for key in NORTH if f"Sur{key}name" in said + letters]


def test_only_the_managers_that_the_mandate_names_see_names(sending: Firm) -> None:
    path = sending.crm.folder / "config" / "mandate.yaml"
    path.write_text(path.read_text().replace("recipients: managers", f"recipients: [log{NORTH_LEAD}in]"))
    sending.ok("digest", "--send")
    _a_day_later(sending)
    sending.ok("notify", "send")
    north = str([one.content for one in sending.direct(NORTH_LEAD).live()])
    south = str([one.content for one in sending.direct(SOUTH_LEAD).live()])
    assert "Person Sur70011name" in north
    assert "the mandate does not name you as a recipient" in south
    assert not [key for key in everybody() if f"Sur{key}name" in south]
    pages = {row[0] for row in sending.rows("SELECT recipient FROM digests WHERE kind = 'own'")}
    assert pages == {str(key) for key in NORTH}


def test_actions_answered_come_back_first_in_the_next_digest(sending: Firm) -> None:
    sending.ok("digest", "--send")
    _a_day_later(sending)
    sending.ok("notify", "send")
    whose = ("--for", f"log{NORTH_LEAD}in")
    assert "Action 1" in sending.ok("digest", "done", 1, *whose, "--note", "talked").said
    sending.ok("digest", "done", 2, "--irrelevant", *whose)
    assert sending.run("digest", "done", 9, *whose).exit_code == 2
    sending.ok("digest", "seen", "--for", str(SOUTH_LEAD))
    several = sending.run("digest", "done", 1)
    assert several.exit_code == 2
    assert "say whose" in several.said

    sending.clock.later(days=6)
    shown = sending.ok("digest", "--preview", "--manager", f"log{NORTH_LEAD}in").stdout
    past = shown[: shown.index("THIS WEEK")].lower()
    assert "done: ask person sur70011name" in past
    assert "not relevant: new records are" in past
    acknowledged = sending.rows("SELECT recipient FROM digests WHERE acknowledged_at IS NOT NULL ORDER BY 1")
    assert acknowledged == [(str(NORTH_LEAD),), (str(SOUTH_LEAD),)]


def test_who_looked_stands_on_the_persons_own_page(sending: Firm) -> None:
    sending.ok("digest", "--send")
    looked = set(sending.rows(f"SELECT looker, how, substr(at, 1, 10) FROM looks WHERE subject = '{NORTH[0]}'"))
    assert (str(NORTH_LEAD), "digest 2026-W47", "2026-11-24") in looked  # when it goes out
    assert (str(DIRECTOR), "digest 2026-W47", "2026-11-24") in looked
    sending.clock.later(days=7)
    page = sending.ok("digest", "--preview", "--own", str(NORTH[0])).stdout
    assert "Person Sur70002name" in page
    other = sending.ok("digest", "--preview", "--own", str(NORTH[3])).stdout
    assert "Sur70011name" not in other
    assert [row[0] for row in sending.rows(f"SELECT how FROM looks WHERE subject = '{NORTH[3]}'")][-1:] == [
        "crm-monitor digest"
    ]
