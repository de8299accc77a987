"""Commands run in this process on a small project of their own: odd arguments, and right ones on odd files.

An input is JSON: ``arguments``, perhaps ``environ``, and perhaps ``file`` and ``content`` (in Latin-1, byte by byte),
which replaces a file of the project first.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from tests.acceptance import small_crm
from tests.acceptance.program import Result, crm_monitor
from tests.fuzz import commands, mutate, projects, seeds
from tests.fuzz.judge import CUSTOMER, SECRET, Unfit, bounded, fit, loud
from tests.fuzz.surface import Surface, Try

_DOCUMENTED = {0, 1, 2, 3, 4, 5, 130, 141}
_NAMING = {"failing", "fixlist", "digest", "privacy"}  # show records by name, to whoever may see them
_ENVIRON = {**projects.ENVIRON, "CRM_MONITOR_SLACK_API": "http://127.0.0.1:1/api/", "CRM_MONITOR_DEBUG": "1"}
_VARIABLES = st.dictionaries(
    st.sampled_from(
        ("COLUMNS", "NO_COLOR", "TZ", "LINES", "TERM", "LC_ALL", "FORCE_COLOR", "CRM_MONITOR_PROJECT", "CRM_URL")
    ),
    st.sampled_from(
        ("", "0", "1", "-5", "x", "99999", "²", "dumb", "Europe/Oslo", "nowhere", "²/x", "sqlite:///crm.db")
    ),
    max_size=2,
)
_ON_FILES = (
    *("config check --list", "plan", "check --dry-run", "doctor", "route test deal-without-account", "schedule"),
    *("schedule --simulate 8w",),
    *("adoption", "explain all", "people check", "mandate check", "privacy notice", "privacy assessment"),
    *("digest --preview --sponsor",),
    *("status", "run heartbeat", "run deals", "fixlist --owner 1", "failing deal-without-account"),
    *("notify preview", "slack manifest"),
)  # fmt: skip
_SCHEDULE = "jobs: {heartbeat: {do: heartbeat, every: 5m}, deals: {do: check, cron: 0 6 * * mon-fri}}\n"


def _made(folder: Path) -> Path:
    """The project after two runs: something is open, and the customers have names to look out for."""
    project = folder / "template"
    project.mkdir()
    crm = small_crm.make(sa.URL.create("sqlite", database=str(project / "crm.db")), project)
    crm.watched_as(sa.make_url("sqlite:///crm.db"))
    crm.execute(f"UPDATE customer SET title = '{CUSTOMER} ' || id", f"UPDATE deal SET title = '{CUSTOMER} deal ' || id")
    (project / "config" / "schedule.yaml").write_text(_SCHEDULE, encoding="utf-8")
    for deals in ((1, 1), (11, 40)):
        crm.without_account(*deals)
        result = crm_monitor("check", "--count", "--no-notify", "--fail-on", "never", project=project)
        assert result.exit_code == 0, result.said
    return project


@contextmanager
def _opened(folder: Path) -> Iterator[Try]:
    template, home, before = _made(folder), folder / "home", Path.cwd()
    home.mkdir()

    def tried(data: bytes) -> str:
        given = json.loads(data)
        project = folder / "project"
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(template, project)
        if "file" in given:
            path = project / given["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(given["content"].encode("latin-1"))
        os.chdir(project)
        return _run(
            given, {**_ENVIRON, "CRM_URL": "sqlite:///crm.db", "HOME": str(home), **given.get("environ", {})}, project
        )

    try:
        yield tried
    finally:
        os.chdir(before)


def _run(given: dict[str, Any], environ: dict[str, str], project: Path) -> str:
    arguments = given["arguments"]
    with bounded(), loud():
        result: Result = crm_monitor(*arguments, project=project, env=environ)
    if result.exit_code not in _DOCUMENTED:
        raise Unfit(f"the exit code {result.exit_code} of {arguments}: {result.said[:500]}")
    fit(result.stderr, typed=True)
    fit(result.stdout, (SECRET,) if {*arguments[:2]} & _NAMING else (SECRET, CUSTOMER), typed=True)
    return result.stderr if result.exit_code in (2, 3) else ""


def _input(**given: Any) -> bytes:
    return json.dumps(given).encode("ascii")


@st.composite
def _on_file(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(sorted(_FILES)))
    content = draw(_FILES[kind]).decode("latin-1")
    arguments = draw(
        st.sampled_from([line for line in _ON_FILES if "adoption" not in line or "config" not in kind])
    ).split()
    return _input(arguments=arguments, file=kind, content=content)


_FILES = {
    "config/monitor.yaml": mutate.files(
        seeds.texts("monitor"), lambda: seeds.trees("monitor"), list(map("${%s}".__mod__, projects.ENVIRON))
    ),
    "config/schedule.yaml": mutate.files(seeds.texts("schedule"), lambda: seeds.trees("schedule")),
    "config/people.yaml": mutate.files(seeds.texts("people"), lambda: seeds.trees("people")),
    "config/mandate.yaml": mutate.files(seeds.texts("mandate"), lambda: seeds.trees("mandate")),
    "config/crms/small.yaml": mutate.files((small_crm.MAP,), lambda: seeds.trees("maps")[-1:]),
    "expectations/opportunities.yaml": mutate.files((small_crm.OPPORTUNITIES,), lambda: seeds.trees("suites")[-4:]),
    "checks/adoption.yaml": mutate.files(seeds.texts("measures"), lambda: seeds.trees("measures")),
    "checks/figures.yaml": mutate.files(seeds.texts("figures"), lambda: seeds.trees("figures")),
    "checks/statuses.yaml": mutate.files(seeds.texts("statuses"), lambda: seeds.trees("statuses")),
}
ARGUMENTS = Surface(
    "command-line",
    st.builds(
        lambda arguments, environ: _input(arguments=arguments, environ=environ),
        commands.arguments(),
        st.just({}) | _VARIABLES,
    ),
    _opened,
    examples=60,
)
ODD_FILES = Surface("commands-on-odd-files", _on_file(), _opened, examples=40)
