"""The translations of one language, from a gettext catalog beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages import pofile

FOLDER = Path(__file__).resolve().parent / "catalogs"


@cache
def read_catalog(code: str) -> Mapping[str, tuple[str, ...]]:
    """English text -> its translation, or the two forms (one, many) under the English form for one.

    English has no catalog: what is not here is shown as it was written.
    """
    path = FOLDER / f"{code}.po"
    if not path.is_file():
        return MappingProxyType({})
    with path.open("rb") as file:
        catalog = pofile.read_po(file, locale=code, abort_invalid=True)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            one = message.id if isinstance(message.id, str) else message.id[0]
            found[one] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return MappingProxyType(found)
