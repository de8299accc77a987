"""``crm-monitor serve``: run the schedule until it is told to stop."""

from __future__ import annotations

import typer

from monitor.cli.common import HERE, Project, now


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(project: Project = HERE) -> int:
    """Run config/schedule.yaml, listen to Slack, answer /healthz, /readyz and /metrics, until SIGTERM or Ctrl-C.

    On several hosts with one PostgreSQL state, one leads and the others wait. SIGHUP reads the configuration again.
    Exit codes: 0 stopped as told, 2 configuration, 3 it could not go on: a supervisor starts it anew.
    """
    import os
    import signal

    from monitor.service.logs import log_to_stderr
    from monitor.service.serving import Service

    service = Service(project, dict(os.environ), now)
    log_to_stderr(service.log_form)
    code = service.run()
    for number in (signal.SIGTERM, signal.SIGINT):  # told twice: as Python ends, the signal would end it first
        signal.signal(number, signal.SIG_IGN)
    return code
