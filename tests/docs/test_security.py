"""What SECURITY.md says of SQL and of dependencies holds."""

from __future__ import annotations

import ast
import re

from tests.docs.pages import REPOSITORY

_RUNS = {"text", "exec_driver_sql", "literal_column"}
PUT_TOGETHER = {
    "activity/asking.py": "settings of the session: constants of the program",
    "activity/counting.py": "names of constants",
    "activity/localday.py": "a whole number of seconds",
    "crm/compile.py": "the map's own expressions, and its prefix of keys",
    "crm/connection.py": "a constant per dialect",
    "crm/drift.py": "a table's name, quoted",
    "crm/guard.py": "a table's name, quoted",
    "store/database.py": "numbers of the program",
    "store/holdup.py": "columns of the server's own views, by its version",
    "store/migrate.py": "the name of a constant",
    "store/upsert.py": "names of the program's own tables and columns",
}


def test_sql_is_put_together_only_where_that_is_known_to_be_safe() -> None:
    found = set()
    monitor = REPOSITORY / "monitor"
    for path in monitor.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _runs_sql(node) and not isinstance(node.args[0], ast.Constant):
                found.add(str(path.relative_to(monitor)))
    assert found == set(PUT_TOGETHER)


def _runs_sql(call: ast.Call) -> bool:
    """``sa.text``, ``sa.literal_column`` and ``connection.exec_driver_sql``."""
    called = call.func
    if not isinstance(called, ast.Attribute) or called.attr not in _RUNS or not call.args:
        return False
    return called.attr == "exec_driver_sql" or (isinstance(called.value, ast.Name) and called.value.id == "sa")


def test_every_dependency_is_pinned() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line.strip() and not line.startswith("#")]
    assert pinned
    assert [line for line in pinned if not re.match(r"^[A-Za-z0-9._-]+(\[[\w,]+\])?==[^=\s]+", line)] == []
