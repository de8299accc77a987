"""A small CRM that people use, on any database: calls and deals of sixteen weeks, and the project that watches it.

Keys, names, logins and addresses of persons are texts that occur nowhere else, so that they can be looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance.small_crm import SmallCrm

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
"""A Monday morning: week 47 is over."""
WEEKS = 16
_metadata = sa.MetaData()
_text = sa.String(200)


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, _metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)


team = _table("team", sa.Column("title", _text))
staff = _table(
    "staff",
    *(sa.Column(name, _text) for name in ("full_name", "login", "mail", "kind")),
    sa.Column("team_id", sa.Integer),
    sa.Column("boss_id", sa.Integer),
    sa.Column("hired_at", sa.DateTime),
)
call = _table(
    "call_made",
    sa.Column("staff_id", sa.Integer),
    *(sa.Column(name, _text) for name in ("subject", "result")),
    sa.Column("at", sa.DateTime),
    sa.Column("entered_at", sa.DateTime),
)
deal = _table(
    "deal",
    *(sa.Column(name, _text) for name in ("title", "outcome", "next_action")),
    sa.Column("staff_id", sa.Integer),
    sa.Column("value", sa.Integer),
    sa.Column("created_at", sa.DateTime),
    sa.Column("closed_at", sa.DateTime),
)
login = _table("login", sa.Column("staff_id", sa.Integer), sa.Column("at", sa.DateTime))
TABLES = [team, staff, call, deal, login]

DIRECTOR, NORTH_LEAD, SOUTH_LEAD, DESK_LEAD, ROBOT = 70001, 70002, 70003, 70004, 70099
NORTH, SOUTH, DESK = range(70011, 70017), range(70021, 70027), range(70031, 70034)
FADED = NORTH[0]
SILENT = NORTH[1]
"""Never did anything but log in."""
TEAMS = {1: (NORTH_LEAD, NORTH), 2: (SOUTH_LEAD, SOUTH), 3: (DESK_LEAD, DESK)}
NAMES = {1: "Northern sales", 2: "Southern sales", 3: "Front desk"}

MAP = """\
map: used
title: The CRM that is used
entities:
  users:
    from: staff AS s LEFT JOIN team AS t ON t.id = s.team_id
    key: s.id
    columns:
      {name: s.full_name, login: s.login, email: s.mail, kind: s.kind, manager_key: s.boss_id,
       team_key: s.team_id, team_name: t.title, created_at: s.hired_at, active: "1"}
    disclose: [team_name]
  opportunities:
    from: deal AS d
    key: d.id
    columns:
      {owner_key: d.staff_id, name: d.title, status: d.outcome, amount: d.value, next_step: d.next_action,
       created_at: d.created_at, created_by: d.staff_id, closed_at: d.closed_at}
    disclose: [status]
  activities:
    from: call_made AS c
    key: c.id
    columns:
      {owner_key: c.staff_id, kind: "'call'", status: "'done'", subject: c.subject, happened_at: c.at,
       created_at: c.entered_at, created_by: c.staff_id}
    disclose: [kind, status]
  logins:
    from: login AS l
    columns: {user_key: l.staff_id, at: l.at}
capabilities: {logins: available}
"""
SUITE = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: next_step}
  meta:
    {id: deal-without-next-step, dimension: completeness, title: Deals without a next step, warn: 5%, fail: 20%,
     fix: Write one down.}
"""
SETTINGS = """\
name: Used
time_zone: Europe/Copenhagen
country: DK
currency: DKK
connection: {url: "${CRM_URL}", crm: crms/used.yaml}
"""
MANDATE = """\
purpose: To see where help is needed with the CRM.
legal_basis: GDPR art. 6(1)(f)
recipients: managers
consulted: {who: the representatives, on: 2026-01-10}
informed: {how: a letter to everybody, on: 2026-02-01}
review_on: 2999-01-01
country: DK
contact: the CRM team
"""


