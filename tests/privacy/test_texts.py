"""The notice, the draft assessment and the copy of one's data say what the project says, in each language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.activity.load import load_measures
from monitor.adoption.mandate import Mandate, Retention
from monitor.adoption.statuses import Status
from monitor.adoption.statuses_load import load_statuses
from monitor.language import CODES, language
from monitor.privacy.about import About
from monitor.privacy.assessment import assessment
from monitor.privacy.export import TABLES, export_text
from monitor.privacy.notice import notice
from tests.adoption.test_mandate import TODAY, WHOLE

EN = language("en")
MEASURES = load_measures(None).measures
ABOUT = About(
    company="Nordlys",
    crm="Odoo",
    today=TODAY,
    measures=MEASURES,
    statuses=load_statuses(Path("/nowhere")).statuses,
    mandate=WHOLE,
    services=("Slack", "e-mail"),
)
ZONE = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize("code", CODES)
def test_the_notice_says_purpose_basis_recipients_retention_rights_and_contact(code: str) -> None:
    text = notice(ABOUT, language(code))
    for said in ("Nordlys", "Odoo", WHOLE.purpose, WHOLE.legal_basis, WHOLE.contact, "Slack", "35", "26", "24"):
        assert said in text
    for article in ("15", "16", "18", "21", "22", "77"):
        assert re.search(rf"\b{article}\b", text), article
    assert "datatilsynet.dk" in text
    assert "[" not in text
    assert all((one.titles.get(code) or language(code).text(one.title)) in text for one in MEASURES)


@pytest.mark.parametrize("make", [notice, assessment])
def test_no_text_is_half_in_english(make) -> None:  # type: ignore[no-untyped-def]
    plain = replace(ABOUT, mandate=replace(WHOLE, purpose="x", legal_basis="x", consulted=()), statuses=())
    words = {code: set(make(plain, language(code)).splitlines()) - {""} for code in CODES}
    shared = {line for line in words["en"] & (words["da"] | words["nb"]) if len(re.findall(r"[a-zæøå]{2,}", line)) > 3}
    assert not shared


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("make", [notice, assessment])
def test_what_nobody_has_written_stands_in_brackets(make, code: str) -> None:  # type: ignore[no-untyped-def]
    for mandate in (None, Mandate(country="SE")):
        text = make(replace(ABOUT, mandate=mandate), language(code))
        assert text.count(f"[{language(code).text('to be written')}]") >= 2


def test_it_never_says_that_managers_see_names_unless_they_do() -> None:
    named = EN.text("Managers see those who report to them, straight or through others, by name.")
    assert named in notice(ABOUT, EN)
    late = replace(WHOLE, review_on=date(2026, 1, 1))
    for mandate in (None, late, replace(WHOLE, strict=True), replace(WHOLE, contact="")):
        text = notice(replace(ABOUT, mandate=mandate), EN)
        assert named not in text
        assert "Nobody is shown by name" in text
    few = replace(WHOLE, recipients=frozenset({"ann", "bob"}))
    assert "2 managers, whom the mandate names" in notice(replace(ABOUT, mandate=few), EN)


def test_a_strict_project_tells_of_no_persons_and_keeps_nothing_of_them() -> None:
    text = notice(replace(ABOUT, mandate=replace(WHOLE, strict=True)), EN)
    assert "No person's logins, active days or status are stored" in text
    assert "A person's days" not in text
    assert "Fading" not in text


def test_retention_absence_and_what_it_is_not_for_are_those_of_the_project() -> None:
    mandate = replace(WHOLE, retention=Retention(14, 8, 6), not_for="Never for bonuses.")
    text = notice(replace(ABOUT, mandate=mandate, absences=True), EN)
    assert "14 days" in text
    assert "8 weeks" in text
    assert "6 months" in text
    assert "Never for bonuses." in text
    assert "never why" in text
    assert "never why" not in notice(ABOUT, EN)


def test_a_status_of_the_projects_own_is_told_in_its_own_words() -> None:
    own = Status("quiet", "Quiet", "Says little.", titles={"da": "Stille"})
    assert "**Quiet**: Says little." in notice(replace(ABOUT, statuses=(own,)), EN)
    assert "**Stille**: Says little." in notice(replace(ABOUT, statuses=(own,)), language("da"))


def test_the_assessment_has_what_article_35_asks_for_and_leaves_the_judgement_open() -> None:
    text = assessment(ABOUT, EN)
    for point in ("35(7)(a)", "35(7)(b)", "35(7)(c) and (d)", "35(9)"):
        assert point in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) > 8
    assert all(row.count("|") == 4 for row in rows)
    assert all("[low, medium or high]" in row for row in rows[2:])
    assert "the works council" in text


def test_the_copy_names_who_looked_and_tells_nobody_elses_key() -> None:
    looks = [
        {"subject": "7", "looker": "2", "at": "2026-11-20T08:00:00+00:00", "how": "digest"},
        {"subject": "7", "looker": "cron", "at": "2026-11-21T08:00:00+00:00", "how": "crm-monitor adoption"},
        {"subject": "98765", "looker": "7", "at": "2026-11-19T08:00:00+00:00", "how": "digest"},
    ]
    data = {
        "user": "7",
        "activity": [{"day": "2026-11-18", "measure": "calls", "count": 3}],
        "digests": [],
        "looks": looks,
    }
    text = export_text("Somebody", data, {"2": "The Manager"}, ZONE, EN).replace("\u00a0", " ")
    assert "- Fri 20 Nov 2026 09:00: The Manager (digest)" in text
    assert text.index("cron") < text.index("The Manager")
    assert "You looked at others 1 time." in text
    assert "98765" not in text
    assert "- day: 2026-11-18, measure: calls, count: 3" in text
    assert text.index("Nothing is stored of") < text.index(TABLES["digests"])
