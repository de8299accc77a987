"""Something to be said beside a figure, as a code and its parameters; the words come when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoteCode(StrEnum):
    """Why a figure is uncertain, missing, or a name is not shown. Parameters stand behind each."""

    NOT_AVAILABLE = "not_available"  # measure, reason
    LAST_ONLY = "last_only"  # measure
    INCOMPLETE = "incomplete"  # measure, reason
    NOT_ATTRIBUTABLE = "not_attributable"  # measure, share (0 to 1)
    TOO_SHORT = "too_short"  # weeks: how many weeks of history there are
    NOTHING_TO_MEASURE = "nothing_to_measure"  # the denominator is 0
    TOO_FEW_PEOPLE = "too_few_people"  # least
    NO_START_DATE = "no_start_date"  # people: how many
    NO_MANAGER = "no_manager"  # people: how many
    NO_TEAM = "no_team"  # people: how many
    MANAGER_CYCLE = "manager_cycle"  # people: how many
    UNKNOWN_MANAGER = "unknown_manager"  # people: how many have a manager that the CRM does not know
    INACTIVE_MANAGER = "inactive_manager"  # people: how many have a manager who has left
    FEW_AMOUNTS = "few_amounts"
    SHORT_SALES_CYCLE = "short_sales_cycle"
    SYNC_TIME = "sync_time"
    NOT_KEPT = "not_kept"  # how open deals stood then
    INHERITED = "inherited"  # records taken over in the last 30 days are left out
    INHERITED_UNKNOWN = "inherited_unknown"  # whether some were taken over is not known
    NOT_SEEN_READING = "not_seen_reading"  # reading leaves no trace
    NO_MANDATE = "no_mandate"  # path
    MANDATE_INCOMPLETE = "mandate_incomplete"  # path, missing (names of keys, separated by commas)
    MANDATE_REVIEW_PAST = "mandate_review_past"  # path, date
    MANDATE_STRICT = "mandate_strict"
    MANDATE_NOT_RECIPIENT = "mandate_not_recipient"
    OWN_PAGE_FIRST = "own_page_first"  # people see their own page a day before


@dataclass(frozen=True, slots=True)
class Note:
    """``params`` are of JSON's own types; a date is ISO text. No person's name is in them."""

    code: NoteCode
    params: Mapping[str, str | int | float] = field(default_factory=dict)
