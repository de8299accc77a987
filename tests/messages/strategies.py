"""Messages and alerts as nobody would write them: hostile text, too much of it, too little of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount
from monitor.messages.tree import (
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Field,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
    Tone,
)

HOSTILE = (
    "<!channel>",
    "<!here|x>",
    "<@U123ABC>",
    "<#C123|general>",
    "<https://evil.example|click>",
    "@here and @channel",
    "@everyone",
    "*bold* _italic_ ~strike~ `code`",
    "```\nblock\n```",
    "&amp; &lt; <b> & >",
    "\u202eesrever\u202c",
    "\u2066isolated\u2069",
    "\x1b[31mred\x1b[0m",
    "line\nbreak\r\nand\ttab\x00nul\u2028sep",
    "\ud800 lone surrogate",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "[bold red]rich markup[/bold red]",
    ":rotating_light:",
    "\u200b\u200b",
    " ",
    "",
    "W" * 4000,
    "\U0001f534" * 3000,
    "&" * 3000,
    '"\\' * 2000,
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=60))
links = st.one_of(
    st.just(""), st.sampled_from(["https://crm.example.com/1", "javascript:alert(1)", "http://x/" + "y" * 4000]), texts
)
spans = st.lists(st.builds(Span, texts, st.booleans(), st.booleans(), links), max_size=8).map(tuple)
actions = st.one_of(st.sampled_from(["incident:show", "digest:done", "digest:done#2", "link:x", "a" * 300]), texts)
buttons = st.one_of(
    st.builds(Button, texts, actions, texts, st.sampled_from(["", "primary", "danger", "loud"]), links),
    st.builds(Choice, texts, actions, st.lists(st.tuples(texts, texts), max_size=8).map(tuple)),
)
people = st.one_of(st.sampled_from(["U0ANNA001", "S0CRMTEAM", "W0ENTERPRISE", "U1", "<!channel>"]), texts)
blocks = st.one_of(
    st.builds(Heading, texts),
    st.builds(Paragraph, spans),
    st.builds(Fields, st.lists(st.builds(Field, texts, spans), max_size=12).map(tuple)),
    st.builds(Bullets, st.lists(spans, max_size=60).map(tuple)),
    st.just(Divider()),
    st.builds(Footer, st.lists(texts, max_size=14).map(tuple)),
    st.builds(Mention, people),
    st.builds(Buttons, st.lists(buttons, max_size=30).map(tuple)),
)
messages = st.builds(Message, texts, st.lists(blocks, max_size=70).map(tuple), st.sampled_from(Tone))

_counts = st.integers(0, 10**9)
_moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_signed = st.integers(-(10**9), 10**9)


def _ordered(view: AlertView) -> bool:
    return view.rows is None or view.unexpected is None or view.unexpected <= view.rows


alerts = st.builds(
    AlertView,
    incident_id=_counts,
    check_id=texts,
    entity=texts,
    title=texts,
    state=st.sampled_from(AlertState),
    status=st.sampled_from(["warn", "fail", "error", "pass"]),
    severity=st.sampled_from(["info", "warning", "critical"]),
    rows=st.none() | _counts,
    unexpected=st.none() | _counts,
    limit=st.none() | st.floats(0, 1),
    observed=texts,
    change=st.none() | _signed,
    new=st.none() | _counts,
    since=st.none() | _moments,
    origin=st.none() | st.builds(Origin, texts, _counts, _counts),
    teams=st.lists(st.builds(TeamCount, texts, _counts), max_size=40).map(tuple),
    amount=st.none() | st.decimals(Decimal(-(10**12)), Decimal(10**12), places=2),
    currency=texts,
    amount_label=texts,
    why=texts,
    fix=texts,
    mind=texts,
    reason=texts,
    attributed=st.booleans(),
    data_as_of=st.none() | _moments,
    zone=st.sampled_from(["UTC", "Europe/Copenhagen", "Asia/Kathmandu"]),
    command=texts,
    link=links,
    opened_at=st.none() | _moments,
    resolved_at=st.none() | _moments,
).filter(_ordered)
