"""Numbers and findings in words, the same in every report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypedDict
from zoneinfo import ZoneInfo

from monitor.incidents.model import UNTIL_MENDED
from monitor.messages import figures

if TYPE_CHECKING:
    from monitor.crm.directory import Directory
    from monitor.quality.outcome import Outcome


def count(number: int) -> str:
    """1425 -> ``1,425``, as messages say it."""
    return figures.count(number)


def percent(share: float) -> str:
    """A share (0 to 1) as messages say it: ``16%``, ``0.4%``, ``<0.1%``."""
    return figures.percent(share)


def money(amount: Decimal, currency: str = "") -> str:
    """10005534.00 -> ``10,005,534``; cents only where there are any."""
    cents = amount != amount.to_integral_value()
    return f"{amount:,.2f} {currency}".strip() if cents else f"{int(amount):,} {currency}".strip()


def limit(outcome: Outcome) -> str:
    """The limit that was crossed, or else the first one that there is, or nothing: ``fail over 15%``."""
    word, bound = crossed(outcome)
    return "" if bound is None else f"{word} over {figures.limit_percent(bound)}"


def crossed(outcome: Outcome) -> tuple[str, float | None]:
    """The same as a word and a share (0 to 1); None where there is no limit."""
    limits, share = outcome.check.limits, outcome.share
    if limits.fail is not None and (limits.warn is None or (share or 0) > limits.fail):
        return "fail", limits.fail
    return "warn", limits.warn


def finding(outcome: Outcome) -> str:
    """One line: what fails, how much of how much, against which limit."""
    title = outcome.check.title or outcome.check.id
    if outcome.reason:
        return f"{title}: {outcome.reason}"
    if outcome.rows is None or outcome.unexpected is None:
        return f"{title}: {outcome.observed}" if outcome.observed else title
    share = (
        f" ({percent(outcome.share)}{', ' + limit(outcome) if limit(outcome) else ''})"
        if outcome.share is not None
        else ""
    )
    usual = f", {outcome.observed}" if outcome.observed else ""
    return f"{title}: {count(outcome.unexpected)} of {count(outcome.rows)}{share}{usual}"


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """A moment as a person reads it in the project's zone: ``Sat 21 Nov 2026 22:32``."""
    return value.astimezone(zone).strftime("%a %d %b %Y %H:%M") if value else "not known"


def until(value: datetime, zone: ZoneInfo) -> str:
    """The end of a snooze: ``Sat 21 Nov 2026 22:32``, or ``it is mended``."""
    return "it is mended" if value == UNTIL_MENDED else moment(value, zone)


class Whole(TypedDict):
    """How a table's column treats its cells."""

    no_wrap: bool
    overflow: Literal["fold"]


def whole(cells: Sequence[str], width: int) -> Whole:
    """The options of a column whose cells must never be cut: in one line where half the width will do, else folded."""
    return {"no_wrap": max(map(len, cells), default=0) <= width // 2, "overflow": "fold"}


def owner(key: str | None, directory: Directory) -> str:
    """An owner by name, marked where it is no person; for the terminal and private views only."""
    from monitor.crm.directory import PersonKind

    if key is None:
        return "(nobody)"
    person = directory.people.get(key)
    if person is None:
        return f"(unknown user {key})"
    note = "" if person.kind is PersonKind.PERSON else f" ({person.kind.value})"
    return person.name + note + ("" if person.active else " (inactive)")
