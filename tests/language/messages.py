"""Every text of the program that a reader may see in their own language, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from ruamel.yaml import YAML

from monitor import content

REPOSITORY = Path(__file__).resolve().parents[2]
MONITOR = REPOSITORY / "monitor"
_MARKERS = {"_": None, "N_": None, "text": None, "plural": (1, 2)}
_SPEAKING = ("cli", "digest", "fixlist", "language", "privacy")  # elsewhere text() is SQL, and only marked texts count
_SPOKEN = ("title", "about", "why", "fix", "mind", "incomplete")  # keys of the built-in library that a page shows

Id = str | tuple[str, str]


@cache
def found() -> dict[Id, set[str]]:
    """Message -> the files that hold it; a plural is (one, many)."""
    places: dict[Id, set[str]] = defaultdict(set)
    for path, msgid in (*_python(), *_templates(), *_library()):
        places[msgid].add(path.relative_to(REPOSITORY).as_posix())
    return places


@cache
def given() -> dict[str, dict[str, str]]:
    """Translations that the built-in library gives itself: English -> language -> text."""
    return {
        measure["title"]["en"]: measure["title"]
        for path in sorted((content.root() / content.FOLDERS["checks"]).glob("adoption@*.yaml"))
        for measure in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["measures"].values()
    }


def _python() -> Iterator[tuple[Path, Id]]:
    for path in sorted(MONITOR.rglob("*.py")):
        room = path.relative_to(MONITOR).parts[0]
        markers = _MARKERS if room in _SPEAKING else {"_": None, "N_": None}
        yield from ((path, msgid) for msgid in _extracted("python", path, markers))


def _templates() -> Iterator[tuple[Path, Id]]:
    for path in sorted(MONITOR.rglob("*.j2")):
        yield from ((path, msgid) for msgid in _extracted("jinja2.ext:babel_extract", path, _MARKERS))


def _extracted(method: str, path: Path, markers: Mapping[str, tuple[int, ...] | None]) -> Iterator[Id]:
    with path.open("rb") as file:
        options = {"encoding": "utf-8", "trimmed": "false", "silent": "false"}
        for _line, msgid, _comments, _context in extract(method, file, markers, (), options):
            yield msgid if isinstance(msgid, str) else (msgid[0], msgid[1])


def _library() -> Iterator[tuple[Path, str]]:
    yaml = YAML(typ="safe", pure=True)
    for kind in ("expectations", "checks"):
        folder = content.root() / content.FOLDERS[kind]
        for path in sorted(folder.glob("*@*.yaml")):
            yield from ((path, text) for text in _spoken(yaml.load(path.read_text(encoding="utf-8"))))


def _spoken(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _spoken(child)
    elif isinstance(node, dict):
        for key, child in node.items():
            if key in _SPOKEN and isinstance(child, str):
                yield child.strip()
            elif key in _SPOKEN and isinstance(child, dict):
                yield child["en"]  # in several languages in the file itself, as measures are
            elif key != "kwargs":
                yield from _spoken(child)
