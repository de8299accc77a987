"""Incidents whose every name was typed by somebody who means harm, or by nobody in their right mind; from a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount
from monitor.messages.alerts import alert_message, changed_reply, resolved_message, resolved_reply
from monitor.messages.tree import Message

MENTIONS: tuple[str, ...] = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S0EVILTEAM>",
    "<@U0EVIL001>",
    "<#C0123ABC|sales>",
)
MENTIONS += ("@here", "@channel", "@Everyone!", "&lt;!channel&gt;", "<\u200b!channel>", "@\u200bchannel", "< !channel>")
TAGS: tuple[str, ...] = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><h1>",
    '" onmouseover="x',
    "<!--",
    "-->",
)
TAGS += (
    "<style>*{}</style>",
    "<a href='https://evil.example'>",
    "<svg/onload=x>",
    "]]>",
    "<b",
    "&#60;script&#62;",
    "</div>",
)
MARKUP: tuple[str, ...] = (
    "*bold* _so_ ~strike~ `code`",
    "```\nblock\n```",
    "> quote",
    "# head",
    "[text](https://evil.example)",
    "| a | b |",
)
MARKUP += (
    "<https://evil.example|click>",
    "https://evil.example",
    "mailto:x@evil.example",
    ":rotating_light:",
    "[red]x[/red]",
)
CONTROLS: tuple[str, ...] = (
    "\x00",
    "\x07",
    "\x1b[31mred\x1b[0m",
    "\r\nBcc: spy@evil.example\r\n\r\n",
    "\n.\n",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
)
CONTROLS += ("\ud800", "\udfff\ud800", "\ufeff", "\ue000", "\U000e0001", "\uffff", "\t", "\v\f")
TURNED = (
    "\u202eesrever\u202c",
    "\u2066isolated\u2069",
    "\u200f",
    "\u061c",
    "שלום עולם",
    "مرحبا بالعالم",
    "\u202a\u202b\u202d",
)
SMILES = (
    "\U0001f534",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1f0",
    "\u2764\ufe0f",
    "e" + "\u0301" * 40,
    "ﷺ",
)
CODED = (
    "=?utf-8?q?a=0D=0ABcc:_spy=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IHhAeQ==?=",
    "{{7*7}}",
    "${x}",
    "%s%n",
    "\\u003c",
    '"\\',
)
PLAIN = ("Offers without amount", "Nord", "Æble & søn", "d'Artagnan", "R&D <5 * 3", "crm_lead.expected", "", " ", "…")
KINDS: tuple[Sequence[str], ...] = (MENTIONS, TAGS, MARKUP, CONTROLS, TURNED, SMILES, CODED, PLAIN)
_START = datetime(2026, 11, 21, 6, 10, tzinfo=UTC)
_LINKS: tuple[str, ...] = (
    "",
    "",
    "https://crm.example.com/list?a=1&b=2",
    "javascript:alert(1)",
    "https://x/\n",
    'https://x/"><script>',
)
_LINKS += ("https://crm.example.com/" + "y" * 4000, "//evil.example", "data:text/html,x", "HTTPS://crm.example.com/æ")


def text(rng: Random) -> str:
    """One name; some are of one piece, some of many, and a few are 10,000 characters long."""
    if rng.random() < 0.04:
        piece = rng.choice(rng.choice(KINDS)) or "W"
        return (piece * (10_000 // len(piece) + 1))[:10_000]
    if rng.random() < 0.1:
        return "".join(
            chr(rng.choice((rng.randrange(0x250), rng.randrange(0x110000)))) for _ in range(rng.randrange(60))
        )
    pieces = [rng.choice(rng.choice(KINDS)) for _ in range(rng.choice((1, 1, 2, 3, 6)))]
    return rng.choice(("", " ", "\n", "@", "<")).join(pieces)


def view(rng: Random) -> AlertView:
    """One incident. Whom it calls and who has it are IDs or none, as only the configuration and Slack say them."""
    rows = rng.choice((None, 0, 1, 212, 10**9))
    failing = None if rng.random() < 0.15 else rng.randint(0, rows if rows is not None else 5000)
    at = _START + timedelta(minutes=rng.randrange(500_000))
    people = ("", "slack:U0ANNA001", f"slack:{text(rng)}", text(rng))
    return AlertView(
        incident_id=rng.choice((0, 1, 12, 10**9)),
        check_id=text(rng),
        entity=text(rng),
        title=text(rng),
        state=rng.choice(tuple(AlertState)),
        status=rng.choice(("warn", "fail", "error", "pass", "no_data", "no_rows")),
        severity=rng.choice(("info", "warning", "critical")),
        rows=rows,
        unexpected=failing,
        limit=rng.choice((None, 0.0, 0.15, 1.0)),
        observed=text(rng),
        change=rng.choice((None, 0, 12, -3, 10**9)),
        new=rng.choice((None, 0, 12)),
        since=rng.choice((None, at - timedelta(days=rng.randrange(400)))),
        origin=rng.choice((None, Origin(text(rng), 12, 14, rng.choice((None, 0.0, 0.003, 1.0))))),
        teams=tuple(TeamCount(text(rng), rng.randrange(10**6)) for _ in range(rng.choice((0, 1, 3, 40)))),
        amount=rng.choice((None, Decimal("4123456.50"), Decimal(-1))),
        currency=text(rng),
        amount_label=text(rng),
        why=text(rng),
        fix=text(rng),
        mind=text(rng),
        reason=text(rng),
        attributed=rng.random() < 0.8,
        data_as_of=rng.choice((None, at)),
        zone=rng.choice(("UTC", "Europe/Copenhagen", "Asia/Kathmandu")),
        command=text(rng),
        link=rng.choice((*_LINKS, text(rng))),
        opened_at=rng.choice((None, at)),
        resolved_at=rng.choice((None, at + timedelta(hours=5))),
        ended=rng.choice(("", "", text(rng))),
        trend=tuple(rng.randrange(1000) for _ in range(rng.choice((0, 1, 14)))),
        flapping=rng.random() < 0.2,
        acknowledged_by=rng.choice(people),
        acknowledged_at=rng.choice((None, at)),
        assignee=rng.choice(people),
        due=rng.choice((None, date(2026, 12, 1))),
        snoozed_until=rng.choice((None, at + timedelta(days=1))),
        buttons=rng.random() < 0.5,
        mention=rng.choice(("", "S0CRMTEAM")),
    )


TELLINGS: dict[str, Callable[[AlertView], Message]] = {
    "opened": alert_message,
    "worse": changed_reply,
    "mended": resolved_message,
    "said so": resolved_reply,
}
