"""The parts of ``crm-monitor serve`` that answer over HTTP, running: who leads, the steward, the server."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.service.health import HealthServer
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals
from tests.acceptance.small_crm import SmallCrm
from tests.service.past import Past

_TO_HALF_PAST = timedelta(minutes=30 - datetime.now(UTC).minute)


def half_past() -> datetime:
    """The clock of these tests: half an hour from every full hour, at which jobs are due."""
    return datetime.now(UTC) + _TO_HALF_PAST


@dataclass
class Answering:
    """``wants`` is set when the leadership changes."""

    crm: SmallCrm
    past: Past
    opening: Opening
    leadership: Leadership
    vitals: Vitals
    steward: Steward
    server: HealthServer
    wants: threading.Event
    current: list[Scheduled]
    environ: dict[str, str]

    def reload(self) -> None:
        """Read the configuration again."""
        self.current[0] = load_scheduled(self.crm.folder, self.environ)

    def lead(self) -> None:
        """Take the lease."""
        self.leadership.start()
        assert self.wants.wait(20)

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body, over HTTP."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}{path}", timeout=30) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    def scrape(self) -> Scrape:
        """What Prometheus would read."""
        status, kind, body = self.get("/metrics")
        assert status == 200
        assert kind.startswith("text/plain; version=0.0.4")
        return Scrape(body)

    def stop(self) -> None:
        """Answer no more."""
        self.server.stop()
        if self.leadership.thread_alive:
            self.leadership.stop()


class Scrape:
    """The metrics of one moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families = list(text_string_to_metric_families(text))
        self.samples: list[Sample] = [sample for family in self.families for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """The one sample of this name and exactly these labels."""
        found = [one.value for one in self.samples if one.name == f"crm_monitor_{name}" and one.labels == labels]
        assert len(found) == 1, f"{name} {labels}: {len(found)} samples"
        return found[0]

    def by(self, name: str, label: str) -> Mapping[str, float]:
        """The samples of a name by one label."""
        return {one.labels[label]: one.value for one in self.samples if one.name == f"crm_monitor_{name}"}

    def has(self, name: str) -> bool:
        """Whether there is any sample of this name."""
        return any(one.name == f"crm_monitor_{name}" for one in self.samples)


def answering(crm: SmallCrm) -> Answering:
    """Start to answer on a free port; nothing leads yet."""
    past = Past(crm.folder, half_past())
    current, environ = [past.scheduled], dict[str, str]()
    wants, vitals = threading.Event(), Vitals(timedelta(seconds=5))
    opening = Opening(lambda: current[0], lambda: leadership.lease, half_past, environ)
    leadership = Leadership(opening.state, timedelta(seconds=30), lambda: vitals.well, wants.set)
    steward = Steward(lambda: current[0], opening, lambda _job, _due, work: work(), threading.Event(), 2)
    server = HealthServer("127.0.0.1:0", leadership, steward, vitals, opening)
    server.start()
    return Answering(crm, past, opening, leadership, vitals, steward, server, wants, current, environ)
