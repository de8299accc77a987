"""``config/mandate.yaml`` as it is read: what it lacks is missing and no error, what is wrong in it is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.adoption.mandate import Consulted, Informed, Mandate, Retention, naming
from monitor.settings.mandate import load_mandate

WHOLE = """\
purpose: Help people to use the CRM
legal_basis: GDPR art. 6(1)(f)
recipients: [managers, 12, ann]
consulted: {who: the works council, on: 2026-08-03}
informed:
  - {how: a letter, on: 2026-09-01}
  - how: the intranet
review_on: 2027-09-01
country: "NO"
contact: privacy@x.example
not_for: Never for pay.
retention: {person_days: 14, person_weeks: 12, team_months: 12}
"""


def load(folder: Path, text: str) -> Mandate | None:
    (folder / "config").mkdir()
    (folder / "config" / "mandate.yaml").write_text(text, encoding="utf-8")
    return load_mandate(folder)


def test_a_project_without_the_file_has_no_mandate(tmp_path: Path) -> None:
    assert load_mandate(tmp_path) is None


def test_everything_that_the_file_may_say_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)
    assert found == Mandate(
        purpose="Help people to use the CRM",
        legal_basis="GDPR art. 6(1)(f)",
        recipients=frozenset({"managers", "12", "ann"}),
        consulted=(Consulted("the works council", date(2026, 8, 3)),),
        informed=(Informed("a letter", date(2026, 9, 1)), Informed("the intranet")),
        review_on=date(2027, 9, 1),
        country="NO",
        contact="privacy@x.example",
        not_for="Never for pay.",
        retention=Retention(14, 12, 12),
    )
    assert naming(found, date(2026, 11, 23)).allowed


@pytest.mark.parametrize("text", ["managers", "[managers]", "[' managers ', '']"])
def test_one_recipient_may_stand_alone_and_an_empty_one_is_none(tmp_path: Path, text: str) -> None:
    found = load(tmp_path, f"recipients: {text}\n")
    assert found is not None
    assert found.recipients == {"managers"}


def test_keys_without_values_are_missing_and_no_error(tmp_path: Path) -> None:
    found = load(tmp_path, "purpose:\nconsulted:\n  - {who: , on: }\ninformed:\nreview_on:\nretention:\nstrict:\n")
    assert found is not None
    assert found.missing == (
        "purpose", "legal_basis", "recipients", "consulted", "informed", "review_on", "country", "contact",
    )  # fmt: skip
    assert found.retention == Retention(35, 26, 24)
    assert not found.strict
