"""Everything that CRMs do to their tables can be said in a map, and reads right from a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.maps import load_map
from tests.crm.making import execute, naive, opened, read, sources, write_map


def test_owners_come_through_a_join_table_the_first_counts_and_the_others_are_named(
    sqlite_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        sqlite_url,
        "CREATE TABLE deal (id INTEGER PRIMARY KEY, title TEXT)",
        "CREATE TABLE deal_owner (deal INTEGER, person INTEGER, place INTEGER, deleted INTEGER)",
        "INSERT INTO deal VALUES (1, 'Pumps'), (2, 'Valves')",
        "INSERT INTO deal_owner VALUES (1, 7, 1, 0), (1, 5, 2, 0), (1, 6, 3, 0), (2, 9, 1, 1)",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          opportunities:
            from: deal AS d
            key: d.id
            columns:
              owner_key: >-
                (SELECT o.person FROM deal_owner o WHERE o.deal = d.id AND o.deleted = 0 ORDER BY o.place LIMIT 1)
              other_owner_keys: |
                (SELECT group_concat(person, ',') FROM
                  (SELECT o.person FROM deal_owner o WHERE o.deal = d.id AND o.deleted = 0
                   ORDER BY o.place LIMIT 10 OFFSET 1))
        """,
    )
    assert read(sqlite_url, path, "opportunities") == [
        {"key": "1", "owner_key": "7", "other_owner_keys": "5,6"},
        {"key": "2", "owner_key": None, "other_owner_keys": None},
    ]


