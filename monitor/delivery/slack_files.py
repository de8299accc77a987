"""Images in a Slack thread: an address is asked for, the image goes there, and then it is shared into the thread.

Only the last step shows anything to anybody, so only its answer can leave a doubt. The image's name holds the message's
event, by which it is looked for among the replies.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import transport
from monitor.delivery.slack_answers import name_of, of_api_error
from monitor.delivery.target import Accepted, Answer, Lost, NotAccepted, NothingToSend
from monitor.messages.outgoing import Outgoing, Remote


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, with its title and what it shows in words."""

    png: bytes
    title: str
    alt: str


class _NotReached(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def file_name(message: Outgoing) -> str:
    """The image's name on Slack."""
    return f"{message.event}.png"


def share(client: WebClient, message: Outgoing, image: Image, root: Remote, timeout: float) -> Answer:
    """Shares an image into the root's thread; the answer's Remote has the file's ID."""
    try:
        file = _upload(client, message, image, timeout)
    except _NotReached as reached:
        return reached.answer
    try:
        client.files_completeUploadExternal(
            files=[{"id": file, "title": image.title}], channel_id=root.channel, thread_ts=root.ts
        )
    except SlackApiError as error:
        return of_api_error(error)
    except transport.FAILURES as error:
        return transport.of_exception(error)
    return Accepted(Remote(root.channel, file))


def _upload(client: WebClient, message: Outgoing, image: Image, timeout: float) -> str:
    """The ID of the image, which nobody sees yet. Raises _NotReached."""
    try:
        answer = client.files_getUploadURLExternal(
            filename=file_name(message), length=len(image.png), alt_txt=image.alt
        )
        request = urllib.request.Request(
            str(answer["upload_url"]), image.png, {"Content-Type": "application/octet-stream"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=timeout) as response:
            response.read()
    except SlackApiError as error:
        raise _NotReached(_unseen(of_api_error(error))) from None
    except transport.FAILURES as error:
        raise _NotReached(_unseen(transport.of_exception(error))) from None
    return str(answer["file_id"])


def _unseen(answer: Answer) -> Answer:
    """A lost answer is no doubt here: whatever arrived, nobody sees it."""
    return NotAccepted(answer.error, failure=answer.failure) if isinstance(answer, Lost) else answer


def find(message: Outgoing, replies: Iterable[Mapping[str, Any]]) -> str | None:
    """The file's ID, if one of these messages shows the image."""
    for reply in replies:
        for file in reply.get("files") or ():
            if isinstance(file, Mapping) and file.get("name") == file_name(message):
                return str(file.get("id"))
    return None


def delete(client: WebClient, file: str) -> Answer:
    """Takes an image away; one that is gone already is as good. It may be repeated, so no answer leaves a doubt."""
    try:
        client.files_delete(file=file)
    except SlackApiError as error:
        if name_of(error) in ("file_not_found", "file_deleted"):
            return NothingToSend("the image is gone already")
        return _unseen(of_api_error(error))
    except transport.FAILURES as error:
        return _unseen(transport.of_exception(error))
    return Accepted(None)
