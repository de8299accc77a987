"""The canonical vocabulary: the entities and columns that suites and measures are written against.

A CRM map says how each is read from one product's tables; what a map leaves out is "not mapped".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a canonical column holds. ``KEY`` is compared as text, whatever its type in the CRM."""

    KEY = "key"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column; ``references`` names the entity whose key it holds."""

    name: str
    kind: Kind
    meaning: str
    references: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One canonical entity and the columns that suites may name."""

    name: str
    columns: dict[str, Column]


def _entity(name: str, *columns: tuple[str, Kind, str] | tuple[str, Kind, str, str]) -> Entity:
    return Entity(name, {row[0]: Column(*row) for row in columns})


_K, _T, _I, _D, _B = Kind.KEY, Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN
_DAY, _AT = Kind.DATE, Kind.DATETIME

_KEY = ("key", _K, "the record's own key")
_OWNER = ("owner_key", _K, "the user who owns the record (the first, where there are several)", "users")
_OTHERS = ("other_owner_keys", _T, "further owners, separated by commas")
_STAMPS = (
    ("created_at", _AT, "when the record was entered"),
    ("created_by", _K, "the user who entered it", "users"),
    ("modified_at", _AT, "when it was last changed"),
    ("modified_by", _K, "the user who last changed it", "users"),
)
_SOURCE = ("source", _T, "where the record came from: web form, import, trade fair")
_TOUCHED = ("touched_at", _AT, "newest of a logged activity and a change made by a person")

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        _entity(
            "users",
            _KEY,
            ("name", _T, "the person's name"),
            ("login", _T, "the name the user logs in with"),
            ("email", _T, "the user's e-mail address"),
            ("active", _B, "may still log in"),
            ("kind", _T, "person, admin, integration or portal"),
            ("manager_key", _K, "the user who manages this one", "users"),
            ("team_key", _K, "the team the user belongs to"),
            ("team_name", _T, "the team's name"),
            ("title", _T, "job title or role"),
            ("last_login_at", _AT, "newest login, where the CRM keeps it"),
            *_STAMPS,
        ),
        _entity(
            "accounts",
            _KEY,
            _OWNER,
            _OTHERS,
            ("name", _T, "the company's name"),
            ("company_number", _T, "CVR, organisation number or VAT number"),
            ("domain", _T, "the company's own internet domain"),
            ("website", _T, "the company's web address"),
            ("email", _T, "the company's e-mail address"),
            ("phone", _T, "the company's telephone number"),
            ("industry", _T, "the line of business"),
            ("country", _T, "country, as the CRM names it"),
            ("country_code", _T, "country as ISO 3166 alpha-2"),
            ("city", _T, "town"),
            ("postal_code", _T, "postal code"),
            ("annual_revenue", _D, "yearly revenue"),
            ("employees", _I, "number of employees"),
            ("account_type", _T, "customer, prospect, partner"),
            ("parent_key", _K, "the parent company", "accounts"),
            _SOURCE,
            _TOUCHED,
            *_STAMPS,
        ),
        _entity(
            "contacts",
            _KEY,
            _OWNER,
            _OTHERS,
            ("name", _T, "the person's full name"),
            ("first_name", _T, "given name"),
            ("last_name", _T, "family name"),
            ("email", _T, "e-mail address"),
            ("email_bounced", _B, "mail to the address came back"),
            ("phone", _T, "telephone number"),
            ("mobile", _T, "mobile number"),
            ("title", _T, "job title"),
            ("account_key", _K, "the company the person works for", "accounts"),
            ("country", _T, "country, as the CRM names it"),
            ("country_code", _T, "country as ISO 3166 alpha-2"),
            ("opted_out", _B, "wants no marketing"),
            ("consent_basis", _T, "the recorded lawful basis or consent"),
            _SOURCE,
            _TOUCHED,
            *_STAMPS,
        ),
        _entity(
            "leads",
            _KEY,
            _OWNER,
            _OTHERS,
            ("name", _T, "the lead's title or person"),
            ("company", _T, "the company's name, as typed"),
            ("email", _T, "e-mail address"),
            ("phone", _T, "telephone number"),
            ("status", _T, "the lead's status"),
            ("converted", _B, "became a deal"),
            ("country", _T, "country, as the CRM names it"),
            ("country_code", _T, "country as ISO 3166 alpha-2"),
            _SOURCE,
            _TOUCHED,
            *_STAMPS,
        ),
        _entity(
            "opportunities",
            _KEY,
            _OWNER,
            _OTHERS,
            ("name", _T, "the deal's title"),
            ("account_key", _K, "the customer", "accounts"),
            ("contact_key", _K, "the customer's contact", "contacts"),
            ("status", _T, "open, won or lost"),
            ("stage", _T, "the stage's name"),
            ("stage_order", _I, "place of the stage in the pipeline, from 1"),
            ("stage_phase", _T, "new, qualified, offer or closed: what the stage means"),
            ("stage_entered_at", _AT, "when it came into its present stage"),
            ("amount", _D, "value, in the CRM's own currency"),
            ("currency", _T, "ISO 4217 code"),
            ("probability", _D, "chance of winning, 0 to 100"),
            ("close_date", _DAY, "when it is expected to close"),
            ("close_date_pushes", _I, "how often the expected date was moved later"),
            ("closed_at", _AT, "when it was won or lost"),
            ("next_step", _T, "what happens next"),
            ("lost_reason", _T, "why it was lost"),
            ("product", _T, "what is sold"),
            _SOURCE,
            _TOUCHED,
            *_STAMPS,
        ),
        _entity(
            "activities",
            _KEY,
            _OWNER,
            ("kind", _T, "call, meeting, task, email or note"),
            ("status", _T, "open, done or cancelled"),
            ("subject", _T, "what it was about"),
            ("happened_at", _AT, "when it took place"),
            ("due_at", _AT, "when it should be done"),
            ("account_key", _K, "the company it concerns", "accounts"),
            ("contact_key", _K, "the contact it concerns", "contacts"),
            ("opportunity_key", _K, "the deal it concerns", "opportunities"),
            ("automatic", _B, "written by the system, not by a person"),
            *_STAMPS,
        ),
        _entity(
            "logins",
            ("user_key", _K, "who logged in", "users"),
            ("at", _AT, "when"),
        ),
        _entity(
            "changes",
            ("entity", _T, "the canonical entity that was changed"),
            ("record_key", _K, "the record that was changed"),
            ("field", _T, "the canonical column, or the CRM's own name"),
            ("old", _T, "value before"),
            ("new", _T, "value after"),
            ("changed_by", _K, "who changed it", "users"),
            ("changed_at", _AT, "when"),
        ),
    )
}
RECORDS = ("users", "accounts", "contacts", "leads", "opportunities", "activities")
"""The entities that checks run on, in the order in which they are shown."""
