"""The repository is itself a working monitor project: it watches the demo."""

from __future__ import annotations

import shutil

import pytest

from monitor.app.check import CheckRequest, run_check
from monitor.app.project import open_project
from monitor.app.report import RunReport
from monitor.crm.vocabulary import RECORDS
from monitor.quality.outcome import Status
from monitor.settings.project import load_project
from tests.demo_crms import NOVEMBER, DemoCrms
from tests.docs.pages import REPOSITORY


def test_it_loads_and_watches_what_make_demo_leaves_behind() -> None:
    project = load_project(REPOSITORY, {"CRM_URL": ""})
    assert project.crm_url.database == str(REPOSITORY / "demo-project" / "crm.db")
    assert project.crm_map.reference == "builtin/demo@1"
    assert [suite.entity for suite in project.suites] == list(RECORDS)
    assert project.off, "one check is switched off, as an example"


def test_its_suites_start_from_the_built_in_ones_and_two_add_checks_of_their_own() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (REPOSITORY / "expectations").glob("*.yaml")}
    assert all(f"extends: builtin/{entity}@1" in text for entity, text in texts.items())
    assert sorted(entity for entity, text in texts.items() if "\nexpectations:" in text) == [
        "contacts",
        "opportunities",
    ]
    assert sorted(entity for entity, text in texts.items() if "\noverride:" in text) == ["accounts", "opportunities"]


@pytest.fixture(scope="module")
def report(demo_crms: DemoCrms, tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    folder = tmp_path_factory.mktemp("project")
    (folder / "config").mkdir()
    shutil.copy(REPOSITORY / "config" / "monitor.yaml", folder / "config")
    shutil.copytree(REPOSITORY / "expectations", folder / "expectations", ignore=shutil.ignore_patterns("builtin"))
    demo_crms.copy(NOVEMBER, folder / "crm.db")
    environ = {"CRM_URL": "sqlite:///crm.db"}
    with open_project(folder, environ, clock=lambda: NOVEMBER) as opened:
        return run_check(opened, CheckRequest(dry_run=True), lambda *_: None)


def test_it_runs_on_a_demo_and_every_check_has_a_result(report: RunReport) -> None:
    assert [entity.problem for entity in report.entities] == [""] * len(RECORDS)
    assert {Status.ERROR, Status.SKIPPED}.isdisjoint(report.counts())


def test_its_own_checks_count_records_per_owner(report: RunReport) -> None:
    found = {item.outcome.check.id: item.outcome for item in report.checks()}
    for name in ("new-contact-without-job-title", "deal-in-foreign-currency", "large-deal-without-next-step"):
        outcome = found[name]
        assert outcome.rows
        assert outcome.attributed
        assert sum(part.unexpected for part in outcome.owners) == outcome.unexpected


def test_its_overrides_hold(report: RunReport) -> None:
    found = {item.outcome.check.id: item.outcome.check for item in report.checks()}
    assert found["offer-untouched"].limits.warn == pytest.approx(0.25)
    assert found["offer-untouched"].limits.fail == pytest.approx(0.4)
    assert found["account-without-website"].limits.fail == pytest.approx(0.25)
    assert "account-without-revenue" not in found
