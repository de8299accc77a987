"""Owners that must still be there to work their records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.quality.rules.arguments import MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext


class OwnersActive:
    """A record fails when its owner may no longer log in or is unknown.

    A record that nobody owns does not fail here: that it lacks an owner is a matter of completeness.
    """

    type = "expect_owners_to_be_active"
    schema = object_schema("Every owner is a user who may still log in", mostly=MOSTLY)

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"owner_key"})

    def fails(self, owner_key: str | None, kwargs: Mapping[str, Any], context: RuleContext) -> bool:
        if not owner_key:
            return False
        person = context.directory.people.get(owner_key)
        return person is None or not person.active
