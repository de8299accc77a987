"""The CRM is gone, refuses, changed, hides its rows or holds them back: said clearly, and nothing is lost by it."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm, execute

pytestmark = pytest.mark.faults

SECRET = "Rotkohl-7"


def statuses(result: Result) -> dict[str, str]:
    return {check["id"]: check["status"] for entity in result.json["entities"] for check in entity["checks"]}


def entity(result: Result, name: str) -> Any:
    return next(one for one in result.json["entities"] if one["entity"] == name)


def test_a_crm_that_is_gone_is_one_message_to_ops_and_another_when_it_is_back(slack: SlackChannel) -> None:
    crm = slack.crm
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    away = crm.folder.parent / "away.db"
    Path(str(crm.url.database)).rename(away)

    gone = slack.check()
    assert gone.exit_code == 3
    assert gone.stdout == ""
    assert "there is no such file" in gone.stderr
    assert "Traceback" not in gone.stderr
    assert len(slack.roots) == 2
    assert "the CRM cannot be read" in slack.roots[1].text
    assert slack.roots[0].text.startswith("Failing")  # a broken connection mends no data
    slack.check()
    assert len(slack.roots) == 2
    assert "system" in slack.run("incidents", "list").said

    away.rename(Path(str(crm.url.database)))
    back = slack.check("--format", "json")
    assert back.exit_code == 0
    assert "Resolved" in slack.roots[1].text
    assert len(slack.roots) == 2
    change = next(c for e in back.json["entities"] for c in e["checks"] if c["id"] == "deal-without-account")
    assert (change["unexpected"], change["change"], change["baseline"]) == (25, 0, 10)


def test_a_server_that_cannot_be_reached_is_named_without_its_password(crm: SmallCrm) -> None:
    crm.watched_as(sa.make_url(f"postgresql+psycopg://monitor:{SECRET}@127.0.0.1:1/crm"))
    for command in ("check", "plan", "failing deal-without-account"):
        refused = crm_monitor(*command.split(), project=crm.folder)
        assert refused.exit_code == 3, refused
        assert "postgresql+psycopg://monitor@127.0.0.1:1/crm cannot be read" in refused.stderr
        assert "the server cannot be reached" in refused.stderr
        assert "check host, port and firewall" in refused.stderr
        assert SECRET not in refused.said
    doctor = crm_monitor("doctor", project=crm.folder)
    assert doctor.exit_code == 3
    assert "the server cannot be reached" in doctor.stdout
    assert SECRET not in doctor.said


@pytest.mark.mariadb
def test_a_wrong_password_is_said_by_a_real_server(mariadb_crm: SmallCrm) -> None:
    crm, user = mariadb_crm, f"reader_{uuid.uuid4().hex[:8]}"
    execute(
        crm.url,
        f"CREATE USER {user}@'%%' IDENTIFIED BY '{SECRET}'",
        f"GRANT SELECT ON {crm.url.database}.* TO {user}@'%%'",
    )
    try:
        login = crm.url.set(username=user, host="127.0.0.1")
        crm.watched_as(login.set(password=SECRET + "x"))
        refused = crm_monitor("check", project=crm.folder)
        assert refused.exit_code == 3
        assert "the user or the password was refused" in refused.stderr
        assert "check the user and the password in connection.url" in refused.stderr
        assert SECRET not in refused.said
        crm.watched_as(login.set(password=SECRET))
        assert crm_monitor("check", project=crm.folder).exit_code == 0
        assert "the role may not write" in crm_monitor("doctor", project=crm.folder).said
    finally:
        execute(crm.url, f"DROP USER {user}@'%%'")


@contextmanager
def server_that_refuses(code: bytes, text: bytes) -> Iterator[int]:
    """A port that answers every greeting in PostgreSQL's protocol with one error (the local server trusts anybody)."""
    closing = threading.Event()

    def answer(listener: socket.socket) -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                while int.from_bytes(connection.recv(1024)[4:8]) in (80877103, 80877104):  # TLS, GSS?
                    connection.sendall(b"N")
                body = b"SFATAL\0VFATAL\0C" + code + b"\0M" + text + b"\0\0"
                connection.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            closing.set()
            thread.join()


def test_a_wrong_password_on_postgresql_is_said_likewise(crm: SmallCrm) -> None:
    pytest.importorskip("psycopg", reason="NOT TESTED: psycopg is not installed")
    with server_that_refuses(b"28P01", b'password authentication failed for user "monitor"') as port:
        crm.watched_as(sa.make_url(f"postgresql+psycopg://monitor:{SECRET}@127.0.0.1:{port}/crm"))
        refused = crm_monitor("check", project=crm.folder)
    assert refused.exit_code == 3
    assert "the password was refused" in refused.stderr
    assert "check the user and the password in connection.url" in refused.stderr
    assert SECRET not in refused.said


