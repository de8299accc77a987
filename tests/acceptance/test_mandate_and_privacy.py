"""A mandate is begun, checked and kept to; a person's data are handed out and forgotten on the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm


def day(offset: int) -> str:
    return (datetime.now(ZoneInfo("Europe/Copenhagen")) + timedelta(days=offset)).date().isoformat()


def mandate(crm: SmallCrm, **changed: str) -> None:
    values = {
        "purpose": "Help people to use it",
        "legal_basis": "GDPR art. 6(1)(f)",
        "recipients": "managers",
        "consulted": f"{{who: the works council, on: {day(-90)}}}",
        "informed": f"{{how: a letter, on: {day(-60)}}}",
        "review_on": day(100),
        "country": "DK",
        "contact": "privacy@x.example",
        **changed,
    }
    text = "".join(f"{name}: {value}\n" for name, value in values.items())
    (crm.folder / "config" / "mandate.yaml").write_text(text, encoding="utf-8")


def test_a_mandate_is_begun_once_and_is_not_in_force(crm: SmallCrm) -> None:
    assert crm_monitor("mandate", "check", project=crm.folder).exit_code == 1
    assert crm_monitor("mandate", "init", "--country", "DK", project=crm.folder).exit_code == 0
    again = crm_monitor("mandate", "init", project=crm.folder)
    assert again.exit_code == 2
    assert "is there already" in again.said
    found = crm_monitor("mandate", "check", project=crm.folder)
    assert found.exit_code == 1
    assert "still empty: purpose, legal_basis, recipients, consulted, informed, review_on, contact" in found.said


def test_a_country_that_is_none_is_a_mistake_of_usage(crm: SmallCrm) -> None:
    found = crm_monitor("mandate", "init", "--country", "UK", project=crm.folder)
    assert found.exit_code == 2
    assert "did you mean 'GB'?" in found.said
    assert not (crm.folder / "config" / "mandate.yaml").exists()


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({}, 0, "to be reviewed: in 100 days"),
        ({"review_on": day(-1)}, 1, "to be reviewed: yesterday"),
        ({"informed": f"{{how: a letter, on: {day(9)}}}"}, 1, "lies ahead: informed"),
        ({"strict": "true"}, 0, "the rules of this country bar it"),
        ({"reveiw_on": day(1)}, 2, "did you mean 'review_on'?"),
    ],
)
def test_check_says_what_the_mandate_does(crm: SmallCrm, changed: dict[str, str], code: int, said: str) -> None:
    mandate(crm, **changed)
    found = crm_monitor("mandate", "check", project=crm.folder)
    assert found.exit_code == code
    assert said in found.said


def test_config_check_names_the_files_about_use_and_what_the_mandate_does(crm: SmallCrm) -> None:
    assert "from the built-in definitions names Nobody is shown by name: there is no mandate" in crm_monitor(
        "config", "check", project=crm.folder
    ).said  # fmt: skip
    mandate(crm)
    (crm.folder / "config" / "people.yaml").write_text("sponsor: p1\n", encoding="utf-8")
    said = crm_monitor("config", "check", project=crm.folder).said
    assert "from config/people.yaml, config/mandate.yaml names Persons are named as the mandate says." in said
    (crm.folder / "config" / "people.yaml").write_text("spnosor: p1\n", encoding="utf-8")
    mandate(crm, country="UK")
    wrong = crm_monitor("config", "check", project=crm.folder)
    assert wrong.exit_code == 2
    assert "did you mean 'sponsor'?" in wrong.said
    assert "did you mean 'GB'?" in wrong.said


def test_the_notice_and_the_assessment_need_neither_the_crm_nor_a_state(crm: SmallCrm) -> None:
    mandate(crm)
    (crm.folder / ".env").write_text("CRM_URL=postgresql://nobody@nowhere.invalid/x\n", encoding="utf-8")
    for command, said in (("notice", "Datatilsynet"), ("assessment", "art. 35")):
        found = crm_monitor("privacy", command, "--language", "da", project=crm.folder)
        assert found.exit_code == 0
        assert said in found.stdout
        assert "Help people to use it" in found.stdout
    assert not (crm.folder / "state").exists()
    unknown = crm_monitor("privacy", "notice", "--language", "fi", project=crm.folder)
    assert unknown.exit_code == 2
    assert "there are: en, da, nb" in unknown.said


def test_a_person_is_handed_the_own_data_and_then_forgotten(crm: SmallCrm) -> None:
    crm_monitor("check", project=crm.folder)
    found = crm_monitor("privacy", "export", "p1", project=crm.folder)
    assert found.exit_code == 0
    assert "# What is stored about Person Number1" in found.stdout
    assert "Person Number2" not in found.stdout
    data = crm_monitor("privacy", "export", "p1", "--format", "json", project=crm.folder).json
    assert data["user"] == "1"
    assert data["outcome_owners"]
    other = crm_monitor("privacy", "export", "p2", "--format", "json", project=crm.folder).json
    done = crm_monitor("privacy", "forget", "p1", "--yes", project=crm.folder)
    assert done.exit_code == 0
    assert "Forgotten. " in done.said
    after = crm_monitor("privacy", "export", "p1", "--format", "json", project=crm.folder).json
    assert {name: rows for name, rows in after.items() if rows} == {"user": "1"}
    still = crm_monitor("privacy", "export", "p2", "--format", "json", project=crm.folder).json
    looks = still.pop("looks")
    assert [(one["subject"], one["how"]) for one in looks] == [("2", "crm-monitor privacy export")]
    assert still == {name: rows for name, rows in other.items() if name != "looks"}
    assert "Counted again" in crm_monitor("privacy", "remember", "p1", project=crm.folder).said


def test_nothing_is_forgotten_without_a_yes(crm: SmallCrm, monkeypatch: pytest.MonkeyPatch) -> None:
    crm_monitor("check", project=crm.folder)
    monkeypatch.setattr("typer.confirm", lambda question: "Person Number1" not in question)
    assert "Nothing was changed." in crm_monitor("privacy", "forget", "p1", project=crm.folder).said
    assert crm_monitor("privacy", "export", "p1", "--format", "json", project=crm.folder).json["outcome_owners"]


def test_whom_nobody_knows_is_a_mistake_of_usage(crm: SmallCrm) -> None:
    crm_monitor("check", project=crm.folder)
    for command in (("export",), ("forget", "--yes")):
        found = crm_monitor("privacy", command[0], "nosuch", *command[1:], project=crm.folder)
        assert found.exit_code == 2
        assert "knows the user 'nosuch'" in found.said
