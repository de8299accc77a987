"""The customers: companies, the people who work there, and the duplicates that a few years leave behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from monitor.demo.names import COUNTRIES, Country, fold
from monitor.demo.numbers import company_number, landline, mobile, spoiled
from monitor.demo.people import Seller, Staff
from monitor.demo.records import Company, Contact
from monitor.demo.rhythm import at_work
from monitor.demo.story import Ledger, Timeline

SECTORS = (
    "Food",
    "Building materials",
    "Furniture",
    "Transport",
    "Packaging",
    "Machinery",
    "Energy",
    "Retail",
    "Textiles",
)
SOURCES = ("Own prospecting", "Web form", "Referral", "Trade fair", "Partner")
TITLES = (
    "Purchasing manager",
    "Warehouse manager",
    "Managing director",
    "Logistics manager",
    "Operations manager",
    "Buyer",
)
BASES = ("Contract", "Consent", "Legitimate interest")
COMPANIES, IN_HISTORY, HISTORY_YEARS = 2300, 380, 5


@dataclass(slots=True)
class Market:
    companies: list[Company] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    by_owner: dict[int, list[Company]] = field(default_factory=dict)
    by_company: dict[int, list[Contact]] = field(default_factory=dict)

    def add_company(self, company: Company) -> None:
        self.companies.append(company)
        self.by_owner.setdefault(company.owner_id, []).append(company)

    def add_contact(self, contact: Contact) -> None:
        self.contacts.append(contact)
        if contact.company_id:
            self.by_company.setdefault(contact.company_id, []).append(contact)


def found(rng: Random, staff: Staff, timeline: Timeline, ledger: Ledger) -> Market:
    """All companies and contacts up to now, without the bad import."""
    market, names = Market(), _Names(rng)
    moments = _entry_days(rng, staff, timeline)
    for day, seller in moments:
        number = len(market.companies) + 1
        company = _company(rng, number, names.take(seller.habits.country), at_work(rng, day), seller, timeline, staff)
        if company.created_at >= timeline.now:
            continue
        market.add_company(company)
        for _ in range(rng.choices((0, 1, 2, 3, 4, 6), (4, 30, 30, 18, 12, 6))[0]):
            _add_contact(rng, market, company, seller, timeline)
    _duplicates(rng, market, staff, timeline, ledger)
    _blemishes(rng, market, ledger)
    return market


def _entry_days(rng: Random, staff: Staff, timeline: Timeline) -> list[tuple[date, Seller]]:
    """When each company was entered and by whom, oldest first."""
    sellers = [seller for seller in staff.sellers if not seller.manager]
    before = (timeline.first_day - timedelta(days=1), HISTORY_YEARS * 365)
    span = (timeline.today - timeline.first_day).days
    entries: list[tuple[date, Seller]] = []
    while len(entries) < COMPANIES:
        seller = rng.choice(sellers)
        if len(entries) < COMPANIES - IN_HISTORY:
            day = before[0] - timedelta(days=rng.randrange(before[1]))
        else:
            day = timeline.first_day + timedelta(days=rng.randrange(span + 1))
        slowed = seller.story and rng.random() < 0.5 * timeline.fading(day)
        if seller.uses(day) and not slowed:
            entries.append((day, seller))
    return sorted(entries, key=lambda entry: (entry[0], entry[1].user.id))


class _Names:
    """Invented company names, each once."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.taken = rng, set[str]()

    def take(self, country: str) -> tuple[str, Country]:
        names = COUNTRIES[country]
        while True:
            stem = self.rng.choice(names.words) + self.rng.choice(names.words).lower()
            name = f"{stem} {self.rng.choice(names.trades)}"
            if fold(name) not in self.taken:
                self.taken.add(fold(name))
                return f"{name} {self.rng.choice(names.forms)}", names


def _company(
    rng: Random, number: int, named: tuple[str, Country], at: datetime, seller: Seller, timeline: Timeline, staff: Staff
) -> Company:
    name, country = named
    domain = f"{fold(name.rsplit(' ', 1)[0])}.example"
    town, zone = rng.choice(country.towns)
    digits = {"DK": 4, "NO": 4, "SE": 5, "FI": 5}[country.code]
    by_web = rng.random() < 0.12

    def kept(usual: float, neglected: float) -> bool:
        return rng.random() >= seller.share_left_out(usual, neglected, at.date(), timeline)

    return Company(
        id=number,
        title=name,
        reg_no=company_number(rng, country.code) if kept(0.08, 0.75) else None,
        web=f"https://www.{domain}" if kept(0.04, 0.5) else None,
        mail=f"info@{domain}" if rng.random() < 0.7 else None,
        switchboard=landline(rng, country.code) if kept(0.08, 0.4) else None,
        sector=rng.choice(SECTORS) if kept(0.1, 0.65) else None,
        country=country.name,
        city=town,
        zip=zone + "".join(str(rng.randrange(10)) for _ in range(digits - len(zone))),
        revenue_tkr=int(rng.lognormvariate(10.6, 1.1)) if rng.random() < 0.7 else None,
        headcount=max(2, int(rng.lognormvariate(3.6, 1.0))) if rng.random() < 0.75 else None,
        relation=rng.choices(("Customer", "Prospect", "Partner"), (55, 40, 5))[0],
        owner_id=seller.user.id,
        source="Web form" if by_web else rng.choice(SOURCES),
        created_at=at,
        created_by=staff.integration if by_web else seller.user.id,
    )


