"""The Dockerfile is whole: what it copies is there and gets through .dockerignore, and it runs as nobody special."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from monitor.settings.model import Service
from tests.docs.dockerfile import parse, said
from tests.docs.pages import REPOSITORY

BUILD, FINAL = parse(REPOSITORY / "Dockerfile")


def _ignored(path: str) -> bool:
    """By ``.dockerignore``, whose last fitting line counts; a folder's line is its files' too."""
    result = False
    for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        if not line or line.startswith("#"):
            continue
        parts = path.split("/")
        heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        fits = any(fnmatch(head, pattern) for head in heads) or ("**/" in line and pattern in parts)
        if fits:
            result = not line.startswith("!")
    return result


SOURCES = [source for step in said(BUILD, "COPY") for source in step.words[:-1]]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_is_there_and_not_ignored(source: str) -> None:
    path = REPOSITORY / source
    assert path.exists()
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    names = [str(one.relative_to(REPOSITORY)) for one in files if "__pycache__" not in one.parts]
    assert names
    assert [name for name in names if _ignored(name)] == []


@pytest.mark.parametrize(
    "secret", [".env", "state/monitor.db", "demo-project/crm.db", ".git/config", "config/monitor.yaml"]
)
def test_nothing_of_a_project_gets_into_the_image(secret: str) -> None:
    assert _ignored(secret)


def test_both_stages_are_of_one_slim_python_so_that_what_is_built_fits() -> None:
    bases = [stage[0].words[0] for stage in (BUILD, FINAL)]
    assert bases[0] == bases[1]
    assert fnmatch(bases[0], "python:3.*-slim-*")


def test_it_serves_the_project_as_a_user_without_rights() -> None:
    names = [step.name for step in FINAL]
    assert said(FINAL, "USER")[0].words == ["crm-monitor"]
    assert names.index("RUN") < names.index("USER"), "the user is made before it is used"
    assert "RUN" not in names[names.index("USER") :]
    assert "--uid 10001" in said(FINAL, "RUN")[0].text
    assert [*said(FINAL, "ENTRYPOINT")[0].words, *said(FINAL, "CMD")[0].words] == ["crm-monitor", "serve"]
    environment = dict(word.split("=", 1) for word in said(FINAL, "ENV")[0].words)
    assert said(FINAL, "VOLUME")[0].words == [environment["CRM_MONITOR_PROJECT"] + "/state"]


def test_its_health_is_asked_where_the_service_listens_by_default() -> None:
    asked = said(FINAL, "HEALTHCHECK")[0].text
    host, port = Service.model_fields["listen"].default.split(":")
    assert f"'{host}', {port}" in asked
    assert "/healthz" in asked
