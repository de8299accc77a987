"""Variables and secret files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.yamlfile import Problems, interpolate, parse


def _filled(text: str, **environ: str) -> object:
    return interpolate(parse(text, "x.yaml"), environ).data


def test_variables_defaults_and_dollars() -> None:
    text = "a: ${A}-${B:-b}-${EMPTY:-e}-${NONE:-}\nb: ['$$${A}', $5, '$${A}']\nc: {d: 5, e: true}\n"
    assert _filled(text, A="1", EMPTY="") == {
        "a": "1-b-e-",
        "b": ["$1", "$5", "${A}"],
        "c": {"d": 5, "e": True},
    }


def test_a_variables_content_cannot_change_the_structure() -> None:
    assert _filled("a: ${A}\n", A="x\nb: {c: ${A}}") == {"a": "x\nb: {c: ${A}}"}


def test_an_empty_variable_is_set_all_the_same() -> None:
    assert _filled("a: ${A}\n", A="") == {"a": ""}


def test_keys_are_left_as_they_are() -> None:
    assert _filled("${A}: b\n", A="x") == {"${A}": "b"}


def test_every_missing_variable_is_told_at_its_place_and_the_rest_can_be_filled() -> None:
    document = parse("a: ${A}\nb:\n  - ${B}\n  - ${B\n", "x.yaml")
    with pytest.raises(ConfigurationError) as caught:
        interpolate(document, {"A": "1"})
    assert [str(problem).split(" (")[0] for problem in caught.value.problems] == [
        "x.yaml:3:5: the environment variable B is not set",
        "x.yaml:4:5: `${` begins no variable",
    ]
    problems = Problems()
    assert interpolate(document, {"A": "1"}, problems=problems).data == {"a": "1", "b": ["${B}", "${B"]}
    assert problems


def test_a_secret_is_read_from_its_file_less_the_newline(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b" xoxb-1 \r\n")
    (tmp_path / "multi").write_bytes(b"one\ntwo\n\n")
    document = parse("token_file: token\nm: {key_file: '${WHERE}'}\n_file: plain\nsome_file: {a: 1}\n", "x.yaml")
    found = interpolate(document, {"WHERE": str(tmp_path / "multi")}, tmp_path)
    assert found.data == {"token": " xoxb-1 ", "m": {"key": "one\ntwo\n"}, "_file": "plain", "some_file": {"a": 1}}
    assert str(found.place("token")) == "x.yaml:1:13"
    assert str(found.place("token", key=True)) == "x.yaml:1:1"


def test_a_secret_file_that_cannot_be_used_is_told_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe secret")
    (tmp_path / "large").write_bytes(b"s" * 200_000)
    text = 'a_file: binary\nb_file: large\nc_file: none\nd_file: .\ne_file: x\ne: y\nf_file: "x\\0y"\n'
    with pytest.raises(ConfigurationError) as caught:
        interpolate(parse(text, "x.yaml"), {}, tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        "x.yaml:1:9: the file named here cannot be read: it is too large, not UTF-8 text, or not a usable name",
        "x.yaml:2:9: the file named here cannot be read: it is too large, not UTF-8 text, or not a usable name",
        "x.yaml:3:9: the file named here cannot be read: No such file or directory",
        "x.yaml:4:9: the file named here cannot be read: Is a directory",
        "x.yaml:5:1: e and e_file are both given (keep one of them)",
        "x.yaml:7:9: the file named here cannot be read: it is too large, not UTF-8 text, or not a usable name",
    ]


@given(value=st.text())
def test_any_value_arrives_unchanged(value: str) -> None:
    assert _filled("a: ${A}\n", A=value) == {"a": value}
    assert interpolate(parse("a: '${B:-$$}'\n", "x"), {}).data == {"a": "$$"}


def test_what_came_from_a_variable_is_told_by_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pa55word\n", encoding="utf-8")
    document = parse("channel: ${VALUE}\npassword_file: password\nkind: ${SHORT}\n", str(tmp_path / "x.yaml"))
    filled = interpolate(document, {"VALUE": "xoxb-'1", "SHORT": "in"}, tmp_path)
    said = filled.problem(f"there is nothing in {filled.get('channel')!r} or xoxb-'1", "channel", hint="not pa55word")
    assert said.message == 'there is nothing in "${VALUE}" or ${VALUE}'
    assert said.hint == "not the content of password_file"
