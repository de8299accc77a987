"""Labels and matchers made at random, for the tests of what is told where."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.quality.check import Severity
from monitor.quality.outcome import Status

CHECKS = ("deal-late", "deal-lost", "lead-late", "crm")
PATTERNS = (*CHECKS, "deal-*", "*-late", "*", "l*t*")
ENTITIES, DIMENSIONS = ("leads", "opportunities"), ("validity", "timeliness")
TAGS, TEAMS = ("forecast", "gdpr", "money"), ("Nord", "Syd", "nord", "")
STATUSES = (Status.WARN, Status.FAIL)


def _seldom(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Nothing, three times in four."""
    some = st.lists(values, min_size=1, max_size=2, unique=True).map(tuple)
    return st.integers(0, 3).flatmap(lambda number: some if number == 3 else st.just(()))


LABELS = st.builds(
    Labels,
    kind=st.sampled_from(IncidentKind),
    check=st.sampled_from(CHECKS),
    entity=st.sampled_from(ENTITIES),
    dimension=st.sampled_from(DIMENSIONS),
    severity=st.sampled_from(Severity),
    status=st.sampled_from(STATUSES),
    tags=st.frozensets(st.sampled_from(TAGS)),
    teams=st.frozensets(st.sampled_from(TEAMS)),
)
MATCHERS = st.builds(  # mostly of one or two lists, so that much is matched
    Matcher,
    kinds=_seldom(st.sampled_from(IncidentKind)),
    checks=_seldom(st.sampled_from(PATTERNS)),
    entities=_seldom(st.sampled_from(ENTITIES)),
    dimensions=_seldom(st.sampled_from(DIMENSIONS)),
    severities=_seldom(st.sampled_from(Severity)),
    statuses=_seldom(st.sampled_from(STATUSES)),
    tags=_seldom(st.sampled_from(TAGS)),
    teams=_seldom(st.sampled_from(TEAMS[:3])),
)
