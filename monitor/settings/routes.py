"""Reads ``config/routes.yaml``: who is told of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.crm.vocabulary import RECORDS
from monitor.errors import Problem
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.quiet import Quiet
from monitor.incidents.routing import INHERITED, Audience, Budget, Inherited, Route, Terms, Tree
from monitor.incidents.subjects import every_subject, is_about_something
from monitor.quality.check import Check
from monitor.quality.outcome import Status
from monitor.settings.configured import ROUTES, Configured
from monitor.settings.routes_doubtful import doubtful
from monitor.settings.routes_model import NOBODY, BudgetEntry, Match, QuietEntry, RouteEntry, RoutesFile
from monitor.settings.targets import TargetSaid, target_said
from monitor.yamlfile import Document, Problems, interpolate, nearest, present, read, salvage

_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RoutesSaid:
    """The tree, in which targets go by their names in the outbox, and what they are. ``warnings`` are no errors, but
    surely not meant."""

    tree: Tree
    targets: tuple[TargetSaid, ...]
    warnings: tuple[Problem, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Known:
    """What routes may be about. ``off`` are checks that are switched off: to name one is no mistake."""

    checks: Sequence[Check] = ()
    off: Sequence[str] = ()


def load_routes(configured: Configured, environment: Mapping[str, str], known: Known | None) -> RoutesSaid | None:
    """What the project says; None where it has no such file.

    Raises ConfigurationError with every problem of it: names of targets and entities must be known, and those of checks
    and their tags, unless ``known`` is None, as the checks could not be read.
    """
    path = configured.folder / ROUTES
    if not present(path):
        return None
    problems = Problems()
    document = interpolate(read(path), environment, configured.folder, problems)
    told = {problem.place for problem in problems}  # a variable that is not set leaves its own name behind: told once
    later = Problems()
    file = salvage(RoutesFile, document, later)
    said = _Loading(configured, document, file, known, later).said() if file is not None else None
    problems.extend(problem for problem in later if problem.place not in told)
    problems.raise_if_any()
    assert said is not None  # nothing but a problem makes it so
    return said


class _Loading:
    def __init__(
        self,
        configured: Configured,
        document: Document,
        file: RoutesFile,
        known: Known | None,
        problems: Problems,
    ) -> None:
        self._configured, self._document, self._file, self._problems = configured, document, file, problems
        self._there = known
        self._names = [str(name) for name in document.get("targets") or ()]  # those that are wrong themselves, too
        self._used: set[str] = set()

    def said(self) -> RoutesSaid:
        targets = {name: target_said(name, entry) for name, entry in self._file.targets.items()}
        self._keys = {name: target.key for name, target in targets.items()}
        self._reachable(targets)
        file = self._file
        top = Route(quiet=self._quiet(file.quiet), repeat=_repeat(file.repeat), budget=_budget(file.budget))
        tree = Tree(
            routes=self._routes(self._file.routes, ("routes",)),
            default=self._targets(self._file.default, ("default",)),
            terms=top.terms(Terms()),
            place=self._document.place("default", key=True),
        )
        return RoutesSaid(
            tree,
            tuple(targets.values()),
            tuple(doubtful(tree, self._document, self._unused(), self._configured.settings)),
            self._document.file,
        )

    def _unused(self) -> list[str]:
        return [name for name in self._file.targets if name not in self._used]

    def _reachable(self, targets: Mapping[str, TargetSaid]) -> None:
        """There is a way to each target, and no two are the same."""
        seen: dict[str, str] = {}
        for name, target in targets.items():
            if lacking := target.lacking(self._configured.settings):
                self._problems.add(self._document.problem(f"{name} {lacking}", "targets", name))
            other = seen.setdefault(target.key, name)
            if other != name:
                self._problems.add(self._document.problem(f"this is the target {other!r} already", "targets", name))

    def _targets(self, names: Sequence[str], path: _Path) -> tuple[str, ...]:
        known = list(self._known(names, self._names, "target", path))
        self._used.update(known)
        return tuple(self._keys.get(name, name) for name in known)

    def _known(self, names: Sequence[str], there: Iterable[str], what: str, path: _Path) -> Iterator[str]:
        known = list(there)
        for index, name in enumerate(names):
            if name in known:
                yield name
                continue
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known) or 'none'}"
            self._problems.add(self._document.problem(f"there is no {what} {name!r}", *path, index, hint=hint))

    def _routes(self, entries: Sequence[RouteEntry], path: _Path) -> tuple[Route, ...]:
        return tuple(self._route(entry, (*path, index)) for index, entry in enumerate(entries))

    def _route(self, entry: RouteEntry, path: _Path) -> Route:
        return Route(
            matcher=self._matcher(entry.match, (*path, "match")),
            to=INHERITED if entry.to is None else self._targets(entry.to, (*path, "to")),
            audience=Audience(entry.audience) if entry.audience else INHERITED,
            quiet=self._quiet(entry.quiet),
            repeat=_repeat(entry.repeat),
            budget=_budget(entry.budget),
            mention=_mention(entry.mention),
            goes_on=entry.goes_on,
            routes=self._routes(entry.routes, (*path, "routes")),
            place=self._document.place(*path),
        )

    def _matcher(self, match: Match, path: _Path) -> Matcher:
        list(self._known(match.entity or (), RECORDS, "entity", (*path, "entity")))
        if self._there is not None:
            tags = sorted({tag for check in self._there.checks for tag in check.tags})
            list(self._known(match.tags or (), tags, "tag", (*path, "tags")))
            self._checks(match.check or (), self._there, (*path, "check"))
        return Matcher(
            kinds=tuple(IncidentKind(kind) for kind in match.kind or ()),
            checks=tuple(match.check or ()),
            entities=tuple(match.entity or ()),
            dimensions=tuple(match.dimension or ()),
            severities=tuple(match.severity or ()),
            statuses=tuple(Status(status) for status in match.status or ()),
            tags=tuple(match.tags or ()),
            teams=tuple(match.team or ()),
        )

    def _checks(self, patterns: Sequence[str], known: Known, path: _Path) -> None:
        subjects = every_subject([*(check.id for check in known.checks), *known.off])
        for index, pattern in enumerate(patterns):
            if is_about_something(pattern, subjects):
                continue
            near = "" if "*" in pattern else nearest(pattern, subjects)
            hint = f"did you mean {near!r}?" if near else "crm-monitor config check --list shows them all"
            self._problems.add(self._document.problem(f"there is no check {pattern!r}", *path, index, hint=hint))

    def _quiet(self, entry: QuietEntry | str | None) -> Quiet | Inherited | None:
        if entry is None:
            return INHERITED
        if not isinstance(entry, QuietEntry):
            return None
        zone = ZoneInfo(entry.zone) if entry.zone else self._configured.zone
        return Quiet(zone, entry.hours, entry.weekdays, entry.holidays, self._configured.is_working_day)


def _budget(entry: BudgetEntry | None) -> Budget | Inherited:
    return INHERITED if entry is None else Budget(entry.day, entry.week)


def _repeat(said: timedelta | str | None) -> timedelta | Inherited | None:
    if said is None:
        return INHERITED
    return said if isinstance(said, timedelta) else None


def _mention(said: str | None) -> str | Inherited:
    if said is None:
        return INHERITED
    return "" if said == NOBODY else said
