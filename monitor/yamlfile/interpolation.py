"""Fills in what must not stand in a file: ``${VAR}``, ``${VAR:-default}`` and ``NAME_file: path``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.yamlfile.document import Document
from monitor.yamlfile.problems import Problems

_TOKEN = re.compile(r"\$\$|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|\$\{")
_SUFFIX = "_file"
_MAX_SECRET = 100_000
_LEAST_SECRET = 4  # characters: what is shorter is in every text, and no secret
_BY_NAME = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|TOKEN|SECRET)$", re.IGNORECASE)
SECRET_KEYS = frozenset({"password", "token", "app_token", "secret", "url", "webhook", "ping"})
"""Where a secret may stand: what is there is never shown."""
_ADDRESS = SECRET_KEYS | {"link_base"}


def interpolate(
    document: Document, environ: Mapping[str, str], folder: Path | None = None, problems: Problems | None = None
) -> Document:
    """A document with every string filled in from ``environ``; ``$$`` is a dollar sign.

    ``${VAR:-default}`` takes the default where VAR is unset or empty. A key ``NAME_file`` becomes ``NAME`` with
    the content of that file (relative to ``folder``, if not to the document's own), less the trailing newline.
    Works after parsing, on values only, so that nothing in a variable can change the structure.
    A secret, or an address, which may hold one, is refused where it would be shown.
    Raises ConfigurationError naming every missing variable and file, or adds them to ``problems`` and fills in
    the rest; no value is shown.
    """
    work = _Interpolation(document, environ, folder or Path(document.file).parent)
    data = work.walk(document.data, ())
    if problems is None and work.problems:
        raise ConfigurationError(work.problems)
    if problems is not None:
        problems.extend(work.problems)
    return replace(document, data=data, values=work.values, keys=work.keys, filled=work.filled)


class _Interpolation:
    def __init__(self, document: Document, environ: Mapping[str, str], folder: Path) -> None:
        self.document = document
        self.environ = environ
        self.folder = folder
        self.problems: list[Problem] = []
        self.values = dict(document.values)
        self.keys = dict(document.keys)
        self.filled: dict[str, str] = {}

    def walk(self, value: Any, path: tuple[Any, ...]) -> Any:
        if isinstance(value, str):
            return self.fill(value, path)
        if isinstance(value, list):
            return [self.walk(item, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            filled = {key: self.walk(item, (*path, key)) for key, item in value.items()}
            return self.files(filled, path)
        return value

    def fill(self, text: str, path: tuple[Any, ...]) -> str:
        place = self.document.place(*path)
        key = next((part for part in reversed(path) if isinstance(part, str)), "").removesuffix(_SUFFIX)
        return _TOKEN.sub(lambda match: self.token(match, place, key), text)

    def token(self, match: re.Match[str], place: Place, key: str) -> str:
        if match[0] == "$$":
            return "$"
        name, default = match["name"], match["default"]
        if name is None:
            self.problems.append(Problem(place, "`${` begins no variable", "write ${NAME}, or $$ for a dollar sign"))
            return match[0]
        if name in self.environ and (self.environ[name] or default is None):
            if what := _misplaced(name, self.environ[name], key):
                hint = "write it where it belongs; a variable of another name and kind may stand here"
                self.problems.append(Problem(place, f"${{{name}}} is {what}, and would be shown here", hint))
                return match[0]
            return self.taken(self.environ[name], f"${{{name}}}")
        if default is None:
            hint = f"set it in the environment or in .env, or write ${{{name}:-default}}"
            self.problems.append(Problem(place, f"the environment variable {name} is not set", hint))
            return match[0]
        return default

    def taken(self, value: str, written: str) -> str:
        if len(value) >= _LEAST_SECRET:
            self.filled[value] = written
        return value

    def files(self, data: dict[Any, Any], path: tuple[Any, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key, value in data.items():
            name = key.removesuffix(_SUFFIX) if isinstance(key, str) and isinstance(value, str) else key
            if not name or name == key:
                result[key] = value
                continue
            here = self.document.place(*path, key, key=True)
            if name in data:
                self.problems.append(Problem(here, f"{name} and {key} are both given", "keep one of them"))
                continue
            result[name] = self.taken(self.content(value, self.document.place(*path, key)), f"the content of {key}")
            self.values[(*path, name)] = self.document.place(*path, key)
            self.keys[(*path, name)] = here
        return result

    def content(self, name: str, place: Place) -> str:
        try:
            with (self.folder / name).open("rb") as file:
                content = file.read(_MAX_SECRET + 1)
            if len(content) > _MAX_SECRET:
                raise ValueError("too large")
            return content.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            cause = error.strerror or "not a file"
        except ValueError:
            cause = "it is too large, not UTF-8 text, or not a usable name"
        self.problems.append(Problem(place, f"the file named here cannot be read: {cause}"))
        return ""


def _misplaced(name: str, value: str, key: str) -> str:
    """What a variable is that must not stand at ``key``; empty: it may."""
    if key not in SECRET_KEYS and _BY_NAME.search(name):
        return "a secret by its name"
    return "an address" if key not in _ADDRESS and "://" in value else ""
