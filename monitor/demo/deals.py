"""Deals on their way through the pipeline, and the history that the CRM keeps of their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from monitor.demo.companies import Market
from monitor.demo.people import Seller, Staff
from monitor.demo.records import Company, Deal, DealCompany, FieldHistory
from monitor.demo.rhythm import at_work, poisson, weekday_from
from monitor.demo.story import Ledger, Timeline


@dataclass(slots=True)
class Stage:
    id: int
    title: str
    position: int
    phase: str
    outcome: str


STAGES = (
    Stage(1, "New", 1, "new", "open"),
    Stage(2, "Qualified", 2, "qualified", "open"),
    Stage(3, "Offer sent", 3, "offer", "open"),
    Stage(4, "Negotiation", 4, "offer", "open"),
    Stage(5, "Won", 5, "closed", "won"),
    Stage(6, "Lost", 6, "closed", "lost"),
)
WON, LOST = STAGES[4], STAGES[5]
_USUAL_DAYS = (8, 18, 21, 16)  # median days in each open stage
_GOES_ON = (0.82, 0.84, 0.8, 0.76)  # the chance that a deal leaves the stage forwards
_LIKELIHOOD = (10, 25, 50, 75)
PRODUCTS = ("Pallet racking", "Conveyors", "Mezzanines", "Forklift charging", "Warehouse software", "Service agreement")
REASONS = ("Price", "Went with a competitor", "Project postponed", "No budget", "Delivery time", "Other")
STEPS = (
    "Send revised drawing by Thursday",
    "Site visit with the warehouse manager",
    "Call purchasing about delivery dates",
    "Present the business case to the board",
    "Get the load calculation approved",
    "Agree on terms of payment",
)
VAGUE_STEPS = ("Follow up", "Call", "TBD")
LEAD_IN_WEEKS = 20  # deals older than the history, so that the pipeline is full when it begins


@dataclass(slots=True)
class Pipeline:
    deals: list[Deal] = field(default_factory=list)
    links: list[DealCompany] = field(default_factory=list)
    history: list[FieldHistory] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)  # deals that nobody touches any more
    late: set[int] = field(default_factory=set)  # deals entered when they were won
    company_of: dict[int, int] = field(default_factory=dict)


class Selling:
    """Makes every deal of every seller, one at a time."""

    def __init__(self, rng: Random, staff: Staff, market: Market, timeline: Timeline, ledger: Ledger) -> None:
        self.rng, self.staff, self.market, self.timeline, self.ledger = rng, staff, market, timeline, ledger
        self.made = Pipeline()

    def run(self) -> Pipeline:
        first = self.timeline.first_day - timedelta(weeks=LEAD_IN_WEEKS)
        for seller in self.staff.sellers:
            weekly = 0.3 if seller.manager else 2.6 if seller.since else 1.5
            for day in (day for day in seller.days if day >= first):
                for _ in range(poisson(self.rng, weekly / 5)):
                    self._deal(seller, at_work(self.rng, day))
        self._finish()
        return self.made

    def _deal(self, seller: Seller, at: datetime) -> None:
        own = [company for company in self.market.by_owner.get(seller.user.id, ()) if company.created_at < at]
        companies = own or self.market.companies
        company = self.rng.choice(companies)
        if at >= self.timeline.now or company.created_at >= at:
            return
        product = self.rng.choice(PRODUCTS)
        contacts = self.market.by_company.get(company.id, [])
        deal = Deal(
            id=len(self.made.deals) + 1,
            title=f"{company.title.rsplit(' ', 1)[0]} – {product}",
            owner_id=seller.user.id,
            stage_id=1,
            stage_since=at,
            likelihood=_LIKELIHOOD[0],
            product_line=product if self.rng.random() < 0.95 else None,
            person_id=self.rng.choice(contacts).id if contacts and self.rng.random() < 0.85 else None,
            source=company.source,
            created_at=at,
            created_by=seller.user.id,
        )
        self.made.deals.append(deal)
        if self.rng.random() >= seller.share_left_out(0.012, 0.22, at.date(), self.timeline):
            self._link(deal, company)
        deal.expected_on = weekday_from(at.date() + timedelta(days=int(self.rng.triangular(35, 130, 75))))
        if self.rng.random() < seller.habits.late:
            self._enter_as_won(deal, seller)
        else:
            self._travel(deal, seller)

    def _link(self, deal: Deal, company: Company) -> None:
        self.made.links.append(DealCompany(deal.id, company.id))
        self.made.company_of[deal.id] = company.id
        if self.rng.random() < 0.06:
            partner = self.rng.choice(self.market.companies)
            self.made.links.append(DealCompany(deal.id, partner.id, "partner"))

    def _enter_as_won(self, deal: Deal, seller: Seller) -> None:
        """The sale was made elsewhere; here it is only put on record."""
        later = self.rng.randrange(5)
        day = deal.created_at.date() + timedelta(days=later)
        closed = (seller.next_time(self.rng, day, self.timeline) if later else None) or deal.created_at
        deal.value_cents = self._value()
        deal.expected_on = closed.date()
        self._enter(deal, WON, closed)
        self.made.late.add(deal.id)

    def _travel(self, deal: Deal, seller: Seller) -> None:
        """Stage by stage until it is won, lost, forgotten, or now."""
        at, forgotten = deal.created_at, self.rng.random() < 0.035
        stop = self.rng.randrange(4) if forgotten else 9
        slowness = self.rng.lognormvariate(0, 0.45)
        for place, usual in enumerate(_USUAL_DAYS):
            if place:
                self._enter(deal, STAGES[place], at)
            self._fill_in(deal, seller, place, at.date())
            if place == stop:
                self._forget(deal)
                return
            days_here = usual * slowness * self.rng.lognormvariate(0, 0.55)
            left = seller.next_time(self.rng, at.date() + timedelta(days=max(1, round(days_here))), self.timeline)
            self._push_until(deal, seller, left or self.timeline.now)
            if left is None:
                return
            at = left
            if self.rng.random() > _GOES_ON[place]:
                self._lose(deal, seller, at)
                return
        self._win(deal, seller, at)

    def _fill_in(self, deal: Deal, seller: Seller, place: int, day: date) -> None:
        """What a seller enters when a deal comes into a stage, or forgets to."""
        left_out = seller.share_left_out
        deal.likelihood = _LIKELIHOOD[place]
        wants_value = self.rng.random() < 0.5 if place < 2 else True
        if deal.value_cents is None and wants_value:
            missing = self.rng.random() < left_out(0.03, 0.85, day, self.timeline)
            deal.value_cents = None if missing else self._value()
        if place:
            missing = self.rng.random() < left_out(0.1, 0.75, day, self.timeline)
            vague = self.rng.random() < 0.05
            deal.next_action = None if missing else self.rng.choice(VAGUE_STEPS if vague else STEPS)

    def _value(self) -> int:
        return max(8, round(self.rng.lognormvariate(5.1, 0.9))) * 1000 * 100

    def _push_until(self, deal: Deal, seller: Seller, until: datetime) -> None:
        """A careful seller moves the expected date when it comes near; others leave it behind."""
        while deal.expected_on and deal.expected_on < until.date():
            near = max(deal.expected_on - timedelta(days=self.rng.randrange(3)), deal.created_at.date())
            at = seller.next_time(self.rng, near, self.timeline)
            if self.rng.random() < left_behind(seller, near, self.timeline) or at is None or at >= until:
                return
            later = weekday_from(deal.expected_on + timedelta(days=int(self.rng.triangular(10, 50, 24))))
            self._note(deal, "expected_on", deal.expected_on.isoformat(), later.isoformat(), at)
            deal.expected_on = later

    def _forget(self, deal: Deal) -> None:
        self.made.forgotten.add(deal.id)
        deal.updated_at = deal.updated_at or deal.created_at

    def _win(self, deal: Deal, seller: Seller, at: datetime) -> None:
        if self.rng.random() < seller.share_left_out(0.008, 0.1, at.date(), self.timeline):
            deal.value_cents = None
        elif deal.value_cents is None:
            deal.value_cents = self._value()
        self._enter(deal, WON, at)

    def _lose(self, deal: Deal, seller: Seller, at: datetime) -> None:
        if self.rng.random() >= seller.share_left_out(0.07, 0.7, at.date(), self.timeline):
            deal.lost_because = self.rng.choice(REASONS)
        self._enter(deal, LOST, at)

    def _enter(self, deal: Deal, stage: Stage, at: datetime) -> None:
        self._note(deal, "stage_id", STAGES[deal.stage_id - 1].title, stage.title, at)
        deal.stage_id, deal.stage_since = stage.id, at
        if stage.outcome != "open":
            deal.closed_at = at
            deal.likelihood = 100 if stage is WON else 0

    def _note(self, deal: Deal, name: str, old: str, new: str, at: datetime) -> None:
        self.made.history.append(FieldHistory("deal", deal.id, name, old, new, deal.owner_id, at))
        if deal.updated_at is None or at > deal.updated_at:
            deal.updated_at, deal.updated_by = at, deal.owner_id

    def _finish(self) -> None:
        """Deletes some deals and fills a few fields with what a form would not let stay empty."""
        for deal in self.rng.sample(self.made.deals, len(self.made.deals) // 160):
            deal.deleted_at = min(deal.stage_since + timedelta(days=3), self.timeline.now)
        still_open = [deal for deal in self.made.deals if not deal.closed_at and not deal.deleted_at]
        for deal in self.rng.sample(still_open, min(7, len(still_open))):
            deal.expected_on = date(2099, 12, 31)
            self.ledger.plant("deals expected in 2099")
        valued = [deal for deal in still_open if deal.value_cents]
        for deal in self.rng.sample(valued, min(8, len(valued))):
            deal.value_cents = 100  # 1 kr: a field that had to be filled
            self.ledger.plant("deals worth 1 kr")
        kept = [deal.id for deal in self.made.deals if not deal.deleted_at]
        self.ledger["forgotten deals"] = sum(key in self.made.forgotten for key in kept)
        self.ledger["deals entered when they were won"] = sum(key in self.made.late for key in kept)


def left_behind(seller: Seller, day: date, timeline: Timeline) -> float:
    """The chance that an expected date passes without anyone moving it."""
    return seller.share_left_out(0.04, 0.45, day, timeline)
