"""``crm-monitor run``: do a job of the schedule now, by hand or from another scheduler."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Project, err, now, out
from monitor.reach import within_reach

if TYPE_CHECKING:
    from monitor.app.jobs.work import Done
    from monitor.app.project import OpenProject
    from monitor.schedule.job import Job
    from monitor.store.ledger import JobRun


_ONE = {
    "messages": "message",
    "people": "person",
    "digests": "digest",
    "fixlists": "fixlist",
    "warnings": "warning",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    job: Annotated[str, typer.Argument(help="Its name in config/schedule.yaml.")],
    project: Project = HERE,
    due: Annotated[
        str,
        typer.Option(
            "--due",
            metavar="TIME",
            help="Do the run that is due at this time (2026-11-27T06:00+01:00, or latest), once, however often it is "
            "asked for: for cron, Airflow and Kubernetes.",
        ),
    ] = "",
) -> int:
    """Do one job, as the service does it, and record it.

    Exit codes: 0 done, 2 usage or configuration, 3 could not run (or another process does it), 4 a message undelivered
    (or nobody at all could be reached).
    """
    import os
    import signal
    import threading

    from monitor.app.jobs.by_hand import check_due, latest_due, run_by_hand
    from monitor.app.keeping import times_kept
    from monitor.app.project import OpenProject
    from monitor.app.scheduled import find_job, load_scheduled
    from monitor.cli.progress import progress

    scheduled = load_scheduled(project, dict(os.environ))
    found = find_job(scheduled.schedule, job)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    at = None
    if due:
        at = latest_due(found, now()) if due == "latest" else _moment(due, found)
        check_due(found, at, now(), times_kept(scheduled.project.folder).person_day)
    opened = OpenProject(scheduled.project, now, dict(os.environ))
    try:
        with progress(err()) as step:
            row, done = run_by_hand(opened, scheduled, found, at, step, ended)
    finally:
        opened.close()
    return _done(opened, found, done) if done is not None else _not_done(found, row, stopped=ended.is_set())


def _moment(text: str, job: Job) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not within_reach(found.date()):
        raise typer.BadParameter(f"{text!r} is no time; write 2026-11-27T06:00+01:00, or latest")
    return (found if found.tzinfo else found.replace(tzinfo=job.zone)).astimezone(UTC)


def _count(name: str, number: int) -> str:
    if number == 1:
        name = _ONE.get(name, name)
    return f"{number} {name.replace('_', ' ')}"


def _changed(done: Done) -> str:
    """``2 incidents opened, 1 resolved``, or nothing."""
    counts = Counter(one.change for one in done.changes if one.change)
    said: list[str] = []
    for change, number in counts.items():
        noun = "" if said else "incident " if number == 1 else "incidents "
        said.append(f"{number} {noun}{change.replace('_', ' ')}")
    return ", ".join(said)


def _done(opened: OpenProject, job: Job, done: Done) -> int:
    from monitor.store.ledger import NOT_DONE

    counts = [_count(name, number) for name, number in done.counts.items() if name != "run"]
    if done.exit_code in NOT_DONE and set(done.counts) <= {"run", "messages"}:
        counts = ["not done", *(said for said in counts if not said.startswith("0 "))]
    result = ", ".join(counts) or "done"
    out().print(f"{job.id}: {result}.", markup=False, soft_wrap=True)
    if changed := _changed(done):
        untold = "" if opened.routes.targets else "; nobody is told: there is no slack section in config/monitor.yaml"
        out().print(f"{job.id}: {changed}{untold}. See crm-monitor incidents list.", markup=False, soft_wrap=True)
    if done.why:
        err().print(f"{job.id}: {done.why}", style="yellow", markup=False, soft_wrap=True)
    if done.hint:
        err().print(f"  {done.hint}", markup=False, soft_wrap=True)
    return done.exit_code


def _not_done(job: Job, row: JobRun, *, stopped: bool) -> int:
    from monitor.cli import words
    from monitor.store.ledger import RunState

    due = words.moment(row.due_at, job.zone)
    if row.state is RunState.DONE:
        ended = words.moment(row.finished_at, job.zone) if row.finished_at else ""
        out().print(f"{job.id}, due {due}: was done already, {ended}: ended with {row.exit_code}.", markup=False)
        return row.exit_code or 0
    said = f"was recorded as missed: {row.why}" if row.state is RunState.MISSED else "another process does it"
    if stopped and row.state is RunState.RUNNING:
        said = "was stopped before its end; crm-monitor serve does it again, and so does this command"
    err().print(f"{job.id}, due {due}: {said}.", markup=False, soft_wrap=True)
    return 3
