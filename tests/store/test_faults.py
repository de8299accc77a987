"""What can go wrong with the state database: said in words, and nothing of it lost or half written."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.store.all_tables import metadata
from monitor.store.database import STILL, Database
from monitor.store.state import State
from tests.servers import database
from tests.store.world import DIRECTORY, day, outcome, records, result, run

BIG = outcome(records(*(f"record-{number}" for number in range(1000))))


def _everything(state: State) -> dict[str, list[sa.Row[tuple[object, ...]]]]:
    with state.database.read() as connection:
        return {name: sorted(connection.execute(sa.select(table)), key=repr) for name, table in metadata.tables.items()}


@contextmanager
def _tmpfs(folder: Path, size: str) -> Iterator[Path]:
    """A small file system of its own; skips loudly where it cannot be mounted."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"NOT TESTED: a real full or read-only disk (cannot mount: {done.stderr.decode().strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def test_a_full_disk_leaves_the_state_unchanged(tmp_path: Path) -> None:
    with _tmpfs(tmp_path / "disk", "4m") as disk, State.open(f"sqlite:///{disk}/monitor.db") as state:
        run(state, outcome(records("a")), 0)
        run_id = state.runs.start("test", day(1))
        before = _everything(state)
        _fill(disk)
        with pytest.raises(StateUnavailable, match=r"the disk is full|disk reports an error") as caught:
            state.results.save_entity(run_id, "opportunities", result(BIG), DIRECTORY, day(1))
        assert "record-" not in str(caught.value)
        assert _everything(state) == before
        (disk / "filler").unlink()
        state.results.save_entity(run_id, "opportunities", result(BIG), DIRECTORY, day(1))
        assert len(state.results.of_run(run_id)) == 1


def test_the_state_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path}/state/monitor.db") as state:
        run(state, outcome(records("a")), 0)
        assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()} == {
            "monitor.db": 0o600,
            "monitor.db-wal": 0o600,
            "monitor.db-shm": 0o600,
        }


def test_a_database_at_its_largest_size_leaves_the_state_unchanged(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path}/monitor.db") as state:
        run(state, outcome(records("a")), 0)
        run_id = state.runs.start("test", day(1))
        before = _everything(state)

        def limit(connection: sa.Connection) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        sa.event.listen(state.database.engine, "begin", limit)
        with pytest.raises(StateUnavailable, match="cannot be written: the disk is full"):
            state.results.save_entity(run_id, "opportunities", result(BIG), DIRECTORY, day(1))
        assert _everything(state) == before
        sa.event.remove(state.database.engine, "begin", limit)
        with state.database.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        state.results.save_entity(run_id, "opportunities", result(BIG), DIRECTORY, day(1))
        assert len(state.results.of_run(run_id)) == 1


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    with _tmpfs(tmp_path / "disk", "2m") as disk:
        State.open(f"sqlite:///{disk}/monitor.db").close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StateUnavailable, match=r"read-only|cannot be opened"):
            State.open(f"sqlite:///{disk}/monitor.db").runs.start("test", day(0))
        with pytest.raises(StateUnavailable, match="cannot be made: "):
            State.open(f"sqlite:///{disk}/new/monitor.db")


def test_a_locked_database_is_named_after_a_while(state_url: sa.URL) -> None:
    with State.open(state_url) as holder, State.open(state_url, patience=0.2) as state:
        with holder.database.write() as connection:
            if not holder.database.sqlite:
                connection.exec_driver_sql("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StateUnavailable, match="is locked by another process"):
                state.runs.start("test", day(0))
        assert state.runs.start("test", day(0)) == 1


def test_two_threads_write_one_after_the_other(state: State) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(5):
                state.runs.start("test", day(number))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(state.runs.list(100)) == 20


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_text("minutes of a meeting, long enough to be read as a header " * 20, encoding="utf-8")
    with pytest.raises(StateUnavailable, match="is not a SQLite database"):
        State.open(f"sqlite:///{file}")


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    State.open(f"sqlite:///{file}").close()
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StateUnavailable, match="is damaged"), State.open(f"sqlite:///{file}") as state:
        state.runs.list()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not a url with secret-word", "`state.url` is not a database URL"),
        ("mysql+pymysql://host/name", "the state cannot be kept in mysql"),
        ("sqlite://", "the state cannot be kept in memory"),
        ("postgresql://u:secret-word@127.0.0.1:1/name", "cannot be reached"),
        ("postgresql://u:secret-word@no-such-host.invalid/name", "cannot be reached"),
    ],
)
def test_a_wrong_url_is_said_without_its_password(url: str, words: str) -> None:
    with pytest.raises(StateUnavailable) as caught:
        State.open(url)
    assert words in caught.value.message
    assert caught.value.hint
    assert "secret-word" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StateUnavailable, match="cannot be made: "):
        State.open(f"sqlite:///{tmp_path}/file/state/monitor.db")


def test_a_postgresql_database_that_does_not_exist_is_named(postgresql_url: sa.URL) -> None:
    with pytest.raises(StateUnavailable, match="does not exist on the server"):
        State.open(postgresql_url.set(database="no_such_database"))


