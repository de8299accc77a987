"""A small CRM of the tests' own, on any database: twelve people in three teams, twenty customers, a hundred deals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import sqlalchemy as sa

from monitor.crm.connection import driver_url

DEALS = 100
_metadata = sa.MetaData()
_text = sa.String(200)
team = sa.Table("team", _metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", _text))
staff = sa.Table(
    "staff",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, _text) for name in ("full_name", "login", "mail", "kind")),
    sa.Column("active", sa.Integer),
    sa.Column("team_id", sa.Integer),
)
customer = sa.Table(
    "customer",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, _text) for name in ("title", "mail", "phone", "sector", "memo")),
    sa.Column("owner_id", sa.Integer),
    sa.Column("created_at", sa.DateTime),
)
deal = sa.Table(
    "deal",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, _text) for name in ("title", "outcome", "next_action", "source", "score")),
    sa.Column("customer_id", sa.Integer),
    sa.Column("value", sa.Numeric(12, 2)),
    sa.Column("expected_on", sa.Date),
    sa.Column("owner_id", sa.Integer),
    sa.Column("created_at", sa.DateTime),
    sa.Column("created_by", sa.Integer),
)

MAP = """\
map: small
title: The small CRM
entities:
  users:
    from: staff AS s LEFT JOIN team AS t ON t.id = s.team_id
    key: s.id
    columns:
      name: s.full_name
      login: s.login
      email: s.mail
      active: s.active
      kind: s.kind
      team_key: s.team_id
      team_name: t.title
    disclose: [team_name]
  accounts:
    from: customer AS c
    key: c.id
    columns:
      owner_key: c.owner_id
      name: c.title
      email: c.mail
      phone: c.phone
      industry: c.sector
      created_at: c.created_at
    disclose: [industry]
  opportunities:
    from: deal AS d
    key: d.id
    columns:
      owner_key: d.owner_id
      name: d.title
      account_key: d.customer_id
      status: d.outcome
      amount: d.value
      close_date: d.expected_on
      next_step: d.next_action
      source: d.source
      created_at: d.created_at
      created_by: d.created_by
    disclose: [status, source]
    link: "{base}/deals/{key}"
"""
USERS = """\
name: users
entity: users
standing: false
expectations:
- {type: expect_column_values_to_be_filled, kwargs: {column: email}, meta: {id: user-without-email, fail: 10%}}
- {type: expect_entity_volume_to_be_usual, kwargs: {max_drop: 20%}, meta: {id: users-volume}}
"""
ACCOUNTS = """\
name: accounts
entity: accounts
standing: false
expectations:
- type: expect_column_values_to_be_valid_email
  kwargs: {column: email}
  meta: {id: account-email-invalid, title: Customers whose e-mail cannot work, warn: 10%, fail: 50%}
- {type: expect_column_values_to_be_unique, kwargs: {column: name}, meta: {id: account-duplicate-name, warn: 50%}}
- {type: expect_entity_schema_to_be_unchanged, severity: critical, meta: {id: accounts-schema}}
"""
OPPORTUNITIES = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: account_key}
  severity: warning
  meta:
    id: deal-without-account
    title: Deals without an account
    warn: 5%
    fail: 20%
    why: The deal is missing from its customer's history.
    fix: Link the deal to its customer.
- type: expect_rows_to_satisfy
  kwargs: {condition: amount > 0}
  meta: {id: deal-without-amount, title: Open deals without an amount, when: "status = 'open'", warn: 20%, fail: 60%}
- {type: expect_column_values_to_be_filled, kwargs: {column: next_step}, meta: {id: deal-without-next-step, warn: 90%}}
- {type: expect_column_values_to_be_unique, kwargs: {column: name}, meta: {id: deal-duplicate-name, warn: 50%}}
- {type: expect_owners_to_be_active, meta: {id: deal-owner-gone, warn: 50%}}
- {type: expect_entity_volume_to_be_usual, kwargs: {max_drop: 20%}, severity: critical, meta: {id: deals-volume}}
- {type: expect_entity_schema_to_be_unchanged, severity: critical, meta: {id: deals-schema}}
"""
SETTINGS = """\
name: Small
time_zone: Europe/Copenhagen
currency: DKK
connection: {url: "${CRM_URL}", crm: crms/small.yaml, link_base: https://crm.example}
"""