class UsedCrm(SmallCrm):
    """The CRM, and its project."""

    def settings(self, text: str = "") -> None:
        self.write("config/monitor.yaml", SETTINGS + text)

    def write(self, name: str, text: str) -> None:
        """A file of the project's; an empty one is taken away."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if not text:
            path.unlink()

    def mandate(self, text: str = MANDATE) -> None:
        self.write("config/mandate.yaml", text)

    def add(self, table: sa.Table, *rows: dict[str, Any]) -> None:
        """More rows, as the CRM's own program would write them."""
        engine = sa.create_engine(driver_url(self.url), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.insert(table), list(rows))

    def write_to_crm(self, *statements: str) -> None:
        """What the CRM's own program, or its users, change."""
        engine = sa.create_engine(driver_url(self.url), poolclass=sa.NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def without_address(self, *people: int) -> None:
        """The CRM knows no e-mail address of these people."""
        self.write_to_crm(*(f"UPDATE staff SET mail = '' WHERE id = {key}" for key in people))

    def hire(self, team: range, count: int) -> None:
        """So many more people in the team of these."""
        self.add(
            staff, *({**_person(team[0]), "id": 71000 + number, "login": f"new{number}"} for number in range(count))
        )

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """What a query written by hand finds."""
        engine = sa.create_engine(driver_url(self.url), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    @property
    def state(self) -> Path:
        return self.folder / "state" / "monitor.db"


def make(url: sa.URL, folder: Path) -> UsedCrm:
    """Fill the empty database and write the project; without a mandate, Slack or mail."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        _metadata.create_all(connection)
        for table, rows in _rows().items():
            connection.execute(sa.insert(table), rows)
    crm = UsedCrm(url, folder)
    crm.write("config/crms/used.yaml", MAP)
    crm.write("expectations/opportunities.yaml", SUITE)
    crm.write("config/people.yaml", f"sponsor: {DIRECTOR}\n")
    crm.settings()
    crm.watched_as(url)
    return crm


def everybody() -> list[int]:
    """The persons' keys."""
    return [DIRECTOR, *(lead for lead, _ in TEAMS.values()), *NORTH, *SOUTH, *DESK]


def traces(key: int) -> tuple[str, ...]:
    """By what a person would be recognised: key, name, login and address."""
    return (str(key), f"Sur{key}name", f"log{key}in", f"at{key}box@")


def weekdays(since: date, until: date) -> Iterator[date]:
    """The days from Monday to Friday, the last one included."""
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return (day for day in days if day.weekday() < 5)


def calls_of(key: int, day: date) -> int:
    """How many calls somebody makes on a working day: fewer and fewer the one who fades."""
    if key in (SILENT, ROBOT, DIRECTOR):
        return 0
    if key == FADED and day > date(2026, 10, 18):
        return int(day.weekday() == 0 and day.day % 2 == 0)
    return 1 + (key + day.day) % 3


def _rows() -> dict[sa.Table, list[dict[str, Any]]]:
    first, last = date(2026, 11, 22) - timedelta(weeks=WEEKS, days=-1), date(2026, 11, 20)
    calls = [
        {"staff_id": key, "subject": "Called", "result": "ok", "at": _at(day, 9 + n), "entered_at": _at(day, 15)}
        for day in weekdays(first, last)
        for key in everybody()
        for n in range(calls_of(key, day))
    ]
    logins = [{"staff_id": key, "at": _at(day, 7)} for day in weekdays(first, last) for key in everybody()]
    deals = [_deal(number, first) for number in range(400)]
    return {
        team: [{"id": key, "title": title} for key, title in NAMES.items()],
        staff: [_person(key) for key in (*everybody(), ROBOT)],
        call: calls,
        deal: deals,
        login: logins,
    }


def _deal(number: int, first: date) -> dict[str, Any]:
    owners = [*NORTH[2:], *SOUTH, *DESK]
    day = first + timedelta(days=number * 7 * WEEKS // 400)
    open_ = number % 3 == 0
    return {
        "title": f"Deal {number}",
        "outcome": "open" if open_ else "won",
        "next_action": "" if number % 5 == 0 else "Call",
        "staff_id": owners[number % len(owners)],
        "value": 1000 + number,
        "created_at": _at(day, 10),
        "closed_at": None if open_ else _at(min(day + timedelta(days=number % 20), date(2026, 11, 22)), 12),
    }


def _person(key: int) -> dict[str, Any]:
    found = next((number for number, (lead, people) in TEAMS.items() if key == lead or key in people), None)
    boss = DIRECTOR if key in (NORTH_LEAD, SOUTH_LEAD, DESK_LEAD) else TEAMS[found][0] if found else None
    return {
        "id": key,
        "full_name": f"Person Sur{key}name",
        "login": f"log{key}in",
        "mail": f"at{key}box@firm.example",
        "kind": "integration" if key == ROBOT else "person",
        "team_id": found,
        "boss_id": boss,
        "hired_at": datetime(2025, 1, 7, 9),  # noqa: DTZ001 - as a CRM stores it
    }


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour))  # naive, as a CRM stores it: UTC
