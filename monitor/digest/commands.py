"""What a reader of a digest may type, or ask to have typed: the records behind a line, and the answer to an action."""

from __future__ import annotations

import shlex

from monitor.digest.redact import REMOVED
from monitor.digest.snapshot import Kind, Snapshot

LONGEST_KEY = 60
_SCOPES = {Kind.MANAGER: "--manager", Kind.OWN: "--owner"}


def list_command(command: str, snapshot: Snapshot) -> str:
    """A command that lists records, narrowed to those that the digest counts: of a manager's people, or the own.

    Nothing where the reader was taken out of the digest: the list would be everybody's.
    """
    if not command or snapshot.kind not in _SCOPES:
        return command
    if not _is_known(snapshot):
        return ""
    return f"{command} {_SCOPES[snapshot.kind]} {shlex.quote(snapshot.recipient)}"


def answer_command(snapshot: Snapshot) -> str:
    """How to say that the first action is done. It names the period: a reader may get a week's digest and a month's."""
    whose = f" --for {shlex.quote(snapshot.recipient)}" if _is_known(snapshot) else ""
    return f"crm-monitor digest done 1{whose} --period {shlex.quote(snapshot.period.name)}"


def _is_known(snapshot: Snapshot) -> bool:
    return 0 < len(snapshot.recipient) <= LONGEST_KEY and snapshot.recipient != REMOVED
