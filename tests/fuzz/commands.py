"""Every command and option of the command line, as typer knows them, filled with odd arguments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import typer
from hypothesis import strategies as st

from monitor.cli.main import program
from tests.fuzz import mutate
from tests.fuzz.judge import SECRET

_GO_ON = {"serve": ["serve"], "slack serve": ["slack", "serve"]}
"""These go on until they are told to stop: they are tried where there is no project that they could serve."""
_LONG = {"demo"}  # makes up a company, which takes a minute: tried with what it refuses
_FITTING = (
    *("deal-without-account", "account-email-invalid", "users-volume", "deal-*", "1", "2", "0", "-1", "user1"),
    *("user1@example.com",),
    *("Person 1", "Team 1", "1", "all", "opportunities", "accounts", "users", "2026-W47", "2026-11-21", "latest"),
    *("2026-11-27T06:00+01:00",),
    *("records", "heartbeat", "30d", "2y", "1d", "text", "json", "csv", "junit", "never", "warn", "fail", "en"),
    *("nb", "monitor", "routes"),
    *("config/monitor.yaml", ".", "..", "out.txt", "nowhere/out.txt", "/dev/full", "/dev/null", "odd"),
    *("builtin/odoo-17@1", "crms/small.yaml"),
    *("alerts,buttons", "sqlite:///crm.db", "0d", "9999-12-31", "0001-01-01", "2026-W53", "9999-W52"),
    *("0001-W01", "9" * 19, "9" * 30, "-" + "9" * 30, "²", "٣", "999999d", "1900-01-01", "+1", " 1", "1.0"),
    *("lost", "sent", "open", "en_XX"),
)  # fmt: skip
_ADDRESSES = st.sampled_from(
    (
        *(
            f"{kind}://u:{SECRET}@127.0.0.1:1/x"
            for kind in ("mysql", "postgresql", "oracle", "mysql+nothing", "postgresql+psycopg")
        ),
        *(
            *(
                f"postgresql://u:a@{SECRET}{end}"
                for end in ("@[::1]/x", "/b@::1", "?b=c@h/x", "@h?sslmode=x", "/b@c@h/x")
            ),
            f"postgresql://CORP/u:{SECRET}@h/x",
            f"u:{SECRET}@127.0.0.1",
            f"mysql://u:{SECRET}@127.0.0.1:x/y",
            f"postgresql://u:{SECRET}@[::1/x",
            f"sqlite:///no.db?password={SECRET}",
        ),
        *(
            "sqlite:///crm.db",
            "sqlite://",
            "sqlite:///",
            "sqlite:///.",
            "",
            "mysql://",
            "postgresql://127.0.0.1:1/x?application_name=²",
        ),
    )
)
_ODD = [text for text in mutate.TEXTS if "\0" not in text and "\ud800" not in text]
_VALUES = st.one_of(
    st.sampled_from(_FITTING),
    st.sampled_from(_FITTING),
    st.sampled_from(_ODD),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10),
    st.just("\udcff\udcfe"),  # bytes that are no UTF-8, as Python hands them on
)


@cache
def known() -> tuple[tuple[str, Any], ...]:
    """Every command by its words, groups included, with what click knows of it."""
    return tuple(_walk((), typer.main.get_command(program())))


def _walk(above: tuple[str, ...], command: Any) -> Iterator[tuple[str, Any]]:
    if above:
        yield " ".join(above), command
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk((*above, name), below)


@st.composite
def arguments(draw: st.DrawFn) -> list[str]:
    """One command line: a command, most of what it takes, and now and then what it does not."""
    name, command = draw(st.sampled_from(known()))
    given: list[str] = []
    for one in command.params:
        if one.param_type_name == "argument":
            given += [draw(_VALUES)] if draw(st.integers(0, 9)) else []
        elif draw(st.integers(0, 3)) == 0 and one.name != "help":
            given += _option(draw, one)
    if draw(st.integers(0, 9)) == 0:
        given.insert(
            draw(st.integers(0, len(given))),
            draw(
                st.one_of(_VALUES, st.sampled_from(("--", "-", "--nothing", "-x", "-h", "--help", "-C", "--project=")))
            ),
        )
    given = draw(st.permutations(given)) if given and draw(st.integers(0, 9)) == 0 else given
    if name in _GO_ON:
        given = [*(one for one in given if one != "--"), "-C", "nowhere"]
    if name in _LONG and not {"-h", "--help"} & set(given):
        given = [*(one for one in given if one != "--"), "--seed", "x"]
    return [*name.split(), *given]


def _option(draw: st.DrawFn, one: Any) -> list[str]:
    word = draw(st.sampled_from([*one.opts, *one.secondary_opts]))
    if one.is_flag:
        return [word]
    value = draw(_ADDRESSES if one.name == "url" else _VALUES)
    return [f"{word}={value}"] if word.startswith("--") and draw(st.booleans()) else [word, str(value)]
