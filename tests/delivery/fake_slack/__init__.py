"""A local server that speaks as much of Slack as the program uses, and is strict about it."""

from tests.delivery.fake_slack.faults import BadGateway, Dropped, Fault, Html, Late, NotOk, RateLimited, Slow
from tests.delivery.fake_slack.server import FakeSlack
from tests.delivery.fake_slack.workspace import Channel, Posted, Workspace

__all__ = [
    "BadGateway",
    "Channel",
    "Dropped",
    "FakeSlack",
    "Fault",
    "Html",
    "Late",
    "NotOk",
    "Posted",
    "RateLimited",
    "Slow",
    "Workspace",
]
