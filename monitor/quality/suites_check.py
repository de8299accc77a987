"""What is wrong with a check although its file has the right shape: unknown types, arguments, columns, conditions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from monitor.crm.vocabulary import ENTITIES
from monitor.errors import Problem
from monitor.quality import gx_condition
from monitor.quality.arguments import condition_columns
from monitor.quality.conditions import ConditionError, parse
from monitor.quality.gxschema import Catalogue, ExpectationType
from monitor.quality.moments import PATTERN
from monitor.quality.regexes import unreadable
from monitor.quality.rules.base import Rule, unit_of
from monitor.quality.suites_anomaly import contradictions
from monitor.quality.suites_draft import Draft
from monitor.quality.suites_model import CheckMeta
from monitor.yamlfile import nearest

_OWN_META = frozenset(CheckMeta.model_fields)
_MOMENT_LIKE = re.compile(r"\{\s*(?:now|today)\b[^{}]*\}?")
_ONLY_BRACES = re.compile(r"\{\s*[A-Za-z]+\s*(?:[+-][^{}]*)?\}")
_PATTERNS = ("regex", "regex_list", "like_pattern", "like_pattern_list", "strftime_format")


class Checker:
    """Checks drafts against the types there are, and the columns: canonical ones and the map's own."""

    def __init__(self, rules: Mapping[str, Rule], extra_columns: Mapping[str, Collection[str]]) -> None:
        self._rules = rules
        self._extra = extra_columns
        self._catalogue = Catalogue(rules)

    def problems(self, draft: Draft) -> Iterator[Problem]:
        """Everything wrong with one check, each at its line."""
        kind = self._catalogue.find(draft.entry.type)
        yield from _meta(draft)
        yield from self._condition(draft, "when", draft.meta.when)
        if kind is None:
            yield from self._unknown_type(draft)
            return
        yield from _limits(draft, kind)
        yield from self._anomaly(draft, kind)
        moments = list(_moments(draft))
        yield from moments
        yield from _regexes(draft)
        told = {problem.place for problem in moments}
        faults = kind.check(draft.kwargs)
        for fault in faults:
            place = draft.place("kwargs", *fault.path, key=fault.at_key)
            about = "" if fault.path else f"{kind.name}: "
            if place not in told:
                yield Problem(place, about + fault.message, fault.hint)
        if not faults:
            row_condition = list(self._row_condition(draft))
            yield from row_condition or self._columns(draft, kind)

    def _unknown_type(self, draft: Draft) -> Iterator[Problem]:
        """That there is no such type, and the arguments that are misspelt for the type that seems to be meant."""
        name = draft.entry.type
        place = draft.place("type")
        if unusable := self._catalogue.unusable(name):
            why, hint = unusable
            yield Problem(place, f"{name} {why}", hint)
            return
        near = nearest(name, self._catalogue.names())
        hint = f"did you mean {near!r}?" if near else "a type is written as in Great Expectations, expect_..."
        yield Problem(place, f"there is no expectation type {name!r}", hint)
        meant = self._catalogue.find(near) if near else None
        for fault in meant.check(draft.kwargs) if meant else ():
            if fault.at_key and fault.hint.startswith("did you mean"):
                yield Problem(draft.place("kwargs", *fault.path, key=True), fault.message, fault.hint)

    def _anomaly(self, draft: Draft, kind: ExpectationType) -> Iterator[Problem]:
        """That there is a history to compare with, and how to compare makes sense."""
        unit = unit_of(kind.name, self._rules, by_row=kind.by_row)
        said = draft.meta.anomaly
        if unit is None and said is not False:
            message = f"{kind.name} has no figure to compare with earlier ones"
            yield Problem(draft.place("anomaly", key=True), message, "take anomaly out")
        elif unit is not None:
            for path, wrong, hint in contradictions(said, unit):
                yield Problem(draft.place("anomaly", *path), wrong, hint)

    def _known(self, draft: Draft) -> frozenset[str]:
        return frozenset(ENTITIES[draft.entity].columns) | frozenset(self._extra.get(draft.entity, ()))

    def _condition(self, draft: Draft, name: str, text: str) -> Iterator[Problem]:
        if not text:
            return
        try:
            parse(text, self._known(draft))
        except ConditionError as error:
            place = draft.place("when") if name == "when" else draft.place("kwargs", name)
            yield Problem(place, f"{name}: {error.message}", _where(error, text))

    def _row_condition(self, draft: Draft) -> Iterator[Problem]:
        """Great Expectations' own condition, in the text of old."""
        text, parser = draft.kwargs.get("row_condition"), draft.kwargs.get("condition_parser", gx_condition.PARSERS[0])
        if not isinstance(text, str):
            return
        if parser not in gx_condition.PARSERS:
            message = f"a row_condition for {parser!r} cannot be used on a database"
            hint = f"write it as `when` under meta, or for condition_parser: {gx_condition.PARSERS[0]}"
            yield Problem(draft.place("kwargs", "condition_parser"), message, hint)
            return
        try:
            gx_condition.read(text)
        except ConditionError as error:
            ours = "this is a condition of ours: write it as `when` under meta"
            hint = ours if self._is_ours(draft, text) else _where(error, text)
            yield Problem(draft.place("kwargs", "row_condition"), f"row_condition: {error.message}", hint)

    def _is_ours(self, draft: Draft, text: str) -> bool:
        try:
            parse(text, self._known(draft))
        except ConditionError:
            return False
        return True

    def _columns(self, draft: Draft, kind: ExpectationType) -> Iterator[Problem]:
        """Every column that the arguments name exists; so does one that the rule reads unasked."""
        condition = draft.kwargs.get("condition")
        if kind.own and condition is not None:
            yield from self._condition(draft, "condition", str(condition))  # YAML makes a date of some
            return
        named = [(draft.place("kwargs", *path), name) for path, name in kind.columns(draft.kwargs)]
        place = draft.place("kwargs", "row_condition")
        named += [(place, name) for name in condition_columns(draft.kwargs.get("row_condition"))]
        if kind.own:
            told = {name for _, name in named}
            implied = self._rules[kind.name].columns(draft.kwargs) - told
            named += [(draft.place("type"), name) for name in sorted(implied)]
        known = self._known(draft)
        for place, name in named:
            if name not in known:
                near = nearest(str(name), known)  # YAML makes dates of some names
                hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(sorted(known))}"
                yield Problem(place, f"{draft.entity} have no column {str(name)!r}", hint)


