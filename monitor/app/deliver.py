"""Sends what waits in the outbox, and sums up what became of it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import timedelta

from monitor.app.owner_names import NamingOwners
from monitor.app.personal_targets import is_personal, personal_targets
from monitor.app.project import OpenProject
from monitor.app.report import DeliverySummary
from monitor.delivery.sender import DeliveryReport, drain
from monitor.delivery.target import Answer, Fate, Target
from monitor.messages.outgoing import Outgoing, Remote, in_words
from monitor.store.state import State

PATIENCE = timedelta(seconds=20)  # a command does not wait longer than this for a Slack that is down
LONGEST = timedelta(seconds=90)  # nor longer than this for one that is slow


def _error(message: Outgoing, targets: Container[str]) -> str:
    return message.error if message.target in targets else f"{in_words(message.target)} is not configured any more"


def deliver(opened: OpenProject, state: State) -> DeliverySummary:
    """Drain the outbox to the project's targets, for at most ``LONGEST``; what is left stays queued.

    Where another thread of this process is at it, that one takes along what is queued meanwhile.
    """
    if opened.sending is None:
        return _deliver(opened, state)
    if not opened.sending.acquire(blocking=False):
        return DeliverySummary()
    try:
        return _deliver(opened, state)
    finally:
        opened.sending.release()


def _deliver(opened: OpenProject, state: State) -> DeliverySummary:
    told = {name: NamingOwners(target, opened, state) for name, target in opened.routes.targets.items()}
    targets = _together(told, personal_targets(opened, state))
    report = drain(
        state.outbox,
        targets,
        clock=opened.clock,
        sleep=opened.sleep,
        deadline=opened.clock() + LONGEST,
        patience=PATIENCE,
        failed=opened.delivery_failed,
    )
    return summary(report, targets)


class _Person:
    """Somebody on Slack who is told of incidents by a route, and gets digests: one place, and each kind its own way."""

    def __init__(self, alerts: Target, personal: Target) -> None:
        self._alerts, self._personal = alerts, personal

    def _of(self, message: Outgoing) -> Target:
        return self._personal if is_personal(message) else self._alerts

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        return self._of(message).send(message, root)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target."""
        return self._of(message).settle(message, root)


def _together(routed: Mapping[str, Target], personal: Mapping[str, Target]) -> Mapping[str, Target]:
    both = {name: _Person(routed[name], personal[name]) for name in routed.keys() & personal.keys()}
    return {**routed, **personal, **both}


def summary(report: DeliveryReport, targets: Container[str]) -> DeliverySummary:
    """A delivery report as commands show it: each error once, and what a person can do about it."""
    undelivered = (*report.failed, *report.unknown, *report.waiting)
    errors = dict.fromkeys(_error(message, targets) for message in undelivered)
    errors.pop("", None)
    if queued := sum(message.target in targets for message in report.waiting):
        stay = "1 message stays" if queued == 1 else f"{queued} messages stay"
        errors[f"{stay} queued: the next run sends what is queued, and so does crm-monitor notify send"] = None
    if report.failed:
        errors["once that is mended: crm-monitor notify send --retry-failed"] = None
    if any(message.target not in targets for message in undelivered) or report.unknown:
        errors["crm-monitor notify list shows them; crm-monitor notify settle NUMBER says what became of one"] = None
    return DeliverySummary(
        sent=report.sent,
        waiting=len(report.waiting),
        failed=len(report.failed),
        unknown=len(report.unknown),
        errors=tuple(errors),
    )