def test_a_user_that_does_not_exist_is_refused(postgresql_url: sa.URL) -> None:
    with pytest.raises(StateUnavailable, match="refuses the login"):
        State.open(postgresql_url.set(username="no_such_user"))


def test_a_read_only_server_is_named(postgresql_url: sa.URL) -> None:
    State.open(postgresql_url).close()
    database = Database(postgresql_url)
    with database.write() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {postgresql_url.database} SET default_transaction_read_only = on")
    database.close()
    with State.open(postgresql_url) as state, pytest.raises(StateUnavailable, match="the server is read-only"):
        state.runs.start("test", day(0))


def test_a_connection_that_broke_between_two_writes_is_made_anew(postgresql_url: sa.URL) -> None:
    with State.open(postgresql_url) as state, State.open(postgresql_url) as other:
        state.runs.start("test", day(0))
        with other.database.write() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert state.runs.start("test", day(0)) == 2


@contextmanager
def _server_that_says(code: bytes, text: bytes) -> Iterator[int]:
    """A port that answers PostgreSQL's greeting with one error: here no real server refuses a password."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                while int.from_bytes(connection.recv(1024)[4:8]) in (80877103, 80877104):  # TLS, GSS?
                    connection.sendall(b"N")
                body = b"SFATAL\0VFATAL\0C" + code + b"\0M" + text + b"\0\0"
                connection.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)

        thread = threading.Thread(target=answer)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (b"28P01", b'password authentication failed for user "u"', "refuses the login"),
        (b"57P03", b"the database system is starting up", "the server is stopping or starting"),
        (b"53300", b"sorry, too many clients already", "no resources left"),
    ],
)
def test_a_server_that_refuses_the_connection_is_explained(code: bytes, text: bytes, words: str) -> None:
    with _server_that_says(code, text) as port, pytest.raises(StateUnavailable) as caught:
        State.open(f"postgresql://u:secret-word@127.0.0.1:{port}/name")
    assert words in caught.value.message
    assert "secret-word" not in str(caught.value)


_WRITES = """
import sys
from monitor.store.database import Database
database = Database(sys.argv[1])
try:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('of the frozen')")
        print("writing", flush=True)
        sys.stdin.readline()
        connection.exec_driver_sql("INSERT INTO kept VALUES ('of the frozen, too')")
except Exception as error:
    print(f"{type(error).__name__}: {error}", flush=True)
"""


@pytest.mark.faults
@pytest.mark.postgresql
def test_who_is_frozen_in_the_midst_of_writing_keeps_nobody_from_writing_for_long() -> None:
    with database("postgresql") as url:
        other = Database(url, patience=STILL + 20)
        with other.write() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (what text)")
        command = [sys.executable, "-c", _WRITES, url.render_as_string(hide_password=False)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as frozen:
            assert frozen.stdin is not None
            assert frozen.stdout is not None
            assert frozen.stdout.readline() == "writing\n"
            frozen.send_signal(signal.SIGSTOP)
            with other.write() as connection:
                connection.exec_driver_sql("INSERT INTO kept VALUES ('of the other')")
            frozen.send_signal(signal.SIGCONT)
            frozen.stdin.write("go on\n")
            frozen.stdin.flush()
            said = frozen.stdout.readline()
        assert said.startswith("StateUnavailable: the state database ")
        assert "closed the connection" in said
        with other.read() as connection:
            assert connection.exec_driver_sql("SELECT what FROM kept").scalars().all() == ["of the other"]
        other.close()


def test_a_password_in_the_query_of_a_url_is_not_named() -> None:
    database = Database("postgresql://u@127.0.0.1:1/x?password=geheim&application_name=a")
    with pytest.raises(StateUnavailable) as raised, database.read():
        raise AssertionError("nobody listens there")
    assert "geheim" not in raised.value.message + raised.value.hint
    assert "127.0.0.1:1" in raised.value.message
    database.close()


def test_what_a_writer_asks_first_is_as_of_when_it_got_the_lock_whatever_the_server_s_default(
    postgresql_url: sa.URL,
) -> None:
    url = postgresql_url.update_query_dict({"options": "-c default_transaction_isolation=serializable"})
    database = Database(url)
    with database.write() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    database.close()


def test_a_folder_that_may_not_be_entered_is_named_with_who_may(tmp_path: Path) -> None:
    """As the service's own, for whoever forgets to be its user."""
    url = f"sqlite:///{tmp_path}/kept/monitor.db"
    with entered_by_nobody(tmp_path / "kept"):
        with pytest.raises(StateUnavailable, match="it cannot be seen whether there is a state database at") as caught:
            Database(url)
        assert "run this as the user that the service runs as" in str(caught.value)


@contextmanager
def entered_by_nobody(folder: Path) -> Iterator[None]:
    """This process may not enter the folder, be it the system's administrator's."""
    folder.mkdir()
    os.chmod(folder, 0)
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        os.chmod(folder, 0o700)
