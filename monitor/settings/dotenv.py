"""Reads a project's ``.env``: ``KEY=VALUE`` lines, beneath the process's own environment."""

from __future__ import annotations

import re
from pathlib import Path

from monitor.errors import ConfigurationError, Problem
from monitor.place import Place

_LINE = re.compile(r"(?:export\s+)?(?P<key>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")
_DOUBLE = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_SINGLE = re.compile(r"'(?P<text>[^']*)'\s*(?:#.*)?")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables of the file; none where there is no file.

    Raises ConfigurationError naming each line that is no ``KEY=VALUE``; no value is shown.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ConfigurationError([Problem(Place(str(path)), "the file is not UTF-8 text")]) from None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ConfigurationError([Problem(Place(str(path)), message)]) from None
    found: dict[str, str] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        value = _value(match["value"]) if match else None
        if match is None or value is None:
            hint = "close the quotes" if match else "write KEY=VALUE"
            problems.append(Problem(Place(str(path), number, 1), "this line is no KEY=VALUE", hint))
            continue
        found[match["key"]] = value
    if problems:
        raise ConfigurationError(problems)
    return found


def _value(text: str) -> str | None:
    """What stands after the equals sign, or None when its quotes are not closed."""
    if text.startswith('"'):
        match = _DOUBLE.fullmatch(text)
        return _ESCAPE.sub(lambda one: _ESCAPES.get(one[1], one[1]), match["text"]) if match else None
    if text.startswith("'"):
        match = _SINGLE.fullmatch(text)
        return match["text"] if match else None
    return re.split(r"\s+#", text, maxsplit=1)[0].rstrip()
