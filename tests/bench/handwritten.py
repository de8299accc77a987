"""The 29 checks as a person who knows SQL would write them: one query per table, and one more for duplicates.

Counts that two checks share are taken once; a column's blanks are ``count(*) - count(column)``, PostgreSQL's
quickest way. Of four ways to attribute duplicates, collecting each address's owners was the fastest here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

Figures = dict[str, dict[str, list[int]]]
"""Check id -> owner's key ("" for nobody, "*" where owners were not asked for) -> rows, unexpected."""

_ACCOUNTS = """
count(*) AS n, count(name) AS name, count(company_number) AS number, count(website) AS website,
count(country_code) AS country, count(employees) AS employees,
count(*) FILTER (WHERE company_number !~ '^[0-9]{8}$') AS bad_number,
count(*) FILTER (WHERE country_code NOT IN ('DK', 'NO', 'SE', 'FI', 'DE', 'GB')) AS bad_country,
count(*) FILTER (WHERE employees NOT BETWEEN 1 AND 100000) AS bad_employees
"""
_CONTACTS = """
count(*) AS n, count(last_name) AS name, count(email) AS email, count(account_id) AS account, count(phone) AS phone,
count(country_code) AS country,
count(*) FILTER (WHERE email !~ '^[^@ ]+@[^@ ]+[.][a-z]+$') AS bad_email,
count(*) FILTER (WHERE country_code NOT IN ('DK', 'NO', 'SE', 'FI', 'DE', 'GB')) AS bad_country,
count(*) FILTER (WHERE country_code = 'DK') AS danish,
count(consent_basis) FILTER (WHERE country_code = 'DK') AS danish_consent
"""
_OPPORTUNITIES = """
count(*) AS n, count(account_id) AS account, count(amount) AS amount, count(status) AS status,
count(probability) AS probability, count(close_date) AS close_date,
count(*) FILTER (WHERE stage_phase = 'offer') AS offers,
count(amount) FILTER (WHERE stage_phase = 'offer') AS offer_amount,
count(*) FILTER (WHERE amount NOT BETWEEN 1 AND 100000000) AS bad_amount,
count(*) FILTER (WHERE status NOT IN ('open', 'won', 'lost')) AS bad_status,
count(*) FILTER (WHERE probability NOT BETWEEN 0 AND 100) AS bad_probability,
count(*) FILTER (WHERE status = 'open' AND stage_order >= 2) AS under_way,
count(next_step) FILTER (WHERE status = 'open' AND stage_order >= 2) AS next_step,
count(close_date) FILTER (WHERE status = 'open') AS open_close_date,
count(*) FILTER (WHERE status = 'open' AND close_date < '2026-11-18') AS passed,
count(*) FILTER (WHERE closed_at IS NOT NULL AND created_at IS NOT NULL) AS closed,
count(*) FILTER (WHERE closed_at < created_at) AS bad_closed,
count(*) FILTER (WHERE status = 'lost') AS lost,
count(lost_reason) FILTER (WHERE status = 'lost') AS reason
"""
_ACTIVITIES = """
count(*) AS n, count(kind) AS kind, count(owner_id) AS owner, count(subject) AS subject,
count(*) FILTER (WHERE kind NOT IN ('call', 'meeting', 'task', 'email', 'note')) AS bad_kind,
count(*) FILTER (WHERE kind <> 'email') AS no_email,
count(subject) FILTER (WHERE kind <> 'email') AS no_email_subject,
count(*) FILTER (WHERE status = 'done') AS done,
count(happened_at) FILTER (WHERE status = 'done') AS done_at,
count(*) FILTER (WHERE length(subject) NOT BETWEEN 9 AND 120) AS bad_subject
"""
SCANS = {"accounts": _ACCOUNTS, "contacts": _CONTACTS, "opportunities": _OPPORTUNITIES, "activities": _ACTIVITIES}
_DUPLICATES = """
SELECT sum(n) AS bad FROM (SELECT count(*) AS n FROM contacts WHERE email IS NOT NULL
GROUP BY email HAVING count(*) > 1) AS d
"""
_DUPLICATES_BY_OWNER = """
SELECT owner, count(*) AS bad FROM (SELECT unnest(owners) AS owner FROM
(SELECT array_agg(owner_id) AS owners FROM contacts WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1) AS d
) AS o GROUP BY owner
"""

