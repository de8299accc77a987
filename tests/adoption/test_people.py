"""Who is who, who manages whom, and since when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption import people
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Absence, Member, Role
from monitor.adoption.people import PeopleSaid, PersonSaid, RoleSaid, TeamSaid, Users, organise
from monitor.crm.directory import Directory, Person, PersonKind, Team
from tests.adoption.making import member, organisation

BOOK = Role("account manager", areas=frozenset({"deals"}))
DIRECTORY = Directory(
    {
        "1": Person("1", "One", "one@x.example", team_key="n", manager_key="3", title="Account Manager", login="one"),
        "2": Person("2", "Two", "two@x.example", team_key="n", manager_key="3",
                    created_on=date(2024, 5, 1), login="two"),
        "3": Person("3", "Three", "three@x.example", team_key="n", login="three"),
        "4": Person("4", "Sync", kind=PersonKind.INTEGRATION, manager_key="3", login="sync"),
        "5": Person("5", "Five", "one@x.example", active=False, team_key="s", manager_key="9", login="five"),
    },
    {"n": Team("n", "North", 3), "s": Team("s", "South", 0)},
)  # fmt: skip


def test_a_user_is_found_by_key_login_or_email_in_any_case() -> None:
    users = Users(DIRECTORY.people.values())
    assert [users.find(name) for name in ("2", " TWO ", "Two@X.example", "nobody", "")] == ["2", "2", "2", "", ""]


def test_an_address_that_several_have_means_the_one_who_is_active() -> None:
    assert Users(DIRECTORY.people.values()).find("one@x.example") == "1"


def test_the_start_is_what_the_file_says_else_the_earlier_of_creation_and_first_activity() -> None:
    said = PeopleSaid(people=(PersonSaid("one", start=date(2026, 1, 5)),))
    firsts = {"1": date(2025, 1, 1), "2": date(2024, 3, 1), "3": date(2024, 4, 1)}
    found = organise(DIRECTORY, said, firsts).members
    assert (found["1"].start, found["1"].start_from) == (date(2026, 1, 5), "people.yaml")
    assert (found["2"].start, found["2"].start_from) == (date(2024, 3, 1), "first activity")
    assert (found["3"].start, found["3"].start_from) == (date(2024, 4, 1), "first activity")
    assert (found["5"].start, found["5"].start_from) == (None, "")
    later = organise(DIRECTORY, said, {"2": date(2024, 6, 1)}).members["2"]
    assert (later.start, later.start_from) == (date(2024, 5, 1), "created")


def test_a_manager_is_the_persons_own_line_else_the_teams_else_the_crms() -> None:
    said = PeopleSaid(people=(PersonSaid("one", manager="five"),), teams=(TeamSaid("north", manager="two"),))
    found = organise(DIRECTORY, said).members
    assert [found[key].manager_key for key in ("1", "2", "3", "4", "5")] == ["5", "3", "2", "3", "9"]
    plain = organise(DIRECTORY, PeopleSaid(people=(PersonSaid("1", manager="who left"),))).members
    assert plain["1"].manager_key == "3"


def test_a_title_in_the_crm_gives_the_role_and_a_line_gives_another() -> None:
    roles = {"account manager": RoleSaid(BOOK, frozenset({"account manager"})), "reader": RoleSaid(Role("reader"))}
    found = organise(DIRECTORY, PeopleSaid(roles=roles, people=(PersonSaid("2", role="reader"),))).members
    assert (found["1"].role, found["2"].role, found["3"].role) == (BOOK, Role("reader"), None)


def test_team_country_and_language_hold_for_its_people_and_a_line_of_ones_own_goes_first() -> None:
    said = PeopleSaid(
        people=(PersonSaid("2", team="South", language="en", part_time=0.5, email="2@y.example", slack="U01234"),),
        teams=(TeamSaid("n", country="NO", language="nb"), TeamSaid("south", country="SE", language="da")),
        absences=(("TWO", Absence(date(2026, 2, 1), date(2026, 2, 3))), ("nobody", Absence(date.min, date.max))),
    )
    found = organise(DIRECTORY, said, country="DK")
    one, two, sync = found.members["1"], found.members["2"], found.members["4"]
    assert (one.country, one.language, one.email) == ("NO", "nb", "one@x.example")
    assert (two.country, two.language, two.team_key, two.part_time) == ("SE", "en", "s", 0.5)
    assert (two.email, two.slack, two.absences) == (
        "2@y.example",
        "U01234",
        (Absence(date(2026, 2, 1), date(2026, 2, 3)),),
    )
    assert (sync.country, sync.is_person, sync.is_automation) == ("DK", False, True)
    assert {key: team.size for key, team in found.teams.items()} == {"n": 2, "s": 1}
    assert found.sponsor == ""


def test_names_that_the_crm_does_not_know_are_told_and_harm_nothing() -> None:
    said = PeopleSaid(
        sponsor="boss", admins=("two", "chief"),
        people=(PersonSaid("two", team="West"), PersonSaid("gone", manager="three")),
        teams=(TeamSaid("east"),), absences=(("left", Absence(date.min, date.min)),),
    )  # fmt: skip
    found = organise(DIRECTORY, said)
    assert people.unknown(DIRECTORY, said) == ("boss", "chief", "gone", "left")
    assert found.admins == frozenset({"2"})
    assert people.unknown_teams(DIRECTORY, said) == ("east", "West")
    assert found.members["2"].team_key == "n"


def test_what_is_wrong_with_managers_teams_and_starts_is_counted() -> None:
    made = organisation(
        member("1", manager="2", team="n"), member("2", manager="1", team="n"), member("3", manager="2", team="n"),
        member("4", manager="x", team="n"), member("5", start=None, team="n"), member("6", manager="6"),
        Member("7", "Left", active=False), member("8", manager="7", team="n"),
    ).members  # fmt: skip
    assert people.in_cycles(made) == ("1", "2", "6")
    assert people.with_unknown_manager(made) == ("4",)
    assert people.with_inactive_manager(made) == ("8",)
    assert people.without_manager(made) == ("5",)
    assert people.without_team(made) == ()
    assert Note(NoteCode.MANAGER_CYCLE, {"people": 3}) in people.problems(made)
    assert Note(NoteCode.NO_START_DATE, {"people": 1}) in people.problems(made)


def test_the_one_at_the_top_needs_no_manager_and_no_team() -> None:
    made = organisation(member("1"), member("2", manager="1", team="n"), member("3", manager="2", team="n")).members
    assert people.without_manager(made) == people.without_team(made) == ()
    apart = organisation(*made.values(), member("4", team="n"), member("5", manager="4")).members
    assert people.without_manager(apart) == ("1", "4")


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_everyone_in_a_cycle_comes_back_to_themselves_and_nobody_else_does(managers: list[int]) -> None:
    made = organisation(*(member(str(key), manager=str(above)) for key, above in enumerate(managers))).members
    cycles = set(people.in_cycles(made))
    for key in made:
        at, seen = made[key].manager_key, set()
        while at in made and at != key and at not in seen:
            seen.add(at)
            at = made[at].manager_key
        assert (at == key) == (key in cycles)


@pytest.mark.parametrize("said", [PeopleSaid(), PeopleSaid(sponsor="three")])
def test_the_sponsor_is_who_the_file_names(said: PeopleSaid) -> None:
    assert organise(DIRECTORY, said).sponsor == ("3" if said.sponsor else "")
