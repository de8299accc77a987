"""Checks, and what they saw, in short, for tests; and any of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from monitor.fixlist.model import Seen
from monitor.quality.check import Attribution, Check, Severity

MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)
WEEK_AGO = MONDAY - timedelta(days=7)
AMOUNT = Check("amount", "deals", "t", {}, Severity.CRITICAL, title="Deals without an amount", fix="Enter it.")
STEP = Check("step", "deals", "t", {}, Severity.WARNING, title="Deals without a next step", fix="Write one.")
SOURCE = Check("source", "deals", "t", {}, Severity.INFO, title="Deals without a source")
PHONE = Check("phone", "people", "t", {}, Severity.WARNING, title="People without a telephone", fix="Ask for it.")
CHECKS = (STEP, AMOUNT, SOURCE, PHONE)
ADMINS = Check("currency", "deals", "t", {}, attribution=Attribution.ADMIN)
BY_ID = {check.id: check for check in CHECKS}
KNOWN = dict.fromkeys(BY_ID, WEEK_AGO)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
sightings = st.builds(
    Seen,
    check=st.sampled_from(sorted(BY_ID)),
    key=st.sampled_from("abcde"),
    owner=st.just("7"),
    now=st.booleans(),
    then=st.booleans(),
    amount=st.none() | st.integers(0, 5).map(Decimal),
    created_at=st.none() | moments,
)
seen = st.lists(sightings, max_size=24, unique_by=lambda one: (one.check, one.key))
sinces = st.fixed_dictionaries({check: st.sampled_from([None, WEEK_AGO]) for check in BY_ID})
