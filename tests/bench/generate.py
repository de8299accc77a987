"""Fills a PostgreSQL database with a CRM of any size, by SQL alone; the same size gives the same rows.

Chance comes from PostgreSQL's own hash of the row number and a salt, so no row depends on the order of writing.
Rates of failure are those of a CRM that people work in: between none and a third, by column.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

VERSION = 4  # raised when the rows change, so that a database of an older kind is made anew


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows of each entity; the full size is 6.7 million in all."""

    users: int = 500
    accounts: int = 200_000
    contacts: int = 1_000_000
    opportunities: int = 500_000
    activities: int = 5_000_000

    def scaled(self, factor: float) -> Size:
        """The same company with ``factor`` times the records and the same people."""
        counts = (self.accounts, self.contacts, self.opportunities, self.activities)
        return Size(self.users, *(max(100, round(count * factor)) for count in counts))

    @property
    def rows(self) -> int:
        return self.users + self.accounts + self.contacts + self.opportunities + self.activities


_CHANCE = """
CREATE FUNCTION chance(i bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(i, salt) & 4294967295) / 4294967296.0::double precision $$;
CREATE FUNCTION pick(i bigint, salt bigint, n integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT mod((hashint8extended(i, salt) & 2147483647)::integer, n) $$
"""

_USERS = """
CREATE TABLE users AS SELECT i AS id,
    'User ' || i AS name, 'user' || i AS login, 'user' || i || '@crm.example' AS email,
    chance(i, 1) > 0.04 AS active, 1 + (i - 1) / 10 AS team_id, 'Team ' || (1 + (i - 1) / 10) AS team_name,
    nullif(i - mod(i - 1, 10), i) AS manager_id, timestamp '2018-01-01' + i * interval '1 day' AS created_at
FROM generate_series(1, {users}) AS i
"""

_ACCOUNTS = """
CREATE TABLE accounts AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.002 THEN 1 + pick(i, 2, {users}) END AS owner_id,
    CASE WHEN chance(i, 3) > 0.0001 THEN 'Company ' || i END AS name,
    CASE WHEN chance(i, 4) > 0.18 THEN
        CASE WHEN chance(i, 5) > 0.012 THEN (10000000 + pick(i, 6, 89999999))::text ELSE 'DK-' || pick(i, 6, 999999) END
    END AS company_number,
    CASE WHEN chance(i, 7) > 0.07 THEN 'https://company' || i || '.example' END AS website,
    CASE WHEN chance(i, 8) > 0.003 THEN (ARRAY['DK','NO','SE','FI','DE','GB'])[1 + pick(i, 9, 6)] ELSE 'Denmark' END
        AS country_code,
    CASE WHEN chance(i, 10) > 0.25 THEN (ARRAY['Food','Building','Transport','Energy','Retail'])[1 + pick(i, 11, 5)] END
        AS industry,
    CASE WHEN chance(i, 12) > 0.3 THEN CASE WHEN chance(i, 13) > 0.004 THEN 1 + pick(i, 14, 4000) ELSE 0 END END
        AS employees,
    timestamp '2019-01-01' + chance(i, 15) * interval '2800 days' AS created_at
FROM generate_series(1, {accounts}) AS i
"""

_CONTACTS = """
CREATE TABLE contacts AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.002 THEN 1 + pick(i, 2, {users}) END AS owner_id,
    CASE WHEN chance(i, 3) > 0.06 THEN 1 + pick(i, 4, {accounts}) END AS account_id,
    CASE WHEN chance(i, 5) > 0.01 THEN 'First' || pick(i, 6, 500) END AS first_name,
    CASE WHEN chance(i, 7) > 0.0005 THEN 'Last' || pick(i, 8, 3000) END AS last_name,
    CASE WHEN chance(i, 9) > 0.11 THEN
        'person' || CASE WHEN chance(i, 10) > 0.05 THEN i ELSE 1 + pick(i, 11, {contacts}) END
        || CASE WHEN chance(i, 12) > 0.015 THEN '@' ELSE ' at ' END || 'mail.example'
    END AS email,
    CASE WHEN chance(i, 13) > 0.35 THEN '+45 ' || 20000000 + pick(i, 14, 11999999) END AS phone,
    CASE WHEN chance(i, 15) > 0.003 THEN (ARRAY['DK','NO','SE','FI','DE','GB'])[1 + pick(i, 16, 6)] ELSE '' END
        AS country_code,
    CASE WHEN chance(i, 17) > 0.2 THEN (ARRAY['Contract','Consent','Legitimate interest'])[1 + pick(i, 18, 3)] END
        AS consent_basis,
    timestamp '2019-01-01' + chance(i, 19) * interval '2800 days' AS created_at
FROM generate_series(1, {contacts}) AS i
"""

