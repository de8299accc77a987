"""The built-in library is found however the program was installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor import content

REPOSITORY = Path(__file__).resolve().parent.parent
_SHOW = "from monitor import content; print(content.root()); print(*content.names('maps')); print(content.__file__)"


def _ask(python_path: Path, cwd: Path) -> list[str]:
    environ = {**os.environ, "PYTHONPATH": str(python_path), "PYTHONSAFEPATH": "1"}
    shown = subprocess.run(
        [sys.executable, "-c", _SHOW], env=environ, cwd=cwd, capture_output=True, text=True, check=True
    )
    return shown.stdout.splitlines()


def _copy(folders: tuple[str, ...], target: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    for name in folders:
        shutil.copytree(REPOSITORY / name, target / name, ignore=ignore)


def test_an_editable_install_reads_the_folders_of_the_checkout() -> None:
    assert content.root() == REPOSITORY
    assert "builtin/odoo-17@1" in content.names("maps")


def test_a_plain_checkout_reads_its_own_folders(tmp_path: Path) -> None:
    _copy(("monitor", "expectations", "checks", "config"), tmp_path)
    root, maps, file = _ask(tmp_path, tmp_path)
    assert Path(root) == tmp_path
    assert Path(file).is_relative_to(tmp_path)
    assert "builtin/odoo-17@1" in maps.split()


def test_a_wheel_carries_the_whole_library_and_nothing_of_the_repositorys_own_project(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    _copy(("monitor", "expectations", "checks", "config"), source)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    installed = tmp_path / "installed"
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    root, maps, file = _ask(installed, tmp_path)
    assert Path(file).is_relative_to(installed)
    assert Path(root) == installed / "monitor" / "_content"
    assert maps.split() == content.names("maps")
    shipped = {path.relative_to(root) for path in Path(root).rglob("*.yaml")}
    assert shipped == {
        path.relative_to(REPOSITORY)
        for folder in content.FOLDERS.values()
        for path in (REPOSITORY / folder).rglob("*.yaml")
    }


@pytest.mark.parametrize("reference", ["builtin/nothing@1", "odoo-17", "builtin/../../etc/passwd@1", ""])
def test_a_reference_that_names_nothing_says_what_there_is(reference: str) -> None:
    with pytest.raises(content.ContentError, match=r"there are: .*builtin/odoo-17@1"):
        content.find("maps", reference)
