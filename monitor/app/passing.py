"""Who hears of what now, and the sending of it: what quiet hours and snoozes put off comes due by time alone."""

from __future__ import annotations

from monitor.app.deliver import deliver
from monitor.app.project import OpenProject
from monitor.app.report import DeliverySummary


def pass_once(opened: OpenProject) -> DeliverySummary:
    """Decide for every incident, and send what waits. Raises StateUnavailable."""
    now, state = opened.clock(), opened.state
    telling = opened.telling(state, now)
    with state.database.write() as connection:
        telling.tell(connection, now)
    return deliver(opened, state)
