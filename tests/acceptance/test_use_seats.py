"""What seats cost is told alike by the table, by explain and on the sponsor's page."""

from __future__ import annotations

from tests.acceptance.use_crm import DIRECTOR, everybody
from tests.acceptance.using import Firm

BOUGHT, PRICE = 30, 100


def test_seats_are_the_same_wherever_they_are_told(used: Firm) -> None:
    """One person of the firm never did anything; nobody has all of the seats."""
    bought = f"{{bought: {BOUGHT}, cost_per_month: {PRICE}}}"
    used.crm.write("config/people.yaml", f"sponsor: {DIRECTOR}\nseats: {bought}\n")
    seats = used.ok("adoption", "--format", "json").json["seats"]
    assert (seats["bought"], seats["assigned"]) == (BOUGHT, len(everybody()))
    assert seats["assigned_to_nobody"] == BOUGHT - len(everybody())
    assert seats["assigned"] >= seats["active"] + seats["unused"]
    assert seats["cost_per_month"] == str(PRICE * (seats["unused"] + seats["assigned_to_nobody"]))

    table = used.ok("adoption", "--no-read").said
    explained = used.ok("explain", "--no-read", "all").said
    page = used.ok("digest", "--no-read", "--preview", "--sponsor").said
    for label, number in (
        ("Bought", seats["bought"]),
        ("Assigned to a person", seats["assigned"]),
        ("Unused for 60 days", seats["unused"]),
        ("Of these never used", seats["never"]),
        ("Assigned to nobody", seats["assigned_to_nobody"]),
    ):
        assert f"{label} {number}" in table
        assert f"{label.lower()}: {number}" in explained
        assert f"{label}: " in page
    cost = f"{int(seats['cost_per_month']):,}"
    assert f"Cost of the unused, per month {cost} DKK" in " ".join(table.split())
    assert f"Cost of the unused, per month: {cost} DKK" in " ".join(page.split())
    assert "Assigned to nobody" not in used.ok("adoption", "--no-read", "--team", "Northern sales").said
