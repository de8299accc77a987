"""``python -m tests.docs.pictures``: the README's pictures, of the demo at one fixed moment.

The terminal is drawn by rich; Slack's channel is a page that Chromium photographs, where there is one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from monitor.app.demo import CHANNEL, Demo, run_demo
from monitor.app.report import FailOn
from monitor.cli import report_text
from monitor.messages.slack import to_slack
from monitor.messages.tree import Fields, Message, Tone
from tests.docs.fixlist_picture import fixlist_kinds, fixlist_page
from tests.docs.pages import DOCS
from tests.docs.slack_answers import commands_page, digest_page
from tests.docs.slack_forms import private_pages
from tests.docs.slack_gallery import gallery, kinds, life
from tests.docs.slack_page import page
from tests.docs.status_picture import draw_status

PICTURES = DOCS / "pictures"
MOMENT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)  # a Friday
SHOWN = ("opportunities",)
_FONT = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"),
    *("--disable-component-update", "--no-first-run", "--force-color-profile=srgb"),
)


def clock() -> Callable[[], datetime]:
    """A clock that begins at ``MOMENT`` and goes on, since delivery waits by it."""
    started = time.monotonic()
    return lambda: MOMENT + timedelta(seconds=time.monotonic() - started)


def main() -> None:
    """Make the demo, and draw the pictures of it."""
    with tempfile.TemporaryDirectory() as folder:
        now = clock()
        demo = run_demo(Path(folder) / "demo", seed=None, clock=now, step=lambda *_: None)
        (PICTURES / "terminal.svg").write_text(terminal(demo), encoding="utf-8")
        # Of a copy: it writes a schedule, and does what fell due by it.
        standing = replace(demo, folder=shutil.copytree(demo.folder, Path(folder) / "standing"))
        (PICTURES / "status.svg").write_text(status(standing, now), encoding="utf-8")
        # Before the fix list, which leaves a message in the outbox: the answer tells what the demo left there.
        photograph(commands_page(demo, MOMENT), PICTURES / "slack-commands.png", Path(folder), scale=1.2)
        photograph(channel(demo), PICTURES / "slack.png", Path(folder))
        photograph(gallery(life()), PICTURES / "slack-life.png", Path(folder), scale=1.2)
        photograph(gallery(kinds()), PICTURES / "slack-kinds.png", Path(folder), scale=1.2)
        photograph(fixlist_page(demo, MOMENT), PICTURES / "fixlist.png", Path(folder), scale=1.2)
        photograph(fixlist_kinds(), PICTURES / "fixlist-kinds.png", Path(folder), scale=1.2)
        records, forms = private_pages(demo, MOMENT)
        photograph(records, PICTURES / "slack-private.png", Path(folder), scale=1.2)
        photograph(forms, PICTURES / "slack-forms.png", Path(folder), scale=1.2)
        photograph(digest_page(demo, MOMENT), PICTURES / "slack-digest.png", Path(folder), scale=1.2)
        first_screen(demo.folder / "digests" / f"{slug(demo.story.team)}.html", PICTURES / "digest.png", Path(folder))


def terminal(demo: Demo) -> str:
    """The report on the entities ``SHOWN``, as SVG."""
    report = replace(
        demo.report,
        entities=tuple(entity for entity in demo.report.entities if entity.entity in SHOWN),
        delivery=None,
    )
    ids = {item.outcome.check.id for item in report.checks()}
    report = replace(report, incidents=tuple(one for one in report.incidents if one.check_id in ids))
    console = _terminal()
    report_text.render(console, report, FailOn.FAIL)
    return _svg(console, "crm-monitor check --count (a part of it)", "report")


def status(demo: Demo, now: Callable[[], datetime]) -> str:
    """How the monitor itself stands, as SVG."""
    console = _terminal()
    draw_status(console, demo, now)
    return _svg(console, "crm-monitor status", "status")


def _terminal() -> Console:
    return Console(record=True, width=116, file=StringIO(), force_terminal=True, highlight=False)


def _svg(console: Console, title: str, name: str) -> str:
    console.print()  # or the tails of the last line's letters are cut off
    # The fonts of rich's own template come from the network; a monospaced font that is there does as well.
    template = _FONT.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code", "ui-monospace, Menlo, DejaVu Sans Mono")
    svg = console.export_svg(title=title, code_format=template, unique_id=name)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def channel(demo: Demo) -> str:
    """The page of a channel with two of the demo's messages."""
    at = demo.report.started_at.astimezone(demo.report.zone)
    return page(
        [to_slack(message) for message in chosen(demo.messages)],
        channel=CHANNEL,
        topic="what got worse in the CRM, where it came from, and how to mend it",
        day=f"{at:%A, %B} {at.day}",
        time=f"{at:%H:%M}",
    )


def chosen(messages: Sequence[Message]) -> Iterator[Message]:
    """The worst message that says where its failures come from, and one that says what they are worth."""
    ordered = sorted(messages, key=lambda message: message.tone is not Tone.FAILING)
    first = next((message for message in ordered if "Where from" in labels(message)), None)
    second = next((message for message in messages if "Money" in labels(message) and message is not first), None)
    yield from (message for message in (first, second) if message is not None)


def labels(message: Message) -> list[str]:
    """What the message's fields are called."""
    return [item.label for block in message.blocks if isinstance(block, Fields) for item in block.items]


def slug(team: str) -> str:
    """What the demo calls the page of a team's manager."""
    return team.lower().replace(" ", "-")


def first_screen(source: Path, target: Path, folder: Path) -> None:
    """Write a picture of what a manager sees first of the digest."""
    size = ["--window-size=1100,1010", "--force-device-scale-factor=1.25"]
    _run(
        [
            _browser(target),
            *_FLAGS,
            f"--user-data-dir={folder / 'browser'}",
            *size,
            f"--screenshot={target}",
            source.as_uri(),
        ]
    )


def photograph(html: str, target: Path, folder: Path, *, scale: float = 1.5) -> None:
    """Write the page's picture, sharp on fine screens, too; says so where no Chromium is found."""
    browser = _browser(target)
    source = folder / "page.html"
    measure = "<script>document.documentElement.dataset.height = document.documentElement.offsetHeight</script>"
    source.write_text(html.replace("</body>", f"{measure}</body>"), encoding="utf-8")
    call = [browser, *_FLAGS, f"--user-data-dir={folder / 'browser'}"]
    shown = _run([*call, "--window-size=780,600", "--dump-dom", source.as_uri()])
    height = re.search(r'data-height="(\d+)"', shown)
    assert height is not None, "the browser did not run the page's script"
    size = [f"--window-size=780,{height[1]}", f"--force-device-scale-factor={scale}"]
    _run([*call, *size, f"--screenshot={target}", source.as_uri()])


def _browser(target: Path) -> str:
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise SystemExit(f"{target} is as it was: no Chromium was found")
    return browser


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


if __name__ == "__main__":
    main()