def test_e_mail_comes_through_a_join_table_whose_deleted_rows_do_not_count(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(
        sqlite_url,
        "CREATE TABLE contacts (id TEXT, name TEXT, deleted INTEGER)",
        "CREATE TABLE email (id TEXT, address TEXT, deleted INTEGER)",
        "CREATE TABLE rel (bean TEXT, email TEXT, main INTEGER, deleted INTEGER)",
        "INSERT INTO contacts VALUES ('a', 'Ada', 0), ('b', 'Bo', 0), ('c', 'Cy', 1)",
        "INSERT INTO email VALUES ('1', 'ada@crm.example', 0), ('2', 'old@crm.example', 0), ('3', 'bo@crm.example', 0)",
        "INSERT INTO rel VALUES ('a', '2', 1, 1), ('a', '1', 1, 0), ('b', '3', 0, 0)",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          contacts:
            from: |
              contacts AS c
              LEFT JOIN rel AS r ON r.bean = c.id AND r.main = 1 AND r.deleted = 0
              LEFT JOIN email AS e ON e.id = r.email AND e.deleted = 0
            deleted: c.deleted = 1
            key: c.id
            columns: {name: c.name, email: e.address}
        """,
    )
    assert read(sqlite_url, path, "contacts") == [
        {"key": "a", "name": "Ada", "email": "ada@crm.example"},
        {"key": "b", "name": "Bo", "email": None},
    ]


def test_a_group_may_own_records_and_won_and_lost_are_expressions(any_url: sa.URL, tmp_path: Path) -> None:
    execute(
        any_url,
        "CREATE TABLE deal (id INTEGER, person INTEGER, team INTEGER, active INTEGER, won INTEGER)",
        "INSERT INTO deal VALUES (1, 3, NULL, 1, NULL), (2, NULL, 8, 0, 0), (3, 4, 8, 1, 1)",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          opportunities:
            from: deal AS d
            key: d.id
            columns:
              owner_key: CASE WHEN d.person IS NULL THEN 100000 + d.team ELSE d.person END
              status: CASE WHEN d.won = 1 THEN 'won' WHEN d.active = 0 THEN 'lost' ELSE 'open' END
        """,
    )
    assert [(row["owner_key"], row["status"]) for row in read(any_url, path, "opportunities")] == [
        ("3", "open"),
        ("100008", "lost"),
        ("4", "won"),
    ]


def test_activities_are_a_union_whose_keys_stay_apart_and_the_systems_rows_are_left_out(
    any_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        any_url,
        "CREATE TABLE calls (id INTEGER, who INTEGER, about VARCHAR(20), deleted INTEGER)",
        "CREATE TABLE mails (id INTEGER, who INTEGER, sent TIMESTAMP, kind VARCHAR(20))",
        "CREATE TABLE memos (id INTEGER)",
        "INSERT INTO calls VALUES (1, 5, 'price', 0), (2, 5, 'gone', 1)",
        "INSERT INTO mails VALUES (1, 6, '2026-03-02 10:00:00', 'manual'), (2, 6, '2026-03-02 10:00:00', 'X_AUTO')",
        "INSERT INTO memos VALUES (1)",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          activities:
            union:
              - prefix: memo
                from: memos AS n
                key: n.id
                columns: {kind: "'note'"}
              - prefix: call
                from: calls AS c
                deleted: c.deleted = 1
                key: c.id
                columns: {owner_key: c.who, kind: "'call'", subject: c.about}
                link: "{base}/calls/{key}"
              - prefix: mail
                from: mails AS m
                system: m.kind LIKE '%AUTO'
                key: m.id
                columns: {owner_key: m.who, kind: "'email'", happened_at: m.sent}
            link: "{base}/activities/{key}"
        """,
    )
    rows = read(any_url, path, "activities")
    assert [(row["key"], row["owner_key"], row["kind"], row["subject"], row["happened_at"]) for row in rows] == [
        ("call:1", "5", "call", "price", None),
        ("mail:1", "6", "email", None, naive("2026-03-02 10:00")),
        ("memo:1", None, "note", None, None),
    ]
    with opened(any_url) as crm:
        source = sources(crm, load_map(path))["activities"]
        assert source.link_to("call:1") == "https://crm.example/calls/1"
        assert source.link_to("call:a/b&c d") == "https://crm.example/calls/a%2Fb%26c%20d"
        assert source.link_to("mail:1") == "https://crm.example/activities/1"
        assert source.tables == ("memos", "calls", "mails")
        assert source.native == {}  # one branch has no owner: the types would not go together


def test_quoted_camel_case_names_schemas_and_scaled_amounts_read_on_postgresql(
    postgresql_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        postgresql_url,
        'CREATE SCHEMA "workspace_1a"',
        'CREATE TABLE "workspace_1a"."opportunity" (id UUID PRIMARY KEY, "ownerId" UUID, "amountAmountMicros" BIGINT,'
        ' "deletedAt" TIMESTAMPTZ, "createdAt" TIMESTAMPTZ, "user" TEXT)',
        """INSERT INTO "workspace_1a"."opportunity" VALUES
           ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-00000000000a', 1234567890123, NULL,
            '2026-03-01 09:00+02', 'x'),
           ('00000000-0000-0000-0000-000000000002', NULL, NULL, '2026-01-01', '2026-03-01 09:00+02', 'y')""",
    )
    path = write_map(
        tmp_path,
        """
        timestamps: aware
        entities:
          opportunities:
            from: '"workspace_1a"."opportunity" AS o'
            deleted: o."deletedAt" IS NOT NULL
            key: o.id
            columns:
              owner_key: o."ownerId"
              amount: {sql: 'o."amountAmountMicros"', scale: 1000000}
              created_at: o."createdAt"
            extra:
              buyer: {sql: 'o."user"', kind: text, meaning: who buys}
        """,
    )
    (row,) = read(postgresql_url, path, "opportunities")
    assert row["key"] == "00000000-0000-0000-0000-000000000001"
    assert row["amount"] == Decimal("1234567.890123")
    assert row["created_at"] == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert row["buyer"] == "x"
    source = compile_map(load_map(path), "postgresql")["opportunities"]
    assert source.tables == ("workspace_1a.opportunity",)
    assert source.columns["buyer"].meaning == "who buys"
    assert source.instant(datetime(2026, 3, 1, 8, tzinfo=UTC)).tzinfo is UTC


def test_scaled_amounts_keep_their_decimals_on_every_database(any_url: sa.URL, tmp_path: Path) -> None:
    execute(any_url, "CREATE TABLE deal (id INTEGER, micros BIGINT)", "INSERT INTO deal VALUES (1, 1234567)")
    path = write_map(
        tmp_path,
        """
        entities:
          opportunities:
            from: deal AS d
            key: d.id
            columns: {amount: {sql: d.micros, scale: 1000000}}
        """,
    )
    (row,) = read(any_url, path, "opportunities")
    assert float(row["amount"]) == pytest.approx(1.234567)


def test_names_with_spaces_and_users_known_by_e_mail_read_on_mariadb(mariadb_url: sa.URL, tmp_path: Path) -> None:
    execute(
        mariadb_url,
        "CREATE TABLE `tabCRM Deal` (name VARCHAR(20), `deal owner` VARCHAR(50), status VARCHAR(20))",
        "CREATE TABLE `tabCRM Deal Status` (name VARCHAR(20), type VARCHAR(10))",
        "INSERT INTO `tabCRM Deal` VALUES ('D-1', 'ada@crm.example', 'Signed')",
        "INSERT INTO `tabCRM Deal Status` VALUES ('Signed', 'Won')",
    )
    path = write_map(
        tmp_path,
        """
        time_zone: Europe/Copenhagen
        entities:
          opportunities:
            from: "`tabCRM Deal` AS d LEFT JOIN `tabCRM Deal Status` AS s ON s.name = d.status"
            key: d.name
            columns: {owner_key: d.`deal owner`, status: LOWER(s.type), stage: d.status}
            disclose: [status, stage]
            hash_keys: true
        """,
    )
    assert read(mariadb_url, path, "opportunities") == [
        {"key": "D-1", "owner_key": "ada@crm.example", "status": "won", "stage": "Signed"}
    ]
    source = compile_map(load_map(path), "mariadb")["opportunities"]
    assert source.hash_keys
    assert source.disclose == {"status", "stage"}
    assert source.tables == ("tabCRM Deal", "tabCRM Deal Status")
    assert source.instant(datetime(2026, 7, 1, 8, tzinfo=UTC)) == naive("2026-07-01 10:00")


def test_zero_dates_read_as_no_date_on_mariadb(mariadb_url: sa.URL, tmp_path: Path) -> None:
    execute(
        mariadb_url,
        "SET SESSION sql_mode = ''",
        "CREATE TABLE deal (id INT, closes DATE, entered DATETIME, day DATE, at TIME)",
        "INSERT INTO deal VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00', '10:00:00'),"
        " (2, '2026-05-00', '2026-05-04 09:00:00', '2026-05-04', NULL), (3, '2026-05-04', NULL, NULL, NULL)",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          opportunities:
            from: deal AS d
            key: d.id
            columns:
              close_date: {sql: d.closes, zero_dates: true}
              created_at: {sql: d.entered, zero_dates: true}
              closed_at: {date: d.day, time: d.at, zero_dates: true}
        """,
    )
    rows = read(mariadb_url, path, "opportunities")
    assert [row["close_date"] for row in rows] == [None, None, date(2026, 5, 4)]
    assert [row["created_at"] for row in rows] == [None, naive("2026-05-04 09:00"), None]
    assert [row["closed_at"] for row in rows] == [None, naive("2026-05-04"), None]


