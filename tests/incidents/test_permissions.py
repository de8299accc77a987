"""Who may do what from a chat."""

from __future__ import annotations

import pytest

from monitor.incidents.permissions import OPEN, Doing, Permissions

ANN, BO, GROUP = "U0ANN0001", "U0BO00001", "S0ADMINS1"


@pytest.mark.parametrize("action", [each for each in Doing if each is not Doing.DEFAULT])
def test_until_somebody_is_named_nobody_may_change_anything_or_see_names(action: Doing) -> None:
    assert Permissions().allows(action, ANN, {}) is (action in OPEN)


@pytest.mark.parametrize("action", [each for each in Doing if each not in (*OPEN, Doing.DEFAULT)])
def test_the_default_holds_for_what_is_not_named(action: Doing) -> None:
    allowed = Permissions({Doing.DEFAULT: [ANN], Doing.ASSIGN: ["everyone"], Doing.SHOW: ["nobody"]})
    assert allowed.allows(action, ANN, {}) is (action is not Doing.SHOW)
    assert allowed.allows(action, BO, {}) is (action is Doing.ASSIGN)


def test_members_of_a_group_may_what_the_group_may() -> None:
    allowed = Permissions({Doing.SNOOZE: [GROUP]})
    assert allowed.groups() == {GROUP}
    assert allowed.allows(Doing.SNOOZE, ANN, {GROUP: {ANN}})
    assert not allowed.allows(Doing.SNOOZE, BO, {GROUP: {ANN}})
    assert not allowed.allows(Doing.SNOOZE, ANN, {})  # who is in the group is not known


def test_what_is_open_can_be_closed() -> None:
    assert not Permissions({Doing.ME: ["nobody"]}).allows(Doing.ME, ANN, {})
