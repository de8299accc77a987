"""One made-up incident that tests and pictures tell of: offers without an amount."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.messages.alert import AlertState, AlertView, Origin, TeamCount

NOW = datetime(2026, 11, 21, 5, 10, tzinfo=UTC)
OFFERS = AlertView(
    incident_id=12,
    check_id="offer-without-amount",
    entity="opportunities",
    title="Offers without amount",
    state=AlertState.OPEN,
    status="fail",
    severity="warning",
    rows=212,
    unexpected=34,
    limit=0.15,
    change=12,
    new=12,
    since=NOW - timedelta(days=1),
    origin=Origin("web shop import 20 Nov 14:02", 12, 12),
    teams=(TeamCount("Nord", 14), TeamCount("Syd", 9), TeamCount("", 11)),
    amount=Decimal(4_123_456),
    currency="DKK",
    amount_label="of open pipeline",
    why="The forecast misses them.",
    fix='Map "total" in the import.',
    data_as_of=NOW,
    zone="Europe/Copenhagen",
    command="crm-monitor failing offer-without-amount",
    opened_at=NOW,
)
