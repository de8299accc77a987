"""Why somebody was told of an incident, or was not, in words."""

from __future__ import annotations

from monitor.incidents.model import Reason
from monitor.incidents.notice import Tell

WHY = {
    Reason.FIRST: "it is new",
    Reason.WORSENED: "it got worse",
    Reason.SEVERITY_RAISED: "its severity was raised",
    Reason.RESOLVED: "it was resolved",
    Reason.REOPENED: "it came back",
    Reason.REPEAT_DUE: "it is still open, and it was time to say so again",
    Reason.SNOOZE_EXPIRED: "its snooze ended, and it is still there",
    Reason.OVERDUE: "the day by which it was to be mended is over",
    Reason.CHECK_GONE: "its check was taken out of the project",
    Reason.NO_LONGER_CHECKED: "its check is skipped from now on",
    Reason.UNCHANGED: "no news since it was last told",
    Reason.ACKNOWLEDGED: "somebody acknowledged it, and it is no worse",
    Reason.BUDGET: "the channel's budget is spent",
    Reason.QUIET_HOURS: "quiet hours",
    Reason.SNOOZED: "somebody snoozed it",
    Reason.SILENCED: "a silence is in force",
    Reason.INHIBITED: "something larger is wrong",
    Reason.NEVER_TOLD: "it ended before anybody was told of it",
}
"""Every reason of a notice in words, to follow "because"."""


_TOLD = {
    Tell.POST: "a message of its own",
    Tell.EDIT: "its message edited",
    Tell.EDIT_AND_REPLY: "its message edited, and a reply",
    Tell.ROLL_UP: "a line of the collected message",
    Tell.NOTHING: "nothing sent",
}


def notice_in_words(tell: Tell, reason: Reason, note: str = "", until: str = "") -> str:
    """``nothing sent: quiet hours, until Mon 08:00``; ``until`` is a moment in words."""
    why = WHY.get(reason, reason.value.replace("_", " "))
    more = "".join(f", {part}" for part in (note, f"until {until}" if until else "") if part)
    return f"{_TOLD[tell]}: {why}{more}"