Row = sa.RowMapping
Reading = Callable[[Row], tuple[int, int]]


def _missing(of: str, filled: str) -> Reading:
    return lambda row: (row[of], row[of] - row[filled])


def _bad(of: str, bad: str) -> Reading:
    return lambda row: (row[of], row[bad])


READINGS: dict[str, dict[str, Reading]] = {
    "accounts": {
        "account-without-name": _missing("n", "name"),
        "account-without-number": _missing("n", "number"),
        "account-number-malformed": _bad("number", "bad_number"),
        "account-without-website": _missing("n", "website"),
        "account-country-unknown": _bad("country", "bad_country"),
        "account-employees-implausible": _bad("employees", "bad_employees"),
    },
    "contacts": {
        "contact-without-name": _missing("n", "name"),
        "contact-without-email": _missing("n", "email"),
        "contact-email-malformed": _bad("email", "bad_email"),
        "contact-duplicate": lambda row: (row["email"], 0),  # its own query adds the duplicates
        "contact-without-account": _missing("n", "account"),
        "contact-without-phone": _missing("n", "phone"),
        "contact-country-unknown": _bad("country", "bad_country"),
        "danish-contact-without-basis": _missing("danish", "danish_consent"),
    },
    "opportunities": {
        "deal-without-account": _missing("n", "account"),
        "offer-without-amount": _missing("offers", "offer_amount"),
        "deal-amount-implausible": _bad("amount", "bad_amount"),
        "deal-status-unknown": _bad("status", "bad_status"),
        "deal-probability-impossible": _bad("probability", "bad_probability"),
        "deal-without-next-step": _missing("under_way", "next_step"),
        "deal-without-close-date": _missing("n", "close_date"),
        "deal-close-date-passed": _bad("open_close_date", "passed"),
        "deal-closed-before-created": _bad("closed", "bad_closed"),
        "lost-without-reason": _missing("lost", "reason"),
    },
    "activities": {
        "activity-kind-unknown": _bad("kind", "bad_kind"),
        "activity-without-owner": _missing("n", "owner"),
        "activity-without-subject": _missing("no_email", "no_email_subject"),
        "activity-without-time": _missing("done", "done_at"),
        "activity-subject-length": _bad("subject", "bad_subject"),
    },
}


def run(connection: sa.Connection, *, owners: bool) -> Figures:
    """Every check, in total or per owner."""
    figures: Figures = {}
    for table, counts in SCANS.items():
        owner = "owner_id AS who," if owners else ""
        sql = f"SELECT {owner} {counts} FROM {table}" + (" GROUP BY owner_id" if owners else "")
        for row in connection.exec_driver_sql(sql).mappings():
            who = _name(row["who"]) if owners else "*"
            for check, reading in READINGS[table].items():
                figures.setdefault(check, {})[who] = list(reading(row))
    duplicates = figures["contact-duplicate"]
    for row in connection.exec_driver_sql(_DUPLICATES_BY_OWNER if owners else _DUPLICATES).mappings():
        duplicates[_name(row["owner"]) if owners else "*"][1] = int(row["bad"] or 0)
    return figures


def totals(figures: Figures) -> dict[str, list[int]]:
    """Rows and unexpected rows of each check over all owners."""
    return {check: [sum(part) for part in zip(*by.values(), strict=True)] for check, by in sorted(figures.items())}


def _name(owner: Any) -> str:
    return "" if owner is None else str(owner)
