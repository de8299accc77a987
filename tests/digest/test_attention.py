"""Whom to ask: those whose status says so, be it one of the project's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.adoption.statuses_load import load_statuses
from monitor.adoption.week import IsoWeek
from monitor.digest.actions_rules import Situation, candidates
from monitor.digest.build import Facts, build_manager
from monitor.digest.build_rows import attention
from monitor.digest.html import to_html
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    TROUBLED,
    ActionKind,
    Kind,
    PersonRow,
    ReasonCode,
    Snapshot,
    SubjectKind,
)
from monitor.digest.snapshot_json import to_json
from monitor.digest.text import to_plain
from monitor.digest.tree import digest_message
from monitor.digest.words import since_text
from monitor.digest.words_actions import reason_text
from monitor.language import CODES, language
from monitor.messages.text import to_text
from tests.adoption.making import STATUSES
from tests.digest.page import Page
from tests.digest.parts import FRAME, NAMED, WEEK, card, organisation, people_of

OWN = """\
extends: builtin/statuses@1
statuses:
  alone:
    {title: {en: Left alone, da: Overladt til sig selv}, attention: true, before: active, when: {active_days: {max: 1}}}
  steady: {title: Steady, before: active, when: {active_days: {max: 2}}}
  fading: {attention: false}
"""
COMPANY = organisation({"nord": 5})
STATUS_OF = {"nord-1": "active", "nord-2": "fading", "nord-3": "alone", "nord-4": "dormant", "nord-5": "steady"}


@pytest.fixture
def digest(tmp_path: Path) -> Snapshot:
    (tmp_path / "statuses.yaml").write_text(OWN, encoding="utf-8")
    statuses = load_statuses(tmp_path)
    frame = replace(
        FRAME,
        attention=attention(statuses),
        titles={"status:alone": {"en": "Left alone", "da": "Overladt til sig selv"}},
    )
    cards = {key: [card(key, status)] for key, status in STATUS_OF.items()}
    return build_manager(frame, "boss", COMPANY, NAMED, Facts(people=people_of(COMPANY), cards=cards))


def test_a_projects_own_status_stands_before_the_built_in_ones_and_one_that_asks_no_more_is_left_out(
    digest: Snapshot,
) -> None:
    assert attention(STATUSES) == TROUBLED
    assert digest.attention == ("alone", "dormant", "never")
    assert [row.status for row in digest.person_rows][:2] == ["alone", "dormant"]


@pytest.mark.parametrize("code", CODES)
def test_whoever_has_it_is_listed_under_whom_to_ask_in_every_form(digest: Snapshot, code: str) -> None:
    lang = language(code)
    word = {"da": "Overladt til sig selv"}.get(code, "Left alone")
    page = Page(to_html(digest, lang))
    [ask] = [one for one in page.all("ul") if one.attributes.get("class") == "ask"]
    assert ask.text.startswith(f"Name-of-nord-3 {word}")
    assert "Name-of-nord-4" in ask.text
    assert "Name-of-nord-2" not in ask.text, "fading asks no more here"
    assert "Name-of-nord-5" not in ask.text
    for text in (to_plain(digest, lang), to_text(digest_message(digest, lang), width=200)):
        head = lang.text("Whom to ask")
        after = text[max(text.find(head.upper()), text.find(head)) :]
        assert f"Name-of-nord-3: {word} · " in " ".join(after.split())


def test_an_action_asks_the_person_and_gives_the_status_as_its_reason(digest: Snapshot) -> None:
    situation = Situation(Kind.MANAGER, Period.of_week(WEEK), people=digest.person_rows, attention=digest.attention)
    found = {one.subject.key: one for one in candidates(situation) if one.kind is ActionKind.PERSON}
    assert set(found) == {"nord-3", "nord-4"}
    action = found["nord-3"]
    assert (action.subject.kind, action.reason.code) == (SubjectKind.PERSON, ReasonCode.ATTENTION)
    assert reason_text(action.reason, digest, language("en")) == "Left alone; since week 45"
    assert reason_text(action.reason, digest, language("da")).startswith("Overladt til sig selv; ")


def test_a_digest_of_before_statuses_were_stored_asks_about_the_built_in_ones(digest: Snapshot) -> None:
    plain = build_manager(FRAME, "boss", COMPANY, NAMED, Facts(people=people_of(COMPANY)))
    assert "attention" not in to_json(plain)
    assert to_json(digest)["attention"] == ["alone", "dormant", "never"]


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", "since week 45 at least"), ("da", "siden uge 45 eller tidligere"), ("nb", "siden uke 45 eller tidligere")],
)
def test_a_status_that_may_be_older_than_what_is_known_says_so(code: str, said: str) -> None:
    row = PersonRow("7", "Seven", status="alone", since=IsoWeek(2026, 45), at_least=True)
    assert since_text(row, language(code)) == said
    assert since_text(replace(row, at_least=False), language(code)) in said
