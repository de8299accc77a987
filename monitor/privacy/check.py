"""What a mandate lacks before persons may be named, and what is worth a second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor.adoption.mandate import MANAGERS, Mandate, naming
from monitor.adoption.naming import Naming

LONGEST_REVIEW = timedelta(days=2 * 366)
NOTICE = {"DK": timedelta(weeks=6)}
"""How long before it begins people are to be told, where an agreement of the labour market says so."""
USUALLY_STRICT = frozenset({"NO"})
"""Countries that bar an employer, but for few purposes, from watching how people use electronic equipment."""


@dataclass(frozen=True, slots=True)
class MandateCheck:
    """``missing`` are keys of the file without a value, ``ahead`` those whose days are still to come.

    ``days_left`` until the review date, negative past it; None where there is no such date. ``hints`` are English.
    """

    exists: bool
    naming: Naming
    missing: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    days_left: int | None = None
    hints: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything is written down and done, whatever the date."""
        return self.exists and not self.missing and not self.ahead

    @property
    def in_force(self) -> bool:
        """Whether the file does what it was written for: it names persons, or is strict and so needs no more."""
        return self.naming.allowed or self.naming.strict


def check_mandate(mandate: Mandate | None, today: date) -> MandateCheck:
    """Looks a mandate over, as of ``today``."""
    if mandate is None:
        return MandateCheck(False, naming(None, today))
    left = (mandate.review_on - today).days if mandate.review_on is not None else None
    return MandateCheck(
        exists=True,
        naming=naming(mandate, today),
        missing=mandate.missing,
        ahead=mandate.not_yet(today),
        days_left=left,
        hints=tuple(_hints(mandate, today)),
    )


def _hints(mandate: Mandate, today: date) -> list[str]:
    found = []
    words = {one.strip().casefold() for one in mandate.recipients}
    if words & {"manager", "leaders", "all managers", "everybody", "all"}:
        found.append(f"recipients: a word for all managers is {MANAGERS!r}; any other is taken for somebody's login")
    if mandate.review_on is not None and mandate.review_on - today > LONGEST_REVIEW:
        found.append("review_on: more than two years ahead; a year is usual")
    wait, days = NOTICE.get(mandate.country), [one.on for one in mandate.informed if one.on and one.how.strip()]
    if wait is not None and days and today - min(days) < wait:
        begin = (min(days) + wait).isoformat()
        found.append(f"informed: the agreement on control measures asks for six weeks' notice, that is until {begin}")
    if mandate.country in USUALLY_STRICT and not mandate.strict:
        found.append(
            "strict: employers there may hardly watch how people use equipment; ask counsel before naming them"
        )
    return found
