"""Routes that no incident can ever come to: surely a mistake of whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.incidents.routing import Route, Tree


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A route, and the one that keeps everything from it: an earlier one that takes it all, or, with ``above``, one
    around it that lets nothing of it in."""

    route: Route
    by: Route
    above: bool = False


def unreachable(tree: Tree) -> Iterator[Unreachable]:
    """Such routes in the order of their file; of those within one, nothing is said. Not every one is found: what two
    routes take together is not looked at."""
    yield from _among(tree.routes, ())


def _among(routes: Sequence[Route], around: tuple[Route, ...]) -> Iterator[Unreachable]:
    for number, route in enumerate(routes):
        found = _shut(route, around) or _taken(route, routes[:number], around)
        if found is not None:
            yield found
        else:
            yield from _among(route.routes, (*around, route))


def _shut(route: Route, around: tuple[Route, ...]) -> Unreachable | None:
    for above in reversed(around):
        if above.matcher.excludes(route.matcher):
            return Unreachable(route, above, above=True)
    return None


def _taken(route: Route, earlier: Sequence[Route], around: tuple[Route, ...]) -> Unreachable | None:
    """What comes here fits the route and all around it: an earlier one that takes all of either leaves nothing."""
    for other in earlier:
        if not other.goes_on and any(other.matcher.includes(one.matcher) for one in (route, *around)):
            return Unreachable(route, other)
    return None