def _add_contact(rng: Random, market: Market, company: Company, seller: Seller, timeline: Timeline) -> None:
    country = next(country for country in COUNTRIES.values() if country.name == company.country)
    given, family = rng.choice(country.given), rng.choice(country.family)
    number = len(market.contacts) + 1
    at = company.created_at
    if rng.random() < 0.55:
        at = seller.next_time(rng, at.date() + timedelta(days=rng.randrange(1, 700)), timeline) or at

    def kept(usual: float, neglected: float) -> bool:
        return rng.random() >= seller.share_left_out(usual, neglected, at.date(), timeline)

    domain = f"{fold(company.title.rsplit(' ', 1)[0])}.example"
    old = at < timeline.now - timedelta(days=3 * 365)
    market.add_contact(
        Contact(
            id=number,
            given_name=given,
            family_name=family,
            job_title=rng.choice(TITLES) if kept(0.15, 0.5) else None,
            mail=f"{fold(given)}.{fold(family)}.{number}@{domain}" if kept(0.07, 0.3) else None,
            mail_bounced=int(rng.random() < 0.02),
            phone=landline(rng, country.code) if rng.random() < 0.4 else None,
            mobile=mobile(rng, country.code) if kept(0.22, 0.55) else None,
            company_id=company.id if kept(0.04, 0.15) else None,
            country=country.name,
            no_marketing=int(rng.random() < 0.08),
            consent=rng.choice(BASES) if rng.random() < (0.75 if old else 0.9) else None,
            owner_id=company.owner_id,
            source=company.source,
            created_at=at,
            created_by=company.created_by,
        )
    )


def _duplicates(rng: Random, market: Market, staff: Staff, timeline: Timeline, ledger: Ledger) -> None:
    """The same customer entered twice by colleagues who did not look first."""
    owners = sorted(market.by_owner)
    latest = max(company.created_at for company in market.companies[:COMPANIES])

    def again(first: datetime, owner: int) -> datetime:
        raw, seller = first + (latest - first) * rng.uniform(0.3, 0.95), staff.seller(owner)
        return seller.next_time(rng, raw.date(), timeline) or at_work(rng, seller.days[-2:][0])

    originals = rng.sample([company for company in market.companies if company.reg_no and company.web], 34)
    for place, first in enumerate(originals):
        same_number = place < 18
        title = first.title.rsplit(" ", 1)[0] if place % 2 else first.title.replace(" ", "  ", 1).upper()
        second = replace(
            first,
            id=len(market.companies) + 1,
            title=title,
            reg_no=first.reg_no if same_number else None,
            owner_id=rng.choice(owners),
        )
        second.created_at, second.created_by = again(first.created_at, second.owner_id), second.owner_id
        market.add_company(second)
        ledger.plant("accounts sharing a company number" if same_number else "accounts sharing a domain", 2)
    usable = [contact for contact in market.contacts if contact.mail and contact.company_id]
    for original in rng.sample(usable, 22):
        twin = replace(original, id=len(market.contacts) + 1, owner_id=rng.choice(owners), mobile=None)
        twin.created_at, twin.created_by = again(original.created_at, twin.owner_id), twin.owner_id
        market.add_contact(twin)
        ledger.plant("contacts sharing an e-mail", 2)


def _blemishes(rng: Random, market: Market, ledger: Ledger) -> None:
    """Slips of the finger, placeholders in fields that had to be filled, and records that were deleted."""
    once = [company for company in market.companies[: COMPANIES - IN_HISTORY] if company.reg_no]
    uses = Counter(company.web for company in market.companies)
    single = [company for company in once if uses[company.web] == 1 or not company.web]
    chosen = rng.sample(single, 40)
    for company in chosen[:15]:
        company.reg_no = spoiled(str(company.reg_no))
        ledger.plant("wrong company numbers")
    for company in chosen[15:27]:
        company.title = rng.choice(("n/a", "xxx", "test", "-"))
        ledger.plant("accounts with a placeholder")
    for company in chosen[27:]:
        company.archived = 1
    pairs = {contact.mail for contact in market.contacts if contact.id > len(market.contacts) - 22}
    plain = [contact for contact in market.contacts if contact.mail and contact.mail not in pairs]
    some = rng.sample(plain, 95)
    for contact in some[:25]:
        contact.mail = f"test@{str(contact.mail).partition('@')[2]}"
        ledger.plant("contacts with a placeholder")
    for contact in some[25:60]:
        contact.mail = str(contact.mail).replace("@", rng.choice(("", " at ", "@@")))
        ledger.plant("contacts with a malformed e-mail")
    for contact in some[60:]:
        contact.is_deleted = 1
