"""The alert rules are such that Prometheus takes them, fire when they should, and name only metrics that there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ruamel.yaml import YAML

from tests.docs.pages import DOCS
from tests.service.answering import Answering
from tests.service.promtool import promtool

RULES = DOCS / "service" / "alerts.rules.yml"
CASES = Path(__file__).with_name("alerts.test.yml")


def test_promtool_takes_the_rules() -> None:
    done = subprocess.run([promtool(), "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "SUCCESS: 12 rules found" in done.stdout


def test_each_rule_fires_when_it_should_and_not_before() -> None:
    done = subprocess.run([promtool(), "test", "rules", str(CASES)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_about_metrics_that_a_service_gives(monitor: Answering) -> None:
    from tests.acceptance.program import crm_monitor

    monitor.past.all_well()
    crm_monitor("check", project=monitor.crm.folder)
    given = {sample.name for sample in monitor.scrape().samples}
    expressions = [rule["expr"] for group in YAML(typ="safe").load(RULES)["groups"] for rule in group["rules"]]
    named = {name for text in expressions for name in re.findall(r"crm_monitor_\w+", text)}
    assert len(expressions) == 12
    assert named <= given
