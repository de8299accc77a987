"""A run as JUnit XML: a test suite per entity, a test case per check."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from monitor.app.report import EntityReport, FailOn, RunReport
from monitor.cli.words import finding
from monitor.quality.outcome import Outcome, Status

_SKIPPED = (Status.SKIPPED, Status.NO_DATA, Status.NO_BASELINE)


def render(report: RunReport, fail_on: FailOn) -> str:
    """The report as JUnit XML; ``fail_on`` decides whether a warning is a failure."""
    suites = ET.Element("testsuites", name=f"crm-monitor {report.project}")
    for entity in report.entities:
        _suite(suites, entity, fail_on)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: ET.Element, entity: EntityReport, fail_on: FailOn) -> None:
    suite = ET.SubElement(suites, "testsuite", name=entity.entity, time=f"{entity.seconds:.3f}")
    failures = errors = skipped = 0
    for item in entity.checks:
        case = ET.SubElement(suite, "testcase", classname=entity.entity, name=item.outcome.check.id)
        kind = _kind(item.outcome, fail_on)
        failures += kind == "failure"
        errors += kind == "error"
        skipped += kind == "skipped"
        if kind:
            ET.SubElement(case, kind, message=finding(item.outcome), type=item.outcome.status.value)
    if entity.problem:
        case = ET.SubElement(suite, "testcase", classname=entity.entity, name="readable")
        ET.SubElement(case, "error", message=entity.problem, type="error")
        errors += 1
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    suite.set("skipped", str(skipped))


def _kind(outcome: Outcome, fail_on: FailOn) -> str:
    if outcome.status is Status.ERROR:
        return "error"
    if outcome.status in _SKIPPED:
        return "skipped"
    failed = outcome.status is Status.FAIL and fail_on is not FailOn.NEVER
    warned = outcome.status is Status.WARN and fail_on is FailOn.WARN
    return "failure" if failed or warned else ""
