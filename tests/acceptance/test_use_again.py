"""What the CRM takes back between two readings is gone from people's weeks, too."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance.use_crm import SOUTH, call, deal, login
from tests.acceptance.using import Firm

LOST, FOUND = SOUTH[0], SOUTH[1]


def _calls(firm: Firm) -> dict[str, int]:
    people = firm.ok("adoption", "--format", "json").json["people"]
    return {one["key"]: one["counts"].get("calls", 0) for one in people}


def test_calls_that_turn_out_to_be_anothers_are_counted_once(used: Firm) -> None:
    used.crm.mandate()
    before = _calls(used)
    assert before[str(LOST)] > 0
    engine = sa.create_engine(driver_url(used.crm.url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in (call, deal, login):
            mine = sa.update(table).where(table.c.staff_id == LOST)
            connection.execute(mine.values(staff_id=FOUND))
    after = _calls(used)
    assert after[str(LOST)] == 0
    assert after[str(FOUND)] == before[str(LOST)] + before[str(FOUND)]
    assert sum(after.values()) == sum(before.values())
