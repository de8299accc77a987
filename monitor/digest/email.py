"""A digest as an e-mail: plain text, and simple HTML with its charts as images inside; nothing is fetched.

The page itself is not sent: mail programs take out the style and the drawings that it lives by.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from monitor.digest import words
from monitor.digest.charts import charts
from monitor.digest.email_html import Picture, to_email_html
from monitor.digest.png import png
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.text import to_plain
from monitor.digest.tree import digest_summary
from monitor.language import Language
from monitor.messages.clean import clean
from monitor.messages.mail import Content, Envelope, fix_boundaries, letter

DIGEST = "digest"
"""The kind of its envelope."""


def digest_email(
    snapshot: Snapshot, language: Language, envelope: Envelope, pictures: Sequence[Picture] | None = None
) -> EmailMessage:
    """The mail, complete with its headers; equal digests give equal mails. Draws the charts unless they are given.

    Raises ValueError where an address is none, or is several.
    """
    shown = draw(snapshot, language) if pictures is None else tuple(pictures)
    content = Content(
        subject=digest_subject(snapshot, language),
        text=to_plain(snapshot, language),
        html=to_email_html(snapshot, language, shown),
        code=language.code,
        date=snapshot.created_at,
    )
    mail = letter(content, envelope)
    _add_pictures(mail, shown)
    fix_boundaries(mail, envelope)
    return mail


def digest_subject(snapshot: Snapshot, language: Language) -> str:
    """On one line, and without a person's name."""
    if snapshot.kind is Kind.OWN:
        return f"CRM: {digest_summary(snapshot, language)}"
    return clean(f"CRM: {words.digest_title(snapshot, language)}")


def draw(snapshot: Snapshot, language: Language) -> tuple[Picture, ...]:
    """The charts of a digest as images."""
    return tuple(Picture(chart.id, chart.title, chart.text, png(chart)) for chart in charts(snapshot, language))


def _add_pictures(mail: EmailMessage, pictures: Sequence[Picture]) -> None:
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for picture in pictures:
        html.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.cid}>",
            disposition="inline",
            filename=f"{picture.id}.png",
        )
