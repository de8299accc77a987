"""Measures as a project writes them: what they load to, and what is wrong with them, at its place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from monitor.activity.load import LoadedMeasures, load_measures
from monitor.activity.measure import Basis, MeasureKind
from monitor.activity.model import LANGUAGES
from monitor.crm.vocabulary import Kind
from monitor.errors import ConfigurationError

REPOSITORY = Path(__file__).resolve().parents[2]
MINE = "{title: Visits, entity: activities, user: owner_key, time: happened_at, kind: activity}"


def load(folder: Path, text: str) -> LoadedMeasures:
    (folder / "adoption.yaml").write_text(dedent(text), encoding="utf-8")
    return load_measures(folder)


def test_a_project_without_a_file_has_the_built_in_measures(tmp_path: Path) -> None:
    loaded = load_measures(tmp_path)
    assert loaded == load_measures(None)
    names = [each.name for each in loaded.measures]
    assert names[:6] == ["logins", "calls", "meetings", "tasks", "emails", "notes"]
    assert all(each.titles.keys() == set(LANGUAGES) for each in loaded.measures)
    login = loaded.measures[0]
    assert not login.is_use, "a login alone is no use"
    assert {each.kind for each in loaded.measures} == set(MeasureKind)
    assert all((each.basis is Basis.LAST_TOUCH) == bool(each.unless) for each in loaded.measures)


def test_the_repositorys_own_project_adds_a_measure_to_them() -> None:
    loaded = load_measures(REPOSITORY / "checks")
    assert [each.name for each in loaded.measures[-1:]] == ["visits"]
    assert len(loaded.measures) == len(load_measures(None).measures) + 1
    assert [Path(file).name for file in loaded.files] == ["adoption.yaml", "adoption@1.yaml"]


def test_a_built_in_measure_is_switched_off_and_another_says_what_is_incomplete(tmp_path: Path) -> None:
    text = """\
        extends: builtin/adoption@1
        measures:
          calls: {enabled: false}
          emails: {incomplete: the mailbox of team Norway is not synced, title: {en: Mails}}
          tasks: {where: null}
        """
    loaded = load(tmp_path, text)
    found = {each.name: each for each in loaded.measures}
    assert loaded.off == ("calls",)
    assert "calls" not in found
    assert found["emails"].incomplete == "the mailbox of team Norway is not synced"
    assert found["emails"].where == "kind = 'email' AND status = 'done'"
    assert found["emails"].title_in("da") == "Registrerede e-mails"
    assert found["emails"].title == "Mails"
    assert found["tasks"].where == ""


def test_a_file_that_extends_nothing_has_its_own_measures_only(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"measures: {{visits: {MINE}}}")
    (visits,) = loaded.measures
    assert (visits.title, visits.title_in("da"), visits.other_users) == ("Visits", "Visits", ())
    assert visits.place.line == 1


def test_columns_of_the_crm_map_may_be_named(tmp_path: Path) -> None:
    text = "measures: {visits: {title: V, entity: activities, user: driver, time: happened_at, kind: activity}}"
    with pytest.raises(ConfigurationError):
        load(tmp_path, text)
    assert load_measures(tmp_path, extra_columns={"activities": {"driver": Kind.KEY}}).measures[0].user == "driver"


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ("entity: activites", "4:13", "there is no entity 'activites' (did you mean 'activities'?)"),
        ("user: owner", "4:11", "activities have no column 'owner' (did you mean 'owner_key'?)"),
        ("user: [created_by, subject]", "4:24", "subject is not a user's key"),
        ("user: []", "4:11", "user must name a column"),
        ("time: happend_at", "4:11", "activities have no column 'happend_at' (did you mean 'happened_at'?)"),
        ("time: subject", "4:11", "subject is not a point in time"),
        ("entered: owner_key", "4:14", "owner_key is not a point in time"),
        ("entered: null", "", "entered_by says nothing without entered"),
        ("where: kin = 'call'", "4:12", "where: there is no column kin; did you mean kind?"),
        ("where: status = 'done' AND knd = 'x'", "4:12", "did you mean kind? (at: knd = 'x')"),
        ("kind: activty", "4:11", "kind must be one of: login, activity, created, changed, stage, outcome"),
        ("basis: event", "4:12", "did you mean 'events'?"),
        ("area: Two words", "4:11", "area must be one word"),
        ("titel: Calls", "4:5", "unknown key 'titel' (did you mean 'title'?)"),
        ("title: {dk: Opkald}", "4:17", "dk must be one of: en, da, nb"),
        ("title: ''", "4:12", "the title must not be empty"),
        ("unless: visit", "4:13", "there is no other measure 'visit'"),
        ("unless: accounts_touched", "4:13", "accounts_touched itself stands back for accounts_changed"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, changes: str, place: str, message: str) -> None:
    text = f"extends: builtin/adoption@1\nmeasures:\n  calls:\n    {changes}\n"
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    (told,) = (line for line in str(caught.value).splitlines() if message in line)
    assert not place or f"adoption.yaml:{place}: " in told


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = f"""\
        extends: builtin/adoption@2
        measures:
          cals: {{enabled: false}}
          Visits: {MINE}
          more: {{title: More, entity: activities, time: happened_at, kind: activity}}
        """
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    messages = [problem.message for problem in caught.value.problems]
    assert messages == [
        "there are no built-in measures 'builtin/adoption@2'",
        "there is no measure 'cals' to change",
        "a measure's name is one word of at most 40 small letters, digits and _",
        "the key 'user' is missing",
    ]


def test_a_file_that_is_no_yaml_or_no_mapping_is_told(tmp_path: Path) -> None:
    for text in ("measures: [", "- calls", "measures: [calls]", "measures: {calls: off}"):
        with pytest.raises(ConfigurationError):
            load(tmp_path, f"{text}\n")