@dataclass(frozen=True)
class SmallCrm:
    """The database, written to by the tests only, and the project in ``folder`` that watches it."""

    url: sa.URL
    folder: Path

    def execute(self, *statements: str) -> None:
        execute(self.url, *statements)

    def settings(self, text: str = "") -> None:
        """Write ``config/monitor.yaml``, with more at its end."""
        (self.folder / "config" / "monitor.yaml").write_text(SETTINGS + dedent(text), encoding="utf-8")

    def suite(self, entity: str, text: str) -> None:
        (self.folder / "expectations" / f"{entity}.yaml").write_text(text, encoding="utf-8")

    def without_account(self, first: int, last: int) -> None:
        """Take the account from the deals of these keys."""
        self.execute(f"UPDATE deal SET customer_id = NULL WHERE id BETWEEN {first} AND {last}")

    def mend(self) -> None:
        """Give every deal its account back."""
        self.execute("UPDATE deal SET customer_id = 1 + id % 20")

    def watched_as(self, url: sa.URL) -> None:
        """Let the project read the CRM through another URL."""
        (self.folder / ".env").write_text(f'CRM_URL="{url.render_as_string(hide_password=False)}"\n', encoding="utf-8")


def make(url: sa.URL, folder: Path, rows: Mapping[sa.Table, list[dict[str, Any]]] | None = None) -> SmallCrm:
    """Fill the empty database and write the project. At first 10 of 100 deals have no account: over warn, not fail."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        _metadata.create_all(connection)
        for table, made in (rows or _rows()).items():
            connection.execute(sa.insert(table), made)
    for name in ("config/crms", "expectations"):
        (folder / name).mkdir(parents=True)
    (folder / "config" / "crms" / "small.yaml").write_text(MAP, encoding="utf-8")
    crm = SmallCrm(url, folder)
    for entity, text in (("users", USERS), ("accounts", ACCOUNTS), ("opportunities", OPPORTUNITIES)):
        crm.suite(entity, text)
    crm.settings()
    crm.watched_as(url)
    return crm


def execute(url: sa.URL, *statements: str) -> None:
    """Run statements as the CRM's own program would."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _rows() -> dict[sa.Table, list[dict[str, Any]]]:
    entered = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=2)
    return {
        team: [{"id": 1, "title": "North"}, {"id": 2, "title": "South"}, {"id": 3, "title": "Desk"}],
        staff: [person(number) for number in range(1, 13)],
        customer: [account(number, entered) for number in range(1, 21)],
        deal: [a_deal(number, entered - timedelta(hours=number)) for number in range(1, DEALS + 1)],
    }


def person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "full_name": f"Person Number{number}",
        "login": f"p{number}",
        "mail": f"p{number}@firm.example",
        "kind": "integration" if number == 12 else "person",
        "active": 1,
        "team_id": 1 if number <= 5 else 2 if number <= 10 else 3,
    }


def account(number: int, entered: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Customer {number}",
        "mail": f"info@customer{number}.dk",
        "phone": f"+45 33 12 34 {number:02}",
        "sector": "Food",
        "memo": "",
        "owner_id": 1 + number % 11,
        "created_at": entered,
    }


def a_deal(number: int, entered: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Deal {number}",
        "outcome": ("open", "won", "lost", "open")[number % 4],
        "next_action": "Call",
        "source": "web",
        "score": "7",
        "customer_id": None if number <= 10 else 1 + number % 20,
        "value": Decimal(number * 1000) + Decimal("0.10"),
        "expected_on": date.today() + timedelta(days=30),  # noqa: DTZ011 - a day far enough ahead in any zone
        "owner_id": 1 + number % 12,
        "created_at": entered,
        "created_by": 12,
    }
