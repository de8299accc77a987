"""The little languages that stand in files: conditions on rows, cron lines, moments; each as one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql, sqlite

from monitor.crm.compile import compile_map
from monitor.crm.maps import load_map
from monitor.errors import Problem
from monitor.place import Place
from monitor.quality.condition_tree import ConditionError
from monitor.quality.conditions import compile_condition, parse
from monitor.quality.moments import Moments
from monitor.schedule.cron import Cron, parse_cron
from monitor.schedule.due import next_fires
from monitor.schedule.job import Job, Work
from tests.fuzz import mutate, projects
from tests.fuzz.judge import fit, judged
from tests.fuzz.surface import Surface, Try

_NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)
_DIALECTS: tuple[sa.Dialect, ...] = tuple(make() for make in (sqlite.dialect, postgresql.dialect, mysql.dialect))
_CONDITIONS = (
    *("status = 'open' AND amount >= 1000000", "close_date < {today} OR next_step IS NULL"),
    *("NOT (amount BETWEEN 1 AND 2.5)",),
    *("created_at > {now - 3 working days}", "lower(name) LIKE '%a_%' ESCAPE '!'", "source IN ('web', 'fair''s')"),
    *("CASE WHEN amount > 0 THEN 'a' ELSE 'b' END = 'a'", "coalesce(amount, 0) * 2 - 1 / 4 <> -3"),
    *("close_date >= '2026-01-01'",),
    *("length(trim(name)) > 3", "created_at < {today - 2 months}", "amount IS NOT NULL AND status <> name"),
    *("{today + 5 weeks} > close_date",),
)  # fmt: skip
_CRONS = (
    "*/15 6-20 * * mon-fri",
    "0 6 last-fri * *",
    "30 2 29 feb *",
    "0 0 * * 0,6",
    "@daily",
    "5,10-20/3 */2 1-7 jan,mar *",
    "0 7 1st-mon * *",
)
_TOKENS = st.sampled_from(
    (
        *("AND", "OR", "NOT", "(", ")", "amount", "name", "status", "close_date", "created_at", "=", "<", "<>"),
        *(">=", "||", "+", "*", "/", "%"),
        *("'a'", "''", "1", "0", "1e9", "9" * 40, "0.1", "NULL", "IS", "TRUE", "IN", "BETWEEN", "LIKE", "ESCAPE"),
        *("CASE", "WHEN", "THEN", "ELSE"),
        *("END", "{today}", "{now - 1 hour}", "{today - 99999 months}", "{today + 999999999 weeks}"),
        *("{now - 400000 hours}", ",", "lower(", "length("),
        *("coalesce(", "{today - 999999 working days}", "--", ";", "DATE", "'2026-02-30'", "'9999-12-31'", "²"),
        *("\u00a0", "\ud800"),
    )
)  # fmt: skip
_SCRAMBLED = st.lists(_TOKENS, max_size=25).map(" ".join)
_CRON_FIELD = st.text("0123456789*,-/ lastfrimonjn²L#?@", max_size=9)


@contextmanager
def _conditions(folder: Path) -> Iterator[Try]:
    projects.write(folder)
    moments = Moments(_NOW, ZoneInfo("Europe/Copenhagen"))
    crm_map = load_map("crms/small.yaml", folder=folder / "config")
    sources = [(dialect, compile_map(crm_map, dialect)["opportunities"]) for dialect in _DIALECTS]

    def tried(data: bytes) -> str:
        return _said(lambda: read(data.decode("utf-8", "surrogatepass")))

    def read(text: str) -> None:
        condition = parse(text)
        for dialect, source in sources:
            str(compile_condition(condition, moments, source).compile(dialect=dialect))

    yield tried


@contextmanager
def _crons(_folder: Path) -> Iterator[Try]:
    def tried(data: bytes) -> str:
        return _said(lambda: read(data.decode("utf-8", "surrogatepass")))

    def read(text: str) -> None:
        cron: Cron = parse_cron(text)
        for zone in ("UTC", "Australia/Lord_Howe", "America/Sao_Paulo"):
            fires = next_fires(Job("odd", Work.CHECK, cron, ZoneInfo(zone)), _NOW, 3)
            assert list(fires) == sorted(fires)
            assert all(_NOW < fire < _NOW + timedelta(days=366 * 300) for fire in fires)

    yield tried


def _said(read: Callable[[], None]) -> str:
    """Where these texts are read, a ValueError is what tells the person."""
    found: list[str] = []

    def caught() -> None:
        try:
            read()
        except (ConditionError, ValueError) as error:
            if type(error) not in (ConditionError, ValueError):
                raise
            found.append(str(Problem(Place("a file", 1, 1), str(error))))

    judged(caught)
    for text in found:
        fit(text)
    return "".join(found)


def _encoded(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return texts.map(lambda text: text.encode("utf-8", "surrogatepass"))


CONDITIONS = Surface(
    "conditions",
    _encoded(st.one_of(mutate.texts(_CONDITIONS), _SCRAMBLED, st.sampled_from(mutate.TEXTS), st.text(max_size=40))),
    _conditions,
    examples=400,
)
CRON = Surface(
    "cron",
    _encoded(
        st.one_of(
            mutate.texts(_CRONS),
            st.lists(_CRON_FIELD, min_size=4, max_size=6).map(" ".join),
            st.sampled_from(mutate.TEXTS),
        )
    ),
    _crons,
    examples=400,
)
