"""What is said of a command that cannot be understood: how to write it, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.cli.main import run
from tests.acceptance import small_crm


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["incidents", "show", "9" * 25], "nothing has a number as large as this"),
        (["check", "--as-of", "9999-12-31"], "'9999-12-31' is no day"),
        (["schedule", "--simulate", "9999y"], "100y at most"),
        (["failing", "\udcff"], "argument 2 is not UTF-8 text"),
    ],
)
def test_what_nobody_can_mean_is_refused_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    small_crm.make(sa.URL.create("sqlite", database=str(tmp_path / "crm.db")), tmp_path)
    with pytest.raises(SystemExit) as leave:
        run([*arguments, "-C", str(tmp_path)])
    assert leave.value.code == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_a_width_that_is_no_number_is_not_heeded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "²")
    with pytest.raises(SystemExit) as leave:
        run(["check", "-C", "nowhere"])
    assert leave.value.code == 2
    assert "there is no such file" in " ".join(capsys.readouterr().err.split())
