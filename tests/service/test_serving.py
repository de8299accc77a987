"""What the process does around its scheduler: it hands out, ends in time, and stays awake when a clock is set back."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest
from apscheduler.schedulers import base

from monitor.schedule.job import Work
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


class _HourBehind(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) - timedelta(hours=1)


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
    found._shut_down_once()
    thread.join()


def test_what_is_handed_out_again_before_the_scheduler_forgot_it_runs_all_the_same(service: Service) -> None:
    """It counts what runs by its id, and for a moment longer than it runs; what it drops would never end."""
    first, second, may_end = threading.Event(), threading.Event(), threading.Event()

    def holds() -> None:
        first.set()
        may_end.wait(60)

    [job], due = service._scheduled.schedule.jobs, utc_now()
    service._hand_out(job, due, holds)
    until(first.is_set)
    service._hand_out(job, due, second.set)
    until(second.is_set)
    may_end.set()


def test_what_is_handed_out_as_the_clock_is_set_back_begins_at_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would lie there for as long, and keep its job and a worker."""
    [job], begun = service._scheduled.schedule.jobs, threading.Event()
    monkeypatch.setattr(base, "datetime", _HourBehind)
    service._hand_out(job, utc_now(), begun.set)
    until(begun.is_set, 20)


def test_heartbeats_begin_while_every_worker_is_taken(service: Service) -> None:
    may_end, beaten = threading.Event(), threading.Event()
    [job] = service._scheduled.schedule.jobs

    def holds() -> None:
        may_end.wait(60)

    for _ in range(service._settings.workers):
        service._hand_out(job, utc_now(), holds)
    service._hand_out(replace(job, work=Work.HEARTBEAT), utc_now(), beaten.set)
    until(beaten.is_set, 20)
    may_end.set()


def test_a_second_signal_troubles_nobody(service: Service) -> None:
    service._shut_down_once()
    service._shut_down_once()
    assert not service._scheduler.running


def test_a_look_that_is_wanted_as_the_scheduler_ends_troubles_nobody(service: Service) -> None:
    assert service._scheduler.get_job("look") is None, "as of one that has forgotten its timers"
    service._look_soon()


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
