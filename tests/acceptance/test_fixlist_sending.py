"""Fix lists as they reach those who asked: once a week, private, with thanks once, and nothing twice."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.acceptance.fixing import ANN, LEFT, as_user, checked, connect, failing, mend, prepare
from tests.acceptance.use_crm import DESK, NORTH, NORTH_LEAD, SOUTH_LEAD
from tests.acceptance.using import Firm, reaches_nobody, tables
from tests.delivery.fake_slack import Html
from tests.delivery.fake_slack.workspace import Posted

pytestmark = pytest.mark.journeys

ANN_ON_SLACK = "U0ANN0001"
BEN = DESK[0]
"""Somebody who has e-mail only."""


@pytest.fixture
def sending(used: Firm) -> Firm:
    prepare(used)
    connect(used)
    checked(used)
    for person in (ANN, BEN):
        used.ok("fixlist", "subscribe", person)
    return used


def direct(firm: Firm) -> list[Posted]:
    return firm.slack.workspace.direct(ANN_ON_SLACK).roots()


def mails(firm: Firm) -> list[EmailMessage]:
    contents = [one.content for one in firm.mail.handler.received if isinstance(one.content, bytes)]
    letters = [message_from_bytes(content, policy=policy.default) for content in contents]
    return [letter for letter in letters if isinstance(letter, EmailMessage)]


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_who_asked_is_sent_the_own_list_once_a_week_and_told_when(sending: Firm) -> None:
    first = sending.ok("fixlist", "--send")
    ann, ben = len(failing(sending, ANN)), len(failing(sending, BEN))
    assert f"Person Sur{ANN}name: {ann} to mend, sent by Slack on Mon 23 Nov 2026 08:00" in first.said
    assert f"Person Sur{BEN}name: {ben} to mend, sent by e-mail on Mon 23 Nov 2026 08:00" in first.said
    assert "2 messages sent, 0 waiting." in first.said
    [message] = direct(sending)
    assert message.text == f"Your fix list, week 48: {ann} records to mend"
    shown = str(message.content)
    keys = [key for key in failing(sending, ANN) if f"Customer {key} Secretname" in shown]
    assert len(keys) == min(10, ann)
    assert all(f"https://crm.example/deals/{key}" in shown for key in keys)
    assert message.metadata is not None
    assert message.metadata["event_type"] == "crm_monitor_fixlist"
    [letter] = mails(sending)
    assert sending.mailed == [f"at{BEN}box@firm.example"]
    assert letter["Subject"] == f"CRM: Your fix list, week 48: {ben} records to mend"
    assert "Secretname" in plain(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert "<h1" in html.get_content()
    assert "Secretname</a>" in html.get_content()

    again = sending.ok("fixlist", "--send")
    assert f"Person Sur{ANN}name: {ann} to mend, sent by Slack on Mon 23 Nov 2026 08:00" in again.said
    assert "0 messages sent" in again.said
    checked(sending, days=6, hours=15)  # Sunday night: the same week
    sending.ok("fixlist", "--send")
    assert (len(direct(sending)), len(mails(sending))) == (1, 1)
    checked(sending, hours=3)
    sending.ok("fixlist", "--send")
    assert (len(direct(sending)), len(mails(sending))) == (2, 2)


def test_whoever_has_mended_everything_is_thanked_once(sending: Firm) -> None:
    sending.ok("fixlist", "--send")
    count = len(failing(sending, ANN))
    mend(sending, f"staff_id = {ANN}")
    checked(sending, days=7)
    assert f"Person Sur{ANN}name: thanks: all is mended, sent by Slack" in sending.ok("fixlist", "--send").said
    thanks = direct(sending)[-1]
    assert thanks.text == "Everything on your list is mended"
    assert f"{count} mended since Mon 23 Nov" in str(thanks.content).replace("\\xa0", " ")
    for _ in range(2):
        checked(sending, days=7)
        assert f"Person Sur{ANN}name: nothing to mend" in sending.ok("fixlist", "--send").said
    assert len(direct(sending)) == 2
    sending.crm.execute(
        f"UPDATE deal SET next_action = '' WHERE id = (SELECT MIN(id) FROM deal WHERE staff_id = {ANN})"
    )
    checked(sending, days=7)
    sending.ok("fixlist", "--send")
    assert direct(sending)[-1].text == "Your fix list, week 52: 1 record to mend"
    assert "1 new" in str(direct(sending)[-1].content)


def test_without_a_new_run_nothing_is_told_again_and_nobody_is_thanked(sending: Firm) -> None:
    sending.ok("fixlist", "--send")
    mend(sending, f"staff_id = {ANN}")
    sending.clock.later(days=7)
    assert "nothing was checked since the last list" in sending.ok("fixlist", "--send").said
    assert len(direct(sending)) == 1


def test_who_did_not_ask_gets_nothing_and_who_ends_it_gets_no_more_of_what_waits(sending: Firm) -> None:
    sending.slack.fail("chat.postMessage", *[Html(503)] * 20)
    assert sending.run("fixlist", "--send", "--owner", ANN).exit_code == 4
    sending.slack._faults.clear()
    sending.ok("fixlist", "unsubscribe", ANN)
    sending.clock.later(hours=1)
    assert "Nothing is undelivered." in sending.ok("notify", "list").said
    sending.ok("notify", "send")
    sending.ok("fixlist", "--send")
    assert direct(sending) == []
    assert sending.mailed == [f"at{BEN}box@firm.example"]


def test_to_ask_is_a_persons_own_choice(sending: Firm) -> None:
    refused = as_user(sending, NORTH_LEAD, "fixlist", "subscribe", NORTH[3])
    assert (refused.exit_code, "own choice" in refused.stderr) == (2, True)
    assert as_user(sending, NORTH_LEAD, "fixlist", "unsubscribe", ANN).exit_code == 2
    own = as_user(sending, NORTH[3], "fixlist", "subscribe", f"log{NORTH[3]}in")
    assert "gets the list, at most once a week, by e-mail." in own.stdout
    assert "got the list already" in as_user(sending, NORTH[3], "fixlist", "subscribe", NORTH[3]).stdout
    assert as_user(sending, NORTH[3], "fixlist", "unsubscribe", NORTH[3]).exit_code == 0
    assert "did not get the list" in as_user(sending, NORTH[3], "fixlist", "unsubscribe", NORTH[3]).stdout
    assert sending.run("fixlist", "subscribe", LEFT).exit_code == 2


def test_a_reader_who_left_is_sent_nothing(sending: Firm) -> None:
    path = sending.crm.folder / "config" / "crms" / "used.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"= {LEFT} THEN", f"= {ANN} THEN"), encoding="utf-8")
    assert f"Person Sur{ANN}name: has no seat in the CRM any more" in sending.ok("fixlist", "--send").said
    assert direct(sending) == []


def test_who_cannot_be_reached_is_told_and_sent_it_once_there_is_a_way(sending: Firm) -> None:
    sending.crm.execute(f"UPDATE staff SET mail = NULL WHERE id = {BEN}")
    assert f"Person Sur{BEN}name: cannot be reached" in sending.ok("fixlist", "--send").said
    sending.crm.execute(f"UPDATE staff SET mail = 'at{BEN}box@firm.example' WHERE id = {BEN}")
    sending.ok("fixlist", "--send")
    assert sending.mailed == [f"at{BEN}box@firm.example"]


def test_where_nobody_at_all_can_be_reached_that_is_no_success_and_says_what_to_do(sending: Firm) -> None:
    sending.connect(slack=False, mail=False)
    reaches_nobody(sending, "fixlist", "sends what is due")

    connect(sending)  # e-mail for both, and no address for one
    sending.crm.execute(f"UPDATE staff SET mail = NULL WHERE id = {BEN}")
    assert "cannot be reached" in sending.ok("fixlist", "--send").said


def test_it_speaks_the_readers_language(sending: Firm) -> None:
    connect(sending, f"- {{user: {BEN}, language: nb}}\n")
    path = sending.crm.folder / "config" / "people.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(f"slack: {ANN_ON_SLACK}", f"slack: {ANN_ON_SLACK}, language: da")
    )
    sending.ok("fixlist", "--send")
    assert direct(sending)[0].text.startswith("Din retteliste, uge 48: ")
    assert mails(sending)[0]["Subject"].startswith("CRM: Rettelisten din, uke 48: ")


def test_the_managers_list_has_the_records_of_who_left_and_names_nobody(sending: Firm) -> None:
    sending.crm.mandate()
    sending.ok("fixlist", "subscribe", SOUTH_LEAD)
    sending.ok("fixlist", "subscribe", NORTH_LEAD)
    owned = sending.crm.ask(f"SELECT COUNT(*) FROM deal WHERE staff_id = {LEFT}")[0][0]
    said = sending.ok("fixlist", "--send").said
    assert f"Person Sur{SOUTH_LEAD}name: {owned} of people who left, sent by Slack" in said
    assert f"Person Sur{NORTH_LEAD}name: nothing to mend" in said
    [message] = sending.direct(SOUTH_LEAD).roots()
    assert message.text == f"Your fix list, week 48: {owned} records of people who left"
    assert "crm-monitor fixlist --handover" in str(message.content)
    assert f"Sur{LEFT}name" not in str(message.content)
    assert str(LEFT) not in str(message.content)


def test_no_name_of_a_record_is_kept_where_a_message_waits_or_went_out(sending: Firm) -> None:
    sending.ok("fixlist", "--send")
    assert "Secretname" in str(direct(sending)[0].content)
    assert not [name for name, rows in tables(sending.crm.state).items() if "Secretname" in rows]


def test_personal_keys_are_hashed_in_the_state_and_found_again_when_the_message_goes_out(used: Firm) -> None:
    prepare(used, hashed=True)
    connect(used)
    checked(used)
    used.ok("fixlist", "subscribe", ANN)
    used.ok("fixlist", "--send")
    [message] = direct(used)
    keys = [key for key in failing(used, ANN) if f"Customer {key} Secretname" in str(message.content)]
    assert len(keys) == min(10, len(failing(used, ANN)))
    assert all(f"https://crm.example/deals/{key}" in str(message.content) for key in keys)
    [[told]] = used.rows("SELECT told FROM fixlists")
    assert not [key for key in keys if f'"{key}"' in str(told)]


def test_while_the_crm_cannot_be_asked_for_names_the_message_waits(sending: Firm) -> None:
    sending.slack.fail("chat.postMessage", *[Html(503)] * 20)
    assert sending.run("fixlist", "--send", "--owner", ANN).exit_code == 4
    sending.slack._faults.clear()
    database = sending.crm.folder.parent / "crm.db"
    away = database.rename(database.with_suffix(".away"))
    sending.clock.later(hours=1)
    waiting = sending.run("notify", "send")
    assert waiting.exit_code == 4
    assert "what it is made of cannot be read" in waiting.said
    away.rename(database)
    sending.clock.later(hours=1)
    sending.ok("notify", "send")
    assert len(direct(sending)) == 1
    assert "Secretname" in str(direct(sending)[0].content)


def test_somebody_with_a_digest_and_a_list_under_way_gets_each_as_what_it_is(sending: Firm) -> None:
    sending.crm.mandate()
    sending.slack.fail("chat.postMessage", *[Html(503)] * 40)
    sending.run("fixlist", "--send", "--owner", ANN)
    sending.run("digest", "--send", "--own", ANN)
    assert direct(sending) == []
    sending.slack._faults.clear()
    sending.clock.later(hours=1)
    sending.ok("notify", "send")
    kinds = {message.metadata["event_type"]: message.text for message in direct(sending) if message.metadata}
    assert kinds["crm_monitor_fixlist"].startswith("Your fix list, week 48")
    assert kinds["crm_monitor_digest"].startswith("Your own page")


def test_who_is_forgotten_asks_for_nothing_any_more(sending: Firm) -> None:
    sending.ok("fixlist", "--send")
    assert "fix list" in sending.ok("privacy", "export", ANN).stdout
    sending.ok("privacy", "forget", ANN, "--yes")
    assert sending.rows(f"SELECT COUNT(*) FROM fixlists WHERE person = '{ANN}'") == [(0,)]
    checked(sending, days=7)
    assert f"Sur{ANN}name" not in sending.ok("fixlist", "--send").said
    assert len(direct(sending)) == 1
