"""``crm-monitor slack``: the program in Slack."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Project, err, now

if TYPE_CHECKING:
    from monitor.app.project import OpenProject


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("manifest")(manifest)


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


def manifest(
    features: Annotated[
        str,
        typer.Option(
            "--features",
            "-f",
            help="What the app shall do, parted by commas: alerts, buttons, commands (/crm), digests, fixlists, groups "
            "(user groups in slack.permissions), public (public channels without an invitation).",
        ),
    ] = "alerts,buttons,commands",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    link: Annotated[bool, typer.Option("--link", help="As a link to the page of Slack's that makes the app.")] = False,
) -> int:
    """Print the manifest of the Slack app: paste it at https://api.slack.com/apps, or open the link.

    It asks for the permissions that the chosen features need, and says what each is for. See docs/slack-app.md.
    """
    import json

    from monitor.app.slack_features import named
    from monitor.delivery import slack_manifest

    chosen = named(features)
    if link:
        typer.echo(slack_manifest.new_app_link(chosen))
    elif as_json:
        typer.echo(json.dumps(slack_manifest.manifest(chosen), indent=2, ensure_ascii=False))
    else:
        typer.echo(slack_manifest.manifest_yaml(chosen), nl=False)
    return 0
