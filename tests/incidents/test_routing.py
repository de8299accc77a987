"""Where an incident is told of: the tree of routes against a plain account of what a route is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.quiet import Quiet
from monitor.incidents.routing import INHERITED, Audience, Budget, Delivery, Route, Terms, Tree, routed
from monitor.place import Place
from monitor.quality.check import Severity
from tests.incidents.labelled import LABELS, MATCHERS

NIGHT = Quiet(ZoneInfo("Europe/Copenhagen"), (time(18), time(8)), frozenset({5, 6}))
CRITICAL = Labels(IncidentKind.DATA, "deal-late", "opportunities", severity=Severity.CRITICAL)
WARNING = Labels(IncidentKind.DATA, "deal-late", "opportunities")
SYSTEM = Labels(IncidentKind.SYSTEM, "crm", severity=Severity.CRITICAL)


def at(line: int) -> Place:
    return Place("routes.yaml", line, 3)


def targets(tree: Tree, labels: Labels) -> list[str]:
    return [one.target for one in routed(tree, labels)]


ONLY_CRITICAL = Matcher(severities=(Severity.CRITICAL,))


def test_what_no_route_matches_goes_to_the_default_on_the_terms_of_the_top() -> None:
    terms = Terms(quiet=NIGHT, repeat=timedelta(days=7), budget=Budget(1, 2))
    tree = Tree((Route(ONLY_CRITICAL, ("slack:C1",)),), ("slack:C2",), terms, at(9))
    assert routed(tree, WARNING) == (
        Delivery(
            "slack:C2", quiet=NIGHT, repeat=timedelta(days=7), budget=Budget(1, 2), path=("routes.yaml:9 default",)
        ),
    )


def test_the_first_route_that_matches_is_the_only_one_unless_it_goes_on() -> None:
    first, second = Route(ONLY_CRITICAL, ("a",)), Route(to=("b", "c"))
    assert targets(Tree((first, second), ("z",)), CRITICAL) == ["a"]
    going_on = Route(ONLY_CRITICAL, ("a",), goes_on=True)
    assert targets(Tree((going_on, second), ("z",)), CRITICAL) == ["a", "b", "c"]
    assert targets(Tree((going_on,), ("z",)), CRITICAL) == ["a"]


def test_by_a_team_of_few_only_a_route_for_admins_matches() -> None:
    few = Labels(IncidentKind.DATA, "c", teams=frozenset({"Desk", "North"}), few=frozenset({"Desk"}))
    desk, north = Matcher(teams=("desk",)), Matcher(teams=("north",))
    assert targets(Tree((Route(desk, ("a",)),), ("z",)), few) == ["z"]
    assert targets(Tree((Route(desk, ("a",), audience=Audience.ADMIN),), ("z",)), few) == ["a"]
    below = Route(desk, ("b",))
    assert targets(Tree((Route(Matcher(), ("a",), audience=Audience.ADMIN, routes=(below,)),), ("z",)), few) == ["b"]
    assert targets(Tree((Route(north, ("a",)),), ("z",)), few) == ["a"]


def test_a_route_counts_itself_only_where_none_beneath_it_matches() -> None:
    below = Route(ONLY_CRITICAL, ("b",), place=at(4))
    tree = Tree(
        (Route(Matcher(kinds=(IncidentKind.DATA,)), ("a",), routes=(below,), place=at(2)),), ("z",), place=at(9)
    )
    assert targets(tree, WARNING) == ["a"]
    assert targets(tree, SYSTEM) == ["z"]
    assert [(one.target, one.path) for one in routed(tree, CRITICAL)] == [
        ("b", ("routes.yaml:2 kind data", "routes.yaml:4 severity critical"))
    ]


def test_a_route_holds_to_what_stands_above_it_in_all_that_it_does_not_say() -> None:
    inner = Route(mention="", quiet=None)
    middle = Route(
        to=("a",),
        audience=Audience.ADMIN,
        repeat=timedelta(days=1),
        budget=Budget(5, 9),
        mention="S0123ABCD",
        routes=(inner,),
    )
    (one,) = routed(Tree((middle,), ("z",), Terms(quiet=NIGHT)), CRITICAL)
    assert one == Delivery("a", Audience.ADMIN, None, timedelta(days=1), Budget(5, 9), "", one.path)


def test_a_target_is_told_once_on_the_terms_of_the_first_route_that_names_it() -> None:
    tree = Tree((Route(to=("a",), mention="S0123ABCD", goes_on=True), Route(to=("b", "a"))))
    assert [(one.target, one.mention) for one in routed(tree, CRITICAL)] == [("a", "S0123ABCD"), ("b", "")]


def test_a_route_to_nobody_tells_nobody() -> None:
    assert routed(Tree((Route(to=()),), ("z",)), CRITICAL) == ()


_NAMES = st.lists(st.sampled_from("abcd"), max_size=2, unique=True).map(tuple)
_TERMS: dict[str, st.SearchStrategy[Any]] = {
    "audience": st.sampled_from(Audience),
    "quiet": st.sampled_from([None, NIGHT]),
    "repeat": st.sampled_from([None, timedelta(hours=1), timedelta(days=1)]),
    "budget": st.builds(Budget, st.integers(0, 3), st.integers(3, 9)),
    "mention": st.sampled_from(["", "S0123ABCD", "U0123ABCD"]),
}
_MAYBE = {name: st.just(INHERITED) | one for name, one in _TERMS.items()}


def _routes(below: st.SearchStrategy[tuple[Route, ...]]) -> st.SearchStrategy[tuple[Route, ...]]:
    route = st.builds(
        Route,
        matcher=st.just(Matcher()) | MATCHERS,
        to=st.just(INHERITED) | _NAMES,
        goes_on=st.booleans(),
        routes=below,
        place=st.builds(at, st.integers(1, 10**9)),
        **_MAYBE,
    )
    return st.lists(route, max_size=3).map(tuple)


TREES = st.builds(
    Tree,
    routes=st.recursive(st.just(()), _routes, max_leaves=8),
    default=_NAMES,
    terms=st.builds(Terms, **_TERMS),
    place=st.just(at(1)),
)


@dataclass(frozen=True)
class Spot:
    """A route of the tree, those around it from the top, and those before it on its own level."""

    way: tuple[Route, ...]
    before: tuple[Route, ...]


def spots(routes: Sequence[Route], above: tuple[Route, ...] = ()) -> Iterator[Spot]:
    for number, route in enumerate(routes):
        yield Spot((*above, route), tuple(routes[:number]))
        yield from spots(route.routes, (*above, route))


def plainly(tree: Tree, labels: Labels) -> tuple[Delivery, ...]:
    """A route is reached when it matches, the one around it is reached, and none before it matches and ends there. It
    tells somebody when it is reached and none within it is. Its terms are those of the nearest that says any."""
    every = list(spots(tree.routes))
    reached: set[tuple[int, ...]] = set()
    for spot in every:
        key = tuple(map(id, spot.way))
        around = not key[:-1] or key[:-1] in reached
        stopped = any(other.matcher.matches(labels) and not other.goes_on for other in spot.before)
        if around and not stopped and spot.way[-1].matcher.matches(labels):
            reached.add(key)
    told: dict[str, Delivery] = {}
    for spot in every:
        key = tuple(map(id, spot.way))
        if key in reached and not any(other[: len(key)] == key and other != key for other in reached):
            _tell(told, tree, spot.way)
    if not reached:
        _tell(told, tree, ())
    return tuple(told.values())


def _tell(told: dict[str, Delivery], tree: Tree, way: tuple[Route, ...]) -> None:
    def nearest(name: str, otherwise: Any) -> Any:
        said = [getattr(route, name) for route in way if getattr(route, name) is not INHERITED]
        return said[-1] if said else otherwise

    terms = {name: nearest(name, getattr(tree.terms, name)) for name in _TERMS}
    path = tuple(f"routes.yaml:{route.place.line} {route.matcher.words()}" for route in way)
    for target in nearest("to", tree.default):
        if target not in told:
            told[target] = Delivery(target, **terms, path=path or ("routes.yaml:1 default",))


@given(TREES, LABELS)
def test_the_walk_through_a_tree_finds_what_the_plain_account_says(tree: Tree, labels: Labels) -> None:
    assert routed(tree, labels) == plainly(tree, labels)


@given(TREES, LABELS)
def test_a_route_that_goes_on_loses_nobody(tree: Tree, labels: Labels) -> None:
    ending, going_on = Route(to=("first",)), Route(to=("first",), goes_on=True)
    assert targets(Tree((ending, *tree.routes), tree.default), labels) == ["first"]
    rest = targets(tree, labels) if any(route.matcher.matches(labels) for route in tree.routes) else []
    assert targets(Tree((going_on, *tree.routes), tree.default), labels) == ["first", *rest]
