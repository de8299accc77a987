"""The digest's page in a real browser: phone, laptop and paper, light and dark, in three languages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from monitor.digest.html import to_html
from monitor.digest.snapshot import Snapshot
from monitor.language import CODES, language
from tests.browser.crowded import crowded
from tests.digest import making

PAGES: dict[str, Callable[[], Snapshot]] = {
    "manager": making.manager,
    "teams": lambda: making.manager(named=False),
    "sponsor": making.sponsor,
    "own": making.own,
    "empty": making.empty,
}
PHONE, LAPTOP = (390, 844), (1280, 800)
SIZES = {"phone": PHONE, "laptop": LAPTOP}
# In the run that everybody waits for, each page is seen on each screen, in each scheme and on paper, and each language
# on each of them, but not every language of every page. CRM_MONITOR_BROWSER=full looks at all of them.
_FULL = os.environ.get("CRM_MONITOR_BROWSER") == "full"
_SERIOUS = ("serious", "critical")
_A4_WIDTH = 794 - 98  # pixels of the paper within its margins, at 96 to the inch
Scheme = Literal["light", "dark"]


def _shares(*others: str) -> list[Any]:
    """Page, language and one of the others, where each page meets each of the others, and each language does too."""
    pages = [*PAGES, "crowded"]
    return [
        pytest.param(page, code, other, id=f"{page}-{code}-{other}")
        for number, page in enumerate(pages)
        for shift, other in enumerate(others)
        for place, code in enumerate(CODES)
        if _FULL or (number + shift) % len(CODES) == place
    ]


@dataclass(slots=True)
class Opened:
    """A page, and what the browser complained about or asked for while it was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def measure(self, expression: str) -> Any:
        return self.page.evaluate(expression)


@contextmanager
def opened(browser: Browser, file: Path, size: tuple[int, int], scheme: Scheme = "light") -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    result = Opened(page)
    page.on("console", lambda message: result.complaints.append(message.text))
    page.on("pageerror", lambda error: result.complaints.append(str(error)))
    page.on("request", lambda request: result.requests.append(request.url))
    page.goto(file.as_uri())
    try:
        yield result
    finally:
        context.close()


def _file(folder: Path, name: str, code: str) -> Path:
    path = folder / f"{name}-{code}.html"
    snapshot = crowded() if name == "crowded" else PAGES[name]()
    path.write_text(to_html(snapshot, language(code)), encoding="utf-8")
    return path


