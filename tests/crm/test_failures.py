"""What a server's error means, in words that name the cause and the next step."""

from __future__ import annotations

import pymysql
import pytest
import sqlalchemy as sa

from monitor.crm.failures import explain


@pytest.mark.parametrize(
    ("number", "said", "lost"),
    [
        (1053, "the server is starting, stopping, or closed to new connections", True),
        (1129, "the server has blocked this host after failed logins", True),
        (1130, "the server takes no connections from this host", True),
        (1203, "the server takes no more connections", True),
        (1205, "the query waited too long for a lock", False),
        (1226, "the user may open no more connections or queries", True),
        (1862, "the user's password has expired", True),
        (1927, "the server closed the connection", True),
        (4151, "the user's account is locked", True),
    ],
)
def test_what_mariadb_says_by_number_is_told_in_words_with_a_next_step(number: int, said: str, lost: bool) -> None:
    original = pymysql.err.OperationalError(number, "Kirsten Holm, 22 22 22 22")
    failure = explain(sa.exc.OperationalError("SELECT 1", {}, original))
    assert (failure.message, failure.lost) == (said, lost)
    assert failure.hint
    assert "Kirsten" not in failure.message + failure.hint


def test_a_number_that_is_not_known_is_told_as_it_stands() -> None:
    failure = explain(sa.exc.OperationalError("SELECT 1", {}, pymysql.err.OperationalError(9999, "Kirsten Holm")))
    assert failure.message == "the database refused the query (OperationalError, 9999)"
