"""What each kind of job does. All of it may be done twice: what was sent is not sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.app.deliver import deliver
from monitor.app.project import OpenProject
from monitor.app.report import DeliverySummary, FailOn, IncidentChange, RunReport
from monitor.errors import CrmUnavailable
from monitor.quality.outcome import Status
from monitor.schedule.job import Job, Work
from monitor.store.runs import Then, nothing_else

Step = Callable[[str, int, int], None]
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job: ``exit_code`` as a command's, ``why`` where it is not good and ``hint`` what to do then,
    ``told`` where there is an incident about that already. ``counts`` are what it did, for logs and people:
    ``{"pass": 29}``; ``changes`` what became of incidents."""

    exit_code: int = 0
    why: str = ""
    told: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[IncidentChange, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """A job in hand, and when it was due. ``also`` belongs into the transaction with which its main work is done, where
    it has one."""

    opened: OpenProject
    job: Job
    due: datetime
    step: Step
    also: Then = nothing_else


def do(doing: Doing) -> Done:
    """Does it. Raises MonitorError for what cannot be done at all."""
    return _WORK[doing.job.work](doing)


def send(opened: OpenProject, done: Done) -> Done:
    """Sends what waits, and says so. Raises StateUnavailable."""
    return _delivered(done, deliver(opened, opened.state))


def _delivered(done: Done, summary: DeliverySummary | None) -> Done:
    counts = {**done.counts, "messages": summary.sent} if summary else done.counts
    if summary is None or not summary.undelivered or done.exit_code:
        return replace(done, counts=counts)
    number = summary.undelivered
    said = "1 message is" if number == 1 else f"{number} messages are"
    return replace(done, exit_code=4, why=f"{said} undelivered", told=True, counts=counts)


def _check(doing: Doing) -> Done:
    from monitor.app.check import CheckRequest, run_check

    job = doing.job
    request = CheckRequest(entities=job.entities, tags=job.tags, trigger="schedule", also=doing.also)
    try:
        report = run_check(doing.opened, request, doing.step)
    except CrmUnavailable as error:
        return Done(3, error.message, told=True, hint=error.hint)
    counts = {"run": report.run_id or 0}
    for status, number in sorted(report.counts().items()):
        counts[status.value] = number
    code = int(replace(report, delivery=None).exit_code(FailOn.NEVER))
    why, hint = report.state_problem, ""
    if code == 3 and not why:
        why, hint = f"{_unchecked(report)} could not be checked", "crm-monitor doctor says why, and so does check"
    done = Done(code, why, told=not report.state_problem, counts=counts, changes=report.incidents, hint=hint)
    return _delivered(done, report.delivery)


def _unchecked(report: RunReport) -> str:
    """``accounts, deal-account-gone and 2 more``: entities that could not be read, and checks that had no result."""
    whole = [one.entity for one in report.entities if one.problem]
    parts = [one.outcome.check for one in report.checks() if one.outcome.status is Status.ERROR]
    names = [*whole, *(check.id for check in parts if check.entity not in whole)]
    rest = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {rest} more" if rest > 0 else ", ".join(names)


def _adoption(doing: Doing) -> Done:
    from monitor.app.adoption import Wanted, bring_up_to_date, week_of

    opened = doing.opened
    week, _ = week_of(opened, Wanted())
    doing.step("Reading people's use", 0, 1)
    maker, _ = bring_up_to_date(opened, week)
    members = maker.situation.organisation.members.values()
    return Done(counts={"people": sum(member.is_measured for member in members)})


def _digest(doing: Doing) -> Done:
    from monitor.adoption.week import IsoWeek
    from monitor.app.digests import Digests

    opened = doing.opened
    day = doing.due.astimezone(opened.project.zone).date()  # done late, it is of the week that it was due for
    doing.step("Making digests", 0, 1)
    digests = Digests(opened, IsoWeek.of(day) + -1)
    sent = digests.send(digests.everybody())
    fresh = [one for one in sent if one.already is None]
    counts = {"digests": len(fresh), "unreachable": sum(not one.target for one in fresh)}
    why = digests.why_nobody(sent)
    return Done(4, why, counts=counts) if why else Done(counts=counts)


def _fixlist(doing: Doing) -> Done:
    from monitor.app.fixlist_sending import Fate, send

    doing.step("Making fix lists", 0, 1)
    sent = send(doing.opened)
    fates = [one.fate for one in sent.lists]
    counts = {"fixlists": fates.count(Fate.QUEUED), "unreachable": fates.count(Fate.UNREACHABLE)}
    return Done(4, sent.why_nobody, counts=counts) if sent.why_nobody else Done(counts=counts)


def _retention(doing: Doing) -> Done:
    from monitor.app.keeping import keep_no_longer

    doing.step("Deleting what is past its time", 0, 1)
    keep_no_longer(doing.opened, doing.opened.state, again=True)
    return Done()


def _self_check(doing: Doing) -> Done:
    from monitor.app.doctor import MESSAGES, Level, diagnose

    bad, warnings, undelivered = [], 0, 0
    for finding in diagnose(doing.opened):
        doing.step("Looking at everything", 0, 1)
        warnings += finding.level is Level.WARNING
        if finding.level is Level.BAD and finding.about == MESSAGES:
            undelivered += 1  # of each it is said to whom: that is for whoever asks, not to be kept and told
        elif finding.level is Level.BAD:
            bad.append(f"{finding.about}: {finding.text}")
    if undelivered:
        said = "1 message" if undelivered == 1 else f"{undelivered} messages"
        bad.append(f"{said} did not arrive: crm-monitor notify list")
    return Done(3 if bad else 0, "; ".join(bad), counts={"bad": len(bad), "warnings": warnings})


def _heartbeat(_doing: Doing) -> Done:
    return Done()


_WORK: Mapping[Work, Callable[[Doing], Done]] = {
    Work.CHECK: _check,
    Work.ADOPTION: _adoption,
    Work.DIGEST: _digest,
    Work.FIXLIST: _fixlist,
    Work.RETENTION: _retention,
    Work.SELF_CHECK: _self_check,
    Work.HEARTBEAT: _heartbeat,
}
