"""A digest as one HTML file that stands alone: no network, no script; light, dark, phone and paper."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from monitor.digest.html_view import View
from monitor.digest.snapshot import Snapshot
from monitor.language import Language

TEMPLATES = Path(__file__).resolve().parent / "templates"
# What cannot be seen but turns or breaks the text around it; names come from a CRM where anybody may type anything.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def to_html(snapshot: Snapshot, language: Language) -> str:
    """The page. Equal snapshots give equal pages, whenever they are rendered."""
    page = _environment().get_template("page.html.j2")
    return page.render(
        view=View(snapshot, language), snapshot=snapshot, language=language, _=language.text, plural=language.plural
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_visible,
    )
    environment.globals["style"] = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment


def _visible(value: object) -> object:
    return _INVISIBLE.sub("", value) if isinstance(value, str) and not isinstance(value, Markup) else value
