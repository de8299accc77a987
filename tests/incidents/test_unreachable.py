"""Routes that nothing comes to are found, and none that something does."""

from __future__ import annotations

from hypothesis import given

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.routing import Route, Tree, every_route, leaves
from monitor.incidents.unreachable import Unreachable, unreachable
from monitor.quality.check import Severity
from tests.incidents.labelled import LABELS
from tests.incidents.test_routing import TREES

CRITICAL = Matcher(severities=(Severity.CRITICAL,))
CRITICAL_LEADS = Matcher(severities=(Severity.CRITICAL,), entities=("leads",))
DATA = Matcher(kinds=(IncidentKind.DATA,))


def test_a_route_is_shadowed_by_an_earlier_one_that_takes_it_all() -> None:
    wide, narrow = Route(CRITICAL), Route(CRITICAL_LEADS)
    assert list(unreachable(Tree((wide, narrow)))) == [Unreachable(narrow, wide)]
    assert list(unreachable(Tree((narrow, wide)))) == []
    assert list(unreachable(Tree((Route(CRITICAL, goes_on=True), narrow)))) == []


def test_a_route_within_another_is_shadowed_by_one_that_takes_all_of_that() -> None:
    first, second = Route(DATA), Route(CRITICAL)
    assert list(unreachable(Tree((Route(DATA, routes=(first, second)),)))) == [Unreachable(second, first)]


def test_a_route_within_another_that_lets_nothing_of_it_in_is_found() -> None:
    system = Route(Matcher(kinds=(IncidentKind.SYSTEM,)))
    around = Route(DATA, routes=(Route(CRITICAL, routes=(system,)),))
    assert list(unreachable(Tree((around,)))) == [Unreachable(system, around, above=True)]


@given(TREES, LABELS)
def test_no_incident_comes_to_what_is_said_to_be_unreachable(tree: Tree, labels: Labels) -> None:
    found = {id(one.route) for one in unreachable(tree)}
    assert all(id(leaf.route) not in found for leaf in leaves(tree, labels))
    assert found <= {id(route) for route in every_route(tree)}
