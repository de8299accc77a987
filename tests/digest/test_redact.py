"""A person who is forgotten is in no stored digest any more, and the digest still renders."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings

from monitor.adoption.naming import Naming
from monitor.adoption.week import IsoWeek
from monitor.digest.redact import REMOVED, mentions, persons, redacted, redacted_json
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Kind,
    LastAction,
    Look,
    Outcome,
    Period,
    PersonRow,
    Reason,
    ReasonCode,
    Snapshot,
    Subject,
    SubjectKind,
)
from monitor.digest.snapshot_json import to_json
from tests.digest.snapshots import snapshots

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
ASK = Action(
    1, ActionKind.PERSON, Subject(SubjectKind.PERSON, "key-of-gone", "name-of-gone"), Reason(ReasonCode.DORMANT)
)
STAYS = PersonRow("key-of-other", "name-of-other")
DIGEST = Snapshot(
    Kind.MANAGER,
    "boss",
    Period.of_week(IsoWeek(2026, 47)),
    "UTC",
    AT,
    Naming(True),
    title="Nord",
    actions=(ASK,),
    last_actions=(LastAction(ASK, Outcome.OPEN),),
    person_rows=(PersonRow("key-of-gone", "name-of-gone"), STAYS),
    looks=(Look("key-of-gone", "name-of-gone", AT, "digest"),),
)


def test_neither_name_nor_key_of_the_person_is_left_anywhere() -> None:
    left = json.dumps(to_json(redacted(DIGEST, {"key-of-gone"})))
    assert "of-gone" not in left
    assert "name-of-other" in left


def test_the_action_keeps_its_number_without_saying_whom_it_was_about() -> None:
    (action,) = redacted(DIGEST, {"key-of-gone"}).actions
    assert (action.number, action.subject) == (1, Subject(SubjectKind.PERSON, REMOVED))


def test_somebody_elses_digest_is_left_as_it_was() -> None:
    assert redacted(DIGEST, {"a stranger"}) == DIGEST


def test_of_the_persons_own_page_nothing_but_the_frame_is_left() -> None:
    own = replace(DIGEST, kind=Kind.OWN, recipient="key-of-gone", title="name-of-gone")
    left = redacted(own, {"key-of-gone"})
    assert (left.title, left.actions, left.person_rows, left.recipient) == ("", (), (), REMOVED)


@given(snapshots)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_redacting_twice_is_redacting_once(snapshot: Snapshot) -> None:
    keys = {row.key for row in snapshot.person_rows} | {snapshot.recipient}
    once = redacted(snapshot, keys)
    assert redacted(once, keys) == once
    assert not keys & ({row.key for row in once.person_rows} | {look.key for look in once.looks}) - {REMOVED}


def test_a_stored_digest_says_whom_it_mentions() -> None:
    stored = to_json(DIGEST)
    assert [mentions(stored, key) for key in ("key-of-gone", "key-of-other", "boss", "a stranger")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert persons(DIGEST) == {"key-of-gone", "key-of-other"}


def test_a_stored_digest_without_the_person_comes_back_as_it_was() -> None:
    stored = to_json(DIGEST)
    assert redacted_json(stored, {"a stranger"}) is stored
    assert "of-gone" not in json.dumps(redacted_json(stored, {"key-of-gone"}))


def test_past_its_time_a_stored_digest_keeps_no_person_and_all_sums() -> None:
    left = redacted_json(to_json(DIGEST))
    assert "of-gone" not in json.dumps(left)
    assert "of-other" not in json.dumps(left)
    assert (left["recipient"], left["title"]) == ("boss", "Nord")
    assert redacted_json(left) is left
