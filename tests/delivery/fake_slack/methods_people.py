"""The Web API's methods for who is there: people, groups of them, and the channels they are in."""

from __future__ import annotations

from collections.abc import Sequence

from tests.delivery.fake_slack.registry import Fields, method
from tests.delivery.fake_slack.workspace import BOT_USER, Channel, SlackError, Workspace


@method("users.lookupByEmail", "email")
def _lookup(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("users:read.email")
    user = workspace.emails.get(str(fields.get("email")).lower())
    if user is None:
        raise SlackError("users_not_found")
    return {"user": {"id": user, "team_id": "T1", "deleted": False}}


@method("users.info", "user", "include_locale")
def _user(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("users:read")
    user = str(fields.get("user"))
    if user not in workspace.users and user != BOT_USER:
        raise SlackError("user_not_found", user)
    return {"user": _shown(workspace, user)}


@method("users.list", "cursor", "limit", "include_locale", "team_id")
def _users(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("users:read")
    return _page([_shown(workspace, user) for user in (*workspace.users, BOT_USER)], fields)


def _shown(workspace: Workspace, user: str) -> Fields:
    guest = workspace.guests.get(user)
    shown: Fields = {"id": user, "team_id": "T1", "name": workspace.name(user).lower(), "deleted": False}
    shown |= {"real_name": workspace.name(user), "is_bot": user == BOT_USER}
    return {**shown, "is_restricted": guest is not None, "is_ultra_restricted": guest == "single-channel"}


@method("usergroups.users.list", "usergroup", "include_disabled", "team_id")
def _members_of_group(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("usergroups:read")
    group = workspace.groups.get(str(fields.get("usergroup")))
    if group is None:
        raise SlackError("no_such_subteam", str(fields.get("usergroup")))
    return {"users": list(group)}


@method("conversations.info", "channel", "include_locale", "include_num_members")
def _info(workspace: Workspace, fields: Fields) -> Fields:
    channel = _seen(workspace, fields.get("channel"))
    shown = {"id": channel.id, "name": channel.name, "is_archived": channel.archived, "is_member": channel.member}
    shared = {
        "is_private": channel.private,
        "is_shared": channel.shared or channel.org_shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": channel.org_shared,
        "is_pending_ext_shared": channel.pending_shared,
        "pending_shared": ["T0OTHER"] if channel.pending_shared else [],
    }
    return {"channel": {**shown, **shared}}


@method("conversations.members", "channel", "cursor", "limit")
def _members(workspace: Workspace, fields: Fields) -> Fields:
    channel = _seen(workspace, fields.get("channel"))
    return _page([user for user in workspace.users if channel.holds(user)] + [BOT_USER] * channel.member, fields)


def _page(members: Sequence[object], fields: Fields) -> Fields:
    limit, start = int(fields.get("limit", 100)), int(fields.get("cursor") or 0)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    more = start + limit < len(members)
    cursor = {"response_metadata": {"next_cursor": str(start + limit) if more else ""}}
    return {"members": list(members[start : start + limit]), **cursor}


def _seen(workspace: Workspace, wanted: object) -> Channel:
    """The channel, where the app has the scope for its kind; a private one only from within."""
    channel = workspace.channels.get(str(wanted))
    workspace.need("groups:read" if channel and channel.private else "channels:read")
    if channel is None or (channel.private and not channel.member):
        raise SlackError("channel_not_found", str(wanted))
    return channel
