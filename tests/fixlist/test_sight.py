"""Who may see whose list: the owner, whoever looks after the CRM, and with a mandate the managers above."""

from __future__ import annotations

import pytest

from monitor.adoption.naming import Naming
from monitor.adoption.organisation import Member, Organisation
from monitor.crm.directory import PersonKind
from monitor.fixlist.sight import Sight, Viewer, looks_after, of_group, of_person

MEMBERS = [
    Member("top", "T"),
    Member("lead", "L", manager_key="top"),
    Member("other", "O", manager_key="top"),
    *(Member(f"p{number}", "P", manager_key="lead") for number in range(6)),
    Member("admin", "A", kind=PersonKind.ADMIN),
    Member("left", "X", kind=PersonKind.ADMIN, active=False),
    Member("named", "N"),
]
ORGANISATION = Organisation({one.key: one for one in MEMBERS}, admins=frozenset({"named"}))
YES, NO = Naming(True), Naming(False)
FIVE, SIX = [f"p{number}" for number in range(5)], [f"p{number}" for number in range(6)]


def viewer(key: str, naming: Naming = NO) -> Viewer:
    return Viewer(key, naming, operates=key == "root")


@pytest.mark.parametrize("naming", [YES, NO])
def test_everybody_sees_the_own_list_and_whoever_looks_after_the_crm_sees_all(naming: Naming) -> None:
    for key in ("p1", "admin", "named", "root"):
        assert of_person(ORGANISATION, viewer(key, naming), "p1")
    assert not of_person(ORGANISATION, viewer("left", naming), "p1")
    assert not looks_after(ORGANISATION, viewer("left", naming))


@pytest.mark.parametrize("key", ["lead", "top"])
def test_a_manager_above_sees_it_with_a_mandate_only(key: str) -> None:
    assert of_person(ORGANISATION, viewer(key, YES), "p1")
    assert not of_person(ORGANISATION, viewer(key), "p1")


@pytest.mark.parametrize("key", ["p2", "other", "unknown", ""])
@pytest.mark.parametrize("naming", [YES, NO])
def test_a_peer_another_manager_and_a_stranger_never_see_it(key: str, naming: Naming) -> None:
    assert not of_person(ORGANISATION, viewer(key, naming), "p1")
    assert of_group(ORGANISATION, viewer(key, naming), SIX, 6, mandate=naming.allowed) is Sight.NOTHING


def test_nobody_sees_the_list_of_somebody_above() -> None:
    assert not of_person(ORGANISATION, viewer("lead", YES), "top")


def test_without_a_mandate_a_group_under_five_names_no_owner_even_to_the_admin() -> None:
    for key in ("root", "admin", "named"):
        assert of_group(ORGANISATION, viewer(key), FIVE[:4], 4, mandate=False) is Sight.RECORDS
        assert of_group(ORGANISATION, viewer(key), FIVE, 5, mandate=False) is Sight.OWNERS
        assert of_group(ORGANISATION, viewer(key), FIVE[:1], 1, mandate=True) is Sight.OWNERS


def test_without_a_mandate_a_manager_sees_a_group_of_five_others_without_names_and_a_smaller_one_not_at_all() -> None:
    assert of_group(ORGANISATION, viewer("lead"), FIVE, 5, mandate=False) is Sight.RECORDS
    assert of_group(ORGANISATION, viewer("lead"), FIVE[:4], 4, mandate=False) is Sight.NOTHING
    assert of_group(ORGANISATION, viewer("lead"), [*FIVE[:4], "lead"], 5, mandate=False) is Sight.NOTHING
    assert of_group(ORGANISATION, viewer("lead", YES), FIVE[:1], 1, mandate=True) is Sight.OWNERS
    assert of_group(ORGANISATION, viewer("lead", YES), [*FIVE, "other"], 6, mandate=True) is Sight.NOTHING


def test_where_a_mandate_names_other_recipients_a_manager_sees_no_names() -> None:
    assert of_group(ORGANISATION, viewer("lead", NO), FIVE, 5, mandate=True) is Sight.RECORDS
