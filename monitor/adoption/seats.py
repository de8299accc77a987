"""What was bought, who has it, and what of it is used: the seats of the whole, with what the unused ones cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from monitor.adoption.evidence import Evidence, strict
from monitor.adoption.figures_seats import held_long, unknown_before, used_lately
from monitor.adoption.people import SeatsBought
from monitor.adoption.week import IsoWeek


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats ``bought``, ``assigned`` to a person, ``active`` (used in 60 days), ``unused`` (held so long, not used), of
    those ``never`` used. None: not told, not 0.

    ``told``: of how many of the assigned it is known whether they use theirs; the others are too few to be told of.
    ``per_month`` is what one seat costs.
    """

    bought: int | None
    assigned: int
    active: int | None = None
    unused: int | None = None
    never: int | None = None
    per_month: Decimal | None = None
    currency: str = ""
    of: str = ""
    told: int = 0

    @property
    def other(self) -> int | None:
        """Seats of people who are new or were away: neither used in 60 days, nor held that long and not used."""
        return None if self.active is None or self.unused is None else max(0, self.told - self.active - self.unused)

    @property
    def free(self) -> int | None:
        """Seats that were bought and are assigned to nobody; None where it is not known how many were bought."""
        return None if self.bought is None else max(0, self.bought - self.assigned)

    @property
    def idle(self) -> int:
        """Seats that are paid for and not used, as far as is known: assigned to nobody, or not used."""
        return (self.free or 0) + (self.unused or 0)

    @property
    def cost(self) -> Decimal | None:
        """What the idle seats cost per month; None where it is not known what one costs, or which are idle."""
        known = self.free is not None or self.unused is not None
        return self.per_month * self.idle if self.per_month is not None and known else None


def count_seats(
    evidence: Evidence, keys: Sequence[str], week: IsoWeek, bought: SeatsBought, held: int = 0
) -> Seats | None:
    """The seats of a scope at the end of a week; None where nobody may be told apart.

    ``bought`` is of the whole company: give it only for the whole, of which ``held`` is how many seats somebody has
    where some of them are not to be told of. Where the history is shorter than 60 days, it is told what was bought and
    assigned, and nothing of use.
    """
    if strict(keys):
        return None
    taken = evidence.seats(keys)
    paid = Seats(
        bought.bought,
        max(held, len(taken)),
        per_month=bought.cost_per_month,
        currency=bought.currency,
        of=bought.of,
        told=len(taken),
    )
    if unknown_before(evidence, week) is not None:
        return paid
    unused = [one for one in taken if held_long(evidence, one, week) and not used_lately(evidence, one, week)]
    return replace(
        paid,
        active=sum(1 for member in taken if used_lately(evidence, member, week)),
        unused=len(unused),
        never=sum(1 for member in unused if evidence.last_use(member, week) is None),
    )
