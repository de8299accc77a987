"""What the documentation says of commands, settings, types and maps is what the program says of itself."""

from __future__ import annotations

import pytest

from tests.docs.generated import leaves, options, pages
from tests.docs.pages import DOCS

_PAGES = (
    "checks.md",
    "cli.md",
    "configuration.md",
    "crm-maps.md",
    "metrics.md",
    "routes.md",
    "service.md",
    "slack-app.md",
    "webhook.md",
)


@pytest.mark.parametrize("name", _PAGES)
def test_a_generated_part_of_a_page_is_up_to_date(name: str) -> None:
    current = (DOCS / name).read_text(encoding="utf-8")
    assert current == pages()[name], f"docs/{name} is out of date: run `python -m tests.docs.regenerate`"


def test_every_command_and_option_says_what_it_does() -> None:
    silent = [name for name, command in leaves() if not (command.help or "").strip()]
    silent += [
        f"{name} {one.opts[0]}"
        for name, command in leaves()
        for one in options(command)
        if not (one.help or "").strip()
    ]
    assert silent == []


def test_every_command_and_option_is_documented() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    for name, command in leaves():
        assert name in sections, f"{name} is undocumented: run `python -m tests.docs.regenerate`"
        for one in options(command):
            written = one.opts[0] if one.opts[0].startswith("-") else one.opts[0].upper()
            assert f"`{written}`" in sections[name]
