"""No page is half translated: every text has a translation in every language, and no translation is left over."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from ruamel.yaml import YAML

from monitor import content
from monitor.digest.words import FIGURES, STATUSES
from monitor.language import CODES
from monitor.language.catalog import FOLDER, read_catalog
from tests.language import messages, update

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module", params=update.TRANSLATED)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return update.read(str(request.param))


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_there_is_a_catalog_for_every_language_but_english() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == set(update.TRANSLATED) == set(CODES) - {"en"}


def test_every_text_is_translated(catalog: Catalog) -> None:
    known = {_first(message) for message in _entries(catalog)}
    missing = [msgid for msgid in messages.found() if (msgid if isinstance(msgid, str) else msgid[0]) not in known]
    assert not missing, "run python -m tests.language.update and translate"
    assert not update.untranslated(catalog)


def test_no_translation_is_left_over_or_a_guess(catalog: Catalog) -> None:
    wanted = messages.found().keys()
    ids = {m.id if isinstance(m.id, str) else (m.id[0], m.id[1]) for m in _entries(catalog)}
    assert not ids - wanted, "run python -m tests.language.update"
    assert not [message.id for message in _entries(catalog) if message.fuzzy]
    assert not catalog.obsolete


def test_a_translation_fills_in_what_the_text_fills_in(catalog: Catalog) -> None:
    for message in _entries(catalog):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = {frozenset(_PLACEHOLDER.findall(text)) for text in originals}
        assert len(wanted) == 1, f"the two forms of {originals[0]!r} differ"
        assert {frozenset(_PLACEHOLDER.findall(text)) for text in _forms(message)} == wanted, message.id


def test_a_translation_begins_and_ends_as_the_text_does(catalog: Catalog) -> None:
    for message in _entries(catalog):
        text = _first(message)
        for form in _forms(message):
            assert form[:1].isspace() == text[:1].isspace(), message.id
            assert (form[-1] in ".:") == (text[-1] in ".:"), message.id


def test_a_plural_has_two_forms_in_both_places(catalog: Catalog) -> None:
    assert catalog.num_plurals == 2
    for message in _entries(catalog):
        assert len(_forms(message)) == (1 if isinstance(message.id, str) else 2)


def test_a_text_that_is_one_thing_here_is_not_two_there() -> None:
    found = messages.found()
    plurals = {msgid[0] for msgid in found if isinstance(msgid, tuple)}
    assert not plurals & {msgid for msgid in found if isinstance(msgid, str)}


def test_the_program_reads_what_the_files_say() -> None:
    for code in update.TRANSLATED:
        read = read_catalog(code)
        assert read == {_first(message): tuple(_forms(message)) for message in _entries(update.read(code))}
    assert not read_catalog("en")


def test_texts_of_the_pages_of_the_program_and_of_the_library_are_all_found() -> None:
    found = messages.found()
    for known in ("Open in the CRM", "This week", "Offers without amount", "week {number}", "Fading"):
        assert known in found
    assert ("{n} person", "{n} people") in found
    assert not [msgid for msgid in found if "SELECT" in str(msgid)]


def test_measures_are_called_what_their_file_calls_them() -> None:
    for code in update.TRANSLATED:
        for english, titles in messages.given().items():
            assert read_catalog(code)[english] == (titles[code],)


def test_statuses_and_figures_are_explained_as_their_files_explain_them() -> None:
    found = messages.found()
    for title, about in (*FIGURES.values(), *STATUSES.values()):
        for text in (title, about):
            assert any(place.startswith("checks/builtin/") for place in found[text]), text
    assert set(STATUSES) == set(_names("statuses"))
    assert {str(figure) for figure in FIGURES} == set(_names("figures"))


def _names(kind: str) -> list[str]:
    path = content.find("checks", f"builtin/{kind}@1")
    return list(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))[kind])
