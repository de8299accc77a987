"""Every input that once led to what may not happen is tried again; and the judge is no friend of everybody."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from monitor.errors import StateUnavailable, UsageError
from tests.fuzz.judge import CUSTOMER, SECRET, TooSlow, Unfit, alone, bounded, fit, judged
from tests.fuzz.surface import CASES, Surface
from tests.fuzz.surfaces import SURFACES


@pytest.mark.parametrize("surface", [one for one in SURFACES if one.cases()], ids=lambda surface: surface.name)
def test_what_was_mended_stays_mended(surface: Surface, tmp_path: Path) -> None:
    with alone(), surface.opened(tmp_path) as tried:
        for case in surface.cases():
            try:
                tried(case.read_bytes())
            except Exception as error:
                raise AssertionError(f"{surface.name}/{case.name}: {error}") from error


def test_every_case_belongs_to_a_surface_and_has_a_name_of_its_own() -> None:
    kept = {path.parent.name for path in CASES.glob("*/*")}
    assert kept <= {surface.name for surface in SURFACES}
    assert not list(CASES.glob("*/new-*")), "name it for what it was, and mend it"


@pytest.mark.parametrize(
    "text",
    [
        f"the password is {SECRET}",
        f"{CUSTOMER} is no date",
        "Traceback (most recent call last)",
        "\x1b[31m",
        "x" * 2_000,
    ],
)
def test_a_text_that_is_not_for_people_is_found(text: str) -> None:
    with pytest.raises(Unfit):
        fit(text)


def test_a_documented_error_passes_and_another_does_not() -> None:
    def fails(error: Exception) -> None:
        raise error

    assert (
        judged(lambda: fails(UsageError("there is no such job", hint="name one"))) == "there is no such job\n  name one"
    )
    assert judged(lambda: fails(StateUnavailable("it is locked"))) == "it is locked"
    with pytest.raises(KeyError):
        judged(lambda: fails(KeyError("x")))


def test_what_does_not_end_is_ended() -> None:
    def goes_on() -> None:
        with bounded(cpu=0.2):
            while True:
                pass

    def waits() -> None:
        with bounded(waiting=0.2):
            time.sleep(60)

    for endless in (goes_on, waits):
        with pytest.raises(TooSlow):
            endless()


def test_no_other_machine_is_reached() -> None:
    with alone(), socket.socket() as one, pytest.raises(OSError, match="unreachable"):
        one.connect(("192.0.2.1", 80))
    with alone(), pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.com", 80)
