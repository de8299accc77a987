"""What the process does around its scheduler: it hands out, ends in time, and stays awake when a clock is set back."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.service.serving import Service
from monitor.service.vitals import Vitals
from monitor.store.processes import utc_now
from tests.acceptance.serving import until
from tests.acceptance.small_crm import SmallCrm

_SET_BACK = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from apscheduler.schedulers import base
from monitor.service import serving
from monitor.store.processes import utc_now

folder, off = Path(sys.argv[1]), timedelta(0)

class Set(datetime):
    @classmethod
    def now(cls, zone=None):
        return datetime.now(zone) - off

base.datetime = serving.datetime = Set
serving.LOOK_EVERY = timedelta(seconds=1)
service = serving.Service(folder, {}, lambda: utc_now() - off)
beat, beats = service.vitals.beat, []

def counted():
    global off
    beat()
    beats.append(1)
    if len(beats) == 3:
        off = timedelta(hours=1)
        print("set back", flush=True)
    if len(beats) == 8:
        print("goes on", flush=True)

service.vitals.beat = counted
service.run()
"""


@pytest.fixture
def service(crm: SmallCrm) -> Iterator[Service]:
    crm.settings("service: {listen: 'off'}\n")
    (crm.folder / "config" / "schedule.yaml").write_text(
        "jobs:\n  beat: {do: retention, every: 1d}\n", encoding="utf-8"
    )
    found = Service(crm.folder, {}, utc_now)
    thread = threading.Thread(target=found._scheduler.start, daemon=True)
    thread.start()
    until(lambda: found._scheduler.running)
    yield found
    found._scheduler.shutdown(wait=False)
    thread.join()


def test_what_is_handed_out_again_before_the_scheduler_forgot_it_runs_all_the_same(service: Service) -> None:
    """It counts what runs by its id, and for a moment longer than it runs; what it drops would never end."""
    first, second, may_end = threading.Event(), threading.Event(), threading.Event()

    def holds() -> None:
        first.set()
        may_end.wait(60)

    [job] = service._scheduled.schedule.jobs
    service._hand_out(job, utc_now(), holds)
    until(first.is_set)
    service._hand_out(job, utc_now(), second.set)
    until(second.is_set)
    may_end.set()


def test_while_runs_are_waited_for_it_is_well_and_so_keeps_its_lease(service: Service) -> None:
    service.vitals = Vitals(timedelta(seconds=1))
    service.vitals._last = time.monotonic() - 3600  # its loop ended long ago
    assert not service.vitals.well
    service._underway.add("a long run")
    waiting = threading.Thread(target=service._wait_for_jobs, args=(60.0,))
    waiting.start()
    until(lambda: service.vitals.well)
    service._underway.clear()
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_clock_that_is_set_back_stops_no_look(crm: SmallCrm) -> None:
    """The scheduler waits for a time that lies an hour ahead then."""
    crm.settings("service: {listen: 'off'}\n")
    (crm.folder / "config" / "schedule.yaml").write_text(
        "jobs:\n  beat: {do: heartbeat, every: 1d}\n", encoding="utf-8"
    )
    command = [sys.executable, "-c", _SET_BACK, str(crm.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        said: list[str] = []
        reading = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
        reading.start()
        try:
            until(lambda: "goes on\n" in said, 60, "looks after the clock was set back")
        finally:
            process.terminate()
        assert process.wait(60) == 0
    assert said == ["set back\n", "goes on\n"]
