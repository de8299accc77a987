"""Which user of the CRM somebody on Slack is."""

from __future__ import annotations

from monitor.app.project import OpenProject
from monitor.store.slack_users import AS_LONG, SlackUsers


def user_of(opened: OpenProject, slack_user: str) -> str:
    """The user's key: as ``config/people.yaml`` or else Slack itself last said; or nothing."""
    for key, member in opened.organisation.members.items():
        if member.slack == slack_user:
            return key
    known = SlackUsers(opened.state.database).known(opened.clock() - AS_LONG)
    return next((key for key, found in known.items() if found == slack_user), "")