@pytest.mark.parametrize("server", ["sqlite", "postgresql", "mariadb"])
def test_a_dropped_column_is_an_error_of_its_checks_and_the_others_still_report(
    server: str, request: pytest.FixtureRequest
) -> None:
    crm: SmallCrm = request.getfixturevalue("crm" if server == "sqlite" else f"{server}_crm")
    assert crm_monitor("check", project=crm.folder).exit_code == 0
    crm.execute("ALTER TABLE deal DROP COLUMN next_action")
    broken = crm_monitor("check", "--count", "--format", "json", project=crm.folder)
    assert broken.exit_code == 3
    seen = statuses(broken)
    assert seen["deal-without-next-step"] == "error"
    assert seen["deals-schema"] == "fail"
    assert {check for check, status in seen.items() if status == "error"} == {"deal-without-next-step"}
    assert seen["deal-without-account"] == "warn"
    assert seen["account-email-invalid"] == "pass"
    assert entity(broken, "opportunities")["rows"] == 100
    reason = next(
        check["reason"]
        for check in entity(broken, "opportunities")["checks"]
        if check["id"] == "deal-without-next-step"
    )
    assert "next_action" in reason
    text = crm_monitor("check", project=crm.folder)
    assert text.exit_code == 3
    assert "next_action" in text.said
    listed = crm_monitor("incidents", "list", project=crm.folder).said
    assert "system" in listed
    assert "deal-without-next-step" in listed


@pytest.mark.parametrize(
    ("column", "exit_code"),
    [("value", 3), ("outcome", 3), ("owner_id", 3), ("title", 3), ("created_at", 1), ("id", 1)],
)
def test_whichever_column_goes_the_other_entities_are_checked_and_nothing_is_taken_for_mended(
    crm: SmallCrm, column: str, exit_code: int
) -> None:
    crm_monitor("check", project=crm.folder)
    crm.without_account(11, 25)
    assert "opened" in crm_monitor("check", "--count", project=crm.folder).said
    crm.execute(f"ALTER TABLE deal RENAME COLUMN {column} TO was_{column}")
    broken = crm_monitor("check", "--count", "--format", "json", project=crm.folder)
    assert broken.exit_code == exit_code, broken.said  # a check on it breaks, or the schema alone has changed
    seen = statuses(broken)
    assert ("error" in seen.values()) == (exit_code == 3)
    assert {seen[check] for check in ("user-without-email", "account-email-invalid", "accounts-schema")} == {"pass"}
    assert seen["deals-schema"] in ("fail", "error")
    listed = crm_monitor("incidents", "list", project=crm.folder).stdout
    assert any("deal-without-account" in line and " data " in line and "open" in line for line in listed.splitlines())


