"""What is known of people goes in time, and at once when they ask: it is looked for in the database itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.activity.facts import Lag, NewRecords, Standing, Wins
from monitor.adoption.week import IsoWeek
from monitor.crm.source import Directory, Team
from monitor.digest.snapshot import Outcome
from monitor.messages.outgoing import Action, DeliveryState, Remote
from monitor.quality.outcome import EntityFacts, EntityResult, Selection, Status
from monitor.store.all_tables import metadata
from monitor.store.digests import Digest, NewAction
from monitor.store.outbox import Draft
from monitor.store.retention import Redacting, Retention
from monitor.store.slack_users import SlackUsers
from monitor.store.state import State
from monitor.store.tables import owners as owner_keys
from monitor.store.tables import runs
from tests.store.test_adoption import CARD, FIGURE, PERSON_WEEK
from tests.store.test_digests import create, send
from tests.store.use import ALL, on, read
from tests.store.world import CHECK, CLOCK, DIRECTORY, day, outcome, owners, records, run

PERSON = "person-7"
NOBODYS_RETENTION = Retention()
WEEK = IsoWeek.of(CLOCK.date())


def _nobody(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**snapshot, "people": []}


REDACTING = Redacting(_nobody, _nobody, lambda snapshot: bool(snapshot["people"]))


def _without(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**snapshot, "people": [one for one in snapshot["people"] if one["key"] != PERSON]}


def _digest(state: State, period: str, recipient: str = "1", target: str = "slack:U1", kind: str = "manager") -> Digest:
    snapshot = {"people": [{"key": PERSON}, {"key": "person-8"}]}
    actions = (NewAction(1, "person", f"person:{PERSON}", {"user": PERSON}), NewAction(2, "grew", "check:overdue"))
    messages = [Draft(target, Action.POST, {"type": "digest", "digest": None})]
    if target.startswith("slack:"):
        messages.append(Draft(target, Action.FILE, {"type": "digest", "digest": None, "people": True}))
    made = state.digests.create(recipient, kind, period, snapshot, actions, messages, CLOCK)
    assert isinstance(made, Digest)
    return made


def _use(state: State, user: str) -> None:
    window = read(0, 27, {"calls": {(user, 0): 1, (user, 20): 2}})
    more = replace(
        window,
        lags=(Lag(user, on(20), "calls", 1, 1),),
        new_records=(NewRecords(user, on(20), "accounts", 1, 2, 1),),
        wins=(Wins(user, on(20), 1, 0),),
        standing=(Standing(user, on(27), 1, CARD_VALUE, 1, CARD_VALUE),),
    )
    state.activity.save(more, ALL)
    state.adoption.save_weeks([replace(PERSON_WEEK, user=user, week=WEEK)])
    state.adoption.save_scorecards([replace(CARD, user=user, week=WEEK)])
    state.adoption.save_figures(
        WEEK, {f"manager:{user}": [FIGURE], "whole": [FIGURE]}, {f"manager:{user}": 5, "whole": 9}
    )


CARD_VALUE = Decimal(10)


def _mentions(state: State, text: str) -> list[str]:
    """The tables that hold the text anywhere."""
    with state.database.read() as connection:
        return [
            name
            for name, table in metadata.tables.items()
            if any(text in repr(tuple(row)) for row in connection.execute(sa.select(table)))
        ]


def test_days_go_after_35_days_in_whole_weeks(state: State) -> None:
    _use(state, PERSON)  # days 2026-02-02 (a Monday) and 2026-02-22
    at = CLOCK + timedelta(days=8)  # 2026-03-10; 35 days before it is Tuesday 2026-02-03
    counts = state.keeping.prune(at, NOBODYS_RETENTION, REDACTING)
    assert counts == {"activity": 1}
    assert [row.day for row in state.activity.activities(on(-99), on(99))] == [on(20)]
    assert state.activity.complete_from() == on(7)
    assert state.keeping.prune(at, NOBODYS_RETENTION, REDACTING) == {}


def test_how_deals_stood_at_the_end_of_a_week_is_kept_as_long_as_weeks_are(state: State) -> None:
    tuesday, sunday = on(22), on(20)
    for last in (sunday, tuesday):
        number = (last - on(0)).days
        standing = (Standing(PERSON, last, 1, CARD_VALUE, 1, CARD_VALUE),)
        state.activity.save(replace(read(0, number, {}), standing=standing), ALL)
    assert state.keeping.prune(CLOCK + timedelta(weeks=6), NOBODYS_RETENTION, REDACTING) == {"deal_standing": 1}
    assert [row.day for row in state.activity.standing(on(-99), on(99))] == [sunday]
    state.keeping.prune(CLOCK + timedelta(weeks=24), NOBODYS_RETENTION, REDACTING)
    assert [row.day for row in state.activity.standing(on(-99), on(99))] == [sunday]
    state.keeping.prune(CLOCK + timedelta(weeks=24, days=1), NOBODYS_RETENTION, REDACTING)
    assert state.activity.standing(on(-99), on(99)) == []


def test_weeks_of_persons_go_after_26_weeks_and_figures_of_teams_after_24_months(state: State) -> None:
    _use(state, PERSON)
    state.looks.add("1", [PERSON], "digest", CLOCK)
    state.keeping.prune(CLOCK + timedelta(weeks=26), NOBODYS_RETENTION, REDACTING)
    assert len(state.adoption.weeks(WEEK, WEEK)) == len(state.adoption.scorecards(WEEK, WEEK)) == 1
    assert state.looks.of(PERSON)
    counts = state.keeping.prune(CLOCK + timedelta(weeks=26, days=1), NOBODYS_RETENTION, REDACTING)
    assert counts == {"person_weeks": 1, "scorecards": 1, "looks": 1, "owners": 1}
    counts = state.keeping.prune(CLOCK + timedelta(days=731), NOBODYS_RETENTION, REDACTING)
    assert counts == {"use_figures": 2}


def test_old_digests_lose_their_names_then_go_and_own_pages_go_at_once(state: State) -> None:
    made, own = _digest(state, "2026-W09"), _digest(state, "2026-W09", PERSON, kind="own")
    assert state.digests.mark(made.id, 1, Outcome.DONE, "1", day(1))
    later = CLOCK + timedelta(weeks=26, days=1)
    counts = state.keeping.prune(later, NOBODYS_RETENTION, REDACTING)
    assert counts == {"digests": 1, "digests redacted": 1}
    assert state.digests.get(own.id) is None
    kept = state.digests.get(made.id)
    assert kept is not None
    assert (kept.snapshot, kept.redacted_at) == ({"people": []}, later)
    assert [(one.subject, one.outcome) for one in state.digests.actions(made.id)] == [
        ("person:", Outcome.DONE),
        ("check:overdue", Outcome.OPEN),
    ]
    assert state.keeping.prune(later, NOBODYS_RETENTION, REDACTING) == {}
    assert state.keeping.prune(CLOCK + timedelta(days=731), NOBODYS_RETENTION, REDACTING) == {"digests": 1}
    assert state.outbox.undelivered() == []


def test_whose_records_fail_is_kept_daily_then_weekly_then_not_at_all(state: State) -> None:
    parts: dict[str, Any] = {"owners": owners(("1", 60, 2, None), ("2", 40, 0, None)), "attributed": True}
    numbers = [run(state, outcome(records("a", "b"), **parts), number) for number in (0, 1, 7, 8, 9)]
    fixed = run(state, outcome(records(), status=Status.PASS, **parts), 10)

    def kept() -> list[int]:
        return [number for number in (*numbers, fixed) if state.results.owner_parts(number, CHECK.id)]

    assert state.keeping.prune(day(35), NOBODYS_RETENTION, REDACTING) == {}
    state.keeping.prune(day(45) + timedelta(hours=1), NOBODYS_RETENTION, REDACTING)
    assert kept() == [numbers[1], fixed]
    assert state.keeping.prune(day(45) + timedelta(hours=1), NOBODYS_RETENTION, REDACTING) == {}
    counts = state.keeping.prune(day(200), NOBODYS_RETENTION, REDACTING)
    assert kept() == []
    assert counts["failing_records"] == 2
    state.keeping.prune(day(800), NOBODYS_RETENTION, REDACTING)
    assert state.results.previous()[CHECK.id].rows == 100


def test_where_no_person_may_be_stored_everything_about_persons_goes_and_teams_stay(state: State) -> None:
    _use(state, PERSON)
    state.activity.save(read(20, 27, {"calls": {("1", 22): 3}}), ALL, teams={"1": "n"})
    _digest(state, "2026-W09")
    state.keeping.prune(CLOCK, Retention(strict=True), REDACTING)
    assert [row.user for row in state.activity.activities(on(0), on(99))] == ["team:n"]
    assert not state.adoption.weeks(WEEK, WEEK)
    assert not state.adoption.scorecards(WEEK, WEEK)
    assert state.adoption.figures("whole", WEEK)
    [kept] = state.digests.list()
    assert kept.snapshot == {"people": []}


def test_a_person_who_is_forgotten_is_nowhere_in_the_state(state: State) -> None:
    _use(state, PERSON)
    run(state, outcome(records("a"), owners=owners((PERSON, 60, 1, None)), attributed=True), 0)
    _digest(state, "2026-W09")
    _digest(state, "2026-W09", PERSON)
    state.fixlists.subscribe(PERSON, PERSON, CLOCK)
    state.fixlists.create(PERSON, "2026-W10", {"own": {}}, f"mail:{PERSON}", {}, CLOCK)
    state.looks.add("1", [PERSON], "digest", CLOCK)
    state.looks.add(PERSON, ["1"], "adoption", CLOCK)
    other = create(state, "3", "2026-W07")
    state.digests.acknowledge(other.id, PERSON, CLOCK)
    assert len(_mentions(state, PERSON)) >= 5

    done = state.keeping.forget(PERSON, _without, CLOCK)

    assert _mentions(state, PERSON) == []
    assert done.rows["activity"] == 2
    assert (done.queued, done.beyond_reach) == ((), ())
    assert state.looks.of("1")[0].looker == ""
    assert state.keeping.forget(PERSON, _without, CLOCK).rows == {}


def test_later_readings_do_not_bring_a_forgotten_person_back(state: State) -> None:
    _use(state, PERSON)
    state.keeping.forget(PERSON, _without, CLOCK)
    _use(state, PERSON)
    assert [name for name in _mentions(state, PERSON) if name != "use_figures"] == []
    assert state.keeping.remember(PERSON)
    assert not state.keeping.remember(PERSON)
    _use(state, PERSON)
    assert len(state.adoption.weeks(WEEK, WEEK)) == 1


def test_what_went_out_about_a_forgotten_person_is_edited_its_image_deleted_and_mail_is_told(state: State) -> None:
    slack = _digest(state, "2026-W09")
    mailed = _digest(state, "2026-W09", "2", "mail:2")
    waiting = _digest(state, "2026-W09", "3")
    root, chart = state.digests.messages(slack.id)
    send(state, root.id, Remote("D1", "100.1"))
    send(state, chart.id, Remote("D1", "F0FILE"))
    [mail] = state.digests.messages(mailed.id)
    send(state, mail.id)

    done = state.keeping.forget(PERSON, _without, day(2))

    edit, delete = state.digests.messages(slack.id)[2:]
    assert done.queued == (edit.id, delete.id)
    assert (edit.action, edit.payload) == (Action.UPDATE, root.payload)
    assert (delete.action, delete.payload) == (Action.DELETE, {"file": "F0FILE"})
    assert [message.id for message in done.beyond_reach] == [mail.id]
    assert len(state.digests.messages(waiting.id)) == 2
    assert done.rows["digests redacted"] == 3
    assert {one.state for one in state.digests.messages(waiting.id)} == {DeliveryState.QUEUED}


def test_a_person_gets_everything_that_is_stored_about_them_and_nothing_about_others(state: State) -> None:
    _use(state, "person-8")
    _use(state, PERSON)
    number = run(state, outcome(records("a"), owners=owners((PERSON, 60, 1, None)), attributed=True), 0)
    counted = EntityFacts("accounts", 63, CLOCK, {"account.id": "INTEGER"}, {PERSON: 60, "1": 3})
    state.results.save_entity(number, "accounts", EntityResult(counted, (), 0.1, 1), DIRECTORY, CLOCK)
    made = _digest(state, "2026-W09")
    own = _digest(state, "2026-W09", PERSON, kind="own")
    state.looks.add("1", [PERSON], "digest", CLOCK)
    for user in (PERSON, "person-8"):
        state.fixlists.subscribe(user, user, CLOCK)
        state.fixlists.create(user, "2026-W10", {"own": {}}, f"mail:{user}", {}, CLOCK)
    SlackUsers(state.database).note(PERSON, "U0PERSON1", CLOCK)
    SlackUsers(state.database).note("person-8", "U0PERSON8", CLOCK)

    found = state.keeping.export(PERSON, lambda snapshot: _without(snapshot) != snapshot, dict)

    assert {row["measure"] for row in found["activity"]} == {"calls"}
    sizes = {name: len(rows) for name, rows in found.items() if name != "user"}
    assert sizes == {
        **{"activity": 2, "activity_lags": 1, "new_records": 1, "won_deals": 1, "deal_standing": 1},
        **{"person_weeks": 1, "scorecards": 1, "outcome_owners": 1, "failing_records": 0, "looks": 1},
        **{"fact_owners": 1, "slack_users": 1, "accepted": 0, "fixlists": 1, "fixlist_subscriptions": 1},
        **{"incidents": 0, "incident_events": 0, "silences": 0},
        **{"use_figures": 1, "digest_actions": 2, "digests": 1, "mentioned_in_digests": 1},
    }
    assert found["digests"][0]["id"] == own.id
    assert found["mentioned_in_digests"][0]["id"] == made.id
    assert "owner_id" not in found["activity"][0]
    assert json.loads(json.dumps(found)) == found


def test_what_is_of_few_or_of_an_unknown_number_is_kept_no_longer_than_what_is_of_one(state: State) -> None:
    scopes = {"whole": [FIGURE], "team:small": [FIGURE], "team:large": [FIGURE], "manager:old": [FIGURE]}
    state.adoption.save_figures(WEEK, scopes, {"whole": 20, "team:small": 4, "team:large": 5})
    state.keeping.prune(CLOCK + timedelta(weeks=26), NOBODYS_RETENTION, REDACTING)
    assert [bool(state.adoption.figures(scope, WEEK)) for scope in scopes] == [True] * 4
    state.keeping.prune(CLOCK + timedelta(weeks=26, days=1), NOBODYS_RETENTION, REDACTING)
    assert [bool(state.adoption.figures(scope, WEEK)) for scope in scopes] == [True, False, True, False]


def test_records_of_a_small_team_are_kept_no_longer_than_a_persons(state: State) -> None:
    teams = {"n": Team("n", "Nord", 5), "s": Team("s", "Syd", 1)}
    seen = outcome(records("a"), owners=owners(("1", 60, 1, None), ("3", 40, 0, None)), attributed=True)
    number = state.runs.start("test", CLOCK)
    company = Directory(people=DIRECTORY.people, teams=teams)
    state.results.save_entity(number, "opportunities", EntityResult(None, [seen]), company, CLOCK)
    state.runs.close(number, [], CLOCK)

    def kept() -> list[str]:
        return sorted(part.key for part in state.results.team_parts(number, CHECK.id))

    state.keeping.prune(CLOCK + timedelta(weeks=26), NOBODYS_RETENTION, REDACTING)
    assert kept() == ["n", "s"]
    state.keeping.prune(CLOCK + timedelta(weeks=26, days=1), NOBODYS_RETENTION, REDACTING)
    assert kept() == ["n"]
    state.keeping.prune(CLOCK + timedelta(days=731), NOBODYS_RETENTION, REDACTING)
    assert kept() == []


def test_where_no_person_may_be_stored_figures_of_few_go_at_once(state: State) -> None:
    scopes = {"whole": [FIGURE], "team:small": [FIGURE], "manager:old": [FIGURE]}
    state.adoption.save_figures(WEEK, scopes, {"whole": 20, "team:small": 4})
    assert state.keeping.prune(CLOCK, Retention(strict=True), REDACTING) == {"use_figures": 2}
    assert state.adoption.figures("whole", WEEK)


def test_names_that_went_out_on_slack_go_when_their_time_is_over(state: State) -> None:
    made, bare = _digest(state, "2026-W09"), create(state, "3", "2026-W07")
    root, chart = state.digests.messages(made.id)
    send(state, root.id, Remote("D1", "100.1"))
    send(state, chart.id, Remote("D1", "F0FILE"))
    before = len(state.digests.messages(bare.id))
    later = CLOCK + timedelta(weeks=26, days=1)
    state.keeping.prune(later, NOBODYS_RETENTION, REDACTING)
    edit, delete = state.digests.messages(made.id)[2:]
    assert (edit.action, edit.payload) == (Action.UPDATE, root.payload)
    assert (delete.action, delete.payload) == (Action.DELETE, {"file": "F0FILE"})
    state.keeping.prune(later, NOBODYS_RETENTION, REDACTING)
    assert len(state.digests.messages(made.id)) == 4
    assert len(state.digests.messages(bare.id)) == before


def test_who_answered_a_digest_and_in_which_words_goes_with_the_persons_weeks_and_the_answer_stays(
    state: State,
) -> None:
    made = _digest(state, "2026-W09")
    state.digests.acknowledge(made.id, "1", day(1))
    state.digests.mark(made.id, 2, Outcome.IRRELEVANT, "1", day(1), "Anna is on it")
    state.keeping.prune(CLOCK + timedelta(weeks=26), NOBODYS_RETENTION, REDACTING)
    assert state.digests.actions(made.id)[1].note == "Anna is on it"
    state.keeping.prune(CLOCK + timedelta(weeks=26, days=1), NOBODYS_RETENTION, REDACTING)
    kept = state.digests.get(made.id)
    assert kept is not None
    assert (kept.acknowledged_by, kept.acknowledged_at) == ("", None)
    [_, answered] = state.digests.actions(made.id)
    assert (answered.outcome, answered.decided_by, answered.decided_at, answered.note) == (
        Outcome.IRRELEVANT, "", None, "",
    )  # fmt: skip


def test_who_somebody_is_on_slack_is_not_kept_when_nobody_asks_any_more(state: State) -> None:
    slack = SlackUsers(state.database)
    slack.note("1", "U0ONE", CLOCK)
    slack.note("2", "U0TWO", day(30))
    state.keeping.prune(day(91), NOBODYS_RETENTION, REDACTING)
    assert slack.known(CLOCK) == {"2": "U0TWO"}


def test_a_key_of_whom_nothing_is_stored_any_more_goes(state: State) -> None:
    run(state, outcome(records("a"), owners=owners(("1", 60, 1, None)), attributed=True), 0)
    run(state, outcome(records("a"), owners=owners(("2", 60, 1, None)), attributed=True), 200)
    state.keeping.prune(day(200), NOBODYS_RETENTION, REDACTING)
    with state.database.read() as connection:
        left = set(connection.execute(sa.select(owner_keys.c.key)).scalars())
    assert left == {"", "1", "2"}  # "1" still owns a record that fails, "2" has created it
    fixed = outcome(records(), status=Status.PASS, owners=owners(("2", 60, 0, None)), attributed=True)
    run(state, fixed, 201)
    state.keeping.prune(day(201 + 183), NOBODYS_RETENTION, REDACTING)
    with state.database.read() as connection:
        assert set(connection.execute(sa.select(owner_keys.c.key)).scalars()) <= {"", "2"}


def test_a_run_keeps_how_many_owners_it_was_limited_to_and_not_who_they_are(state: State) -> None:
    chosen = Selection(owners=frozenset({"Anna Berg", "ole@firm.example"}), checks=frozenset({"a-check"}))
    number = state.runs.start("test", CLOCK, selection=chosen)
    with state.database.read() as connection:
        stored = connection.execute(sa.select(runs.c.selection).where(runs.c.id == number)).scalar_one()
    assert json.loads(stored) == {"checks": ["a-check"], "owners": 2}


def test_what_a_person_is_handed_has_nobody_else_in_it(state: State) -> None:
    """Not the people below, nor whom an action that the person answered was about, nor figures of few."""
    made = _digest(state, "2026-W09", PERSON)
    snapshot = {"people": [{"key": "person-8"}]}
    other = state.digests.create(
        PERSON, "manager", "2026-W10", snapshot, [NewAction(1, "person", "person:person-8")], (), CLOCK
    )
    assert isinstance(other, Digest)
    state.digests.mark(other.id, 1, Outcome.DONE, PERSON, CLOCK)
    state.adoption.save_figures(WEEK, {f"manager:{PERSON}": [FIGURE]}, {f"manager:{PERSON}": 3})
    found = state.keeping.export(PERSON, lambda _: False, _nobody)
    assert "person-8" not in json.dumps(found)
    assert [one["snapshot"] for one in found["digests"]] == [{"people": []}, {"people": []}]
    assert found["use_figures"] == []
    assert [one["digest_id"] for one in found["digest_actions"]] == [made.id, other.id]
