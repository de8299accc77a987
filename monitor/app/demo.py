"""The demo: a made-up company's CRM, watched for the first time, and again after a bad import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.app.check import CheckRequest, Step, run_check
from monitor.app.project import open_project
from monitor.app.report import RunReport
from monitor.app.routes import Routes
from monitor.app.templates import suite_file
from monitor.crm.vocabulary import RECORDS
from monitor.delivery.target import Absent, Accepted, Answer, Fate
from monitor.demo.generate import generate
from monitor.demo.rhythm import ZONE
from monitor.demo.story import DemoStory
from monitor.errors import UsageError
from monitor.messages.outgoing import Action, Outgoing, Remote
from monitor.messages.tree import Message
from monitor.messages.treejson import from_json

CHANNEL = "crm-quality"
_MARK = ".crm-monitor-demo"
_SETTINGS = """\
# The demo's project: a made-up company. For your own CRM: crm-monitor init --url URL FOLDER
name: {company}
time_zone: Europe/Copenhagen
country: DK
currency: DKK

connection:
  url: sqlite:///crm.db
  crm: builtin/demo@1
  link_base: https://crm.havnlund.example

people:
  service_accounts: []
"""


@dataclass
class Shown:
    """Stands in for Slack: takes every message as Slack would, and keeps it to be shown."""

    messages: list[tuple[Action, Message]] = field(default_factory=list)

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        self.messages.append((message.action, from_json(message.payload)))
        return Accepted(root or Remote(CHANNEL, f"{len(self.messages)}.0"))

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target. Nothing is ever in doubt: the list is in this process."""
        return Absent()


@dataclass
class Hurried:
    """A clock that jumps where it should sleep: nobody's channel needs sparing here."""

    clock: Callable[[], datetime]
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The moment that it would be, had it slept."""
        return self.clock() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Be that much later at once."""
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo has to show."""

    folder: Path
    story: DemoStory
    learned: RunReport
    report: RunReport
    messages: tuple[Message, ...]


def run_demo(folder: Path, *, seed: int | None, clock: Callable[[], datetime], step: Step) -> Demo:
    """Make the CRM and its project in ``folder``, learn the state before the bad import, then run as of now.

    Raises UsageError when the folder holds something else.
    """
    started = clock()
    _prepare(folder)
    step("Making up a company", 0, 1)
    story = generate(folder / "crm.db", now=started, **({} if seed is None else {"seed": seed}))
    _write(folder, story)
    shown = Shown()
    with open_project(folder, {}, clock=lambda: started) as opened:
        opened.routes = Routes(CHANNEL, CHANNEL, {CHANNEL: shown})
        before = CheckRequest(as_of=story.learned_at.astimezone(ZONE).date(), trigger="demo")
        learned = run_check(opened, before, step)
    hurried = Hurried(clock)
    with open_project(folder, {}, clock=hurried.now) as opened:
        opened.sleep = hurried.sleep
        opened.routes = Routes(CHANNEL, CHANNEL, {CHANNEL: shown})
        report = run_check(opened, CheckRequest(trigger="demo"), step)
    messages = tuple(message for action, message in shown.messages if action is Action.POST)
    return Demo(folder, story, learned, report, messages)


def _prepare(folder: Path) -> None:
    """An empty folder, or one that an earlier demo made and may be made anew."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="name a folder for the demo")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise UsageError(f"{folder} holds something else than a demo", hint="name a new or an empty folder")
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "expectations").mkdir(exist_ok=True)
    (folder / _MARK).write_text("crm-monitor demo made this folder, and may make it anew\n", encoding="utf-8")
    for old in (folder / "state").glob("monitor.db*"):
        old.unlink()


def _write(folder: Path, story: DemoStory) -> None:
    (folder / "config" / "monitor.yaml").write_text(_SETTINGS.format(company=story.company), encoding="utf-8")
    for entity in RECORDS:
        (folder / "expectations" / f"{entity}.yaml").write_text(suite_file(entity), encoding="utf-8")
