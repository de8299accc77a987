"""What ``crm-monitor status`` says of the demo, whose service stood still until a moment ago.

The runs are real: each is what the service would have done of what fell due, and the ledger holds it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from rich.console import Console

from monitor.app.demo import Demo
from monitor.app.jobs.by_hand import run_by_hand
from monitor.app.jobs.due_now import due_now
from monitor.app.project import open_project
from monitor.app.scheduled import load_scheduled
from monitor.app.status import ask, read_status
from monitor.cli import status_text

STOOD_STILL = timedelta(days=5)
_HOST = "monitor-1/412/picture"
_SCHEDULE = """\
jobs:
  deals: {do: check, entities: [opportunities], cron: 0 6-18/2 * * mon-fri}
  records: {do: check, cron: 0 5 * * *}
  adoption: {do: adoption, cron: 0 3 * * *}
  digests: {do: digest, cron: 0 7 * * mon, catch_up_within: 3d}
  retention: {do: retention, cron: 30 3 * * *}
  heartbeat: {do: heartbeat, every: 5m}
"""


def draw_status(console: Console, demo: Demo, clock: Callable[[], datetime]) -> None:
    """Catch up on what fell due in the demo, and print how it stands then."""
    said = demo.folder / "config" / "schedule.yaml"
    said.write_text(_SCHEDULE, encoding="utf-8")
    scheduled = load_scheduled(demo.folder, {})
    with open_project(demo.folder, {}, clock=clock) as opened:
        times = {job.id: job.times for job in scheduled.schedule.jobs}
        opened.state.ledger.know(times, clock() - STOOD_STILL)
        for one in due_now(opened.state, scheduled.schedule, clock()).dues:
            if one.missed:
                assert opened.state.ledger.miss(one.job.id, {one.due: one.missed})
            else:
                run_by_hand(opened, scheduled, one.job, one.due, lambda *_: None, threading.Event())
        assert opened.state.leases.take(_HOST)
    asked = ask(demo.folder, {})
    status_text.render(console, asked, read_status(asked, clock))
