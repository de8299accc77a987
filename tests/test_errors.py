"""An error is readable, whatever the file or the argument that it repeats may hold."""

from __future__ import annotations

import pytest

from monitor.errors import LONGEST_LINE, ConfigurationError, MonitorError, Problem, UsageError, readable
from monitor.place import Place


def test_what_a_terminal_would_obey_is_shown_instead() -> None:
    assert readable("a\x1b[31mb\u202ec\ud800\0") == "a\\x1b[31mb\\u202ec\\ud800\\x00"
    assert readable("Kundebesøg 😀\nmore") == "Kundebesøg 😀\nmore"


def test_a_line_without_end_is_cut_and_the_next_stays() -> None:
    first, second = readable("x" * 5_000 + "\nthe next step").split("\n")
    assert (len(first), first[-1], second) == (LONGEST_LINE, "…", "the next step")


def test_every_error_is_readable() -> None:
    assert str(UsageError("no \x07", hint="\x1b")) == "no \\x07\n  \\x1b"
    assert str(ConfigurationError([Problem(Place("a\rb"), "odd \x9b")])) == "a\\rb: odd \\x9b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("extra argument (mysql://u:geheim@127.0.0.1:1/x)", "extra argument (mysql://u:***@127.0.0.1:1/x)"),
        ("postgresql://u:ge@h:e/im@db/x?sslmode=on", "postgresql://u:***@db/x?sslmode=on"),
        ("postgresql://u@db/x?password=geheim&a=b", "postgresql://u@db/x?password=***&a=b"),
        ("write postgresql://user:password@host/database", "write postgresql://user:password@host/database"),
        ("write https://crm.example.com:8069/web", "write https://crm.example.com:8069/web"),
    ],
)
def test_a_password_in_an_address_is_never_repeated(said: str, shown: str) -> None:
    assert readable(said) == shown
    assert str(MonitorError(said, hint=said)) == f"{shown}\n  {shown}"
