"""What is told of seats, in one order and in the same words wherever it is told."""

from __future__ import annotations

from typing import NamedTuple

from monitor.digest.snapshot import SeatsRow
from monitor.digest.words import not_available
from monitor.language import Language


class SeatLine(NamedTuple):
    """``part`` names what a bar shows: ``used``, ``unused``, ``other`` (new, away), ``hidden`` (too few), ``free``."""

    label: str
    value: str
    part: str = ""


def seat_lines(seats: SeatsRow, language: Language, currency: str = "") -> list[SeatLine]:
    """Each number: what was bought, who has it, what of it is used, what the rest costs.

    ``currency`` is that of the company. What was never told (how many were bought) is left out; what cannot be told yet
    (use, in a short history) is "not available".
    """
    text = language.text
    told: list[tuple[str, int | None, bool, str]] = [
        (text("Bought"), seats.bought, seats.bought is not None, ""),
        (text("Assigned to a person"), seats.assigned, seats.assigned is not None, ""),
        (text("Used in 60 days"), seats.active, True, "used"),
        (text("Unused for 60 days"), seats.unused, True, "unused"),
        (text("Of these never used"), seats.never, True, ""),
        (text("New, away, or not seen"), seats.other, bool(seats.other), "other"),
        (text("Of too few people to be told of"), seats.hidden, bool(seats.hidden), "hidden"),
        (text("Assigned to nobody"), seats.free, seats.free is not None, "free"),
    ]
    lines = [
        SeatLine(label, not_available(language) if value is None else language.count(value), part)
        for label, value, is_told, part in told
        if is_told
    ]
    if seats.cost is not None:
        amount = language.money(seats.cost, seats.currency or currency)
        if seats.unused is None:
            amount = text("at least {amount}", amount=amount)
        lines.append(SeatLine(text("Cost of the unused, per month"), amount))
    return lines


def seat_parts(seats: SeatsRow) -> list[tuple[str, int]]:
    """The parts of a bar of all seats, and how many each has; none where it is not known who uses theirs."""
    if seats.active is None or seats.unused is None or seats.assigned is None:
        return []
    parts = (
        ("used", seats.active),
        ("other", seats.other),
        ("hidden", seats.hidden),
        ("unused", seats.unused),
        ("free", seats.free),
    )
    return [(part, number) for part, number in parts if number]


def seats_text(seats: SeatsRow, language: Language) -> str:
    """How many are paid for and not used, in a sentence; nothing where all are used or it is not known."""
    if seats.bought is None or not seats.idle:
        return ""
    return language.text("{idle} of {bought} are paid for and not used.", idle=seats.idle, bought=seats.bought)
