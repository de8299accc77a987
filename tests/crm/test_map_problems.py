"""What is wrong in a map is said at its place, with the nearest name that is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.crm.compile import compile_map
from monitor.crm.maps import load_map
from monitor.errors import ConfigurationError, MonitorError
from tests.crm.making import write_map

LEADS = "{leads: {from: lead AS l, key: l.id, columns: {name: l.name}}}"


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_map(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "entities:\n  opportunity: {from: d, key: d.id}\n",
            "mine.yaml:3:3: no entity is called opportunity (did you mean opportunities?)",
        ),
        (
            "entities:\n  leads:\n    from: d\n    key: d.id\n    columns:\n      emial: d.mail\n",
            "mine.yaml:7:7: no column is called emial (did you mean email?)",
        ),
        (
            "entities:\n  leads:\n    from: d\n    key: d.id\n    columns:\n      zzzzzzzz: d.mail\n",
            "mine.yaml:7:7: no column is called zzzzzzzz (declare a column of your own under `extra`)",
        ),
        (
            "entities:\n  leads: {from: d, columns: {name: d.n}}\n",
            "mine.yaml:3:3: leads has no key (write `key:` with the SQL of the record's key)",
        ),
        (
            "entities:\n  leads: {key: d.id, columns: {name: d.n}}\n",
            "mine.yaml:3:3: leads needs one of `from`, `select` and `union`",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, disclose: [nmae]}\n",
            "mine.yaml:3:42: no column is called nmae (did you mean name?)",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, extra: {email: {sql: d.m}}}\n",
            "mine.yaml:3:39: email is a canonical column of leads (map it in `columns`)",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, columns: {name: 'd.n; DROP TABLE d'}}\n",
            "mine.yaml:3:47: a semicolon may not stand in a map's SQL (write one expression)",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, columns: {name: \"1 /* ' */; DROP TABLE d /* ' */\"}}\n",
            "mine.yaml:3:47: a semicolon may not stand in a map's SQL (write one expression)",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, columns: {name: \"E'\\\\'' FROM d; DROP TABLE d; SELECT '\"}}\n",
            "mine.yaml:3:47: a semicolon may not stand in a map's SQL (write one expression)",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, columns: {name: \"$$'$$; DROP TABLE d; SELECT $$'$$\"}}\n",
            "mine.yaml:3:47: a semicolon may not stand in a map's SQL (write one expression)",
        ),
        (
            "variables: {language: en_US}\nentities:\n  leads: {from: d, key: d.id, where: \"d.l = '${langage}'\"}\n",
            "mine.yaml:4:38: the variable ${langage} is not declared (did you mean ${language}?)",
        ),
        (
            "time_zone: Europe/Kopenhagen\nentities: {}\n",
            "mine.yaml:2:12: this is no time zone (write one such as Europe/Copenhagen, or UTC)",
        ),
        (
            'variables: {language: "x\' OR 1=1"}\nentities: {}\n',
            "mine.yaml:2:23: a variable may hold letters, digits and . , @ / + : - only",
        ),
        (
            "entities:\n  leads: {from: d, key: d.id, columns: {created_at: {time: d.t}}}\n",
            "mine.yaml:3:53: a column needs either `sql`, or `date` and `time`",
        ),
        (
            "entities:\n  leads: {select: SELECT 1, columns: {key: a.id}}\n",
            "mine.yaml:3:38: `columns` must be a list of the names that the SELECT gives",
        ),
    ],
)
def test_one_mistake_is_one_clear_problem_at_its_place(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in problems(write_map(tmp_path, text))


def test_all_mistakes_of_a_map_are_told_at_once(tmp_path: Path) -> None:
    path = write_map(
        tmp_path, "time_zone: Mars\nentities:\n  leeds: {from: d}\n  leads: {from: d, key: a, disclose: [x1]}\n"
    )
    assert [line.split(":")[1] for line in problems(path)] == ["2", "4", "5"]


def test_a_map_that_extends_another_overrides_adds_and_removes(tmp_path: Path) -> None:
    write_map(
        tmp_path,
        f"map: base\ntitle: Base\nentities:\n  leads: {LEADS[8:-1]}\n  users: {{from: u, key: u.id}}\n",
        "base.yaml",
    )
    path = write_map(
        tmp_path,
        """
        extends: base.yaml
        entities:
          users: null
          leads:
            columns: {email: l.mail}
            extra: {grade: {sql: l.grade}}
        """,
    )
    crm_map = load_map("mine.yaml", folder=tmp_path)
    assert crm_map.title == "Base"
    assert list(crm_map.entities) == ["leads"]
    assert list(crm_map.columns("leads")) == ["key", "name", "email", "grade"]
    assert crm_map.place("entities", "leads", "columns", "name").file == str(tmp_path / "base.yaml")
    assert crm_map.place("entities", "leads", "columns", "email").file == str(path)


def test_a_mistake_in_the_extended_map_is_told_in_its_own_file(tmp_path: Path) -> None:
    write_map(tmp_path, "map: base\nentities:\n  leads: {from: d, key: d.id, columns: {emial: d.m}}\n", "base.yaml")
    path = write_map(tmp_path, "extends: base.yaml\nentities: {leads: {where: d.x = 1}}\n")
    assert problems(path) == ["base.yaml:3:41: no column is called emial (did you mean email?)"]


def test_maps_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write_map(tmp_path, "map: base\nextends: mine.yaml\n", "base.yaml")
    path = write_map(tmp_path, "extends: base.yaml\n")
    assert problems(path) == ["base.yaml:2:10: mine.yaml extends itself (remove `extends` in one of the files)"]


def test_an_unknown_built_in_map_names_those_there_are(tmp_path: Path) -> None:
    (problem,) = problems(write_map(tmp_path, "extends: builtin/odoo@17\n"))
    assert problem.startswith("mine.yaml:2:10: 'builtin/odoo@17' names no built-in content; there are: ")
    assert "builtin/odoo-17@1" in problem


def test_a_map_is_not_read_on_a_database_it_is_not_for(tmp_path: Path) -> None:
    crm_map = load_map(write_map(tmp_path, f"dialects: [mysql]\nentities: {LEADS}\n"))
    with pytest.raises(MonitorError, match="reads mysql, and this database is sqlite"):
        compile_map(crm_map, "sqlite")


def test_a_variable_from_the_settings_must_be_known_and_harmless(tmp_path: Path) -> None:
    crm_map = load_map(write_map(tmp_path, f"variables: {{language: en_US}}\nentities: {LEADS}\n"))
    with pytest.raises(ConfigurationError, match="the map knows no variable langauge; it has: language"):
        compile_map(crm_map, "sqlite", variables={"langauge": "da_DK"})
    with pytest.raises(ConfigurationError, match="the value given for language may hold letters"):
        compile_map(crm_map, "sqlite", variables={"language": "' OR ''='"})


def test_a_link_that_needs_the_crms_address_is_left_out_without_it(tmp_path: Path) -> None:
    text = 'entities: {leads: {from: lead AS l, key: l.id, link: "{base}/leads/{key}"}}\n'
    crm_map = load_map(write_map(tmp_path, text))
    assert compile_map(crm_map, "sqlite")["leads"].link_to("7") == ""
    assert compile_map(crm_map, "sqlite", link_base="https://crm.example/")["leads"].link_to("7") == (
        "https://crm.example/leads/7"
    )
