"""What of ``config/routes.yaml`` is right as it is written, and surely not meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.errors import Problem
from monitor.incidents.routing import Tree
from monitor.incidents.unreachable import unreachable
from monitor.settings.model import Settings
from monitor.yamlfile import Document


def doubtful(tree: Tree, document: Document, unused: Sequence[str], settings: Settings) -> Iterator[Problem]:
    """Routes that nothing comes to, targets that no route names (``unused``), and settings that have no effect."""
    yield from _routes(tree)
    for name in unused:
        yield document.problem(f"no route names the target {name!r}", "targets", name, key=True)
    if settings.slack is not None and settings.slack.channel:
        message = "slack.channel and slack.ops_channel of config/monitor.yaml are not read beside this file"
        yield Problem(document.place(), message, "take them out there")
    if not (settings.country or settings.working_time.holidays or settings.working_time.days_off):
        for path in document.values:
            if path[-2:] == ("quiet", "holidays") and document.get(*path) is True:
                hint = "set country in config/monitor.yaml"
                yield document.problem("no public holiday is known", *path, hint=hint)


def _routes(tree: Tree) -> Iterator[Problem]:
    for found in unreachable(tree):
        line, words = found.by.place.line, found.by.matcher.words()
        if found.above:
            message = f"nothing comes to this route: the one around it, in line {line}, is about {words} only"
            yield Problem(found.route.place, message)
        else:
            message = f"nothing comes to this route: the one in line {line} takes {words} before"
            yield Problem(found.route.place, message, "put this one first, or say `continue: true` there")
