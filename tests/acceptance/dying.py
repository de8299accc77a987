"""The program in a process of its own that is killed at one step of making and sending something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.acceptance.using import Firm

_CHILD = """
import os, sys
from datetime import datetime
from importlib import import_module
import monitor.cli.common as common
from monitor.cli.main import run
from monitor.store.outbox import StoredOutbox

step, nth, at, module, maker, *command = sys.argv[1:]
calls = 0
Maker = getattr(import_module(module), maker)

class Moment(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.fromisoformat(at).astimezone(tz)

common.datetime = Moment

def dying(kind, name, before):
    real = getattr(kind, name)
    def wrapped(*arguments, **named):
        global calls
        calls += 1
        if calls < int(nth):
            return real(*arguments, **named)
        if before:
            os.kill(os.getpid(), 9)
        real(*arguments, **named)
        os.kill(os.getpid(), 9)
    setattr(kind, name, wrapped)

steps = {
    "before it is stored": (Maker, "create", True),
    "stored": (Maker, "create", False),
    "claimed": (StoredOutbox, "claim", False),
    "accepted, not noted": (StoredOutbox, "sent", True),
    "noted": (StoredOutbox, "sent", False),
}
if step in steps:
    dying(*steps[step])
run(command)
"""
STEPS = ["before it is stored", "stored", "claimed", "accepted, not noted", "noted"]
DOUBTFUL = ("claimed", "accepted, not noted")
"""The steps after which nobody can tell whether a mail arrived."""


def child(firm: Firm, step: str, maker: type, *arguments: object, nth: int = 1) -> subprocess.Popen[bytes]:
    """A command of the firm's, by the firm's clock, that dies when it comes to a step for the ``nth`` time; ``maker``
    stores what is sent."""
    command = [*map(str, arguments), "-C", str(firm.crm.folder)]
    environ = {**os.environ, "CRM_MONITOR_SLACK_API": firm.slack.base_url}
    kind = [maker.__module__, maker.__name__]
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, step, str(nth), firm.clock.at.isoformat(), *kind, *command],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
