"""The log: which job, run and incident, as text or JSON; nothing that a library writes of a customer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from monitor.service.logs import log_to_stderr

SECRET = "anna@customer.example"


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    yield lambda: capsys.readouterr().err
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_a_line_of_json_holds_the_ids(stderr: Callable[[], str]) -> None:
    log_to_stderr("json")
    logging.getLogger("monitor.service.steward").info("ended with %d", 0, extra={"job": "records", "run": 12})
    line = json.loads(stderr())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "from": "monitor.service.steward",
        "message": "ended with 0",
        "job": "records",
        "run": 12,
    }


def test_a_line_of_text_begins_with_the_job(stderr: Callable[[], str]) -> None:
    log_to_stderr("text")
    logging.getLogger("monitor.x").warning("missed: %s", "late", extra={"job": "records", "due": "2026-11-28"})
    assert stderr().partition(" WARNING ")[2] == "records: missed: late due=2026-11-28\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_library_logs_is_not_repeated(stderr: Callable[[], str], form: str) -> None:
    log_to_stderr(form)
    library = logging.getLogger("sqlalchemy.pool")
    library.warning("parameters: %s", SECRET)
    library.error("parameters: %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        library.exception("cannot close %s", SECRET)
    said = stderr()
    assert said.count("sqlalchemy.pool complains") == 2
    assert SECRET not in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_of_our_own_is_named_by_its_kind(stderr: Callable[[], str], form: str) -> None:
    log_to_stderr(form)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("monitor.x").exception("it failed")
    said = stderr()
    assert SECRET not in said
    assert "it failed" in said
