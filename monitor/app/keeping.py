"""Deletes what is past its time: once a day, at the end of a command that adds to the state anyway.

Where less may be kept than when it was last done, above all nothing of persons any more, it is done before all else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.adoption.mandate import Mandate
from monitor.adoption.mandate import Retention as Written
from monitor.errors import ConfigurationError
from monitor.settings.mandate import load_mandate
from monitor.store.retention import Retention
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.app.project import OpenProject

_DAYS_A_MONTH = 30.4375


def keep_no_longer(opened: OpenProject, state: State, *, again: bool = False) -> bool:
    """Delete, and take names out of, what is older than the mandate allows; False where today's is done already, but
    for ``again``.

    Where there is no mandate, or none that can be read, its longest times hold. Raises StateUnavailable.
    """
    folder, now, zone = opened.project.folder, opened.clock(), opened.project.zone
    last, allowed = state.keeping.pruned_on(), times_kept(folder)
    done = last is not None and last >= now.astimezone(zone).date() and state.keeping.pruned_by() == str(allowed)
    if done and not again:
        return False
    _prune(state, now, zone, allowed)
    return True


def keep_what_is_allowed(state: State, folder: Path, now: datetime, zone: ZoneInfo) -> None:
    """The same at once where other times hold than before: a state that is opened to be written to holds nothing that
    may not be kept any more. Raises StateUnavailable."""
    allowed, before = times_kept(folder), state.keeping.pruned_by()
    if before != str(allowed) and (before or allowed.strict):
        _prune(state, now, zone, allowed)


def times_kept(folder: Path) -> Retention:
    """As the mandate allows; its longest times where there is none, or none that can be read."""
    try:
        return retention(load_mandate(folder))
    except ConfigurationError:  # said where it is used; a mandate can only shorten the times
        return retention(None)


def _prune(state: State, now: datetime, zone: ZoneInfo, allowed: Retention) -> None:
    from monitor.digest.redact import aged_json, has_names, unnamed_json
    from monitor.store.retention import Redacting

    state.keeping.prune(now, allowed, Redacting(aged_json, unnamed_json, has_names), zone)


def retention(mandate: Mandate | None) -> Retention:
    """How long is kept, as the store counts it."""
    written = mandate.retention if mandate else Written()
    return Retention(
        person_day=timedelta(days=written.person_days),
        person_week=timedelta(weeks=written.person_weeks),
        team=timedelta(days=round(written.team_months * _DAYS_A_MONTH)),
        strict=mandate is not None and mandate.strict,
    )
