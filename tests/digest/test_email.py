"""A digest by e-mail: text and HTML that say the same, charts inside, one fixed identity, one recipient."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.digest.email import DIGEST, digest_email, draw
from monitor.digest.email_html import Picture, to_email_html
from monitor.digest.snapshot import Kind, Snapshot
from monitor.language import CODES, language
from monitor.messages.mail import Envelope
from tests.digest import making
from tests.digest.snapshots import tellable

ENGLISH = language("en")
ENVELOPE = Envelope(DIGEST, 34, "crm@fjord.example", "boss@fjord.example")
PICTURE = Picture("activity", "Active days", 'Nord 4 & "more"', b"\x89PNG\r\n\x1a\n...")
KINDS = [making.manager(), making.sponsor(), making.own()]


def sent(snapshot: Snapshot, code: str = "en", envelope: Envelope = ENVELOPE) -> EmailMessage:
    """As it arrives: written to bytes and read again."""
    wire = digest_email(snapshot, language(code), envelope, [PICTURE]).as_bytes()
    arrived = message_from_bytes(wire, policy=policy.default)
    assert isinstance(arrived, EmailMessage)
    return arrived


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_it_has_a_text_part_an_html_part_and_the_charts_inside() -> None:
    mail = sent(making.manager())
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    (image,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert image["Content-ID"] == "<activity@charts.crm-monitor>"
    assert image.get_content_disposition() == "inline"
    assert 'src="cid:activity@charts.crm-monitor" alt="Nord 4 &amp; &quot;more&quot;"' in html_of(mail)


def test_its_headers_say_from_whom_to_whom_and_that_a_program_wrote_it() -> None:
    mail = sent(making.manager(), "da")
    assert str(mail["From"]) == "CRM Monitor <crm@fjord.example>"
    assert str(mail["To"]) == "boss@fjord.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "da"
    assert mail["Date"].datetime == making.CREATED
    assert str(mail["Subject"]).startswith("CRM: Denmark West")


def test_the_same_digest_to_the_same_person_is_the_same_mail_to_the_byte() -> None:
    first, second = (digest_email(making.manager(), ENGLISH, ENVELOPE, [PICTURE]).as_bytes() for _ in range(2))
    assert first == second
    other = replace(ENVELOPE, recipient="chief@fjord.example")
    assert other.message_id != ENVELOPE.message_id
    assert replace(ENVELOPE, number=35).message_id != ENVELOPE.message_id
    assert re.fullmatch(r"<digest-34\.[0-9a-f]{20}@fjord\.example>", ENVELOPE.message_id)


def test_the_subject_names_no_person() -> None:
    own = making.own()
    assert own.title
    assert own.title not in str(sent(own)["Subject"])


@pytest.mark.parametrize("snapshot", KINDS, ids=lambda snapshot: snapshot.kind)
@pytest.mark.parametrize("code", CODES)
def test_nothing_is_fetched_and_nothing_tells_that_it_was_read(snapshot: Snapshot, code: str) -> None:
    html = html_of(sent(snapshot, code))
    sources = re.findall(r'(?:src|background)="([^"]*)"', html)
    assert all(source.startswith("cid:") for source in sources)
    assert "url(" not in html
    assert "<script" not in html
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) <= {"https://crm.example.com"}
    assert f'<html lang="{code}">' in html


@pytest.mark.parametrize("snapshot", KINDS, ids=lambda snapshot: snapshot.kind)
def test_both_parts_say_the_same(snapshot: Snapshot) -> None:
    mail = sent(snapshot)
    heads = [head.upper() for head in re.findall(r"<h2[^>]*>([^<]*)</h2>", html_of(mail))]
    text = text_of(mail)
    for head in heads:
        if head not in ("ACTIVE DAYS", "HOW IT IS COUNTED, AND WHAT FOR"):
            assert f"\n{head.replace('&#X27;', chr(39))}\n" in text.replace("\r\n", "\n")


def test_the_charts_are_drawn_where_none_are_given() -> None:
    pictures = draw(making.manager(), ENGLISH)
    assert [picture.id for picture in pictures] == ["activity", "people", "completeness"]
    assert all(picture.png.startswith(b"\x89PNG") and picture.text for picture in pictures)
    mail = digest_email(making.own(), ENGLISH, ENVELOPE)
    assert [part.get_filename() for part in mail.walk() if part.get_content_type() == "image/png"] == ["activity.png"]


@pytest.mark.parametrize(
    "address",
    ["", "boss", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "a@b.example\n", "@b.example", "x@"],
)
def test_what_is_not_one_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match=r"^the recipient's e-mail address is not one address$"):
        digest_email(making.manager(), ENGLISH, replace(ENVELOPE, recipient=address), [])


def test_a_team_name_writes_no_header_and_no_element() -> None:
    hostile = replace(making.manager(), title="Nord\r\nBcc: everybody@fjord.example <img src=x onerror=alert(1)>")
    mail = sent(hostile)
    assert mail["Bcc"] is None
    assert "<img src=x" not in html_of(mail)
    assert "&lt;img src=x" in html_of(mail)


@given(tellable, st.sampled_from(CODES))
@settings(deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate))
def test_any_digest_becomes_a_mail_that_can_be_sent_and_read(snapshot: Snapshot, code: str) -> None:
    html = html_of(sent(snapshot, code))
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {
        "html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "ul", "li", "table", "tr", "th", "td",
        "strong", "code", "a", "img",
    }  # fmt: skip
    wire = digest_email(snapshot, language(code), ENVELOPE, [PICTURE]).as_bytes()
    assert all(len(line) <= 998 and b"\n" not in line for line in wire.split(b"\r\n"))


def test_a_removed_persons_page_is_still_a_mail() -> None:
    gone = replace(making.own(), title="", person_rows=(), actions=(), quality=(), looks=(), better=(), uncertain=())
    assert gone.kind is Kind.OWN
    assert "Your own page" in to_email_html(gone, ENGLISH)
