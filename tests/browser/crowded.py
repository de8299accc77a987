"""The worst that a page must still hold: long names, many people and teams, large numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from monitor.adoption.note import Note, NoteCode
from monitor.digest.snapshot import Better, MandateText, Snapshot
from tests.digest import making


def crowded() -> Snapshot:
    """Long names, many people and teams, large numbers: what a large company with a long-winded CRM gives."""
    base = making.manager()
    long = "Salgsorganisationen for mellemstore erhvervskunder i Nordjylland"
    rows = tuple(
        replace(
            making.people()[number % 10],
            key=f"p{number}",
            name=f"{making.people()[number % 10].name}-{long}",
            team=long,
        )
        for number in range(40)
    )
    wide = "W" * 60
    return replace(
        base,
        title=long,
        people=12_345,
        person_rows=rows,
        team_rows=tuple(
            replace(making.teams()[number % 4], name=f"{number} {long if number % 2 else wide}") for number in range(14)
        ),
        quality=tuple(
            replace(
                one,
                count=123_456,
                rows=9_876_543,
                before=3,
                amount=Decimal(987_654),
                command=f"crm-monitor failing {wide.lower()}",
                list_link="",
                mind=wide,
            )
            for one in making.quality()
        ),
        actions=tuple(
            replace(one, amount=Decimal("98765432100"), now=123_456, command=wide.lower(), link="")
            for one in making.actions()
        ),
        uncertain=(*base.uncertain, Note(NoteCode.INCOMPLETE, {"measure": wide, "reason": long})),
        better=(Better(replace(making.OVERDUE, name=wide), 123_456, 3),),
        mandate=MandateText(long, f"{wide}@example.com"),
    )