def test_date_and_time_in_two_columns_become_one_moment(any_url: sa.URL, tmp_path: Path) -> None:
    execute(
        any_url,
        "CREATE TABLE calls (id INTEGER, day DATE, at TIME)",
        "INSERT INTO calls VALUES (1, '2026-05-04', '13:30:00'), (2, '2026-05-04', NULL), (3, NULL, '13:30:00')",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          activities:
            from: calls AS c
            key: c.id
            columns: {happened_at: {date: c.day, time: c.at}}
        """,
    )
    moments = [row["happened_at"] for row in read(any_url, path, "activities")]
    assert moments == [naive("2026-05-04 13:30"), naive("2026-05-04"), None]


def test_a_whole_select_can_stand_for_an_entity(any_url: sa.URL, tmp_path: Path) -> None:
    execute(
        any_url,
        "CREATE TABLE person (id INTEGER, first VARCHAR(20), last VARCHAR(20))",
        "INSERT INTO person VALUES (1, 'Ada', 'Lovelace')",
    )
    quote = "`" if any_url.get_backend_name() == "mysql" else '"'
    path = write_map(
        tmp_path,
        f"""
        entities:
          contacts:
            select: |
              SELECT id AS {quote}key{quote}, first AS first_name, last AS last_name, 'A' AS grade FROM person
            columns: [key, first_name, last_name, grade]
            extra: {{grade: {{kind: text}}}}
        """,
    )
    assert read(any_url, path, "contacts") == [{"key": "1", "first_name": "Ada", "last_name": "Lovelace", "grade": "A"}]


def test_colons_and_percent_signs_in_sql_are_text(any_url: sa.URL, tmp_path: Path) -> None:
    execute(
        any_url,
        "CREATE TABLE lead (id INTEGER, note VARCHAR(40))",
        "INSERT INTO lead VALUES (1, 'at :noon 10%'), (2, 'later')",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          leads:
            from: lead AS l
            where: l.note LIKE '%:noon 10%' OR l.note = ':x %s %(y)s'
            key: l.id
            columns: {name: "CASE WHEN l.note = ':noon' THEN '%s' ELSE l.note END"}
        """,
    )
    assert read(any_url, path, "leads") == [{"key": "1", "name": "at :noon 10%"}]


