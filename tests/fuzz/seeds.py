"""The valid files that odd ones are made of: the built-in library, this repository's project, the documentation."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.acceptance import small_crm
from tests.docs.pages import PAGES, blocks

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"# ((?:config|expectations|checks)/\S+\.yaml)")
_MONITOR = """\
name: Everything
time_zone: Europe/Copenhagen
country: DK
currency: DKK
connection:
  {url: "${CRM_URL}", crm: crms/small.yaml, link_base: https://crm.example, statement_timeout: 60s, max_scans: 2}
state: {url: "sqlite:///state/monitor.db"}
slack:
  {token: "${SLACK_BOT_TOKEN}", app_token: "${SLACK_APP_TOKEN}", channel: C0CRM0001,
   permissions: {default: [U0ANNA001]}}
smtp: {host: 127.0.0.1, port: 1, from: crm@example.com, user: crm, password: "${SMTP_PASSWORD}"}
alerts: {failing_runs: 1, passing_runs: 1, keep_keys: 100}
working_time: {days_off: [2026-12-24], quiet_weeks: [28, 29]}
people: {service_accounts: [sync]}
"""
_PEOPLE = """\
sponsor: user1
admins: [user2]
absences: absence.csv
seats: {bought: 20, cost_per_month: 500, currency: DKK}
roles: {seller: {title: [Sales]}}
people: [{user: user3, role: seller, start: 2026-01-01, slack: U0ANNA001}]
"""
_CONNECTION = 'connection: {url: "${CRM_URL}", crm: crms/small.yaml}\n'
_OTHERS = re.compile(r"extends: builtin/(?!opportunities)")
_SCHEDULE = """\
time_zone: Australia/Lord_Howe
jobs:
  deals:
    {do: check, cron: "*/15 6-20 * * mon-fri", entities: [opportunities], spread: 5m, overlap: skip, catch_up: none}
  tagged: {do: check, cron: 0 6 last-fri * *, time_zone: America/Sao_Paulo, timeout: 2h, catch_up_within: 3d}
  beat: {do: heartbeat, every: 90s, ping: "${PING_URL}"}
"""


@cache
def texts(kind: str) -> tuple[str, ...]:
    """Valid files of a kind: monitor, routes, schedule, people, mandate, suites, measures, statuses, figures, maps."""
    found = [path.read_text(encoding="utf-8") for path in _paths(kind)]
    found += [block.text for page in PAGES for block in blocks(page, "yaml") if _kind(block.text) == kind]
    found += _OWN.get(kind, ())
    if kind == "monitor":  # the documentation shows parts, too
        found = [text if "connection:" in text else _CONNECTION + text for text in found]
    if kind == "suites":
        found = [text for text in found if not _OTHERS.search(text)]
    assert found, f"no valid file of the kind {kind}"
    return tuple(dict.fromkeys(found))


@cache
def trees(kind: str) -> tuple[Any, ...]:
    """The same, read."""
    read = [_plain(YAML(typ="safe", pure=True).load(text)) for text in texts(kind)]
    return tuple(part for tree in read for part in _parts(tree))


def _parts(tree: dict[str, Any]) -> list[Any]:
    """A large file as several small ones, each with a few of its entries: they are read a hundred times as fast."""
    name, longest = max(tree.items(), key=lambda item: len(item[1]) if isinstance(item[1], (dict, list)) else 0)
    if len(str(longest)) < 2_000:
        return [tree]
    steps = range(0, len(longest), 2)
    if isinstance(longest, list):
        return [{**tree, name: longest[at : at + 2]} for at in steps]
    return [{**tree, name: dict(list(longest.items())[at : at + 2])} for at in steps]


def bad(kind: str) -> tuple[str, ...]:
    """The files that are wrong in one way each."""
    folder = ROOT / "tests" / "settings" / "bad" / kind
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml")))


def _paths(kind: str) -> list[Path]:
    globs = {
        "monitor": ("config/monitor.yaml",),
        "schedule": ("config/schedule.yaml", "config/schedules/*.yaml"),
        "suites": ("expectations/*.yaml", "expectations/builtin/*.yaml"),
        "measures": ("checks/adoption.yaml", "checks/builtin/adoption@*.yaml"),
        "statuses": ("checks/builtin/statuses@*.yaml",),
        "figures": ("checks/builtin/figures@*.yaml",),
        "maps": ("config/crms/*.yaml",),
    }
    return [path for pattern in globs.get(kind, ()) for path in sorted(ROOT.glob(pattern))]


def _kind(text: str) -> str:
    named = _NAMED.match(text)
    if named is None:
        return ""
    path = Path(named[1])
    kinds = {"expectations": "suites", "adoption": "measures", "crms": "maps"}
    return kinds.get(path.parts[0]) or kinds.get(path.parent.name) or kinds.get(path.stem, path.stem)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


_OWN: dict[str, tuple[str, ...]] = {
    "monitor": (_MONITOR, small_crm.SETTINGS),
    "people": (_PEOPLE,),
    "schedule": (_SCHEDULE,),
    "maps": (small_crm.MAP,),
    "suites": (small_crm.USERS, small_crm.ACCOUNTS, small_crm.OPPORTUNITIES),
}
MONITOR, PEOPLE = _MONITOR, _PEOPLE
