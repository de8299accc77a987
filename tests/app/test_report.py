"""A run's exit code: could not run, findings, undelivered, nothing wrong, in this order."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.app.report import CheckReport, DeliverySummary, EntityReport, ExitCode, FailOn, RunReport
from monitor.crm.directory import Directory
from monitor.quality.check import Check
from monitor.quality.outcome import Outcome, Status

PASS, WARN, FAIL, ERROR, SKIPPED = Status.PASS, Status.WARN, Status.FAIL, Status.ERROR, Status.SKIPPED


def report(
    *statuses: Status, problem: str = "", state_problem: str = "", delivery: DeliverySummary | None = None
) -> RunReport:
    checks = tuple(
        CheckReport(Outcome(Check(f"check-{number}", "leads", "expect", {}), status))
        for number, status in enumerate(statuses)
    )
    return RunReport(
        "A/S",
        "CRM",
        datetime(2026, 11, 20, tzinfo=UTC),
        ZoneInfo("UTC"),
        Directory(),
        (EntityReport("leads", None, checks, problem=problem),),
        state_problem=state_problem,
        delivery=delivery,
    )


WAITING = DeliverySummary(sent=2, waiting=1)


@pytest.mark.parametrize(
    ("made", "fail_on", "code"),
    [
        (report(PASS, SKIPPED), FailOn.FAIL, ExitCode.OK),
        (report(PASS, WARN), FailOn.FAIL, ExitCode.OK),
        (report(PASS, WARN), FailOn.WARN, ExitCode.FINDINGS),
        (report(PASS, FAIL), FailOn.FAIL, ExitCode.FINDINGS),
        (report(PASS, FAIL), FailOn.WARN, ExitCode.FINDINGS),
        (report(FAIL, WARN), FailOn.NEVER, ExitCode.OK),
        (report(FAIL, ERROR), FailOn.FAIL, ExitCode.COULD_NOT_RUN),
        (report(PASS, ERROR), FailOn.NEVER, ExitCode.COULD_NOT_RUN),
        (report(PASS, problem="the table is locked"), FailOn.FAIL, ExitCode.COULD_NOT_RUN),
        (report(FAIL, state_problem="the disk is full"), FailOn.FAIL, ExitCode.COULD_NOT_RUN),
        (report(PASS, delivery=WAITING), FailOn.FAIL, ExitCode.UNDELIVERED),
        (report(FAIL, delivery=WAITING), FailOn.FAIL, ExitCode.FINDINGS),
        (report(FAIL, delivery=WAITING), FailOn.NEVER, ExitCode.UNDELIVERED),
        (report(PASS, delivery=DeliverySummary(sent=3)), FailOn.FAIL, ExitCode.OK),
        (report(), FailOn.FAIL, ExitCode.NOTHING_SELECTED),
    ],
)
def test_the_worst_that_happened_decides(made: RunReport, fail_on: FailOn, code: ExitCode) -> None:
    assert made.exit_code(fail_on) is code


def test_exit_codes_never_change_their_meaning() -> None:
    assert [(code.name, code.value) for code in ExitCode] == [
        ("OK", 0),
        ("FINDINGS", 1),
        ("USAGE", 2),
        ("COULD_NOT_RUN", 3),
        ("UNDELIVERED", 4),
        ("NOTHING_SELECTED", 5),
    ]


def test_the_coverage_is_the_share_of_the_checks_that_can_be_asked_of_the_crm() -> None:
    assert report(PASS, FAIL, ERROR, SKIPPED).coverage == 0.75
    assert report(PASS, WARN).coverage == 1
    assert report().coverage is None
