"""A small CRM with records to mend: two checks, links, a seat that was given up; and the firm that is told."""

from __future__ import annotations

from collections.abc import Mapping

from tests.acceptance import use_crm
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.use_crm import NORTH, SOUTH
from tests.acceptance.using import Firm

ANN, LEFT = NORTH[2], SOUTH[0]
"""Somebody who owns deals, and somebody who left with some."""
ON_SLACK = "U0ANN0001"
SUITE = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: next_step}
  meta: {id: deal-without-next-step, title: Deals without a next step, warn: 5%, fix: Write one down.}
- type: expect_column_values_to_be_filled
  kwargs: {column: amount}
  severity: critical
  meta: {id: deal-without-amount, title: Deals without an amount, fail: 20%, fix: Enter an estimate.}
- type: expect_column_values_to_be_in_set
  kwargs: {column: status, value_set: [open, won]}
  meta: {id: deal-status-odd, title: Deals with an odd status, attribution: admin}
- type: expect_owners_to_be_active
  meta: {id: deal-owner-gone, title: Deals whose owner is gone, attribution: admin}
"""
FAILS = "next_action = '' OR value IS NULL"


def prepare(firm: Firm, *, hashed: bool = False) -> Firm:
    """The project with these checks, and with deals that have a page in the CRM."""
    crm_map = use_crm.MAP.replace('active: "1"', f'active: "CASE WHEN s.id = {LEFT} THEN 0 ELSE 1 END"')
    page = '    disclose: [status]\n    link: "https://crm.example/deals/{key}"\n'
    crm_map = crm_map.replace("    disclose: [status]\n", page + ("    hash_keys: true\n" if hashed else ""), 1)
    firm.crm.write("config/crms/used.yaml", crm_map)
    firm.crm.write("expectations/opportunities.yaml", SUITE)
    firm.crm.execute(
        "UPDATE deal SET title = 'Customer ' || id || ' Secretname'",
        "UPDATE deal SET value = NULL WHERE id % 11 = 0",
    )
    return firm


def checked(firm: Firm, **later: float) -> None:
    """A run, some time later."""
    firm.clock.later(**later)
    assert firm.run("check", "--count", "--fail-on", "never").exit_code == 0


def failing(firm: Firm, *owners: int) -> set[str]:
    """What a query written by hand finds of somebody's deals."""
    keys = ", ".join(map(str, owners))
    return {str(key) for (key,) in firm.crm.ask(f"SELECT id FROM deal WHERE staff_id IN ({keys}) AND ({FAILS})")}


def mend(firm: Firm, where: str) -> None:
    firm.crm.execute(f"UPDATE deal SET next_action = 'Call', value = 5000 WHERE {where}")


def as_user(firm: Firm, key: int, *arguments: object) -> Result:
    """A command that a user of the CRM runs."""
    env: Mapping[str, str] = {"LOGNAME": f"log{key}in", "CRM_MONITOR_SLACK_API": firm.slack.base_url}
    return crm_monitor(*arguments, project=firm.crm.folder, env=env)


def connect(firm: Firm, more: str = "") -> None:
    """Ann is on Slack, as the leads of north and south are; everybody has an address."""
    firm.slack.workspace.users[ON_SLACK] = "D0ANN0001"
    firm.connect(people=f"- {{user: {ANN}, slack: {ON_SLACK}}}\n{more}")
