"""A CRM that dies in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.app.check import CheckRequest, run_check
from monitor.app.project import open_project
from monitor.errors import CrmUnavailable
from tests.acceptance.channel import SlackChannel
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import outcome
from tests.delivery.fake_slack import FakeSlack
from tests.servers import database

pytestmark = pytest.mark.faults


@pytest.fixture
def channel(postgresql_crm: SmallCrm, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackChannel]:
    """A Slack that the PostgreSQL CRM's project posts to."""
    monkeypatch.setattr("monitor.delivery.sender.PACE", timedelta(milliseconds=20))
    with FakeSlack() as server:
        made = SlackChannel(server, postgresql_crm)
        made.configure()
        yield made


def _let_in(crm: SmallCrm, *, yes: bool) -> None:
    """Open or close the CRM's database to everybody, and throw out who is there."""
    with database("postgresql") as other:
        engine = sa.create_engine(other, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {crm.url.database} ALLOW_CONNECTIONS {str(yes).lower()}")
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.exec_driver_sql(gone, (crm.url.database,))


def test_a_run_whose_crm_dies_half_way_decides_nothing_of_the_data(channel: SlackChannel) -> None:
    assert channel.check().exit_code == 0
    channel.crm.without_account(11, 25)
    channel.crm.execute("UPDATE customer SET mail = 'none' WHERE id <= 12")

    def step(what: str, done: int, _total: int) -> None:
        if (what, done) == ("Checking opportunities", 0):
            _let_in(channel.crm, yes=False)

    environ = {"CRM_MONITOR_SLACK_API": channel.server.base_url}
    try:
        with (
            open_project(channel.crm.folder, environ, clock=lambda: datetime.now(UTC)) as opened,
            pytest.raises(CrmUnavailable),
        ):
            run_check(opened, CheckRequest(count=True), step)
        assert [root.text.partition(":")[0] for root in channel.roots] == ["Could not check"]
    finally:
        _let_in(channel.crm, yes=True)

    back = channel.check("--format", "json")
    assert back.exit_code == 0
    for check, change in (("account-email-invalid", 12), ("deal-without-account", 15)):
        found = outcome(back, check)
        assert (found["change"], found["new"], found["incident"] is not None) == (change, change, True)
    assert sorted(root.text.partition(":")[0] for root in channel.roots) == ["Failing", "Failing", "Resolved"]
    assert "can be read again" in channel.replies[0].text
