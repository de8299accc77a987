"""The lines of Python that the documentation gives receivers, held against what a webhook is really sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from monitor.delivery.hook import SIGNATURE, HookTarget, signature
from monitor.delivery.hook_document import SCHEMA
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.messages.tree import Message
from monitor.messages.treejson import to_json
from tests.acceptance.program import crm_monitor
from tests.delivery.receiver import Got, Receiver
from tests.docs.pages import DOCS, blocks

PAGE = DOCS / "webhook.md"
SECRET = "wh-s3cr3t"


@pytest.fixture
def genuine() -> Callable[[str, str, bytes], bool]:
    """The documentation's own function."""
    [block] = blocks(PAGE, "python")
    names: dict[str, Any] = {}
    exec(compile(block.text, block.where, "exec"), names)
    found: Callable[[str, str, bytes], bool] = names["genuine"]
    return found


def _sent(at: datetime) -> Got:
    outgoing = Outgoing(
        7, "e7", "incident:12", "hook:x", Action.POST, to_json(Message("Æ", ())), DeliveryState.SENDING, at
    )
    with Receiver() as receiver:
        HookTarget(receiver.url, SECRET, clock=lambda: at).send(outgoing, None)
    return receiver.got[0]


def test_what_was_sent_just_now_is_genuine(genuine: Callable[[str, str, bytes], bool]) -> None:
    got = _sent(datetime.now(UTC))
    assert genuine(SECRET, got.headers[SIGNATURE], got.body)


def test_what_was_changed_is_old_or_is_signed_by_another_is_not(genuine: Callable[[str, str, bytes], bool]) -> None:
    got = _sent(datetime.now(UTC))
    signed = got.headers[SIGNATURE]
    moment = signed.split(",")[0]
    old = _sent(datetime.now(UTC) - timedelta(minutes=6))
    assert not genuine("another", signed, got.body)
    assert not genuine(SECRET, signed, got.body.replace(b"incident:12", b"incident:13"))
    assert not genuine(SECRET, old.headers[SIGNATURE], old.body)
    assert not genuine(SECRET, f"{moment},{old.headers[SIGNATURE].split(',')[1]}", old.body)


@pytest.mark.parametrize("signed", ["", "t", "t=,v1=", "v1=æ", "t=²,v1=x", "t=-1,v1=x", "t=1795241400"])
def test_a_header_that_is_none_is_refused_and_nothing_is_raised(
    genuine: Callable[[str, str, bytes], bool], signed: str
) -> None:
    assert not genuine(SECRET, signed, b"{}")


def test_the_request_that_is_shown_fits_the_schema_that_is_published() -> None:
    [block] = blocks(PAGE, "http")
    head, _, body = block.text.partition("\n\n")
    shown = json.loads(body)
    jsonschema.validate(shown, SCHEMA)
    assert f"{SIGNATURE}: {signature('an-example', 1795237800, json.dumps(shown).encode())}" in head
    assert f"Idempotency-Key: {shown['event']}" in head
    assert crm_monitor("config", "schema", "hook").json == json.loads(json.dumps(SCHEMA))
