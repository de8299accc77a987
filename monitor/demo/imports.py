"""The bad import: a trade fair's visitor list, loaded within minutes and looked at by nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from monitor.demo.companies import Market
from monitor.demo.names import COUNTRIES, fold
from monitor.demo.numbers import company_number, mobile, spoiled
from monitor.demo.people import Staff
from monitor.demo.records import Company, Contact
from monitor.demo.rhythm import ZONE
from monitor.demo.story import Ledger, Timeline

FILE = "logistics-fair-visitors.csv"
SOURCE = "Trade fair import"
COMPANIES, CONTACTS, KNOWN_ALREADY = 70, 190, 85


@dataclass(slots=True)
class ImportBatch:
    id: int
    file_name: str
    started_at: datetime
    user_id: int


def load_visitors(rng: Random, staff: Staff, market: Market, timeline: Timeline, ledger: Ledger) -> ImportBatch:
    """Adds the visitors: half lack what a contact needs, and many were in the CRM already."""
    started = datetime.combine(timeline.imported_on, time(14, 2), ZONE).astimezone(UTC)
    batch = ImportBatch(1, FILE, started, staff.admin)
    owners = [s.user.id for s in staff.sellers if s.habits.title in ("Norway", "Sweden") and not s.manager]
    imported = [_company(rng, market, batch, owners, place, ledger) for place in range(COMPANIES)]
    _contacts(rng, market, batch, owners, imported, ledger)
    ledger.plant("imported accounts", COMPANIES)
    ledger.plant("imported contacts", CONTACTS)
    return batch


def _company(rng: Random, market: Market, batch: ImportBatch, owners: list[int], place: int, ledger: Ledger) -> Company:
    country = COUNTRIES[rng.choice(("NO", "SE"))]
    title = f"{rng.choice(country.words)}{rng.choice(country.words).lower()} {rng.choice(country.trades)}"
    number = company_number(rng, country.code) if place >= 25 else None
    if number and place >= 40:
        number = spoiled(number)
        ledger.plant("imported wrong company numbers")
    company = Company(
        id=len(market.companies) + 1,
        title=title,
        reg_no=number,
        country=country.name,
        city=rng.choice((None, None, "n/a", rng.choice(country.towns)[0])),
        owner_id=rng.choice(owners),
        source=SOURCE,
        import_id=batch.id,
        created_at=batch.started_at + timedelta(seconds=place),
        created_by=batch.user_id,
    )
    market.add_company(company)
    return company


def _contacts(
    rng: Random, market: Market, batch: ImportBatch, owners: list[int], imported: list[Company], ledger: Ledger
) -> None:
    mails = [contact.mail or "" for contact in market.contacts]
    once = [c for c in market.contacts if c.mail and not c.mail.startswith("test@") and c.mail.count("@") == 1]
    once = [c for c in once if not c.is_deleted]
    uses = Counter(mails)
    known = rng.sample([c for c in once if uses[c.mail or ""] == 1], KNOWN_ALREADY)
    for place in range(CONTACTS):
        country = COUNTRIES[rng.choice(("NO", "SE"))]
        given, family = rng.choice(country.given), rng.choice(country.family)
        mail: str | None = None
        if place < KNOWN_ALREADY:
            given, family, mail = known[place].given_name, known[place].family_name, known[place].mail
            ledger.plant("imported contacts sharing an e-mail")
        elif place < KNOWN_ALREADY + 30:
            mail = f"test@{fold(rng.choice(country.words))}{place}.example"
            ledger.plant("imported contacts with a placeholder")
        elif place < KNOWN_ALREADY + 60:
            mail = f"{fold(given)}.{fold(family)}@{fold(rng.choice(country.words))}.example"
        with_company = place % 3 == 0
        if not with_company:
            ledger.plant("imported contacts without an account")
        market.add_contact(
            Contact(
                id=len(market.contacts) + 1,
                given_name=given,
                family_name=family,
                country=country.name,
                owner_id=rng.choice(owners),
                mail=mail,
                mobile=mobile(rng, country.code) if place % 5 == 0 else None,
                company_id=rng.choice(imported).id if with_company else None,
                source=SOURCE,
                import_id=batch.id,
                created_at=batch.started_at + timedelta(seconds=COMPANIES + place),
                created_by=batch.user_id,
            )
        )
