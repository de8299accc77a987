"""Reading YAML: values, places, and refusals."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.place import Place
from monitor.yamlfile import parse, read
from monitor.yamlfile.reading import MAX_BYTES

TEXT = """\
name: Nordlys
list:
  - a
  - {b: 1, "c d": 2.5}
dates: [2025-01-31, 2025-01-31T12:00:00Z]
words: [yes, on, no, ~, true, 017, 0o17, 12:30:00]
"""


def test_values_are_those_of_yaml_1_2() -> None:
    document = parse(TEXT, "x.yaml")
    assert document.data["words"] == ["yes", "on", "no", None, True, 17, 15, "12:30:00"]
    assert document.data["dates"][0] == date(2025, 1, 31)
    assert document.data["dates"][1] in (datetime(2025, 1, 31, 12, tzinfo=UTC), datetime(2025, 1, 31, 12))  # noqa: DTZ001
    assert document.get("list", 1, "c d") == 2.5
    assert document.get("list", 7, "b") is None
    assert document.get("name", "b") is None


def test_every_value_and_key_knows_its_place() -> None:
    document = parse(TEXT, "x.yaml")
    assert str(document.place("name")) == "x.yaml:1:7"
    assert str(document.place("list", 1, "c d")) == "x.yaml:4:19"
    assert str(document.place("list", 1, "c d", key=True)) == "x.yaml:4:12"
    assert str(document.place("list", 1, "missing", "deeper")) == "x.yaml:4:5"
    assert str(document.place("nowhere")) == "x.yaml:1:1"
    assert str(document.problem("is wrong", "name", hint="mend it")) == "x.yaml:1:7: is wrong (mend it)"


def test_anchors_and_merges_are_written_out_and_the_nearer_value_wins() -> None:
    document = parse("base: &b {x: 1, y: {z: 2}}\nplain: *b\nover: {<<: *b, y: 3}\ntwo: {<<: [{x: 5}, *b]}\n", "x.yaml")
    assert document.data["plain"] == {"x": 1, "y": {"z": 2}}
    assert document.data["over"] == {"x": 1, "y": 3}
    assert document.data["two"] == {"x": 5, "y": {"z": 2}}
    assert document.place("over", "x").line == 1
    assert document.place("over", "y").line == 3
    assert document.place("over", "y", "z").line == 3


def test_json_is_read_too_with_tabs_and_pairs_of_escapes() -> None:
    document = parse('{\n\t"a": ["\\ud83d\\ude00", 1e3, null],\n\t"b": "\\ud83d"\n}', "x.json")
    assert document.data == {"a": ["😀", 1000.0, None], "b": "\ufffd"}
    assert document.place("b") == Place("x.json", 3, 7)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Ærø".encode("latin-1"))
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    marked = tmp_path / "marked.yaml"
    marked.write_bytes(b"\xef\xbb\xbfname: x")
    for path, message in (
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path, "this is a folder, not a file"),
        (latin, "the file is not UTF-8 text (save it as UTF-8)"),
        (large, "the file is larger than 1000 kB (is it the right file?)"),
        (tmp_path / ("x" * 300), "the file cannot be read: File name too long"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            read(path)
        assert str(caught.value) == f"{path}: {message}"
    assert read(marked).data == {"name": "x"}
    assert str(read(marked, shown="short.yaml").place("name")) == "short.yaml:1:7"


def test_a_character_that_may_not_stand_there_is_placed() -> None:
    with pytest.raises(ConfigurationError, match=r"^x\.yaml:2:4: a character that may not stand in YAML$"):
        parse("a: b\nc: \x00", "x.yaml")


def test_a_document_does_not_show_what_it_holds() -> None:
    assert repr(parse("token: hunter2\n", "x.yaml")) == "Document(file='x.yaml')"


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>%'\"\\,?#~<0127.eE\t\n @`é\x85\ufeff"), max_size=60))
def test_whatever_is_written_is_read_or_refused_in_words(text: str) -> None:
    with suppress(ConfigurationError):
        document = parse(text, "x.yaml")
        assert isinstance(document.data, dict)
        assert all(document.place(key).line > 0 for key in document.data)


@settings(max_examples=15, deadline=None)
@given(depth=st.integers(1, 1_500), bracket=st.sampled_from(["[", "{a: ", "- "]))
def test_however_deeply_it_is_nested_it_is_read_or_refused_in_words(depth: int, bracket: str) -> None:
    with suppress(ConfigurationError):
        parse("x: " + bracket * depth if bracket != "- " else bracket * depth, "x.yaml")


def test_a_pipe_into_which_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    with pytest.raises(ConfigurationError, match="it is a device or a pipe"):
        read(tmp_path / "x.yaml")


def test_an_anchor_that_is_set_twice_means_the_latest_and_is_not_warned_of(recwarn: pytest.WarningsRecorder) -> None:
    document = parse("a: &x secret\nb: *x\nc: &x other\nd: *x\n", "x.yaml")
    assert (document.get("b"), document.get("d")) == ("secret", "other")
    assert not recwarn.list
