"""Reads a page as a browser would: its elements in order, and the text that is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(("meta", "link", "br", "img", "input", "hr", "line", "circle", "polygon", "polyline"))


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    within: tuple[str, ...]  # tags around it, outermost first
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class Page(HTMLParser):
    """``elements`` in the order of the source; ``text`` is what the body says. Tags that do not match are an error."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        if self._open:
            raise AssertionError(f"never closed: {[one.tag for one in self._open]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within = tuple(one.tag for one in self._open)
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names} twice"
        element = Element(tag, {name: value or "" for name, value in attrs}, within)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    @property
    def text(self) -> str:
        return self.all("body")[0].text
