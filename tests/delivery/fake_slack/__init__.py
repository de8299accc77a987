"""A local server that speaks as much of Slack as the program uses, and is strict about it."""

from tests.delivery.fake_slack.faults import BadGateway, Dropped, Fault, Html, Late, NotOk, RateLimited, Slow
from tests.delivery.fake_slack.people import Doing
from tests.delivery.fake_slack.server import FakeSlack
from tests.delivery.fake_slack.transcript import transcript
from tests.delivery.fake_slack.workspace import Channel, Posted, View, Whisper, Workspace

__all__ = [
    "BadGateway",
    "Channel",
    "Doing",
    "Dropped",
    "FakeSlack",
    "Fault",
    "Html",
    "Late",
    "NotOk",
    "Posted",
    "RateLimited",
    "Slow",
    "View",
    "Whisper",
    "Workspace",
    "transcript",
]
