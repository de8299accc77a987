"""The tables of the demo's CRM: a plausible product of its own, with names that a CRM map must translate.

Times are naive UTC text, money is in hundredths, activities lie in five tables, the customer of a deal is
found through a join table, and each table marks what was deleted in its own way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

_STAMPS = "created_at TEXT NOT NULL, created_by INTEGER, updated_at TEXT, updated_by INTEGER"
_ABOUT = "company_id INTEGER, person_id INTEGER, deal_id INTEGER"

TABLES = f"""
CREATE TABLE sales_team (id INTEGER PRIMARY KEY, title TEXT NOT NULL, country TEXT, manager_id INTEGER);
CREATE TABLE app_user (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, login TEXT NOT NULL UNIQUE, mail TEXT,
    job_title TEXT, user_type TEXT NOT NULL, is_active INTEGER NOT NULL, team_id INTEGER, reports_to INTEGER,
    hired_on TEXT, {_STAMPS});
CREATE TABLE absence (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, first_day TEXT NOT NULL,
    last_day TEXT NOT NULL);
CREATE TABLE import_batch (id INTEGER PRIMARY KEY, file_name TEXT NOT NULL, started_at TEXT NOT NULL, user_id INTEGER);
CREATE TABLE company (id INTEGER PRIMARY KEY, title TEXT, reg_no TEXT, web TEXT, mail TEXT, switchboard TEXT,
    sector TEXT, country TEXT, city TEXT,
    zip TEXT, revenue_tkr INTEGER, headcount INTEGER, relation TEXT, parent_id INTEGER,
    owner_id INTEGER, source TEXT, import_id INTEGER, archived INTEGER NOT NULL DEFAULT 0, {_STAMPS});
CREATE TABLE person (id INTEGER PRIMARY KEY, given_name TEXT, family_name TEXT, job_title TEXT, mail TEXT,
    mail_bounced INTEGER NOT NULL DEFAULT 0, phone TEXT, mobile TEXT, company_id INTEGER, country TEXT,
    no_marketing INTEGER NOT NULL DEFAULT 0, consent TEXT, owner_id INTEGER, source TEXT, import_id INTEGER,
    is_deleted INTEGER NOT NULL DEFAULT 0, {_STAMPS});
CREATE TABLE inquiry (id INTEGER PRIMARY KEY, subject TEXT, company_text TEXT, mail TEXT, phone TEXT,
    state TEXT NOT NULL, deal_id INTEGER, country TEXT, owner_id INTEGER, source TEXT,
    is_deleted INTEGER NOT NULL DEFAULT 0, {_STAMPS});
CREATE TABLE deal_stage (id INTEGER PRIMARY KEY, title TEXT NOT NULL, position INTEGER NOT NULL, phase TEXT NOT NULL,
    outcome TEXT NOT NULL);
CREATE TABLE deal (id INTEGER PRIMARY KEY, title TEXT, stage_id INTEGER NOT NULL, stage_since TEXT, value_cents INTEGER,
    currency TEXT, likelihood INTEGER, expected_on TEXT, closed_at TEXT, next_action TEXT, lost_because TEXT,
    product_line TEXT, person_id INTEGER, owner_id INTEGER, source TEXT, deleted_at TEXT, {_STAMPS});
CREATE TABLE deal_company (id INTEGER PRIMARY KEY, deal_id INTEGER NOT NULL, company_id INTEGER NOT NULL,
    role TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE call_log (id INTEGER PRIMARY KEY, subject TEXT, user_id INTEGER, started_at TEXT, minutes INTEGER,
    {_ABOUT}, {_STAMPS});
CREATE TABLE meeting (id INTEGER PRIMARY KEY, subject TEXT, organiser_id INTEGER, starts_at TEXT, state TEXT,
    {_ABOUT}, {_STAMPS});
CREATE TABLE todo (id INTEGER PRIMARY KEY, subject TEXT, assignee_id INTEGER, due_on TEXT, done_at TEXT,
    {_ABOUT}, {_STAMPS});
CREATE TABLE mail (id INTEGER PRIMARY KEY, subject TEXT, user_id INTEGER, sent_at TEXT,
    newsletter INTEGER NOT NULL DEFAULT 0, {_ABOUT}, {_STAMPS});
CREATE TABLE note (id INTEGER PRIMARY KEY, heading TEXT, author_id INTEGER,
    written_by_system INTEGER NOT NULL DEFAULT 0, {_ABOUT}, {_STAMPS});
CREATE TABLE field_history (id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, record_id INTEGER NOT NULL,
    field TEXT NOT NULL, old_value TEXT, new_value TEXT, changed_by INTEGER, changed_at TEXT NOT NULL);
CREATE TABLE login_log (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, at TEXT NOT NULL, succeeded INTEGER NOT NULL);
"""


def create(connection: sqlite3.Connection) -> None:
    """Create the empty tables."""
    connection.executescript(TABLES)


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Any]) -> None:
    """Insert dataclass rows whose fields are named as the table's columns; ids are given where there are none."""
    if not rows:
        return
    names = [field.name for field in fields(rows[0])]
    marks = ", ".join("?" * len(names))
    read = attrgetter(*names)
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", (_stored(read(row)) for row in rows)
    )


def _stored(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(_text(value) if isinstance(value, date) else value for value in values)


def _text(value: date) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    return value.isoformat()
