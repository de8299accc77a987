"""``make soak``: half an hour of the service at a hundred times its normal rate, in which nothing may grow.

Its memory, file descriptors and threads are read from outside, every five seconds; the last fifth is held against the
second. ``SOAK_MINUTES`` says how long (30).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from monitor.store.ledger import RunState
from monitor.store.state import State
from monitor.store.tables_service import job_runs
from tests.acceptance import small_crm
from tests.acceptance.channel import CHANNEL
from tests.acceptance.serving import Served, free_port, until
from tests.delivery.fake_slack import FakeSlack

EVERY = 5.0
MOST_GROWTH = 1.05
SCHEDULE = """\
# a hundred times: records every hour, deals every ten minutes, use four times a day, the heartbeat every five minutes
jobs:
  records: {do: check, every: 36s, overlap: wait}
  deals: {do: check, every: 6s, entities: [opportunities], overlap: wait}
  use: {do: adoption, every: 216s}
  lists: {do: fixlist, every: 300s}
  retention: {do: retention, every: 300s}
  look: {do: self-check, every: 60s}
  heartbeat: {do: heartbeat, every: 3s}
"""


@dataclass(frozen=True)
class Sample:
    """The process at one moment."""

    megabytes: float
    files: int
    threads: int


def sample(pid: int) -> Sample:
    """Linux tells it of every process."""
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if ":" in line
    )
    kilobytes = int(status["VmRSS"].split()[0])
    return Sample(kilobytes / 1000, len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"]))


def watch(service: Served, crm: small_crm.SmallCrm, minutes: float) -> list[Sample]:
    """Samples for so long, while records get worse and are mended."""
    found: list[Sample] = []
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        time.sleep(EVERY)
        found.append(sample(service.process.pid))
        if len(found) % 6 == 0:
            crm.mend() if len(found) % 12 == 0 else crm.without_account(1, 60)
    return found


def main() -> int:
    """The exit code: 1 where something grew."""
    minutes = float(os.environ.get("SOAK_MINUTES", "30"))
    with tempfile.TemporaryDirectory(prefix="crm-monitor-soak-") as temporary, FakeSlack() as slack:
        folder = Path(temporary)
        crm = small_crm.make(sa.URL.create("sqlite", database=str(folder / "crm.db")), folder / "project")
        crm.settings(
            f"slack: {{token: {slack.workspace.token}, channel: {CHANNEL}}}\n"
            f"service: {{listen: 127.0.0.1:{free_port()}}}\n"
        )
        (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
        with Served(crm.folder, "soak", {"CRM_MONITOR_SLACK_API": slack.base_url}) as service:
            until(lambda: service.leads, 60, "the service leads")
            samples = watch(service, crm, minutes)
            code = service.end()
        return _judge(samples, crm.folder, minutes, code)


def _judge(samples: list[Sample], folder: Path, minutes: float, code: int) -> int:
    fifth = max(len(samples) // 5, 1)
    early, late = samples[fifth : 2 * fifth], samples[-fifth:]
    good = code == 0
    say(f"{minutes:g} minutes, {len(samples)} samples; by fifths of the time:")
    for name in ("megabytes", "files", "threads"):
        parts = [[getattr(one, name) for one in samples[n * fifth : (n + 1) * fifth]] for n in range(5)]
        figures = ", ".join(f"{statistics.mean(part):.1f}" for part in parts if part)
        first, last = (statistics.mean(getattr(one, name) for one in part) for part in (early, late))
        flat = last <= first * MOST_GROWTH + (2 if name != "megabytes" else 0)
        good &= flat
        say(f"  {name}: {figures}{'' if flat else '  GREW'}")
    with State.open(f"sqlite:///{folder}/state/monitor.db") as state, state.database.read() as connection:
        rows = connection.execute(
            sa.select(job_runs.c.job, job_runs.c.state, job_runs.c.exit_code, job_runs.c.why)
        ).all()
    done = [row for row in rows if row.state == RunState.DONE]
    failed = [row for row in done if row.exit_code not in (0, 1)]
    for why in sorted({f"{row.job} ended with {row.exit_code}: {row.why}" for row in failed}):
        say(f"  {why}")
    say(f"  {len(done)} runs done, {len(failed)} of them failed, {len(rows) - len(done)} missed")
    return 0 if good and done and not failed else 1


def say(text: str) -> None:
    """One line for the person who waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