def _faults(page: Page) -> list[str]:
    """What axe-core finds serious: rule, and the elements."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found if one["impact"] in _SERIOUS
    ]


def _fits(shown: Opened, width: int) -> None:
    """No horizontal scroll, and no text wider than what holds it: norwegian words are long."""
    assert shown.measure("document.documentElement.scrollWidth") <= width
    cut = shown.measure(
        "[...document.querySelectorAll('th, td, p, li, h1, h2, h3, dd, dt, .tile, section')]"
        ".filter(one => one.offsetParent && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1)"
        ".filter(one => !one.closest('thead') || one.closest('thead').clientWidth > 2)"
        ".map(one => one.tagName + ': ' + one.innerText.slice(0, 60))"
    )
    assert not cut


@pytest.mark.parametrize(("name", "code", "screen"), _shares(*SIZES))
def test_a_page_fits_its_screen_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, pictures: Path | None, name: str, code: str, screen: str
) -> None:
    file = _file(tmp_path, name, code)
    with opened(browser, file, SIZES[screen]) as shown:
        if pictures:
            shown.page.screenshot(path=pictures / f"{file.stem}-{screen}.png", full_page=True)
        _fits(shown, SIZES[screen][0])
        assert not shown.complaints
        assert shown.requests == [file.as_uri()]


@pytest.mark.parametrize(("name", "code", "on"), _shares("paper"))
def test_a_page_prints_on_a4(
    browser: Browser, tmp_path: Path, pictures: Path | None, name: str, code: str, on: str
) -> None:
    file = _file(tmp_path, name, code)
    with opened(browser, file, (_A4_WIDTH, 1000), "dark") as shown:
        shown.page.emulate_media(media="print")
        _fits(shown, _A4_WIDTH)
        # Paper is white, whatever the screen is.
        assert shown.measure("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        printed = shown.page.pdf(path=(pictures or tmp_path) / f"{file.stem}-{on}.pdf", prefer_css_page_size=True)
        assert b"/MediaBox [0 0 59" in printed
        assert not shown.complaints


def _looks() -> list[Any]:
    """Page, screen and scheme, where each page is judged on both screens and in both schemes, as each two are."""
    return [
        pytest.param(page, screen, scheme, id=f"{page}-{screen}-{scheme}")
        for number, page in enumerate(PAGES)
        for at, screen in enumerate(SIZES)
        for place, scheme in enumerate(("light", "dark"))
        if _FULL or (number + at) % 2 == place
    ]


@pytest.mark.parametrize(("name", "screen", "scheme"), _looks())
def test_axe_finds_no_serious_fault_in_light_or_dark(
    browser: Browser, tmp_path: Path, pictures: Path | None, name: str, screen: str, scheme: Scheme
) -> None:
    with opened(browser, _file(tmp_path, name, "nb"), SIZES[screen], scheme) as shown:
        text = shown.measure("getComputedStyle(document.body).color")
        levels = [int(level) for level in text.removeprefix("rgb(").removesuffix(")").split(",")]
        assert min(levels) > 200 if scheme == "dark" else max(levels) < 100
        if pictures:
            shown.page.screenshot(path=pictures / f"{name}-nb-{scheme}-{screen}.png", full_page=True)
        assert not _faults(shown.page)


def test_the_first_screen_of_a_laptop_holds_the_actions_and_the_figures(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path, "manager", "en"), LAPTOP) as shown:
        bottoms = shown.measure(
            "['.actions li:last-child', '.tile:last-child']"
            ".map(one => document.querySelector(one).getBoundingClientRect().bottom)"
        )
        assert max(bottoms) <= LAPTOP[1]


def test_the_keyboard_reaches_the_content_and_every_link_and_shows_where_it_is(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, _file(tmp_path, "manager", "en"), LAPTOP) as shown:
        links = shown.measure("document.querySelectorAll('a').length")
        seen = []
        for _ in range(links):
            shown.page.keyboard.press("Tab")
            seen.append(shown.measure("document.activeElement.outerHTML"))
            outline = shown.measure("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"
        assert len(set(seen)) == links
        shown.page.keyboard.press("Tab")  # around
        shown.page.evaluate("document.activeElement.blur()")
        shown.page.locator(".skip").focus()
        assert shown.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        shown.page.keyboard.press("Enter")
        assert shown.measure("document.activeElement.id") == "main"


def test_a_table_is_still_a_table_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path, "manager", "en"), PHONE) as shown:
        rows = shown.page.get_by_role("table", name="Each person's week").get_by_role("row")
        assert rows.count() == len(making.people()) + 1
        assert rows.nth(1).get_by_role("cell").count() == 7 - 1  # the line of weeks is shown in the strips below


def test_the_page_is_readable_without_colour(browser: Browser, tmp_path: Path) -> None:
    """What colours say is said in words, signs or numbers too."""
    with opened(browser, _file(tmp_path, "manager", "en"), LAPTOP) as shown:
        for selector in (".ok", ".off"):
            texts = shown.page.locator(f"td {selector}").all_inner_texts()
            assert texts
            assert all(text.strip().startswith(("✓", "▲")) for text in texts)
        assert all(text.strip() for text in shown.page.locator(".strips td").all_inner_texts())
        assert all(text.startswith(("+", "−")) for text in shown.page.locator("td.worse, td.better").all_inner_texts())