def test_rows_entered_after_the_as_of_moment_are_left_out_and_those_of_unknown_age_stay(
    any_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        any_url,
        "CREATE TABLE lead (id INTEGER, entered TIMESTAMP NULL)",
        "INSERT INTO lead VALUES (1, '2026-05-04 21:59:59'), (2, '2026-05-04 23:00:00'), (3, NULL)",
    )
    path = write_map(
        tmp_path,
        """
        time_zone: Europe/Copenhagen
        entities:
          leads: {from: lead AS l, key: l.id, columns: {created_at: l.entered}}
        """,
    )
    as_of = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)  # 22:30 in Copenhagen
    assert [row["key"] for row in read(any_url, path, "leads", as_of)] == ["1", "3"]
    assert [row["key"] for row in read(any_url, path, "leads")] == ["1", "2", "3"]


def test_keys_can_be_grouped_by_without_casting_each_row(any_url: sa.URL, tmp_path: Path) -> None:
    execute(any_url, "CREATE TABLE lead (id INTEGER, who INTEGER)", "INSERT INTO lead VALUES (1, 7), (2, 7), (3, NULL)")
    path = write_map(tmp_path, "entities: {leads: {from: lead AS l, key: l.id, columns: {owner_key: l.who}}}")
    with opened(any_url) as crm, crm.scan() as connection:
        source = sources(crm, load_map(path))["leads"]
        assert set(source.selectable.c.keys()) == {"key", "owner_key"}
        assert source.grouping is not None
        owner = source.grouping.c[source.native["owner_key"]]
        counted = connection.execute(sa.select(owner, sa.func.count()).group_by(owner)).all()
        assert sorted(map(tuple, counted), key=str) == [(7, 2), (None, 1)]


def test_the_tables_of_a_union_may_know_their_owners_by_numbers_and_by_texts(any_url: sa.URL, tmp_path: Path) -> None:
    execute(
        any_url,
        "CREATE TABLE phone_call (id INTEGER, who INTEGER)",
        "CREATE TABLE note (id INTEGER, who VARCHAR(9))",
        "INSERT INTO phone_call VALUES (1, 7)",
        "INSERT INTO note VALUES (1, '7')",
    )
    path = write_map(
        tmp_path,
        """
        entities:
          activities:
            union:
              - {prefix: call, from: phone_call AS c, key: c.id, columns: {owner_key: c.who}}
              - {prefix: note, from: note AS n, key: n.id, columns: {owner_key: n.who}}
        """,
    )
    with opened(any_url) as crm, crm.scan() as connection:
        source = sources(crm, load_map(path))["activities"]
        assert source.grouping is not None
        owner = source.grouping.c[source.native.get("owner_key", "owner_key")]
        assert {str(found) for found in connection.scalars(sa.select(owner).group_by(owner))} == {"7"}


def test_what_a_crm_keeps_of_logins_and_changes_is_a_capability(tmp_path: Path) -> None:
    path = write_map(
        tmp_path,
        """
        entities: {changes: {from: audit AS a, columns: {record_key: a.id}}}
        capabilities: {logins: last only}
        """,
    )
    crm_map = load_map(path)
    assert [crm_map.capability(name) for name in ("logins", "changes", "leads")] == ["last only", "available", "none"]
