"""Where an incident is told of, and on which terms: a tree of routes, walked from the top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Final

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.quiet import Quiet
from monitor.place import Place


class Audience(StrEnum):
    """Who reads it. ``channel``: teams only are named; ``admin``: owners of records may be."""

    CHANNEL = "channel"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most new messages that a target gets in a day and in a week; what is beyond goes into a roll-up."""

    day: int = 3
    week: int = 10


class Inherited(Enum):
    """A route that says nothing of its own holds to what stands above it."""

    INHERITED = "inherited"


INHERITED: Final = Inherited.INHERITED


@dataclass(frozen=True, slots=True)
class Terms:
    """How a target is told. ``repeat`` None is once only; ``mention`` is a user group, a person, or nobody."""

    audience: Audience = Audience.CHANNEL
    quiet: Quiet | None = None
    repeat: timedelta | None = None
    budget: Budget = field(default_factory=Budget)
    mention: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One branch. ``to`` names targets, none of them tells nobody; ``goes_on`` lets the next route match as well."""

    matcher: Matcher = field(default_factory=Matcher)
    to: tuple[str, ...] | Inherited = INHERITED
    audience: Audience | Inherited = INHERITED
    quiet: Quiet | Inherited | None = INHERITED
    repeat: timedelta | Inherited | None = INHERITED
    budget: Budget | Inherited = INHERITED
    mention: str | Inherited = INHERITED
    goes_on: bool = False
    routes: tuple[Route, ...] = ()
    place: Place = field(default_factory=lambda: Place(""))

    @property
    def words(self) -> str:
        """``config/routes.yaml:12 severity critical``."""
        return f"{_line(self.place)} {self.matcher.words()}".strip()

    def terms(self, above: Terms) -> Terms:
        """What holds here, given what holds above."""
        return Terms(
            audience=above.audience if isinstance(self.audience, Inherited) else self.audience,
            quiet=above.quiet if isinstance(self.quiet, Inherited) else self.quiet,
            repeat=above.repeat if isinstance(self.repeat, Inherited) else self.repeat,
            budget=above.budget if isinstance(self.budget, Inherited) else self.budget,
            mention=above.mention if isinstance(self.mention, Inherited) else self.mention,
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """Routes in the order of their file; what none of them matches goes to ``default``. ``terms`` hold at the top."""

    routes: tuple[Route, ...] = ()
    default: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    place: Place = field(default_factory=lambda: Place(""))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One target that is told of an incident, on which terms. ``path`` says why: the routes passed on the way to it."""

    target: str
    audience: Audience = Audience.CHANNEL
    quiet: Quiet | None = None
    repeat: timedelta | None = None
    budget: Budget = field(default_factory=Budget)
    mention: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a walk through the tree ended: ``route`` None is the default."""

    route: Route | None
    to: tuple[str, ...]
    terms: Terms
    path: tuple[str, ...]


def routed(tree: Tree, labels: Labels) -> tuple[Delivery, ...]:
    """Who is told of an incident with these labels, each target once: on the terms of the first route that names it."""
    found: dict[str, Delivery] = {}
    for leaf in leaves(tree, labels):
        terms = leaf.terms
        for target in leaf.to:
            one = Delivery(
                target, terms.audience, terms.quiet, terms.repeat, terms.budget, terms.mention, path=leaf.path
            )
            found.setdefault(target, one)
    return tuple(found.values())


def leaves(tree: Tree, labels: Labels) -> tuple[Leaf, ...]:
    """The routes that an incident ends up in, at least one. A route counts where none of those beneath it matches."""
    found = tuple(_below(tree.routes, labels, tree.default, tree.terms, ()))
    return found or (Leaf(None, tree.default, tree.terms, (f"{_line(tree.place)} default".strip(),)),)


def every_route(tree: Tree) -> Iterator[Route]:
    """All routes in the order of their file."""
    waiting = list(tree.routes)
    while waiting:
        route = waiting.pop(0)
        yield route
        waiting[:0] = route.routes


def _below(
    routes: tuple[Route, ...], labels: Labels, to: tuple[str, ...], above: Terms, path: tuple[str, ...]
) -> Iterator[Leaf]:
    for route in routes:
        terms, way = route.terms(above), (*path, route.words)
        if not route.matcher.matches(labels if terms.audience is Audience.ADMIN else labels.for_channels):
            continue
        here = to if isinstance(route.to, Inherited) else route.to
        deeper = tuple(_below(route.routes, labels, here, terms, way))
        yield from deeper or (Leaf(route, here, terms, way),)
        if not route.goes_on:
            return


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.line else place.file