def _where(error: ConditionError, text: str) -> str:
    rest = " ".join(text[error.offset :].split())
    return f"at: {rest[:40]}" if rest and error.offset else ""


def _meta(draft: Draft) -> Iterator[Problem]:
    """Keys under ``meta`` that nobody reads. GX leaves that room to its users, so a stranger alone is let be."""
    given = draft.meta.model_fields_set
    strangers = sorted(given - _OWN_META)
    ours = bool(given & _OWN_META)
    for key in strangers:
        near = nearest(key, _OWN_META, cutoff=60 if ours else 75)
        if near:
            yield Problem(draft.place(key, key=True), f"unknown key {key!r} in meta", f"did you mean {near!r}?")
        elif ours:
            hint = f"known here: {', '.join(sorted(_OWN_META))}; notes of your own go under 'notes'"
            yield Problem(draft.place(key, key=True), f"unknown key {key!r} in meta", hint)


def _limits(draft: Draft, kind: ExpectationType) -> Iterator[Problem]:
    warn, fail = draft.meta.warn, draft.meta.fail
    if warn is not None and fail is not None and warn > fail:
        message = f"warn ({100 * warn:g}%) is above fail ({100 * fail:g}%)"
        places = [draft.place("fail"), draft.place("warn")]
        changed = [place for place in places if place.file != draft.document.file]  # by an override
        yield Problem((changed or places[1:])[0], message, "it would fail before it warns; set both")
    if kind.by_row:
        return
    for name in ("warn", "fail"):
        if getattr(draft.meta, name) is not None:
            message = f"{kind.name} passes or fails as a whole: it has no share of rows to limit"
            yield Problem(draft.place(name, key=True), message, f"take {name} out")


def _moments(draft: Draft) -> Iterator[Problem]:
    """Every moment in an argument is one that can be resolved."""
    for path, text in _texts(draft.kwargs, ()):
        if path[0] in (*_PATTERNS, "condition"):
            continue
        found = _MOMENT_LIKE.findall(text) + _ONLY_BRACES.findall(text if _ONLY_BRACES.fullmatch(text) else "")
        for moment in dict.fromkeys(found):
            if not PATTERN.fullmatch(moment):
                hint = "write e.g. {today - 3 working days} or {now - 4 hours}"
                yield Problem(draft.place("kwargs", *path), f"{moment} is not a moment", hint)


def _regexes(draft: Draft) -> Iterator[Problem]:
    """Regexes that no database can read; what only some of them know (``\\m``, ``(?<name>``) is let be."""
    one, several = draft.kwargs.get("regex"), draft.kwargs.get("regex_list")
    listed = enumerate(several if isinstance(several, list) else ())
    for path, text in [(("regex",), one), *((("regex_list", index), item) for index, item in listed)]:
        if isinstance(text, str) and (why := unreadable(text)):
            yield Problem(draft.place("kwargs", *path), f"no database can read this regex: {why}")


def _texts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