_OPPORTUNITIES = """
CREATE TABLE opportunities AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.001 THEN 1 + pick(i, 2, {users}) END AS owner_id,
    CASE WHEN chance(i, 3) > 0.03 THEN 1 + pick(i, 4, {accounts}) END AS account_id,
    CASE WHEN chance(i, 5) > 0.2 THEN 1 + pick(i, 6, {contacts}) END AS contact_id,
    'Deal ' || i AS name,
    CASE WHEN chance(i, 24) < 0.0001 THEN 'OPEN'
        WHEN stage_order = 5 THEN 'won' WHEN stage_order = 6 THEN 'lost' ELSE 'open' END
        AS status,
    (ARRAY['New','Qualified','Offer','Negotiation','Won','Lost'])[stage_order] AS stage, stage_order,
    (ARRAY['new','qualified','offer','offer','closed','closed'])[stage_order] AS stage_phase,
    CASE WHEN chance(i, 8) > 0.09 THEN CASE WHEN chance(i, 9) > 0.003 THEN 1000 + pick(i, 10, 2000000) ELSE 0 END END
        ::numeric(14, 2) AS amount,
    CASE stage_order WHEN 5 THEN 100 WHEN 6 THEN 0 ELSE 10 * stage_order END
        + CASE WHEN chance(i, 11) < 0.0002 THEN 101 ELSE 0 END AS probability,
    CASE WHEN chance(i, 12) > 0.02 THEN created_at::date + 20 + pick(i, 13, 160) END AS close_date,
    CASE WHEN stage_order > 4 THEN
        created_at + (chance(i, 14) * 120 - CASE WHEN chance(i, 15) < 0.001 THEN 121 ELSE 0 END) * interval '1 day'
    END AS closed_at,
    CASE WHEN chance(i, 16) > 0.24 THEN 'Step ' || pick(i, 17, 40) END AS next_step,
    CASE WHEN stage_order = 6 AND chance(i, 18) > 0.15
        THEN (ARRAY['Price','Timing','Competitor'])[1 + pick(i, 19, 3)] END
        AS lost_reason,
    (ARRAY['Alpha','Beta','Gamma','Delta'])[1 + pick(i, 20, 4)] AS product,
    created_at
FROM (SELECT i, (ARRAY[1,2,3,4,5,5,5,6,6,6])[1 + pick(i, 7, 10)] AS stage_order,
    CASE WHEN pick(i, 7, 10) < 4 THEN timestamp '2026-09-20' + chance(i, 21) * interval '60 days'
    ELSE timestamp '2023-01-01' + chance(i, 21) * interval '1300 days' END AS created_at
    FROM generate_series(1, {opportunities}) AS i) AS d
"""

_ACTIVITIES = """
CREATE TABLE activities AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.015 THEN 1 + pick(i, 2, {users}) END AS owner_id,
    kind,
    CASE WHEN chance(i, 4) < 0.12 THEN 'open' WHEN chance(i, 4) < 0.15 THEN 'cancelled' ELSE 'done' END AS status,
    CASE WHEN chance(i, 5) > 0.04 THEN 'Subject ' || pick(i, 6, 5000) END AS subject,
    CASE WHEN chance(i, 7) > 0.01 THEN created_at - chance(i, 8) * interval '3 days' END AS happened_at,
    CASE WHEN kind = 'task' THEN created_at + chance(i, 9) * interval '14 days' END AS due_at,
    CASE WHEN chance(i, 10) > 0.1 THEN 1 + pick(i, 11, {accounts}) END AS account_id,
    CASE WHEN chance(i, 12) > 0.3 THEN 1 + pick(i, 13, {contacts}) END AS contact_id,
    CASE WHEN chance(i, 14) > 0.4 THEN 1 + pick(i, 15, {opportunities}) END AS opportunity_id,
    created_at
FROM (SELECT i, CASE WHEN chance(i, 16) < 0.0003 THEN 'fax' ELSE
    (ARRAY['call','call','call','meeting','task','task','email','email','email','note'])[1 + pick(i, 3, 10)] END
    AS kind,
    timestamp '2024-01-01' + chance(i, 17) * interval '1050 days' AS created_at
    FROM generate_series(1, {activities}) AS i) AS a
"""

TABLES = {
    "users": _USERS,
    "accounts": _ACCOUNTS,
    "contacts": _CONTACTS,
    "opportunities": _OPPORTUNITIES,
    "activities": _ACTIVITIES,
}


def ensure(server: sa.URL, name: str, size: Size, *, fresh: bool = False) -> sa.URL:
    """A database of that name and size on the server, made when it is not there; kept afterwards."""
    url, mark = server.set(database=name), f"{VERSION}:{size.rows}"
    admin = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        there = connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}).scalar()
        if there and not fresh and _mark(url) == mark:
            return url
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    _fill(url, size, mark)
    return url


def _mark(url: sa.URL) -> str | None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.execute(sa.text("SELECT to_regclass('bench')")).scalar() is None:
            return None
        return str(connection.execute(sa.text("SELECT mark FROM bench")).scalar())


def _fill(url: sa.URL, size: Size, mark: str) -> None:
    counts = {name: getattr(size, name) for name in TABLES}
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in _CHANCE.split(";\n"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        for table, create in TABLES.items():
            connection.exec_driver_sql(create.format(**counts))
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
            connection.exec_driver_sql(f"VACUUM (ANALYZE, FREEZE) {table}")
        connection.exec_driver_sql(f"CREATE TABLE bench AS SELECT '{mark}'::text AS mark")
        connection.exec_driver_sql("CHECKPOINT")
