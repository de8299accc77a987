"""The benchmark measures what it says: its contenders answer the same questions about the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.settings.project import load_project
from tests.bench import handwritten, report
from tests.bench.__main__ import differences
from tests.bench.generate import TABLES, Size, ensure
from tests.bench.measure import Measured
from tests.bench.program import write_project

SIZE = Size().scaled(0.001)


@pytest.fixture
def crm(postgresql_url: sa.URL) -> Iterator[sa.URL]:
    name = f"{postgresql_url.database}_bench"
    yield ensure(postgresql_url, name, SIZE)
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def figures(url: sa.URL, *, owners: bool) -> handwritten.Figures:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return handwritten.run(connection, owners=owners)


@pytest.mark.postgresql
def test_owners_add_up_and_the_database_is_kept_and_made_alike(crm: sa.URL, postgresql_url: sa.URL) -> None:
    by_owner = figures(crm, owners=True)
    assert len(by_owner) == 29
    assert handwritten.totals(by_owner) == handwritten.totals(figures(crm, owners=False))
    assert ensure(postgresql_url, str(crm.database), SIZE) == crm
    assert figures(crm, owners=True) == by_owner
    ensure(postgresql_url, str(crm.database), SIZE, fresh=True)
    assert figures(crm, owners=True) == by_owner
    engine = sa.create_engine(crm, poolclass=sa.NullPool)
    with engine.connect() as connection:
        for table in TABLES:
            count = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count == getattr(SIZE, table)


def test_the_project_has_the_same_29_checks(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", "postgresql+psycopg://127.0.0.1/bench")
    checks = {check.id for check in load_project(folder, {}).checks}
    assert checks == {check for readings in handwritten.READINGS.values() for check in readings}
    assert len(checks) == 29


def test_a_figure_that_differs_is_told_and_shown() -> None:
    owners = {"deal-without-account": {"1": [10, 2], "": [5, 1]}}
    other = {"deal-without-account": {"1": [10, 3], "": [5, 1]}}
    total = {"deal-without-account": {"*": [15, 3]}}
    gx = {"deal-without-account": [15, 3]}

    def run(program: handwritten.Figures) -> dict[str, Measured]:
        found = {"total": total, "owners": owners, "gx": gx, "program": program}
        others = {name: Measured([1.0], 100.0) for name in ("fresh", "import", "tenth")}
        return {name: Measured([1.0, 2.0], 50.0, figures) for name, figures in found.items()} | others

    assert differences(run(owners)) == []
    wrong = differences(run(other))
    assert wrong == ["this program, deal-without-account, 1: [10, 3] is not [10, 2]"]
    page = report.markdown(report.Result(15, "15.1", 2, run(other), wrong))
    assert "MISSED: the figures of all contenders are equal" in page
    assert "| hand-written SQL, one query per table | 1.50 s |" in page
