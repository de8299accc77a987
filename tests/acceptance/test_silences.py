"""Somebody says that nobody needs to be told for a while: nobody is, and then everybody."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.store.state import State
from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_life import CHECK

pytestmark = pytest.mark.journeys

WHY = ("--why", "an import is being mended")


def test_a_silenced_problem_is_told_when_the_silence_is_over(slack: SlackChannel) -> None:
    slack.check()
    added = slack.run("silence", "add", "--check", "deal-*", "--for", "2h", *WHY)
    assert added.exit_code == 0
    assert "Silence 1: check deal-* from now until" in added.said
    assert "Nothing that is open now falls under it." in added.said
    slack.crm.without_account(11, 25)
    assert "silenced" in slack.check().said
    assert slack.roots == []
    assert "silence 1 of" in slack.run("route", "test", CHECK).said
    assert "Silence 1 has ended, 1 hour and 59 minutes before its time" in slack.run("silence", "expire", 1).said
    slack.check()
    assert [root.text[:8] for root in slack.roots] == ["Failing:"]


def test_a_silence_says_which_open_incidents_it_is_about_and_which_touch_other_teams(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    about = slack.run("silence", "add", "--entity", "opportunities", "--severity", "warning", "--for", "1d", *WHY)
    assert "Of what is open now, it is about incident #1." in about.said
    north = slack.run("silence", "add", "--team", "north", "--for", "1d", *WHY)
    assert "Silence 2: team North" in north.said
    assert "Incident #1 touches other teams, too, and will still be told." in north.said


def test_silences_are_listed_and_those_that_are_over_stay_so_with_all(slack: SlackChannel) -> None:
    assert "There is no silence." in slack.run("silence", "list").said
    slack.run("silence", "add", "--check", "deal-*", "--for", "2h", *WHY)
    slack.run("silence", "add", "--tag", "x", "--kind", "data", "--for", "2h", *WHY)  # there is no such tag
    slack.run("silence", "add", "--dimension", "validity", "--from", "2126-03-02", "--until", "2126-03-02", *WHY)
    listed = slack.run("silence", "list").said
    me = getpass.getuser()
    assert f"2 dimension validity an import is being mended {me} Sun 03 Mar 2126 00:00 from Sat 02 Mar 2126" in listed
    assert f"1 check deal-* an import is being mended {me}" in listed
    slack.run("silence", "expire", 1)
    assert "deal-*" not in slack.run("silence", "list").said
    assert f"ended by {me}" in slack.run("silence", "list", "--all").said
    again = slack.run("silence", "expire", 1)
    assert (again.exit_code, "silence 1 is over already" in again.said) == (2, True)
    assert "silence 7 is not there" in slack.run("silence", "expire", 7).said


def test_a_day_is_until_its_end_and_times_are_the_projects(slack: SlackChannel) -> None:
    ahead = datetime.now(UTC).astimezone(ZoneInfo("Europe/Copenhagen")).date() + timedelta(days=3)
    times = ("--from", f"{ahead} 08:30", "--until", f"{ahead}")
    assert slack.run("silence", "add", "--check", CHECK, *times, *WHY).exit_code == 0
    with State.open(f"sqlite:///{slack.crm.folder}/state/monitor.db") as state:
        [kept] = state.silences.list()
    zone = ZoneInfo("Europe/Copenhagen")
    assert kept.starts_at == datetime(ahead.year, ahead.month, ahead.day, 8, 30, tzinfo=zone)
    assert kept.ends_at.astimezone(zone).date() == ahead + timedelta(days=1)
    assert (kept.by, kept.why) == (getpass.getuser(), "an import is being mended")


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        (["--for", "2h", *WHY], 2, "say what is to be silent for example --check 'deal-*'"),
        (["--check", "*", "--for", "2h"], 2, "--why is missing or empty"),
        (["--check", "*", *WHY], 2, "say either --for or --until: every silence ends"),
        (["--check", "*", "--for", "2h", "--until", "2126-01-01", *WHY], 2, "say either --for or --until"),
        (["--check", "*", "--for", "2", *WHY], 2, "--for must be a duration: write a number and a unit: 60s, 5m, 2h"),
        (["--check", "*", "--until", "soon", *WHY], 2, "'soon' is no moment: write it as YYYY-MM-DD"),
        (["--check", "*", "--until", "2020-01-01", *WHY], 2, "the silence would be over before it begins"),
        (["--check", "*", "--for", "400d", *WHY], 2, "a silence lasts a year at the most"),
        (["--check", "deal-without-acount", "--for", "2h", *WHY], 5, "did you mean 'deal-without-account'?"),
        (["--check", "lead-*", "--for", "2h", *WHY], 5, "there is no check 'lead-*'"),
        (["--entity", "deals", "--for", "2h", *WHY], 5, "there is no entity 'deals'"),
        (["--team", "West", "--for", "2h", *WHY], 5, "there are: Desk, North, South"),
        (["--tag", "x", "--for", "2h", *WHY], 5, "no check has the tag 'x'"),
    ],
)
def test_what_cannot_be_meant_is_refused(slack: SlackChannel, said: list[str], code: int, told: str) -> None:
    refused = slack.run("silence", "add", *said)
    assert refused.exit_code == code
    assert told in refused.said
    assert "There was no silence." in slack.run("silence", "list", "--all").said
