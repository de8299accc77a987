"""What is stored about one person, for that person to read (GDPR art. 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.language import Language, _
from monitor.privacy.about import bullets, heading, section

TABLES: Mapping[str, str] = {
    "activity": _("What you did, per day and measure"),
    "activity_lags": _("How many days later you entered things than they happened"),
    "new_records": _("Records that you created, and how many of the asked fields were filled"),
    "won_deals": _("Deals that you won"),
    "deal_standing": _("Your open deals, and how many of them were worked on"),
    "person_weeks": _("The same, per week"),
    "scorecards": _("Your week: status, and what led to it"),
    "fact_owners": _("How many records you had when they were counted"),
    "outcome_owners": _("How many of your records failed each check"),
    "failing_records": _("Which of your records failed a check, or fail it now"),
    "use_figures": _("Figures of the people who report to you"),
    "digests": _("Digests that were sent to you"),
    "mentioned_in_digests": _("Digests of others that show you"),
    "fixlist_subscriptions": _("That you asked for your fix list"),
    "fixlists": _("Records that you were asked to mend, per week, by their keys"),
    "slack_users": _("Who you are on Slack"),
    "digest_actions": _("Actions that are about you, or that you answered"),
    "accepted": _("What you accepted as it is"),
    "incidents": _("Incidents that you took, put off or were given"),
    "incident_events": _("What you did with incidents"),
    "silences": _("Silences that you began or ended"),
}
"""Tables of the export (the store's), with what they are to the person; ``looks`` has a text of its own."""


def export_text(
    name: str, stored: Mapping[str, Any], names: Mapping[str, str], zone: ZoneInfo, language: Language
) -> str:
    """All that is ``stored`` about a person (tables of rows, as the store gives them), in Markdown.

    ``names`` are those of users by key, for who looked. Times are shown in ``zone``.
    """
    text = language.text
    user = str(stored.get("user", ""))
    tables = {table: rows for table, rows in stored.items() if table not in ("user", "looks")}
    parts = [
        heading(text("What is stored about {name}", name=name)),
        section(text("Who looked"), _looks(stored.get("looks", ()), user, names, zone, language)),
        *(section(_title(table, language), bullets(map(_line, rows))) for table, rows in tables.items() if rows),
    ]
    empty = [_title(table, language) for table, rows in tables.items() if not rows]
    if empty:
        parts.append(section(text("Nothing is stored of"), bullets(empty)))
    parts.append(text("What is older was deleted. What the CRM itself holds about you is not part of this."))
    return "\n\n".join(parts) + "\n"


def _title(table: str, language: Language) -> str:
    return language.text(TABLES[table]) if table in TABLES else table


def _looks(
    rows: Sequence[Mapping[str, Any]], user: str, names: Mapping[str, str], zone: ZoneInfo, language: Language
) -> str:
    seen = [row for row in rows if row["subject"] == user]
    lines = []
    for row in sorted(seen, key=lambda row: str(row["at"]), reverse=True):
        at = language.moment(datetime.fromisoformat(str(row["at"])), zone, year=True)
        lines.append(f"{at}: {names.get(row['looker'], row['looker'])} ({row['how']})")
    own = len(rows) - len(seen)
    if own:
        lines.append(language.plural("You looked at others {n} time.", "You looked at others {n} times.", own))
    return bullets(lines) if lines else language.text("Nobody.")


def _line(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in row.items() if value not in (None, "", [], {}))


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_value(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)
