"""``python -m tests.language.update``: brings the catalogs up to date with the program; lists what is untranslated.

Translations are written by hand into ``monitor/language/catalogs``; this adds what is new, drops what is gone, and
keeps the rest.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog

from monitor.language.catalog import FOLDER
from tests.language import messages
from tests.language.messages import Id

TRANSLATED = ("da", "nb")
_KEPT = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")  # of the header
_HEADER = re.compile(r'^"([A-Za-z-]+): ')


def read(code: str) -> Catalog:
    """A catalog as it stands in its file."""
    with (FOLDER / f"{code}.po").open("rb") as file:
        return pofile.read_po(file, locale=code, abort_invalid=True)


def updated(code: str, old: Catalog) -> Catalog:
    """The texts of today with the translations that there are, in the order of the files that they stand in."""
    new = Catalog(locale=code, project="CRM Monitor", version="", fuzzy=False)
    places = messages.found()
    for msgid in sorted(places, key=lambda one: (min(places[one]), _first(one))):
        known = old.get(_first(msgid))
        own = messages.given().get(_first(msgid), {}).get(code)
        new.add(
            msgid,
            own or (known.string if known is not None else None),
            locations=[(path, 1) for path in sorted(places[msgid])],
        )
    return new


def write(catalog: Catalog, path: Path) -> None:
    """Write it without anything that changes by itself: no dates, no line numbers."""
    catalog.header_comment = "# Translations of CRM Monitor. See tests/language/update.py."
    out = BytesIO()
    pofile.write_po(out, catalog, width=110, include_lineno=False)
    header, _, entries = out.getvalue().decode().partition("\n\n")
    lines = header.splitlines()
    kept = [line for line in lines if (found := _HEADER.match(line)) is None or found[1] in _KEPT]
    path.write_text("\n".join(kept) + "\n\n" + entries.rstrip() + "\n", encoding="utf-8")


def untranslated(catalog: Catalog) -> list[Id]:
    """Texts without a translation, or with one of two plural forms only."""
    missing: list[Id] = []
    for message in catalog:
        forms: Sequence[str] = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and (not forms or not all(forms)):
            missing.append(message.id if isinstance(message.id, str) else (message.id[0], message.id[1]))
    return missing


def _first(msgid: Id) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def main() -> None:
    """Update both catalogs."""
    for code in TRANSLATED:
        catalog = updated(code, read(code))
        write(catalog, FOLDER / f"{code}.po")
        for msgid in untranslated(catalog):
            sys.stdout.write(f"{code}: {msgid!r}\n")


if __name__ == "__main__":
    main()
