"""``crm-monitor status``: what ran last, what is late, what is open, what is undelivered."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from monitor.app.status import Asked, Status


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    project: Project = HERE,
    output_format: Annotated[Form, typer.Option("--format", "-f", help="How to print it.")] = Form.TEXT,
) -> int:
    """Show how the monitor itself is: its jobs, who leads, what is open and what is undelivered.

    Reads the state alone: neither the service nor the CRM need answer. A run is late that nobody began within 5 minutes
    of its time, a message undelivered that was refused, or did not go out within 5 minutes. A service has died whose
    lease ran out, unless a job began since. Incidents are shown, and change no exit code.

    Exit codes, for monitoring systems: 0 all is well, 1 a job is late, missed, left behind or failed (or none ever
    ran), the service died, or a message is undelivered, 2 the configuration is wrong, 3 it cannot be told, as the state
    cannot be read.
    """
    import os

    from monitor.app.status import ask, read_status
    from monitor.errors import StateUnavailable

    asked = ask(project, dict(os.environ))
    try:
        found = read_status(asked, now)
    except StateUnavailable as error:
        if output_format is Form.JSON:
            _print(asked, None, str(error))
        raise
    if output_format is Form.JSON:
        _print(asked, found)
    else:
        from monitor.cli import status_text

        status_text.render(out(), asked, found)
    return int(found.code)


def _print(asked: Asked, found: Status | None, problem: str = "") -> None:
    from monitor.cli.status_json import document

    typer.echo(json.dumps(document(asked, found, now(), problem), indent=2, ensure_ascii=False))
