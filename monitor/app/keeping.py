"""Deletes what is past its time: once a day, at the end of a command that adds to the state anyway."""

from __future__ import annotations

from datetime import timedelta

from monitor.adoption.mandate import Mandate
from monitor.adoption.mandate import Retention as Written
from monitor.app.project import OpenProject
from monitor.errors import ConfigurationError
from monitor.settings.mandate import load_mandate
from monitor.store.retention import Retention
from monitor.store.state import State

_DAYS_A_MONTH = 30.4375


def keep_no_longer(opened: OpenProject, state: State, *, again: bool = False) -> bool:
    """Delete, and take names out of, what is older than the mandate allows; False where today's is done already, but
    for ``again``.

    Where there is no mandate, or none that can be read, its longest times hold. Raises StateUnavailable.
    """
    from monitor.digest.redact import redacted_json

    now, zone = opened.clock(), opened.project.zone
    last = state.keeping.pruned_on()
    if not again and last is not None and last >= now.astimezone(zone).date():
        return False
    try:
        mandate = load_mandate(opened.project.folder)
    except ConfigurationError:  # said where it is used; a mandate can only shorten the times
        mandate = None
    state.keeping.prune(now, retention(mandate), redacted_json, zone)
    return True


def retention(mandate: Mandate | None) -> Retention:
    """How long is kept, as the store counts it."""
    written = mandate.retention if mandate else Written()
    return Retention(
        person_day=timedelta(days=written.person_days),
        person_week=timedelta(weeks=written.person_weeks),
        team=timedelta(days=round(written.team_months * _DAYS_A_MONTH)),
        strict=mandate is not None and mandate.strict,
    )
