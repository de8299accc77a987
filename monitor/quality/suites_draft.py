"""A check on its way from its file to a ``Check``: its values so far, and where each was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.place import Place
from monitor.quality.check import Attribution, Check, Limits, Severity
from monitor.quality.gxschema import ENVELOPE
from monitor.quality.suites_anomaly import anomaly
from monitor.quality.suites_model import OLD_TYPE, CheckMeta, CheckOverride, Expectation
from monitor.quality.suites_words import dimension, made_up_id, title
from monitor.yamlfile import Document

_Path = tuple[Any, ...]
_IN_ENTRY = ("type", OLD_TYPE, "kwargs", "severity", "id", "description")  # the rest stands under meta


@dataclass(frozen=True, slots=True)
class Draft:
    """``path`` is the expectation's within ``document``; ``overrides`` the places of what was laid over it."""

    entity: str
    entry: Expectation
    kwargs: Mapping[str, Any]
    id: str
    document: Document = field(repr=False)
    path: _Path = ()
    meta: CheckMeta = field(default_factory=lambda: CheckMeta.model_validate({}))
    severity: Severity = Severity.WARNING
    overrides: tuple[tuple[Document, _Path], ...] = ()

    def place(self, name: str, *rest: Any, key: bool = False) -> Place:
        """Where a value was written: in an override, else in the expectation."""
        for document, path in reversed(self.overrides):
            if (*path, name, *rest) in document.keys or (*path, name, *rest) in document.values:
                return document.place(*path, name, *rest, key=key)
        if name == "type" and (*self.path, "type") not in self.document.values:
            name = OLD_TYPE
        under = () if name in _IN_ENTRY else ("meta",)
        return self.document.place(*self.path, *under, name, *rest, key=key)

    def id_place(self) -> Place:
        """Where its id was written."""
        under = ("meta", "id") if self.entry.meta.id else ("id",)
        return self.document.place(*self.path, *under)

    def overridden(self, change: CheckOverride, document: Document, path: _Path) -> Draft:
        """The same check with what the override gives."""
        given = change.model_fields_set
        blank = CheckMeta.model_validate({})
        meta = {
            name: getattr(blank, name) if getattr(change, name) is None else getattr(change, name)
            for name in given - {"kwargs", "severity"}
        }
        kwargs = {**self.kwargs, **(change.kwargs or {})}
        return replace(
            self,
            kwargs={name: value for name, value in kwargs.items() if value is not None},
            meta=self.meta.model_copy(update=meta),
            severity=change.severity or self.severity,
            overrides=(*self.overrides, (document, path)),
        )

    def limits(self) -> Limits:
        """Its own limits; where it has none, GX's ``mostly`` is the share that may not fail."""
        warn, fail, mostly = self.meta.warn, self.meta.fail, self.kwargs.get("mostly")
        if warn is None and fail is None and isinstance(mostly, (int, float)):
            fail = round(1 - mostly, 10)  # 1 - 0.95 is not 0.05 in floating point
        return Limits(warn, fail)

    def check(self) -> Check:
        """The finished check."""
        meta = self.meta
        return Check(
            id=self.id,
            entity=self.entity,
            type=self.entry.type,
            kwargs={name: value for name, value in self.kwargs.items() if name not in ENVELOPE},
            severity=self.severity,
            dimension=meta.dimension or dimension(self.entry.type),
            title=meta.title or self.entry.description or title(self.entry.type, self.entity, self.kwargs),
            when=meta.when,
            since=meta.since,
            limits=self.limits(),
            anomaly=anomaly(self.meta.anomaly),
            why=meta.why,
            fix=meta.fix,
            mind=meta.mind,
            attribution=meta.attribution or Attribution.REP,
            tags=frozenset(meta.tags),
            place=self.document.place(*self.path),
            when_place=self.place("when") if meta.when else None,
        )


def draft(entity: str, entry: Expectation, document: Document, path: _Path) -> Draft:
    """The draft of one expectation as its file gives it."""
    kwargs = {name: value for name, value in entry.kwargs.items() if value is not None}
    severity = entry.severity
    if "severity" in kwargs and "severity" not in entry.model_fields_set:
        named = str(kwargs["severity"])
        severity = Severity(named) if named in list(Severity) else severity
    return Draft(
        entity=entity,
        entry=entry,
        kwargs=kwargs,
        id=entry.meta.id or _readable(entry.id) or made_up_id(entity, entry.type, kwargs, entry.meta.when),
        document=document,
        path=path,
        meta=entry.meta,
        severity=severity,
    )


def _readable(given: str) -> str:
    """An id beside the type, unless it is one that GX made up."""
    return "" if re.fullmatch(r"[0-9a-fA-F-]{32,36}", given) else given
