"""Is everything in order? Each finding says what was looked at, how it is, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor.app.people_check import unknown_sponsor
from monitor.app.project import OpenProject
from monitor.app.reaching import SLACK
from monitor.crm.failures import NOT_THERE, OVERRIDE
from monitor.crm.guard import could_write, hidden_rows
from monitor.delivery.sender import not_yet
from monitor.errors import CrmUnavailable, MonitorError
from monitor.messages.outgoing import DeliveryState, in_words
from monitor.schedule.job import Work
from monitor.settings.model import Slack


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    about: str
    text: str


MESSAGES = "messages"
"""What a finding about one message is about; its text says to whom it goes."""
_NO_COUNTRY = (
    "none is set: where a record names no country, telephone numbers without +NN and company numbers cannot be judged"
)


def diagnose(opened: OpenProject) -> Iterator[Finding]:
    """Looks at configuration, CRM, people, state and Slack; sends and changes nothing.

    Raises ConfigurationError where a file about people's use or the schedule is wrong; the others were read as the
    project was opened.
    """
    files, checks = {*opened.project.files, *opened.use.files}, len(opened.project.checks)
    if opened.said.own:
        files.add(opened.said.schedule.file)
    yield Finding(Level.GOOD, "configuration", f"{len(files)} files, {_checks(checks)}, nothing wrong")
    if opened.project.routes is not None:
        for problem in opened.project.routes.warnings:
            yield Finding(Level.WARNING, "configuration", str(problem))
    settings = opened.project.settings
    if not settings.country:
        holidays = "" if settings.working_time.holidays else ", and no public holiday is known"
        yield Finding(Level.WARNING, "country", f"{_NO_COUNTRY}{holidays}; set country in config/monitor.yaml")
    yield from _schedule(opened)
    yield from _crm(opened)
    yield from _state(opened)
    yield from _slack(opened)
    yield from _mail(opened)
    yield from _targets(opened)


def _schedule(opened: OpenProject) -> Iterator[Finding]:
    jobs = opened.said.schedule.jobs
    whose = "" if opened.said.own else ", as built in: there is no config/schedule.yaml"
    yield Finding(Level.GOOD, "schedule", f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}{whose}")
    if all(job.work is not Work.RETENTION for job in jobs):
        text = "no job does retention: nothing that is past its time is deleted, and the state grows"
        yield Finding(Level.WARNING, "schedule", f"{text}; add one (do: retention) to config/schedule.yaml")


def _checks(number: int) -> str:
    return "1 check" if number == 1 else f"{number} checks"


def _crm(opened: OpenProject) -> Iterator[Finding]:
    try:
        yield Finding(Level.GOOD, "CRM", f"{opened.crm.target} can be read, as {opened.project.crm_map.title}")
        if why := could_write(opened.crm):
            advice = "sessions are opened read-only all the same; better give the monitor a role that may only SELECT"
            yield Finding(Level.WARNING, "CRM", f"{why}: {advice}")
        else:
            yield Finding(Level.GOOD, "CRM", "the role may not write")
        there = yield from _rows(opened)
        if there:
            yield from _people(opened)
    except MonitorError as error:
        missing = error.hint == NOT_THERE
        yield Finding(Level.BAD, "CRM", f"{error.message} ({OVERRIDE})" if missing else str(error))


def _rows(opened: OpenProject) -> Generator[Finding, None, bool]:
    """Whether there is anything that the map reads."""
    import sqlalchemy as sa

    emptied, there = _emptied(opened), False
    for entity, source in opened.sources(None).items():
        try:
            with opened.crm.scan() as connection:
                rows = int(connection.scalar(sa.select(sa.func.count()).select_from(source.selectable)) or 0)
            hidden = hidden_rows(opened.crm, source, rows, emptied=entity in emptied)
        except CrmUnavailable as error:  # a table or a column of this entity only, maybe: look at the others too
            missing = error.hint == NOT_THERE  # which says to ask the doctor
            there = there or not missing
            yield Finding(Level.BAD, entity, f"{error.cause}: {OVERRIDE}" if missing else error.brief)
            continue
        there = True
        if hidden:
            level = Level.BAD if hidden.certain else Level.WARNING
            yield Finding(level, entity, f"{hidden.problem.message}; {hidden.problem.hint}")
        else:
            yield Finding(Level.GOOD, entity, f"{rows:,} rows")
    if not there:
        text = "nothing that the map reads is there: connection.url may name another database"
        yield Finding(Level.BAD, "CRM", f"{text}, or connection.crm the map of another CRM")
    return there


def _emptied(opened: OpenProject) -> Set[str]:
    """The entities that somebody accepted as empty; what is wrong with the state is told elsewhere."""
    try:
        state = opened.existing_state()
        known = state.emptied.all() if state else {}
    except MonitorError:
        return frozenset()
    return {entity for entity, accepted in known.items() if not accepted.lapsed(opened.clock())}


def _people(opened: OpenProject) -> Iterator[Finding]:
    directory = opened.directory
    persons = [one for one in directory.people.values() if one.active and one.kind.value == "person"]
    yield Finding(Level.GOOD, "people", f"{len(persons)} active persons in {len(directory.teams)} teams")
    if text := unknown_sponsor(opened):
        yield Finding(Level.WARNING, "people", text)
    if directory.suspects:
        names = ", ".join(directory.people[key].name for key in directory.suspects)
        text = f"these look like programs, not people: {names}; if so, name them under people.service_accounts"
        yield Finding(Level.WARNING, "people", text)


def _state(opened: OpenProject) -> Iterator[Finding]:
    try:
        state = opened.existing_state()
        if state is None:
            yield _none_yet(opened)
            return
        last = state.runs.last()
        said = f"the last run was closed at {last.finished_at:%Y-%m-%d %H:%M} UTC" if last else "no run yet"
        yield Finding(Level.GOOD, "state", said)
        left = state.outbox.undelivered()
        scheduled = not_yet(left, opened.clock())
        for message in left:
            if message in scheduled:
                continue
            level = Level.WARNING if message.state in (DeliveryState.QUEUED, DeliveryState.SENDING) else Level.BAD
            why = message.error or "not sent yet; crm-monitor notify send tries"
            what = f"{message.action} {message.state}, to {in_words(message.target)}"
            yield Finding(level, MESSAGES, f"{message.about}: {what}: {why}")
    except MonitorError as error:
        yield Finding(Level.BAD, "state", str(error))


def _none_yet(opened: OpenProject) -> Finding:
    url = opened.project.state_url
    if url.get_backend_name() == "sqlite" and url.database:
        folder = next(each for each in Path(url.database).absolute().parents if os.path.exists(each))
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            text = f"nothing can be written to {folder}: give the monitor that right, or correct `state.url`"
            return Finding(Level.BAD, "state", f"{text} in config/monitor.yaml")
    return Finding(Level.GOOD, "state", "there is none yet: the first crm-monitor check makes it")


def _mail(opened: OpenProject) -> Iterator[Finding]:
    smtp = opened.project.settings.smtp
    if smtp is not None:
        from monitor.delivery.email import examine_smtp

        seen = examine_smtp(smtp.server())
        yield Finding(Level(seen.level.value), "mail", seen.text)


def _targets(opened: OpenProject) -> Iterator[Finding]:
    """Mail and webhooks for alerts, as far as they can be looked at without sending anything."""
    from monitor.delivery.alert_email import AlertEmail
    from monitor.delivery.hook import HookTarget

    for name, target in opened.routes.targets.items():
        if isinstance(target, AlertEmail | HookTarget):
            seen = target.examine()
            yield Finding(Level(seen.level.value), in_words(name), seen.text)


def _slack(opened: OpenProject) -> Iterator[Finding]:
    slack = opened.project.settings.slack
    if slack is None and not opened.routes.targets:
        yield Finding(Level.WARNING, "Slack", "nobody is told: there is no slack section in config/monitor.yaml")
    elif slack is None:
        return
    elif slack.webhook is not None:
        text = "an incoming webhook: messages are neither updated nor threaded; a bot token can do both"
        yield Finding(Level.WARNING, "Slack", text)
    elif slack.token is not None:
        from monitor.delivery.examine import examine

        token, address = slack.token.get_secret_value(), opened.slack_address
        targets = (name.removeprefix(SLACK) for name in opened.routes.targets if name.startswith(SLACK))
        for channel in targets:
            for seen in examine(token, channel, allow_shared=slack.allow_shared, base_url=address):
                yield Finding(Level(seen.level.value), f"Slack {channel}", seen.text)
        yield from _slack_app(opened, slack)


def _slack_app(opened: OpenProject, slack: Slack) -> Iterator[Finding]:
    from monitor.app.slack_features import wanted
    from monitor.delivery.examine_app import examine_app

    token = slack.token.get_secret_value() if slack.token else ""
    app_token = slack.app_token.get_secret_value() if slack.app_token else ""
    try:
        people = opened.use.people
    except MonitorError:  # its mistakes are told by the commands that need it
        people = None
    for seen in examine_app(token, app_token, wanted(slack, people), base_url=opened.slack_address):
        yield Finding(Level(seen.level.value), "Slack", seen.text)
