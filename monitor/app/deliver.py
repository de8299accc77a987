"""Sends what waits in the outbox, and sums up what became of it."""

from __future__ import annotations

import time
from datetime import timedelta

from monitor.app.project import OpenProject
from monitor.app.report import DeliverySummary
from monitor.delivery.sender import DeliveryReport, drain
from monitor.store.state import State

PATIENCE = timedelta(seconds=90)  # a command by hand does not wait longer than this for Slack


def deliver(opened: OpenProject, state: State) -> DeliverySummary:
    """Drain the outbox to the project's targets, for at most ``PATIENCE``."""
    report = drain(
        state.outbox,
        opened.routes.targets,
        clock=opened.clock,
        sleep=time.sleep,
        deadline=opened.clock() + PATIENCE,
    )
    return summary(report)


def summary(report: DeliveryReport) -> DeliverySummary:
    """A delivery report as commands show it; each error once."""
    undelivered = (*report.failed, *report.unknown, *report.waiting)
    errors = dict.fromkeys(message.error for message in undelivered if message.error)
    return DeliverySummary(
        sent=report.sent,
        waiting=len(report.waiting),
        failed=len(report.failed),
        unknown=len(report.unknown),
        errors=tuple(errors),
    )
