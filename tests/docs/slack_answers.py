"""What Slack shows of the rest: a manager's digest with its buttons, and what ``/crm`` answers to whoever typed it.

Made by the program itself, of the demo.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.adoption.week import IsoWeek
from monitor.app.demo import Demo
from monitor.app.digests import Digests
from monitor.app.project import OpenProject
from monitor.app.slack_app.asked import Asked
from monitor.app.slack_app.commands import commanded
from monitor.digest.buttons import digest_buttons
from monitor.digest.tree import digest_message
from monitor.language import language
from monitor.messages.interaction import Commanded, Private
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from tests.docs.slack_forms import ANN, with_slack
from tests.docs.slack_page import page

COMMANDS = ("status", "failing close-date-pased", "help")


def digest_page(demo: Demo, moment: datetime) -> str:
    """The digest of the manager whose team fades, as that manager gets it in Slack."""
    with with_slack(demo, moment) as opened:
        week = IsoWeek.of(moment.date()) + -1
        digests = Digests(opened, week, read=False)
        recipient = next(one for one in digests.managers() if one.key == demo.story.manager_key)
        made, english = digests.make(recipient), language("en")
        pressed = digest_buttons(made.snapshot, 1, english)
        assert pressed is not None
        message = digest_message(made.snapshot, english, buttons=True)
        shown = replace(message, blocks=(*message.blocks, pressed))
        topic = f"a direct message to {made.member.name}"
        return _page([shown], opened, moment, channel="CRM Monitor", topic=topic, private=False)


def commands_page(demo: Demo, moment: datetime) -> str:
    """The answers to ``COMMANDS``."""
    with with_slack(demo, moment) as opened:
        asked = Asked(opened, ANN, lambda _group: frozenset(), lambda _job: None)
        answers = []
        for number, text in enumerate(COMMANDS):
            answer = commanded(asked, Commanded(f"c{number}", ANN, text, "C0123ABCD"))
            assert isinstance(answer, Private), answer
            answers.append(answer.message)
        topic = " · ".join(f"/crm {text}" for text in COMMANDS)
        return _page(answers, opened, moment, channel="crm-data-quality", topic=topic, private=True)


def _page(
    messages: list[Message], opened: OpenProject, moment: datetime, *, channel: str, topic: str, private: bool
) -> str:
    at = moment.astimezone(opened.project.zone)
    return page(
        [to_slack(message) for message in messages],
        channel=channel,
        topic=topic,
        day=f"{at:%A, %B} {at.day}",
        time=f"{at:%H:%M}",
        how=["private" if private else ""] * len(messages),
        sign="# " if private else "",
    )
