"""Leads: inquiries from the web form, trade fairs and referrals, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from monitor.demo.companies import Market
from monitor.demo.deals import PRODUCTS, Pipeline
from monitor.demo.names import COUNTRIES, fold
from monitor.demo.numbers import mobile
from monitor.demo.people import Seller, Staff
from monitor.demo.records import Inquiry
from monitor.demo.rhythm import at_work, days, pace, poisson
from monitor.demo.story import Timeline

_SOURCES = ("Web form", "Web form", "Trade fair", "Referral", "Newsletter")


def receive(rng: Random, staff: Staff, market: Market, pipeline: Pipeline, timeline: Timeline) -> list[Inquiry]:
    """Every inquiry of the history, from about twelve on a working day."""
    at_hand = [seller for seller in staff.sellers if not seller.manager]
    converted = iter([deal for deal in pipeline.deals if deal.source == "Web form" and not deal.deleted_at])
    made: list[Inquiry] = []
    for day in days(timeline.first_day, timeline.today):
        there = [seller for seller in at_hand if seller.works(day)]
        entering = [seller for seller in there if seller.uses(day)]
        for _ in range(poisson(rng, 12 * pace(day, "DK"))):
            at, source = at_work(rng, day), rng.choice(_SOURCES)
            sellers = there if source == "Web form" else entering
            if at >= timeline.now or not sellers:
                continue
            seller = rng.choice(sellers)
            inquiry = _inquiry(rng, len(made) + 1, seller, timeline)
            inquiry.created_at, inquiry.source = at, source
            inquiry.created_by = staff.integration if source == "Web form" else inquiry.owner_id
            _age(rng, inquiry, seller, timeline)
            if inquiry.state == "converted" and (deal := next(converted, None)):
                inquiry.deal_id = deal.id
            made.append(inquiry)
    for inquiry in made:  # personal data of people who did not become customers is kept for two weeks
        if inquiry.state == "unqualified" and timeline.now - (inquiry.updated_at or timeline.now) > timedelta(days=14):
            inquiry.is_deleted = 1
    return made


def _inquiry(rng: Random, number: int, seller: Seller, timeline: Timeline) -> Inquiry:
    country = COUNTRIES[seller.habits.country]
    given, family = rng.choice(country.given), rng.choice(country.family)
    company = f"{rng.choice(country.words)}{rng.choice(country.words).lower()} {rng.choice(country.trades)}"
    has_mail, has_phone = rng.random() < 0.9, rng.random() < 0.62
    return Inquiry(
        id=number,
        subject=f"{rng.choice(PRODUCTS)}: {given} {family}",
        state="new",
        owner_id=seller.user.id,
        company_text=company if rng.random() < 0.9 else rng.choice(("-", "n/a", "privat", None)),
        mail=f"{fold(given)}.{fold(family)}@{fold(company)}.example" if has_mail else None,
        phone=mobile(rng, country.code) if has_phone else None,
        country=country.name,
        created_at=timeline.now,
        created_by=seller.user.id,
    )


def _age(rng: Random, inquiry: Inquiry, seller: Seller, timeline: Timeline) -> None:
    """The longer ago it came, the further it has got."""
    age = (timeline.now - inquiry.created_at).days
    if age < rng.triangular(0, 9, 2):
        return
    looked_at = inquiry.created_at.date() + timedelta(days=1 + round(rng.triangular(0, min(age, 20), min(age / 2, 3))))
    at = seller.next_time(rng, looked_at, timeline)
    if at is None or at < inquiry.created_at:
        return
    inquiry.state = "contacted" if age < rng.triangular(5, 40, 14) else rng.choices(
        ("qualified", "unqualified", "converted", "contacted"), (1, 57, 40, 2)
    )[0]  # fmt: skip
    inquiry.updated_at, inquiry.updated_by = at, inquiry.owner_id
