"""Duplicates as people read them, on every database."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.quality.outcome import Selection, Status
from monitor.quality.selection import Options
from tests.quality.small_crm import check, deal, opened

RULE = "expect_column_values_to_be_unique_ignoring_case"
NAMES = ["Anna@firma.dk", " anna@FIRMA.dk", "bo@firma.dk", "", " ", None, "12 34-56", "123456", "1234567"]


def test_case_and_spaces_make_no_difference_and_blanks_are_not_counted(any_url: sa.URL) -> None:
    with opened(any_url, len(NAMES), lambda number: {**deal(number), "name": NAMES[number]}) as crm:
        plain = crm.one(check(RULE, {"column": "name"}))
        numbers = crm.one(check(RULE, {"column": "name", "ignore": [" ", "-"]}))
        only = Options(selection=Selection(owners=frozenset({"u1"})))
        one = crm.one(check(RULE, {"column": "name"}), only)
        accepted = crm.one(check(RULE, {"column": "name"}), Options(accepted={RULE: frozenset({"d0"})}))
    assert (plain.status, plain.rows, plain.unexpected) == (Status.FAIL, 6, 2)
    assert {record.key for record in plain.failing.records} == {"d0", "d1"}
    assert {part.owner_key: part.unexpected for part in plain.owners} == {"u0": 1, "u1": 1, "u2": 0}
    assert {record.key for record in numbers.failing.records} == {"d0", "d1", "d6", "d7"}
    assert (one.rows, one.unexpected, [record.key for record in one.failing.records]) == (2, 1, ["d1"])
    assert (accepted.unexpected, accepted.accepted) == (1, 1)


def test_the_share_that_must_pass_decides_without_limits(sqlite_url: sa.URL) -> None:
    with opened(sqlite_url, 4, lambda number: {**deal(number), "name": ("a", "A", "b", "c")[number]}) as crm:
        assert crm.one(check(RULE, {"column": "name", "mostly": 0.5})).status is Status.PASS
        assert crm.one(check(RULE, {"column": "name", "mostly": 0.6})).status is Status.FAIL
