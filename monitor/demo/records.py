"""Rows of the demo's CRM while they are being made; fields are named as the columns of schema.py. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True, kw_only=True)
class Stamped:
    created_at: datetime
    created_by: int
    updated_at: datetime | None = None
    updated_by: int | None = None


@dataclass(slots=True, kw_only=True)
class Company(Stamped):
    id: int
    title: str
    country: str
    owner_id: int
    reg_no: str | None = None
    web: str | None = None
    mail: str | None = None
    switchboard: str | None = None
    sector: str | None = None
    city: str | None = None
    zip: str | None = None
    revenue_tkr: int | None = None
    headcount: int | None = None
    relation: str = "Prospect"
    parent_id: int | None = None
    source: str | None = None
    import_id: int | None = None
    archived: int = 0


@dataclass(slots=True, kw_only=True)
class Contact(Stamped):
    id: int
    given_name: str
    family_name: str
    country: str
    owner_id: int
    job_title: str | None = None
    mail: str | None = None
    mail_bounced: int = 0
    phone: str | None = None
    mobile: str | None = None
    company_id: int | None = None
    no_marketing: int = 0
    consent: str | None = None
    source: str | None = None
    import_id: int | None = None
    is_deleted: int = 0


@dataclass(slots=True, kw_only=True)
class Inquiry(Stamped):
    id: int
    subject: str
    state: str
    owner_id: int
    company_text: str | None = None
    mail: str | None = None
    phone: str | None = None
    deal_id: int | None = None
    country: str | None = None
    source: str | None = None
    is_deleted: int = 0


@dataclass(slots=True, kw_only=True)
class Deal(Stamped):
    id: int
    title: str
    owner_id: int
    stage_id: int
    stage_since: datetime
    value_cents: int | None = None
    currency: str = "DKK"
    likelihood: int | None = None
    expected_on: date | None = None
    closed_at: datetime | None = None
    next_action: str | None = None
    lost_because: str | None = None
    product_line: str | None = None
    person_id: int | None = None
    source: str | None = None
    deleted_at: datetime | None = None


@dataclass(slots=True)
class DealCompany:
    deal_id: int
    company_id: int
    role: str = "customer"
    removed: int = 0


@dataclass(slots=True)
class FieldHistory:
    table_name: str
    record_id: int
    field: str
    old_value: str | None
    new_value: str | None
    changed_by: int
    changed_at: datetime


@dataclass(slots=True)
class Login:
    user_id: int
    at: datetime
    succeeded: int = 1
