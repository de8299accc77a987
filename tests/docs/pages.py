"""The documentation as its tests read it: pages, fenced blocks, commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DOCS = REPOSITORY / "docs"
PAGES = (*(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted(DOCS.glob("*.md")))
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(crm-monitor [^`\n]+)`")
_APART = re.compile(r"\s(?:&&|\|\|?|;|>>?|2>&1)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def where(self) -> str:
        """``docs/checks.md:12``, for a test's name."""
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Command:
    """One call of ``crm-monitor`` that a page shows."""

    page: Path
    text: str
    whole: bool = True  # False: named in running text, perhaps without what it takes

    @property
    def arguments(self) -> list[str]:
        """What stands behind the program's name, up to a pipe, a redirection or a remark."""
        return shlex.split(_APART.split(f"{self.text} ")[0], comments=True)[1:]


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """The page's fenced blocks in these languages."""
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        if match["language"] in languages:
            yield Block(page, text.count("\n", 0, match.start()) + 1, match["language"], match["text"])


def commands(page: Path) -> Iterator[Command]:
    """Every call of the program that the page shows: in blocks (also behind ``$``, cron's stars, ``&&``) and inline."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(page, "console", "sh", "shell", "crontab"):
        for line in block.text.splitlines():
            for part in line.split("&&"):
                if (start := re.search(r"(?:^|[\s/])(crm-monitor(?:\s.*)?)$", part)) and not part.startswith("#"):
                    yield Command(page, start[1])
    for match in _INLINE.finditer(_FENCE.sub("", text)):
        yield Command(page, match[1], whole=False)
