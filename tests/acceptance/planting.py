"""Marked values in every column of a CRM, and the search for them in everything that the program says or keeps."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result

_MARK = re.compile(r"zqx_(\w+?)_q", re.IGNORECASE)
FIRST_NUMBER = 918_273_000
DAY = "1907-03-04"


def mark(table: str, column: str) -> str:
    """A text that is found nowhere else, and says where it stood."""
    return f"zqx_{table}_{column}_q"


@dataclass
class Planted:
    """What was planted: columns by ``table_column``, and numbers."""

    columns: set[str] = field(default_factory=set)
    numbers: dict[int, str] = field(default_factory=dict)

    def text(self, table: str, column: str) -> str:
        self.columns.add(f"{table}_{column}")
        return mark(table, column)

    def number(self, table: str, column: str) -> int:
        made = FIRST_NUMBER + len(self.numbers)
        self.numbers[made] = f"{table}_{column}"
        return made

    def found(self, text: str) -> set[str]:
        """The columns whose marked values stand in a text, however they are written."""
        words = {match.lower() for match in _MARK.findall(text)}
        figures = {name for number, name in self.numbers.items() if str(number) in text or f"{number:,}" in text}
        return words | figures | ({"a day"} if DAY in text else set())


@dataclass
class Heard:
    """Everything that left the program, by where it went."""

    said: dict[str, str] = field(default_factory=dict)

    def command(self, name: str, result: Result) -> Result:
        """Keep what a command printed; errors apart from results."""
        self.said[f"{name}: results"] = result.stdout
        self.said[f"{name}: errors"] = result.stderr
        return result

    def slack(self, channel: SlackChannel) -> None:
        """Keep all that Slack ever got, edits and all."""
        self.said["Slack"] = json.dumps(channel.server.calls, ensure_ascii=False, default=str)

    def state(self, file: Path) -> None:
        """Keep every column of every table of the state."""
        with closing(sqlite3.connect(file)) as state:
            names = [row[0] for row in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                rows = state.execute(f"SELECT * FROM {name}").fetchall()
                self.said[f"state: {name}"] = "\n".join(map(repr, rows))

    def found(self, planted: Planted) -> Mapping[str, set[str]]:
        """Where which columns' values turned up; places that said nothing of the CRM are left out."""
        found = {where: planted.found(text) for where, text in self.said.items()}
        return {where: columns for where, columns in found.items() if columns}


@contextmanager
def logged(heard: Heard) -> Iterator[None]:
    """Keep every log line of any level."""
    lines: list[str] = []
    whole = logging.Formatter("%(name)s: %(message)s")  # with the traceback, whose last line may repeat a value

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(whole.format(record))

    root, keeper = logging.getLogger(), Keeper(logging.DEBUG)
    before = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(keeper)
        root.setLevel(before)
        heard.said["logs"] = "\n".join(lines)


_DAYS = {"hired_on", "first_day", "last_day", "stage_since", "expected_on", "due_on"}
_MOMENT = re.compile(r"(^|_)(at|on|since|day)$")
_WORDS = {  # the map decides by these: most rows keep theirs
    *(
        "user_type",
        "state",
        "phase",
        "outcome",
        "table_name",
        "field",
        "relation",
        "country",
        "consent",
        "currency",
        "role",
    ),
}


def plant_in_demo(file: Path) -> Planted:
    """Marks every column of every table of the demo's CRM: in half of the rows, in words that decide in a few."""
    planted = Planted()
    with closing(sqlite3.connect(file)) as crm, crm:
        tables = crm.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        for (table,) in tables.fetchall():
            for _, column, kind, *_ in crm.execute(f"PRAGMA table_info({table})").fetchall():
                _plant(crm, planted, table, column, kind)
    return planted


def _plant(crm: sqlite3.Connection, planted: Planted, table: str, column: str, kind: str) -> None:
    if kind == "INTEGER":
        if column in ("revenue_tkr", "headcount", "minutes", "likelihood"):
            crm.execute(f"UPDATE {table} SET {column} = {planted.number(table, column)} WHERE id % 2 = 0")
    elif column in _DAYS:
        crm.execute(f"UPDATE {table} SET {column} = '{DAY}' WHERE id % 20 = 1")
    elif not _MOMENT.search(column):
        text = planted.text(table, column)
        value = {"mail": f"'{text}.' || mail", "web": f"'https://www.{text}.example'"}.get(
            column, f"'{text} ' || {column}"
        )
        rows = "id % 11 = 3" if column in _WORDS else "id % 2 = 0 OR id < 3"
        crm.execute(f"UPDATE {table} SET {column} = {value} WHERE {column} <> '' AND ({rows})")


def plant_in_tables(engine: sa.Engine, tables: list[sa.Table]) -> Planted:
    """Marks every text column of the tables, in every row but those of words that decide."""
    planted = Planted()
    with engine.begin() as connection:
        for table in tables:
            for column in table.columns:
                if isinstance(column.type, sa.String):
                    value = sa.literal(planted.text(table.name, column.name) + " ").concat(column)
                    if column.name == "mail":
                        value = sa.literal(planted.text(table.name, column.name) + ".").concat(column)
                    few = table.c.id % 11 == 3 if column.name in ("kind", "outcome") else sa.true()
                    connection.execute(sa.update(table).values({column: value}).where(few))
    return planted
