"""The Web API's methods for messages and files, each refusing fields that it does not know."""

from __future__ import annotations

import json

from tests.delivery.fake_slack.limits import check_content
from tests.delivery.fake_slack.registry import Fields, method
from tests.delivery.fake_slack.workspace import File, Posted, SlackError, Workspace


@method("auth.test")
def _auth_test(workspace: Workspace, fields: Fields) -> Fields:
    return {
        "team": "Fake",
        "team_id": "T1",
        "user": "crm-monitor",
        "user_id": "U1",
        "bot_id": "B1",
        "url": "https://x/",
    }


@method(
    "chat.postMessage",
    *("channel", "text", "blocks", "thread_ts", "reply_broadcast", "metadata"),
    *("parse", "link_names", "unfurl_links", "unfurl_media", "mrkdwn"),
)
def _post_message(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("chat:write")
    channel = workspace.channel(fields.get("channel"), by_name=True)
    check_content(fields.get("text"), fields.get("blocks"))
    thread = fields.get("thread_ts")
    if thread is not None:
        channel.find(thread, "thread_not_found")
    message = workspace.post(channel, _content(fields), thread_ts=thread, metadata=_metadata(fields))
    return {"channel": channel.id, "ts": message.ts, "message": {"ts": message.ts, **message.content}}


@method("chat.update", "channel", "ts", "text", "blocks", "metadata", "parse", "link_names", "reply_broadcast")
def _update(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("chat:write")
    channel = workspace.channel(fields.get("channel"))
    message = channel.find(str(fields.get("ts")), "message_not_found")
    check_content(fields.get("text"), fields.get("blocks"))
    workspace.edit(channel, message, _content(fields))
    if "metadata" in fields:
        message.metadata = _metadata(fields)
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


@method("chat.postEphemeral", "channel", "user", "text", "blocks", "thread_ts", "parse", "link_names", "attachments")
def _whisper(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("chat:write")
    channel = workspace.channel(fields.get("channel"))
    user = str(fields.get("user"))
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.member:
        raise SlackError("not_in_channel")
    if user not in workspace.users or not channel.holds(user):
        raise SlackError("user_not_in_channel")
    check_content(fields.get("text"), fields.get("blocks"))
    thread = fields.get("thread_ts")
    if thread is not None:
        channel.find(thread, "thread_not_found")
    return {"message_ts": workspace.whisper(channel, user, _content(fields), thread).ts}


@method("chat.getPermalink", "channel", "message_ts")
def _permalink(workspace: Workspace, fields: Fields) -> Fields:
    channel = workspace.channel(fields.get("channel"))
    message = channel.find(str(fields.get("message_ts")), "message_not_found")
    name = message.ts.replace(".", "")
    return {"channel": channel.id, "permalink": f"https://fake.slack.example/archives/{channel.id}/p{name}"}


_WINDOW = ("channel", "cursor", "inclusive", "include_all_metadata", "latest", "limit", "oldest")


@method("conversations.history", *_WINDOW)
def _history(workspace: Workspace, fields: Fields) -> Fields:
    _history_scope(workspace, fields.get("channel"))
    channel = workspace.channel(fields.get("channel"))
    return _page(list(reversed(channel.roots())), fields)


@method("conversations.replies", "ts", *_WINDOW)
def _replies(workspace: Workspace, fields: Fields) -> Fields:
    _history_scope(workspace, fields.get("channel"))
    channel = workspace.channel(fields.get("channel"))
    root = channel.find(str(fields.get("ts")), "thread_not_found")
    return _page([root, *channel.replies(root.ts)], fields)


def _history_scope(workspace: Workspace, channel: object) -> None:
    workspace.need("im:history" if str(channel).startswith("D") else "channels:history")


@method("conversations.open", "users", "channel", "return_im")
def _open(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("im:write")
    return {"channel": {"id": workspace.direct(str(fields.get("users"))).id}}


@method("files.getUploadURLExternal", "filename", "length", "alt_txt", "snippet_type")
def _upload_url(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("files:write")
    length = int(fields.get("length", 0))
    if length < 1 or not fields.get("filename"):
        raise SlackError("invalid_arguments")
    if len(str(fields.get("alt_txt", ""))) > 1000:
        raise SlackError("alt_txt_too_large")
    file = File(f"F0FILE{len(workspace.files):04}", fields["filename"], length, fields.get("alt_txt", ""))
    workspace.files[file.id] = file
    return {"upload_url": f"{workspace.address}/upload/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", "files", "channel_id", "thread_ts", "initial_comment")
def _complete(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("files:write")
    channel = workspace.channel(fields.get("channel_id"))
    thread = fields.get("thread_ts")
    if thread is not None:
        channel.find(thread, "thread_not_found")
    shared = []
    for entry in json.loads(fields["files"]):
        file = workspace.files.get(entry["id"])
        if file is None or len(file.data) != file.length or file.shared:
            raise SlackError("file_not_found", str(entry))
        file.title = entry.get("title", "")
        content = {"text": "", "files": [{"id": file.id, "name": file.name, "title": file.title}]}
        file.shared = workspace.post(channel, content, thread_ts=thread)
        shared.append({"id": file.id, "title": file.title})
    return {"files": shared}


@method("files.delete", "file")
def _delete_file(workspace: Workspace, fields: Fields) -> Fields:
    workspace.need("files:write")
    file = workspace.files.pop(str(fields.get("file")), None)
    if file is None:
        raise SlackError("file_not_found")
    if file.shared:
        file.shared.deleted = True
    return {}


def _content(fields: Fields) -> Fields:
    return {name: fields[name] for name in ("text", "blocks") if name in fields}


def _metadata(fields: Fields) -> Fields | None:
    metadata = fields.get("metadata")
    if metadata is None:
        return None
    shape = isinstance(metadata, dict) and set(metadata) == {"event_type", "event_payload"}
    if not shape or not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    return dict(metadata)


def _page(messages: list[Posted], fields: Fields) -> Fields:
    limit, start = int(fields.get("limit", 100)), int(fields.get("cursor") or 0)
    if not 1 <= limit <= 999:
        raise SlackError("invalid_limit")
    messages = [message for message in messages if float(message.ts) >= float(fields.get("oldest", 0))]
    with_metadata = str(fields.get("include_all_metadata", "0")).lower() in ("1", "true")
    shown = []
    for message in messages[start : start + limit]:
        entry: Fields = {"type": "message", "ts": message.ts, "bot_id": "B1", **message.content}
        if message.thread_ts:
            entry["thread_ts"] = message.thread_ts
        if with_metadata and message.metadata:
            entry["metadata"] = message.metadata
        shown.append(entry)
    more = start + limit < len(messages)
    answer: Fields = {"messages": shown, "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": str(start + limit)}
    return answer
