"""What people call the entities where their word is not ours, for hints."""

from __future__ import annotations

from collections.abc import Collection

from monitor.yamlfile import nearest

_MEANT = {
    "deals": "opportunities",
    "offers": "opportunities",
    "companies": "accounts",
    "company": "accounts",
    "customers": "accounts",
    "people": "contacts",
    "persons": "contacts",
    "prospects": "leads",
    "owners": "users",
    "tasks": "activities",
    "calls": "activities",
    "meetings": "activities",
}


def nearest_entity(word: str, known: Collection[str]) -> str:
    """The known entity that is meant by ``word``, be it by sense (deals) or by spelling; or nothing."""
    word = word.strip().lower()
    meant = _MEANT.get(word) or _MEANT.get(f"{word}s", "")
    return meant if meant in known else nearest(word, known)
