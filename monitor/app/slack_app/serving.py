"""The program in Slack as a process: listens, answers, and sends what waits, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from monitor.app.project import OpenProject, open_project
from monitor.app.slack_app.app import SlackApp
from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.settings.configured import SETTINGS


def serve_slack(
    folder: Path,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    stop: threading.Event,
    ready: Callable[[OpenProject], None],
) -> None:
    """Serve until ``stop``; ``ready`` is called once it listens. Whoever sets ``stop`` may wait a pass for it.

    Raises ConfigurationError, also where the project's Slack has no app token.
    """
    with open_project(folder, environ, clock=clock) as opened, open_project(folder, environ, clock=clock) as behind:
        slack = opened.project.settings.slack
        if slack is None or slack.token is None or slack.app_token is None:
            place = Place(str(folder / SETTINGS))
            hint = "buttons and /crm need slack.token and slack.app_token: docs/slack-app.md leads through it"
            raise ConfigurationError([Problem(place, "slack has no app_token", hint)])
        listen(opened, behind, stop, lambda: ready(opened))


def listen(opened: OpenProject, behind: OpenProject, stop: threading.Event, ready: Callable[[], None]) -> None:
    """The same with a project that is opened twice, and has an app token. Raises MonitorError."""
    from monitor.delivery.slack_groups import SlackGroups
    from monitor.delivery.socket_mode import SocketMode

    slack = opened.project.settings.slack
    assert slack is not None  # the caller saw to it
    assert slack.token is not None
    assert slack.app_token is not None
    token, app_token = slack.token.get_secret_value(), slack.app_token.get_secret_value()
    app = SlackApp(opened, behind, SlackGroups(token, base_url=opened.slack_address).members)
    with SocketMode(app_token, token, app.handle, base_url=opened.slack_address):
        ready()
        app.work(stop)
