"""``crm-monitor slack``: the program in Slack."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import typer

from monitor.cli.common import HERE, Project, err, now

if TYPE_CHECKING:
    from monitor.app.project import OpenProject


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)


def serve(project: Project = HERE) -> int:
    """Listen to buttons and /crm, answer, and send what waits, until it is stopped (Ctrl-C, SIGTERM).

    It needs no public address: it opens the connection itself (Socket Mode).
    """
    from monitor.app.slack_app.serving import serve_slack

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # its log would hold what people wrote
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)

    def ready(opened: OpenProject) -> None:
        err().print(f"Listening to Slack for {opened.project.settings.name}.", markup=False)

    serve_slack(project, dict(os.environ), now, stop, ready)
    return 0
