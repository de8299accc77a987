"""Finds the built-in library: suites, measures and CRM maps that ship with the program.

One resolver for all three ways to install: a wheel carries the folders under ``monitor/_content``;
an editable install and a plain checkout have them beside the package.
"""

from __future__ import annotations

import re
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
FOLDERS = {
    "expectations": "expectations/builtin",
    "checks": "checks/builtin",
    "maps": "config/crms",
    "schedules": "config/schedules",
}
_REFERENCE = re.compile(r"^builtin/(?P<name>[a-z0-9][a-z0-9._-]*)@(?P<version>[0-9]+)$")


class ContentError(LookupError):
    """A reference names no built-in content; the message says which exist."""


def root() -> Path:
    """The folder that holds ``expectations/``, ``checks/`` and ``config/`` of the built-in library.

    Raises ContentError when the installation carries none.
    """
    for folder in (_PACKAGE / "_content", _PACKAGE.parent):
        if (folder / FOLDERS["maps"]).is_dir():
            return folder
    raise ContentError(f"the built-in content is missing beside {_PACKAGE}: install crm-monitor again")


def names(kind: str) -> list[str]:
    """The references of all built-in content of one kind, e.g. ``builtin/odoo-17@1``."""
    folder = root() / FOLDERS[kind]
    return sorted(f"builtin/{path.stem}" for path in folder.glob("*@*.yaml"))


def find(kind: str, reference: str) -> Path:
    """The file behind a reference such as ``builtin/odoo-17@1`` (kind: expectations, checks, maps or schedules).

    Raises ContentError when the reference is malformed or names nothing.
    """
    there = names(kind)
    if _REFERENCE.match(reference) and reference in there:
        return root() / FOLDERS[kind] / f"{reference.removeprefix('builtin/')}.yaml"
    raise ContentError(f"{reference!r} names no built-in content; there are: {', '.join(there) or 'none'}")
