"""Fix lists for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from monitor.app.fixlist import Shown
from monitor.cli.failing import harmless
from monitor.fixlist.model import Line, Named

VERSION = 1
COLUMNS = ("owner", "owner_name", "entity", "key", "name", "severity", "missing", "checks", "amount", "created_at")
COLUMNS_AFTER = ("new", "link")


def to_json(shown: Shown) -> dict[str, Any]:
    """A document of keys, counts and links: neither a record's own name nor a person's is in it."""
    found = shown.found
    return {
        "version": VERSION,
        "owner": shown.whose.owner or None,
        "left": shown.whose.left,
        "as_of": shown.as_of.isoformat(),
        "since": _moment(found.since),
        "new": found.new_count,
        "mended": found.mended_count,
        "not_compared": list(found.unknown),
        "not_listed": dict(found.beyond),
        "records": [_line(shown, line) for line in found.lines],
        "mended_records": [{"entity": entity, "key": key} for entity, key in found.mended],
    }


def _line(shown: Shown, line: Line) -> dict[str, Any]:
    return {
        "entity": line.entity,
        "key": line.key,
        "owner": line.owner or None,
        "severity": line.severity.value,
        "checks": list(line.checks),
        "amount": None if line.amount is None else format(line.amount, "f"),
        "created_at": _moment(line.created_at),
        "new": line.new,
        "link": shown.names.get(line.id, Named()).link,
    }


def to_csv(shown: Shown) -> str:
    """One line per record, with its name as the CRM has it now: for the eyes of whoever asked."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, *COLUMNS_AFTER])
    for line in shown.found.lines:
        named = shown.names.get(line.id, Named())
        titles = [shown.checks[check].title or check for check in line.checks]
        owner = (shown.whose.owners or {}).get(line.owner, "")
        texts = [line.owner, owner, line.entity, line.key, named.name, line.severity.value, "; ".join(titles)]
        amount = "" if line.amount is None else format(line.amount, "f")
        new = "" if line.new is None else "yes" if line.new else "no"
        cells = [" ".join(line.checks), amount, _moment(line.created_at) or "", new, named.link]
        writer.writerow([*map(harmless, texts), *cells])
    return out.getvalue()


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
