"""Who was forgotten does not come back with the next run: records count in an unnamed sum, all others stay right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import Directory, Person, Team
from monitor.incidents.matching import Matcher
from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.incidents.silence import Silence
from monitor.quality.check import Check, Severity
from monitor.quality.keys import hashed_key
from monitor.quality.outcome import (
    EntityFacts,
    EntityResult,
    FailingRecord,
    FailingRecords,
    Outcome,
    OwnerCount,
    Status,
)
from monitor.store.accepted import AcceptedRecord
from monitor.store.all_tables import metadata
from monitor.store.owner_results import OwnerResults
from monitor.store.slack_users import SlackUsers
from monitor.store.state import State
from monitor.store.tables import outcome_teams, owners
from monitor.store.unnamed import bucket
from tests.store.test_adoption import FIGURE
from tests.store.test_retention import WEEK, _without
from tests.store.world import CHECK, CLOCK, day

GONE, OTHER, ALONE = "person-7", "person-8", "person-9"
PEOPLE = {key: Person(key, f"Name of {key}", team_key="n") for key in (GONE, OTHER, "3", "4", "5")}
COMPANY = Directory(
    people={**PEOPLE, ALONE: Person(ALONE, "Alone", team_key="s")},
    teams={"n": Team("n", "Nord", 5), "s": Team("s", "Syd", 1)},
)
USERS_CHECK = Check("user-without-email", "users", "t", {}, Severity.WARNING)
COUNTS = (
    OwnerCount(GONE, 50, 5, Decimal("2.50")),
    OwnerCount(OTHER, 30, 2, None),
    OwnerCount(ALONE, 15, 1, Decimal(1)),
    OwnerCount(None, 5, 1, None),
)
RECORDS = FailingRecords(
    (
        FailingRecord("a", GONE, CLOCK, OTHER),
        FailingRecord("b", OTHER, CLOCK, GONE),
        FailingRecord("c", ALONE, CLOCK, None),
    )
)
OF_USERS = FailingRecords((FailingRecord(GONE), FailingRecord(OTHER)))


def a_run(state: State, number: int, *, of_users: FailingRecords = OF_USERS, hashed: bool = False) -> int:
    """A run that found what is above."""
    now = day(number)
    seen = Outcome(CHECK, Status.FAIL, 100, 9, amount=Decimal("3.50"), owners=COUNTS, failing=RECORDS)
    if hashed:
        hide = [replace(one, key=hashed_key(state.hash_key(), "users", one.key)) for one in of_users.records]
        of_users = FailingRecords(tuple(hide))
    found = Outcome(USERS_CHECK, Status.FAIL, 6, len(of_users.records), failing=of_users)
    run = state.runs.start("test", now)
    facts = EntityFacts("opportunities", 100, now, {"d.id": "INTEGER"}, {one.owner_key: one.rows for one in COUNTS})
    state.results.save_entity(run, "opportunities", EntityResult(facts, [seen]), COMPANY, now)
    users = EntityFacts("users", 6, now, {"u.id": "INTEGER"}, {GONE: 1, None: 5})
    state.results.save_entity(run, "users", EntityResult(users, [found]), COMPANY, now)
    state.runs.close(run, [], now)
    return run


def mentioning(state: State, *texts: str) -> list[str]:
    """The tables that hold one of the texts anywhere."""
    with state.database.read() as connection:
        return [
            name
            for name, table in metadata.tables.items()
            if any(text in repr(tuple(row)) for row in connection.execute(sa.select(table)) for text in texts)
        ]


def by_owner(state: State, run: int) -> dict[str | None, tuple[int, int, Decimal | None]]:
    found = OwnerResults(state.database).of_run(run)[CHECK.id]
    return {owner: (one.rows, one.unexpected, one.amount) for owner, one in found.items()}


def test_a_later_run_stores_no_row_of_the_person_and_the_sums_are_the_same(state: State) -> None:
    before = a_run(state, 0)
    with state.database.read() as connection:
        teams = connection.execute(sa.select(outcome_teams.c.team_id, outcome_teams.c.unexpected)).all()
    state.keeping.forget(GONE, _without, day(1))
    run = a_run(state, 2)

    assert mentioning(state, GONE) == []
    assert by_owner(state, run) == {
        "forgotten:n": (50, 5, Decimal("2.50")),
        OTHER: (30, 2, None),
        ALONE: (15, 1, Decimal(1)),
        None: (5, 1, None),
    }
    stored = {one.check_id: one for one in state.results.of_run(run)}[CHECK.id]
    assert (stored.rows, stored.unexpected, stored.amount, stored.complete) == (100, 9, Decimal("3.50"), True)
    assert [(one.key, one.unexpected) for one in state.results.team_parts(run, CHECK.id)] == [
        ("n", 7),
        ("", 1),
        ("s", 1),
    ]
    with state.database.read() as connection:
        assert len(connection.execute(sa.select(outcome_teams)).all()) == 2 * len(teams)
    assert state.results.earlier_facts("opportunities", 1, owners=True)[0].owners["forgotten:n"] == 50
    assert before < run


def test_failing_records_name_neither_the_owner_nor_the_creator_and_none_of_them_is_new(state: State) -> None:
    a_run(state, 0)
    state.keeping.forget(GONE, _without, day(1))
    run = a_run(state, 2)
    kept = {one.key: one for one in state.failing.at(CHECK.id, run) or ()}
    assert {key: (one.owner_key, one.created_by) for key, one in kept.items()} == {
        "a": (None, OTHER),
        "b": (OTHER, None),
        "c": (ALONE, None),
    }
    compared = state.failing.compared(CHECK.id, run)
    assert compared is not None
    assert (compared.new, compared.fixed) == ((), ())


def test_a_user_that_fails_a_check_is_kept_under_a_mark_that_stays_the_same(state: State) -> None:
    for hashed in (False, True):
        a_run(state, 0, hashed=hashed)
        state.accepted.add(AcceptedRecord(USERS_CHECK.id, GONE, "no mailbox", "admin", CLOCK), "users")
        done = state.keeping.forget(GONE, _without, day(1))
        assert done.rows["accepted_records"] == 1
        run = a_run(state, 2, hashed=hashed)
        assert mentioning(state, GONE, hashed_key(state.hash_key(), "users", GONE)) == []
        compared = state.failing.compared(USERS_CHECK.id, run)
        assert compared is not None
        assert (compared.new, compared.fixed) == ((), ())
        assert state.keeping.remember(GONE)


def test_two_of_one_team_are_one_sum_and_a_small_team_has_none_of_its_own(state: State) -> None:
    for user in (GONE, OTHER, ALONE):
        state.keeping.forget(user, _without, CLOCK)
    found = by_owner(state, a_run(state, 1))
    assert found == {
        "forgotten:n": (80, 7, Decimal("2.50")),
        "forgotten:": (15, 1, Decimal(1)),
        None: (5, 1, None),
    }
    assert bucket(COMPANY, "somebody the CRM has deleted") == "forgotten:"
    assert mentioning(state, GONE, OTHER, ALONE) == []


def test_who_is_remembered_again_is_counted_by_name_again(state: State) -> None:
    state.keeping.forget(GONE, _without, CLOCK)
    assert state.keeping.forgotten([GONE, OTHER]) == {GONE}
    state.keeping.remember(GONE)
    assert state.keeping.forgotten([GONE, OTHER]) == frozenset()
    assert by_owner(state, a_run(state, 1))[GONE] == (50, 5, Decimal("2.50"))


def test_figures_of_a_forgotten_managers_people_are_not_kept_by_the_managers_key(state: State) -> None:
    state.keeping.forget(GONE, _without, CLOCK)
    scopes: dict[str, Any] = {f"manager:{GONE}": [FIGURE], f"manager:{OTHER}": [FIGURE], "team:n": [FIGURE]}
    state.adoption.save_figures(WEEK, scopes)
    assert mentioning(state, GONE) == []
    assert state.adoption.figures(f"manager:{OTHER}", WEEK)
    assert state.adoption.figures("team:n", WEEK)


def test_what_the_person_wrote_goes_by_the_login_too(state: State) -> None:
    state.accepted.add(AcceptedRecord(CHECK.id, "a", "a pilot", "login-of-7", CLOCK), "opportunities")
    done = state.keeping.forget(GONE, _without, CLOCK, {"login-of-7", ""})
    assert done.rows == {"accepted_records redacted": 1}
    assert mentioning(state, "login-of-7") == []
    [kept] = state.accepted.list(CLOCK)
    assert kept.reason == "a pilot"


def test_what_was_forgotten_does_not_lie_in_the_file_either(state: State) -> None:
    if not state.database.sqlite:
        return
    path = state.database.url.database
    a_run(state, 0)
    state.looks.add(GONE, [OTHER], "adoption", CLOCK)
    state.keeping.forget(GONE, _without, day(1))
    state.close()
    assert path is not None
    with open(path, "rb") as file:
        content = file.read()
    assert OTHER.encode() in content
    assert GONE.encode() not in content


def test_the_owners_table_knows_only_whom_something_is_stored_of(state: State) -> None:
    state.keeping.forget(GONE, _without, CLOCK)
    a_run(state, 1)
    with state.database.read() as connection:
        known = set(connection.execute(sa.select(owners.c.key)).scalars())
    assert known == {"", OTHER, ALONE, "forgotten:n"}


def test_what_the_person_did_with_incidents_and_silences_stays_without_saying_who(state: State) -> None:
    """On Slack somebody is known by another name, which the state has as well."""
    SlackUsers(state.database).note(GONE, "U0SEVEN07", CLOCK)
    taken = Incident(
        IncidentKind.DATA,
        CHECK.id,
        IncidentState.OPEN,
        CLOCK,
        acknowledged_by="slack:U0SEVEN07",
        assignee="slack:U0OTHER08",
    )
    number = state.incidents.add(taken)
    state.silences.add(Silence(0, Matcher(), CLOCK, day(1), "login-of-7", "the import runs"))
    handed = state.keeping.export(GONE, lambda _: False, dict, {"login-of-7"})
    assert "U0OTHER08" not in repr(handed)
    assert [one["acknowledged_by"] for one in handed["incidents"]] == ["slack:U0SEVEN07"]
    assert [one["why"] for one in handed["silences"]] == ["the import runs"]

    done = state.keeping.forget(GONE, _without, CLOCK, {"login-of-7"})
    assert (done.rows["incidents redacted"], done.rows["silences redacted"]) == (1, 1)
    assert mentioning(state, "U0SEVEN07", "login-of-7") == []
    kept = state.incidents.get(number)
    assert kept is not None
    assert (kept.acknowledged_by, kept.assignee) == ("", "slack:U0OTHER08")


def test_an_unnamed_sum_is_nobody_whose_records_could_be_handed_over(state: State) -> None:
    state.keeping.forget(GONE, _without, CLOCK)
    a_run(state, 1)
    assert state.failing_lists.owners([CHECK.id]) == {OTHER, ALONE}
