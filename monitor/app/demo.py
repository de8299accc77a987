"""The demo: a made-up company's CRM, watched for the first time, and again after a bad import; and who uses it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from monitor.adoption.week import IsoWeek
from monitor.app.adoption import AdoptionView, Wanted, view
from monitor.app.check import CheckRequest, Step, run_check
from monitor.app.demo_files import demo_files
from monitor.app.digests import DEFAULT_LANGUAGE, Digests
from monitor.app.project import OpenProject, open_project
from monitor.app.report import RunReport
from monitor.app.routes import Routes
from monitor.delivery.target import Absent, Accepted, Answer, Fate
from monitor.demo.generate import generate
from monitor.demo.rewind import rewound
from monitor.demo.rhythm import ZONE
from monitor.demo.story import DemoStory
from monitor.digest.html import to_html
from monitor.digest.period import last_month
from monitor.errors import UsageError
from monitor.language import language
from monitor.messages.outgoing import SHOWN, Action, Outgoing, Remote
from monitor.messages.tree import Message
from monitor.messages.treejson import from_json

CHANNEL = "crm-quality"
_MARK = ".crm-monitor-demo"


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
class Page:
    """A digest that was written as HTML: whose, and where."""

    whose: str
    path: Path


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo has to show. ``use`` has the people who need attention only, ``away`` those on leave; ``pages`` are
    digests as HTML."""

    folder: Path
    story: DemoStory
    learned: RunReport
    report: RunReport
    messages: tuple[Message, ...]
    use: AdoptionView
    people_shown: int
    away: tuple[str, ...]
    pages: tuple[Page, ...]


def run_demo(folder: Path, *, seed: int | None, clock: Callable[[], datetime], step: Step) -> Demo:
    """Make the CRM and its project in ``folder``, learn the state before the bad import, run as of now, tell of use.

    Raises UsageError when the folder holds something else.
    """
    started = clock()
    _prepare(folder)
    step("Making up a company", 0, 1)
    story = generate(folder / "crm.db", now=started, **({} if seed is None else {"seed": seed}))
    _write(folder, story)
    shown = Shown()
    for earlier in _before(story):  # for digests to compare with; each learns, and tells nothing
        _run_at(folder, story, earlier, shown, step)
        with open_project(folder, {}, clock=lambda: started) as opened:
            opened.state.baselines.reset()
    learned = _run_at(folder, story, story.learned_at, shown, step)
    hurried = Hurried(clock)
    with open_project(folder, {}, clock=hurried.now) as opened:
        opened.sleep = hurried.sleep
        opened.routes = Routes.all_to(f"{SHOWN}{CHANNEL}", shown)
        report = run_check(opened, CheckRequest(trigger="demo"), step)
    messages = tuple(message for action, message in shown.messages if action is Action.POST)
    with open_project(folder, {}, clock=clock) as opened:  # anew, as it is only now that the state is complete
        step("Looking at people's use", 0, 1)
        use = view(opened, Wanted(), "demo")
        pages = _pages(opened, story, use.week)
    telling = tuple(row for row in use.people if row.status in use.attention)
    away = tuple(row.name for row in use.people if row.status == "away")
    return Demo(folder, story, learned, report, messages, replace(use, people=telling), len(use.people), away, pages)


def _before(story: DemoStory) -> tuple[datetime, ...]:
    """The evenings of the last day of the sponsor's month, of the month before it, and of the day a week ago."""
    now = story.now.astimezone(ZONE)
    month = last_month(IsoWeek.of(now.date()) + -1)
    ends = (datetime.combine(one.last, time(20), ZONE) for one in (month.before, month))
    return tuple(sorted({*ends, now.replace(hour=20) - timedelta(days=7)}))


def _run_at(folder: Path, story: DemoStory, moment: datetime, shown: Shown, step: Step) -> RunReport:
    """A run of an earlier day, on the CRM as it stood then."""
    day, hurried = moment.astimezone(ZONE).date(), Hurried(lambda: story.now)
    with rewound(story.path, moment), open_project(folder, {}, clock=hurried.now) as opened:
        opened.sleep = hurried.sleep  # were there something to tell, a clock that stands would have it wait for ever
        opened.routes = Routes.all_to(f"{SHOWN}{CHANNEL}", shown)
        return run_check(opened, CheckRequest(as_of=day, trigger="demo"), step)


def _pages(opened: OpenProject, story: DemoStory, week: IsoWeek) -> tuple[Page, ...]:
    """The sponsor's digest and that of the manager who stopped, as HTML."""
    digests = Digests(opened, week, read=False)
    manager = next(one for one in digests.managers() if one.key == story.manager_key)
    folder = opened.project.folder / "digests"
    folder.mkdir(exist_ok=True)
    pages = []
    for name, whose, recipient in (
        ("sponsor", "the sponsor's month", digests.sponsor()),
        (story.team.lower().replace(" ", "-"), f"the week of {story.team}'s manager", manager),
    ):
        made = digests.make(recipient)
        path = folder / f"{name}.html"
        path.write_text(to_html(made.snapshot, language(made.member.language or DEFAULT_LANGUAGE)), encoding="utf-8")
        pages.append(Page(whose, path))
    return tuple(pages)


def _prepare(folder: Path) -> None:
    """An empty folder, or one that an earlier demo made and may be made anew."""
    if os.path.exists(folder) and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="name a folder for the demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}", hint="name another folder") from None
    if any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise UsageError(f"{folder} holds something else than a demo", hint="name a new or an empty folder")
    (folder / _MARK).write_text("crm-monitor demo made this folder, and may make it anew\n", encoding="utf-8")
    for old in (folder / "state").glob("monitor.db*"):
        old.unlink()


def _write(folder: Path, story: DemoStory) -> None:
    for name, text in demo_files(story).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
