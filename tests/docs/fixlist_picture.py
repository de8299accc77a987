"""The message with one seller's fix list, of the demo, as Slack shows it to that person."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from monitor.app.demo import Demo
from monitor.app.fixlist_rendering import FIXLIST, FixListRendering
from monitor.app.fixlist_seen import observe, owners_failing
from monitor.app.fixlist_sending import current_week
from monitor.app.project import OpenProject, open_project
from monitor.fixlist.build import fix_list
from monitor.fixlist.message import fixlist_message
from monitor.fixlist.model import Named, Seen
from monitor.fixlist.told import tell, to_json
from monitor.language import language
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from tests.docs.slack_page import page
from tests.fixlist.making import CHECKS, KNOWN
from tests.fixlist.test_message import NOTHING, around, mending, told


def fixlist_page(demo: Demo, moment: datetime) -> str:
    """The page of the direct messages to whoever mended most and has some left."""
    with open_project(demo.folder, {}, clock=lambda: moment) as opened:
        message = _message(opened)
        at = moment.astimezone(opened.project.zone)
    return page(
        [to_slack(message)],
        channel="CRM Monitor",
        topic="a direct message: only its owner sees it",
        day=f"{at:%A, %B} {at.day}",
        time=f"{at:%H:%M}",
        sign="",
    )


def _message(opened: OpenProject) -> Message:
    members = opened.organisation.members
    owners = {owner for owner in owners_failing(opened) if owner in members and members[owner].is_person}
    seen = observe(opened, owners)
    assert seen.as_of is not None
    mended = Counter({owner: len(seen.of([owner]).mended) for owner in sorted(owners)})
    owner = next(owner for owner, _ in mended.most_common() if len(seen.of([owner]).lines) > 5)
    now_told = tell(seen.of([owner]), seen.of(()), None, seen.as_of)
    assert now_told is not None
    fixlists, now = opened.state.fixlists, opened.clock()
    fixlists.subscribe(owner, owner, now)
    payload = {"type": FIXLIST, "language": "en"}
    made = fixlists.create(owner, current_week(opened), to_json(now_told), f"mail:{owner}", payload, now)
    assert made is not None
    return FixListRendering(opened, opened.state).message(made.messages[0])


def fixlist_kinds() -> str:
    """The other messages: to whoever looks after what people left behind, and when all is mended. Made up."""
    left = [Seen("step", "a", "gone", amount=Decimal(240_000)), Seen("amount", "b", "gone"), Seen("phone", "c", "gone")]
    names = {"a": "Skovby roof renewal", "b": "Fjord Logistics, service contract", "c": "Havnens Bageri"}
    handed = fix_list(CHECKS, KNOWN, left)
    named = {line.id: Named(names[line.key], f"https://crm.example.com/{line.key}") for line in handed.lines}
    done = fix_list(CHECKS, KNOWN, [Seen("step", key, "7", now=False, then=True) for key in "defg"])
    english = language("en")
    messages = (
        fixlist_message(told(NOTHING, handed), around(named), english),
        fixlist_message(told(done, last=told(mending(4))), around(), english),
    )
    return page(
        [to_slack(message) for message in messages],
        channel="CRM Monitor",
        topic="direct messages: only their reader sees them",
        day="Monday, November 23",
        time=["08:00", "Nov 30 at 08:00"],  # as they say themselves
        sign="",
    )