def test_a_check_that_cannot_run_is_not_told_with_how_to_mend_records(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.execute("ALTER TABLE deal RENAME COLUMN customer_id TO was_customer_id")
    slack.check()
    told = json.dumps(
        [root.content for root in slack.roots if "Could not check: Deals without an account" in root.text]
    )
    assert "no such column" in told
    assert "nothing is known of the data" in told
    assert "Link the deal to its customer" not in told
    assert "missing from its customer's history" not in told


def test_a_table_that_reads_no_rows_where_it_had_some_is_an_error_and_no_good_news(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.crm.execute("DELETE FROM deal")
    empty = slack.check("--format", "json")
    assert empty.exit_code == 3
    found = entity(empty, "opportunities")
    assert found["rows"] is None
    assert "opportunities reads 0 rows, where the last run read 100" in found["problem"]
    assert {check["status"] for check in found["checks"]} == {"error"}
    assert slack.roots[0].text.startswith("Failing")
    assert slack.replies == []
    assert len(slack.roots) == 2  # one for all checks on it
    assert "opportunities cannot be read" in slack.roots[1].text
    slack.check()
    assert len(slack.roots) == 2
    listed = slack.run("incidents", "list").said
    assert "entity:opportunities" in listed
    assert "deals-schema" not in listed
    assert "where the last run read 100" in slack.run("check").said

    slack.crm.execute(
        "INSERT INTO deal (id, title, outcome, owner_id, created_at)"
        " SELECT id, title, 'open', 1, created_at FROM customer"
    )
    slack.check()
    assert slack.roots[1].text.startswith("Resolved: opportunities cannot be read")
    assert slack.replies[-1].text.endswith("It can be read again")


@pytest.fixture
def reader(postgresql_crm: SmallCrm) -> Iterator[str]:
    """A role that may read everything, subject to row security; the project reads as that role."""
    role = f"reader_{uuid.uuid4().hex[:8]}"
    postgresql_crm.execute(
        f"CREATE ROLE {role} LOGIN",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    postgresql_crm.watched_as(postgresql_crm.url.set(username=role))
    try:
        yield role
    finally:
        postgresql_crm.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.postgresql
def test_hidden_rows_are_recognised_on_the_first_run_and_are_learned_by_nobody(
    postgresql_crm: SmallCrm, reader: str
) -> None:
    crm = postgresql_crm
    crm.execute("ALTER TABLE deal ENABLE ROW LEVEL SECURITY")
    first = crm_monitor("check", "--format", "json", project=crm.folder)
    assert first.exit_code == 3
    problem = entity(first, "opportunities")["problem"]
    assert f"row-level security is in force on deal for {reader}" in problem or (
        f"row-level security is in force on public.deal for {reader}" in problem
    )
    assert f"grant BYPASSRLS to {reader}" in problem
    assert set(statuses(first).values()) <= {"error", "pass", "no_baseline"}
    assert statuses(first)["account-email-invalid"] == "pass"
    assert "deal-without-account" not in crm_monitor("baseline", "show", project=crm.folder).stdout
    doctor = crm_monitor("doctor", project=crm.folder)
    assert doctor.exit_code == 3
    assert "row-level security" in doctor.said

    crm.execute(f"CREATE POLICY everything ON deal FOR SELECT TO {reader} USING (true)")
    seen = crm_monitor("check", "--format", "json", project=crm.folder)
    assert entity(seen, "opportunities")["rows"] == 100


@pytest.mark.postgresql
def test_rows_that_may_be_hidden_in_part_are_warned_of(postgresql_crm: SmallCrm, reader: str) -> None:
    crm = postgresql_crm
    crm.execute(
        "ALTER TABLE deal ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY some_only ON deal FOR SELECT TO {reader} USING (owner_id < 4)",
    )
    for form in ("text", "json"):
        seen = crm_monitor("check", "--format", form, project=crm.folder)
        assert "may be read in part only: row-level security is in force" in seen.said
        assert "policies: some_only" in seen.said


@pytest.mark.postgresql
def test_a_table_that_was_never_granted_is_named_with_what_to_do_and_the_others_report(
    postgresql_crm: SmallCrm, reader: str
) -> None:
    crm = postgresql_crm
    crm.execute(f"REVOKE SELECT ON deal FROM {reader}")
    denied = crm_monitor("check", "--format", "json", project=crm.folder)
    assert denied.exit_code == 3
    assert "permission denied for table deal" in entity(denied, "opportunities")["problem"]
    assert statuses(denied)["account-email-invalid"] == "pass"
    doctor = crm_monitor("doctor", project=crm.folder)
    assert doctor.exit_code == 3
    assert "opportunities: permission denied for table deal: grant the monitor's role SELECT on it" in doctor.said
    assert "accounts: 20 rows" in doctor.said


@pytest.mark.parametrize(
    ("server", "lock"),
    [
        pytest.param("postgresql", "LOCK TABLE deal IN ACCESS EXCLUSIVE MODE", marks=pytest.mark.postgresql),
        pytest.param("mariadb", "LOCK TABLES deal WRITE", marks=pytest.mark.mariadb),
    ],
)
def test_a_table_that_somebody_has_locked_is_named_and_the_others_report(
    server: str, lock: str, request: pytest.FixtureRequest
) -> None:
    crm: SmallCrm = request.getfixturevalue(f"{server}_crm")
    crm_monitor("check", project=crm.folder)
    holder = sa.create_engine(driver_url(crm.url), poolclass=sa.NullPool)
    with holder.begin() as connection:
        connection.exec_driver_sql(lock)
        locked = crm_monitor("check", "--count", "--format", "json", project=crm.folder)
    assert locked.exit_code == 3
    seen = statuses(locked)
    assert seen["account-email-invalid"] == "pass"
    assert seen["deal-without-account"] == "error"
    assert entity(locked, "opportunities")["problem"] == (
        "the table is locked by somebody else: run again when their work is done"
    )
    assert entity(locked, "opportunities")["rows"] is None
    after = crm_monitor("check", "--count", "--format", "json", project=crm.folder)
    assert after.exit_code == 0
    assert statuses(after)["deal-without-account"] == "warn"
    assert "resolved" in crm_monitor("incidents", "list", "--all", project=crm.folder).said


def test_a_crm_whose_whole_file_is_locked_cannot_be_read_and_loses_nothing(crm: SmallCrm) -> None:
    crm_monitor("check", project=crm.folder)
    crm.without_account(11, 25)
    with contextlib.closing(sqlite3.connect(str(crm.url.database), isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        locked = crm_monitor("check", "--count", project=crm.folder)
    assert (locked.exit_code, locked.stdout) == (3, "")
    assert "crm.db cannot be read: the file is locked by another program" in locked.stderr
    assert "try again when it has finished" in locked.stderr
    after = crm_monitor("check", "--count", "--format", "json", project=crm.folder)
    found = next(check for check in entity(after, "opportunities")["checks"] if check["id"] == "deal-without-account")
    assert (found["unexpected"], found["change"], found["baseline"]) == (25, 15, 10)
