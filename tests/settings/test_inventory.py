"""What ``config check`` has to say of a project."""

from __future__ import annotations

from pathlib import Path

from monitor.quality.check import Dimension
from monitor.settings.inventory import take_stock
from monitor.settings.project import load_project
from tests.settings.projects import CONNECTION, ENVIRON, SUITE, make_project


def test_an_inventory_counts_checks_by_entity_and_dimension(tmp_path: Path) -> None:
    unique = "  - type: expect_column_values_to_be_unique\n    kwargs: {column: name}\n"
    off = "    meta: {id: same-name, enabled: false}\n"
    slack = 'slack: {token: xoxb-1, channel: "#crm"}\n'
    files = {
        "config/monitor.yaml": "name: Nordlys\n" + CONNECTION + slack,
        "expectations/opportunities.yaml": "standing: false\n" + SUITE + unique,
        "expectations/accounts.yaml": "standing: false\nexpectations:\n" + unique + off,
    }
    stock = take_stock(load_project(make_project(tmp_path, files), ENVIRON))
    assert [(suite.entity, suite.checks, suite.dimensions, suite.mapped) for suite in stock.suites] == [
        ("accounts", 0, (), True),
        ("opportunities", 2, ((Dimension.COMPLETENESS, 1), (Dimension.UNIQUENESS, 1)), True),
    ]
    assert stock.checks == 2
    assert stock.off == ("same-name",)
    assert (stock.map_reference, stock.map_title) == ("builtin/odoo-17@1", "Odoo 17 CRM")
    assert stock.slack_target == "#crm with a bot token"
    assert stock.ops_target == "#crm with a bot token"
    assert stock.state_target == f"sqlite:///{tmp_path}/state/monitor.db"
    assert [Path(name).name for name in stock.files] == [
        "monitor.yaml",
        "odoo-17@1.yaml",
        "accounts.yaml",
        "opportunities.yaml",
    ]
