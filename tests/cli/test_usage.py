"""What is said of a command that cannot be understood: how to write it, and exit code 2."""

from __future__ import annotations

import pytest

from monitor.cli.main import run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--bogus"], "No such option: --bogus"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["accept", "17"], "either a record's KEY with --check"),
        (["check", "--fail-on", "sometimes"], "Invalid value"),
        (["check", "--as-of", "yesterday"], "Invalid value"),
        ([], "Usage: crm-monitor"),
        (["baseline"], "Usage: crm-monitor baseline"),
    ],
)
def test_a_command_that_cannot_be_understood_is_a_mistake_of_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(arguments)
    assert left.value.code == 2
    shown = capsys.readouterr()
    assert said in shown.err + shown.out
    assert "mistake in crm-monitor" not in shown.err


def test_help_and_version_are_no_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["check", "-h"], ["--version"]):
        with pytest.raises(SystemExit) as left:
            run(arguments)
        assert left.value.code == 0
    assert capsys.readouterr().err == ""
