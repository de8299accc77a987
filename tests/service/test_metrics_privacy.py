"""No person, no key and no value of the CRM stands in /metrics or in the status, whatever stands in the state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.messages.outgoing import Action
from monitor.store.all_tables import metadata
from monitor.store.database import Database
from monitor.store.outbox import Draft
from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.service.answering import Answering
from tests.service.past import Past

PLANTED = "Karin Blixen"
# What the program itself writes, from closed sets, the schedule, or the names of processes: it may be shown.
OWN: Mapping[str, set[str]] = {
    "checks": {"name", "entity"},
    "entity_facts": {"entity"},
    "outcomes": {"status", "severity"},
    "runs": {"status", "trigger"},
    "incidents": {"kind", "severity", "state", "status", "told_status", "told_severity", "newest"},
    "incident_events": {"kind", "status", "notify"},
    "outbox": {"state", "action", "thread"},
    "leases": {"name", "holder"},
    "jobs": {"name", "times"},
    "job_runs": {"job", "state", "how", "holder", "why"},
    "meta": {"key", "value"},
}


def plant(database: Database) -> int:
    """Write a name into every text of the state that holds what is not the program's own; how many rows took it."""
    planted = 0
    with database.write() as connection:
        if database.sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in metadata.tables.values():
            unique = _unique(table)
            for column in table.columns:
                if not isinstance(column.type, sa.Text) or column.name in OWN.get(table.name, set()):
                    continue
                value = sa.literal(PLANTED)
                text = value + sa.cast(column, sa.Text) if column.name in unique else value
                planted += connection.execute(sa.update(table).values({column: text})).rowcount
        connection.execute(sa.update(metadata.tables["outbox"]).values(payload={"text": PLANTED}))
    return planted


def _unique(table: sa.Table) -> set[str]:
    """The columns that no two rows may have alike."""
    constraints = [one for one in table.constraints if isinstance(one, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    found = [*(one.columns for one in constraints), *(one.columns for one in table.indexes if one.unique)]
    return {column.name for columns in found for column in columns}


@pytest.fixture
def planted(monitor: Answering) -> Answering:
    """A monitor with runs, incidents and messages, in which every text of another's hand is a person's name."""
    past, crm = monitor.past, monitor.crm
    assert crm_monitor("check", project=crm.folder).exit_code == 0
    crm.without_account(11, 25)
    assert crm_monitor("check", "--count", project=crm.folder).exit_code == 1
    past.all_well()
    with past.state() as state:
        for fate in ("failed", "unknown"):
            message = state.outbox.add("incident:1", Draft("slack:U1", Action.POST, {}), past.now - timedelta(hours=3))
            assert state.outbox.claim(message, past.now)
            getattr(state.outbox, fate)(message, past.now, "refused")
        assert plant(state.database) > 100
    return monitor


def test_metrics_name_nobody(planted: Answering) -> None:
    seen = planted.scrape()
    assert seen.value("state_up") == 1
    assert seen.value("outbox_messages", state="failed") == 1
    assert seen.value("incidents", kind="data", severity="warning", state="open") == 1
    _names_nobody(seen.text, planted.crm)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_status_names_nobody(planted: Answering, form: str) -> None:
    said = crm_monitor("status", "--format", form, project=planted.crm.folder)
    assert said.exit_code == 1  # a message was refused
    _names_nobody(said.stdout + said.stderr, planted.crm)


def test_what_a_self_check_finds_of_messages_says_not_to_whom_they_were(crm: SmallCrm) -> None:
    past = Past(crm.folder, datetime.now(UTC))
    schedule = "jobs: {looks: {do: self-check, every: 1d}}\n"
    (crm.folder / "config" / "schedule.yaml").write_text(schedule, encoding="utf-8")
    assert crm_monitor("check", project=crm.folder).exit_code == 0
    crm.without_account(11, 25)
    assert crm_monitor("check", "--count", project=crm.folder).exit_code == 1
    with past.state() as state:
        message = state.outbox.add("incident:1", Draft("email:karin-17", Action.POST, {}), past.now)
        assert state.outbox.claim(message, past.now)
        state.outbox.failed(message, past.now, "the mail server does not take karin-17")
    assert "karin-17" in crm_monitor("doctor", project=crm.folder).said
    assert crm_monitor("run", "looks", project=crm.folder).exit_code == 3
    said = crm_monitor("status", project=crm.folder)
    assert "1 message did not arrive: crm-monitor notify list" in said.said
    assert "karin" not in said.said
    with past.state() as state:
        kept = [one.observed for one in state.incidents.list()]
    assert kept
    assert not [text for text in kept if "karin" in text]


def _names_nobody(text: str, crm: SmallCrm) -> None:
    assert "Karin" not in text
    assert "Blixen" not in text
    assert "U1" not in text
    for secret in ("Person Number", "@firm.example", "Customer ", "Deal ", str(crm.url)):
        assert secret not in text


def test_what_was_planted_would_be_seen(planted: Answering) -> None:
    told = crm_monitor("notify", "list", project=planted.crm.folder)
    assert "Blixen" in told.stdout
