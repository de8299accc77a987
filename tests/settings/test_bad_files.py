"""One small bad file per error, and exactly what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.bad_files import expected, names, said

_ALL = [(kind, name) for kind in ("yaml", "monitor", "routes", "schedule", "mandate", "suites") for name in names(kind)]


@pytest.mark.parametrize(("kind", "name"), _ALL, ids=[f"{kind}/{name}" for kind, name in _ALL])
def test_a_bad_file_is_told_exactly_what_is_wrong_with_it(kind: str, name: str, tmp_path: Path) -> None:
    wanted = expected(kind, name)
    assert wanted, "a bad file says what it expects"
    assert said(kind, name, tmp_path) == wanted
