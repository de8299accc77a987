"""Where people are reached: a direct message on Slack, else e-mail, else nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from monitor.adoption.organisation import Member
from monitor.app.project import OpenProject
from monitor.store.slack_users import SlackUsers

SLACK, MAIL = "slack:", "mail:"
"""How the names of targets begin: a channel or a person on Slack, a person's mail. A route's mail is ``email:NAME``."""


def way(target: str) -> str:
    """How a person's target reaches them, in words: ``Slack``, ``e-mail``, or nothing."""
    return "Slack" if target.startswith(SLACK) else "e-mail" if target.startswith(MAIL) else ""


_AS_LONG = timedelta(days=7)
"""For how long Slack's answer counts, that somebody is not there too."""


class Reaching:
    """Finds each person's target. Slack is asked by e-mail address, unless ``config/people.yaml`` gives the user ID.

    ``trouble`` is why Slack could not be asked, once it could not.
    """

    def __init__(self, opened: OpenProject) -> None:
        self._opened = opened
        self._settings = opened.project.settings
        self._stored = SlackUsers(opened.state.database)
        self._known: Mapping[str, str] | None = None
        self.trouble = ""

    def target(self, member: Member) -> str:
        """``slack:U…``, ``mail:KEY``, or nothing."""
        slack = self._slack(member)
        if slack:
            return f"{SLACK}{slack}"
        return f"{MAIL}{member.key}" if self._settings.smtp is not None and member.email else ""

    def unreachable(self, members: Iterable[Member]) -> list[Member]:
        """Those who cannot be sent anything."""
        return [member for member in members if not self.target(member)]

    def why_nobody(self, then: str) -> str:
        """Why nobody at all could be reached, and what to do next; ``then`` says what sends it after that."""
        slack = self._settings.slack
        if self._settings.smtp is None and (slack is None or slack.token is None):
            what = "set up smtp, or slack with a token, in config/monitor.yaml"
        elif self.trouble:
            what = f"Slack could not be asked who is who ({self.trouble}): crm-monitor doctor says more"
        else:
            what = "they have no Slack ID and no e-mail address: write one into config/people.yaml"
        return f"nobody could be reached: {what}, then {then}"

    def _slack(self, member: Member) -> str:
        settings = self._settings.slack
        if settings is None or settings.token is None:
            return ""
        if member.slack or not member.email:
            return member.slack
        if self._known is None:
            self._known = dict(self._stored.known(self._opened.clock() - _AS_LONG))
        if member.key not in self._known:
            self._ask(member, settings.token.get_secret_value)
        return self._known.get(member.key, "")

    def _ask(self, member: Member, token: Callable[[], str]) -> None:
        from monitor.delivery.slack_people import NotTold, SlackPeople

        if self.trouble:
            return
        found = SlackPeople(token(), base_url=self._opened.slack_address).find(member.email)
        if isinstance(found, NotTold):
            self.trouble = found.reason
            return
        self._stored.note(member.key, found, self._opened.clock())
        self._known = {**(self._known or {}), member.key: found}
