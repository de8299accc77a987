"""Records of people who left go to the nearest manager who is there, and to whoever looks after the CRM."""

from __future__ import annotations

from dataclasses import replace

from monitor.adoption.organisation import Member, Organisation
from monitor.crm.directory import PersonKind
from monitor.fixlist.takeover import all_who_left, has_left, heir, left_to

TOP = Member("top", "T")
LEAD = Member("lead", "L", manager_key="top")
HERE = Member("here", "H", manager_key="lead")
LEFT = Member("left", "X", active=False, manager_key="lead")
ROBOT = Member("robot", "R", kind=PersonKind.INTEGRATION, active=False, manager_key="lead")
ADMIN = Member("admin", "A", kind=PersonKind.ADMIN)


def organisation(*members: Member, admins: frozenset[str] = frozenset()) -> Organisation:
    return Organisation({one.key: one for one in members}, admins=admins)


ALL = organisation(TOP, LEAD, HERE, LEFT, ROBOT, ADMIN)


def test_who_has_no_seat_any_more_has_left_and_so_has_whom_the_crm_does_not_know_but_no_program_and_nobody() -> None:
    assert all_who_left(ALL, ["here", "left", "robot", "deleted", "", "left"]) == ("deleted", "left")
    assert not has_left(ALL, "top")


def test_the_nearest_manager_who_is_there_takes_over() -> None:
    assert heir(ALL, "left") == "lead"
    away = organisation(TOP, replace(LEAD, active=False), LEFT)
    assert heir(away, "left") == "top"
    assert left_to(away, "top", ["left", "lead"]) == ("lead", "left")
    assert heir(organisation(LEFT), "left") == ""
    assert heir(ALL, "deleted") == ""


def test_a_manager_gets_the_own_peoples_records_and_nobody_elses() -> None:
    assert left_to(ALL, "lead", ["left", "deleted", "here"]) == ("left",)
    assert left_to(ALL, "top", ["left", "deleted"]) == ()
    assert left_to(ALL, "here", ["left", "deleted"]) == ()


def test_the_admin_gets_them_all_as_the_project_says_who_that_is_or_else_the_crm() -> None:
    assert left_to(ALL, "admin", ["left", "deleted"]) == ("deleted", "left")
    named = organisation(TOP, LEAD, HERE, LEFT, ADMIN, admins=frozenset({"here"}))
    assert left_to(named, "here", ["left", "deleted"]) == ("deleted", "left")
    assert left_to(named, "admin", ["left", "deleted"]) == ()
    assert left_to(organisation(replace(ADMIN, active=False), LEFT), "admin", ["left"]) == ()
