"""Every command that a page shows can be typed as it stands."""

from __future__ import annotations

import re

import pytest
import typer.main
from typer.core import TyperGroup

from monitor.cli.main import program
from tests.docs.pages import DOCS, PAGES, REPOSITORY, Command, blocks, commands

SHOWN = [command for page in PAGES if page != DOCS / "cli.md" for command in commands(page)]


def _parse(arguments: list[str], *, whole: bool = True) -> None:
    command = typer.main.get_command(program())
    words = list(arguments)
    while isinstance(command, TyperGroup) and words and not _is_own_option(command, words[0]):
        assert words[0] in command.commands, f"there is no command {words[0]!r}"
        command = command.commands[words.pop(0)]
    if words or (whole and not isinstance(command, TyperGroup)):
        command.make_context("crm-monitor", words).close()


def _is_own_option(group: TyperGroup, word: str) -> bool:
    """Whether the word belongs to a group that is a command, too."""
    return group.invoke_without_command and word.startswith("-")


@pytest.mark.parametrize("command", SHOWN, ids=lambda command: f"{command.page.name}: {command.text}")
def test_a_command_that_is_shown_exists_with_its_options(command: Command) -> None:
    _parse(command.arguments, whole=command.whole)


@pytest.mark.parametrize(
    "wrong", ["check --cuont", "chekc", "baseline show 1 2", "accept 17 18", "demo --seed many", "digest --sponser"]
)
def test_a_command_that_does_not_exist_would_be_noticed(wrong: str) -> None:
    with pytest.raises((AssertionError, typer.BadParameter.__mro__[2])):
        _parse(wrong.split())


def test_the_readme_shows_the_way_from_init_to_a_scheduled_run() -> None:
    shown = {command.arguments[0] for command in SHOWN if command.page.name == "README.md"}
    assert {"init", "doctor", "check", "failing"} <= shown


def test_what_the_readme_makes_is_in_the_makefile() -> None:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    readme = REPOSITORY / "README.md"
    made = [target for block in blocks(readme, "console") for target in re.findall(r"^make (\w+)$", block.text, re.M)]
    assert made == ["demo", "test"]
    assert all(re.search(rf"^{target}:", text, re.M) for target in made)
