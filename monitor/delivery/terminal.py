"""Message trees on a terminal, looking as they do in Slack: for the demo and for previews. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from monitor.messages.clean import clean, clean_span, safe_link
from monitor.messages.tree import (
    Block,
    Bullets,
    Buttons,
    Divider,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
    Tone,
)

_COLOURS = {Tone.FAILING: "red", Tone.WARNING: "yellow", Tone.RESOLVED: "green", Tone.SYSTEM: "magenta"}
_CODE_STYLE = "bold cyan"
WIDTH = 100


def as_in_slack(
    message: Message, *, channel: str = "", at: datetime | None = None, replies: Sequence[Message] = ()
) -> RenderableType:
    """A rich renderable of the message as its channel would show it, with its thread beneath.

    ``at`` is when it would be posted, in the zone that it is to be shown in.
    """
    parts: list[RenderableType] = []
    if channel:
        parts.append(Text(f"#{clean(channel).lstrip('#')}", style="bold"))
    parts.append(_sender(at))
    parts.append(_Barred(message))
    if replies:
        parts.append(Text(f"    {len(replies)} {'reply' if len(replies) == 1 else 'replies'}", style="blue"))
        parts.extend(Padding(_Barred(reply), (0, 0, 0, 4)) for reply in replies)
    return Group(*parts)


def _sender(at: datetime | None) -> Text:
    line = Text.assemble(
        (" CM ", "bold white on dark_green"), " ", ("CRM Monitor", "bold"), " ", (" APP ", "reverse dim")
    )
    return line if at is None else line.append(f" {at:%H:%M}", style="dim")


class _Barred:
    """A message with a bar in the colour of its tone down its left side."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        message = self._message
        body = Group(*_blocks(message.blocks)) if message.blocks else Text(clean(message.summary))
        bar = Segment("▌ ", console.get_style(_COLOURS[message.tone]))
        width = min(options.max_width, WIDTH) - 2
        for line in console.render_lines(body, options.update_width(width), pad=False):
            yield bar
            yield from line
            yield Segment.line()


def _blocks(blocks: Sequence[Block]) -> Iterator[RenderableType]:
    for index, block in enumerate(blocks):
        if index and not isinstance(blocks[index - 1], Heading):
            yield Text()
        yield from _block(block)


def _block(block: Block) -> Iterator[RenderableType]:
    match block:
        case Heading(text):
            yield Text(clean(text), style="bold")
        case Paragraph(spans):
            yield _inline(spans)
        case Fields(items):
            for item in items:
                yield Text.assemble((f"{clean(item.label)}: ", "bold"), _inline(item.spans))
        case Bullets(items):
            for spans in items:
                yield Text.assemble(" • ", _inline(spans))
        case Divider():
            yield Text("─" * 40, style="dim")
        case Footer(parts):
            yield Text(" · ".join(clean(part) for part in parts), style="dim")
        case _:
            yield _interactive(block)


def _interactive(block: Mention | Buttons) -> RenderableType:
    if isinstance(block, Mention):
        return Text(f"@{clean(block.who)}", style="bold")
    return Text("  ".join(f"[ {clean(button.label)} ]" for button in block.items), style="cyan")


def _inline(spans: Sequence[Span]) -> Text:
    line = Text()
    for span in spans:
        style = _CODE_STYLE if span.code else "bold" if span.bold else ""
        if span.link and (link := safe_link(span.link)):
            style = f"{style} underline blue link {link}".strip()
        line.append(clean_span(span.text), style=style)
    return line
