"""A page as a browser or a mail program would take it apart, by the standard library's parser."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

FETCHING = {"src", "srcset", "background", "poster", "data", "action", "formaction", "ping", "cite", "longdesc"}
_EMPTY = {"meta", "hr", "br", "img", "link", "input"}


@dataclass
class Page:
    """Its tags, every attribute's name, where links lead, what would be fetched, and what it says in words."""

    tags: Counter[str] = field(default_factory=Counter)
    attributes: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page = self.page
        page.tags[tag] += 1
        if tag not in _EMPTY:
            page.unclosed.append(tag)
        for name, value in attrs:
            page.attributes.add(name)
            if name in FETCHING or (name == "style" and re.search(r"url\(|@import|expression", value or "", re.I)):
                page.fetched.append(value or "")
            if name == "href":
                page.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.page.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        if "title" not in self.page.unclosed:
            self.page.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("a declaration")


def read_page(html: str) -> Page:
    """Raises AssertionError for tags that are not closed in order, comments and the like."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.page.unclosed == []
    return reader.page
