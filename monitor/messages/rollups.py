"""A day's collected message: the problems for which a channel had no new message left."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.messages import figures
from monitor.messages.alert import AlertState, AlertView
from monitor.messages.alerts import short
from monitor.messages.tree import Bullets, Footer, Heading, Message, Paragraph, Span, Tone

MOST = 15
"""Problems that are named; the others are counted."""

_SEVERITIES = ("critical", "warning", "info")


def rollup_message(views: Sequence[AlertView]) -> Message:
    """The problems in one message, worst first, the mended ones last."""
    open_ones = [view for view in views if view.state is AlertState.OPEN]
    ordered = sorted(views, key=_rank)
    more = "1 more problem" if len(open_ones) == 1 else f"{figures.count(len(open_ones))} more problems"
    headline = more if open_ones else "All of these are mended"
    critical = sum(view.severity == "critical" for view in open_ones)
    said = f"{headline}, {figures.count(critical)} of them critical" if critical else headline
    left = len(ordered) - MOST
    items: list[tuple[Span, ...]] = [
        (Span(f"{short(view)} · "), Span(f"incident {view.incident_id}", code=True)) for view in ordered[:MOST]
    ]
    if left > 0:
        items.append((Span(f"and {figures.count(left)} more"),))
    emoji = "\N{LARGE RED CIRCLE}" if critical else "\N{CLIPBOARD}" if open_ones else "\N{WHITE HEAVY CHECK MARK}"
    blocks = (
        Heading(f"{emoji} {said}"),
        Paragraph(
            (Span("Told together, because this channel had its new messages. Each gets its own when it gets worse."),)
        ),
        Bullets(tuple(items)),
        Footer(("all of them: crm-monitor incidents list",)),
    )
    tone = Tone.FAILING if open_ones else Tone.RESOLVED
    return Message(said, blocks, tone)


def _rank(view: AlertView) -> tuple[object, ...]:
    severity = _SEVERITIES.index(view.severity) if view.severity in _SEVERITIES else len(_SEVERITIES)
    return view.state is AlertState.RESOLVED, severity, view.status != "fail", -(view.unexpected or 0)
