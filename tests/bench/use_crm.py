"""The CRM that people's use is measured on: 5 million activities of 500 users in 52 weeks, by SQL alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from tests.bench.generate import Size, ensure

ROWS = 5_000_000
WEEKS = 52
LAST = date(2026, 11, 15)
FIRST = LAST - timedelta(weeks=WEEKS) + timedelta(days=1)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
_SIZE = Size(500, 2000, 5000, 20_000, 1000)

# Written in the order of time, as a CRM does, with an index on the time; on working days from eight to four.
_ACTIVITIES = """
CREATE TABLE activities AS SELECT i AS id,
    CASE WHEN chance(i, 1) > 0.015 THEN 1 + pick(i, 2, 500) END AS owner_id,
    (ARRAY['call','call','call','meeting','task','task','email','email','email','note'])[1 + pick(i, 3, 10)] AS kind,
    CASE WHEN chance(i, 4) < 0.12 THEN 'open' ELSE 'done' END AS status,
    'Subject ' || pick(i, 6, 5000) AS subject, at AS happened_at, at AS due_at,
    1 + pick(i, 11, 2000) AS account_id, 1 + pick(i, 13, 5000) AS contact_id, 1 + pick(i, 15, 20000) AS opportunity_id,
    1 + pick(i, 2, 500) AS created_by,
    at + CASE WHEN chance(i, 7) < 0.3 THEN chance(i, 8) * interval '3 days' ELSE interval '10 minutes' END AS created_at
FROM (SELECT i, timestamp '{first}' + ((i - 1) * {days}::bigint / {count}) * interval '1 day' + interval '8 hours'
        + chance(i, 17) * interval '8 hours' AS at
    FROM generate_series(1, {count}) AS i) AS a
"""

# Fifty teams of ten; their leads have the lead of every tenth team above them.
_PEOPLE = """
UPDATE users SET active = true, manager_id = coalesce(manager_id, nullif(1 + (id - 1) / 100 * 100, id))
WHERE NOT active OR manager_id IS NULL
"""


def prepare(server: sa.URL, name: str, count: int = ROWS, *, fresh: bool = False) -> sa.URL:
    """A database of that name on the server; kept between runs."""
    url = ensure(server, name, _SIZE, fresh=fresh)
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(_PEOPLE)
        if connection.execute(sa.text("SELECT COUNT(*) FROM activities")).scalar() != count:
            connection.exec_driver_sql("DROP TABLE activities")
            connection.exec_driver_sql(_ACTIVITIES.format(first=FIRST, days=WEEKS * 7, count=count))
            connection.exec_driver_sql("CREATE INDEX ON activities (happened_at)")
            connection.exec_driver_sql("VACUUM (ANALYZE, FREEZE) activities")
    return url
