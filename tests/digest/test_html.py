"""The page of a digest: stands alone, says everything in one language, and is sane for keyboards and screen readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from babel import Locale
from hypothesis import HealthCheck, given, settings

from monitor.digest.html import TEMPLATES, to_html
from monitor.digest.snapshot import Action, ActionKind, Kind, Outcome, Snapshot, Subject, SubjectKind
from monitor.digest.text import to_plain
from monitor.digest.words_actions import action_text
from monitor.language import CODES, Language, language
from tests.digest import making
from tests.digest.page import Page
from tests.digest.snapshots import PERSON, tellable
from tests.language import messages

EN = language("en")
SNAPSHOTS = {
    "manager": making.manager(),
    "teams": making.manager(named=False),
    "sponsor": making.sponsor(),
    "own": making.own(),
    "empty": making.empty(),
}
_slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.fixture(params=SNAPSHOTS)
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return SNAPSHOTS[str(request.param)]


def _check(page: Page) -> None:
    """What holds of every page."""
    assert not page.all("script", "link", "img", "iframe", "object", "form", "base")
    styles = "".join(element.text for element in page.all("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    for link in page.all("a"):
        assert link.attributes["href"].startswith(("#", "http://", "https://"))
        assert link.text
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.attributes.get("aria-labelledby", ids[0]) in ids
        if element.attributes.get("href", "").startswith("#"):
            assert element.attributes["href"][1:] in ids
    levels = [int(element.tag[1]) for element in page.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(page.all(landmark)) for landmark in ("header", "main", "footer")] == [1, 1, 1]
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in cell.attributes for cell in page.all("th"))
    assert all(drawing.attributes["aria-label"] for drawing in page.all("svg"))


@pytest.mark.parametrize("code", CODES)
def test_a_page_stands_alone_and_is_sane_for_every_reader(snapshot: Snapshot, code: str) -> None:
    page = Page(to_html(snapshot, language(code)))
    _check(page)
    assert page.all("html")[0].attributes["lang"] == code


@_slow
@given(tellable)
def test_whatever_a_crm_holds_makes_a_sane_page(snapshot: Snapshot) -> None:
    html = to_html(snapshot, language("da"))
    _check(Page(html))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)


@_slow
@given(tellable)
def test_no_person_is_named_without_naming(snapshot: Snapshot) -> None:
    """What is stored without naming has no action about a person; rows that are there all the same stay untold."""
    snapshot = replace(
        snapshot,
        kind=Kind.MANAGER,
        naming=replace(snapshot.naming, allowed=False),
        actions=tuple(one for one in snapshot.actions if one.subject.kind is not SubjectKind.PERSON),
        last_actions=tuple(one for one in snapshot.last_actions if one.action.subject.kind is not SubjectKind.PERSON),
        better=tuple(one for one in snapshot.better if one.subject.kind is not SubjectKind.PERSON),
    )
    assert PERSON not in to_html(snapshot, EN)


def test_a_page_says_nothing_that_is_not_translated(snapshot: Snapshot) -> None:
    """Every text is marked by a made-up language; what is left are names, numbers, dates and commands."""
    marked: dict[str, tuple[str, ...]] = {}
    for msgid in messages.found():
        one, many = (msgid, msgid) if isinstance(msgid, str) else msgid
        marked[one] = (f"⟦{one}⟧", f"⟦{many}⟧")
    page = Page(to_html(snapshot, Language("en", Locale.parse("en_GB"), marked)))
    for element in page.all("code", "bdi"):
        assert "⟦" not in element.text or element.tag == "bdi"
    left = page.text
    while "⟦" in left:
        shorter = re.sub("⟦[^⟦⟧]*⟧", " ", left)
        assert shorter != left
        left = shorter
    codes = {word for element in page.all("code") for word in re.findall(r"\w+", element.text)}
    given = (
        snapshot.title,
        snapshot.company,
        *(team.name for team in snapshot.team_rows),
        *(person.name for person in snapshot.person_rows),
        *snapshot.measures.values(),
        *(look.who for look in snapshot.looks),
        *((snapshot.mandate.purpose, snapshot.mandate.contact) if snapshot.mandate else ()),
        *(str(value) for note in snapshot.uncertain for value in note.params.values()),
        "CRM Monitor digest DKK M K Mon Tue Nov November config/mandate.yaml changes.user_key",
    )
    known = codes | set(re.findall(r"\w+", " ".join(given)))
    assert not [word for word in re.findall(r"[^\W\d_]{2,}", left) if word not in known]


def test_the_first_screen_has_the_last_actions_then_todays_then_the_figures() -> None:
    page = Page(to_html(making.manager(), EN))
    heads = [element.text for element in page.all("h2")]
    assert heads[:6] == ["From last week", "This week", "How it stands", "Better", "Uncertain", "Whom to ask"]
    assert "done: 14 deals (2.4M DKK) are past their close date: new dates, or lost? (14 then, 9 now)" in page.text
    assert "9 deals (1.9M DKK) are past their close date: new dates, or lost?" in page.text
    assert "78% week before: 84% ▲ goal: at least 80% (not reached)" in page.text
    assert "Open deals past their close date: 14 → 9" in page.text
    assert "E-mails: understated (the mailbox of team Norway is not synced)." in page.text


def test_a_manager_with_a_mandate_sees_whom_to_ask_and_since_when() -> None:
    page = Page(to_html(making.manager(), EN))
    asked = [one.text for one in page.all("li") if re.search(" (Fading|Dormant|Never used it) ", one.text)]
    assert len(asked) == 3
    told = "active on 4 days in 4 weeks, usually on 8 (by the 4 weeks before); since week 45 · last"
    assert asked[0].startswith(f"Nora Karlsen Fading {told}")


@pytest.mark.parametrize("told", [lambda digest: Page(to_html(digest, EN)).text, lambda digest: to_plain(digest, EN)])
@pytest.mark.parametrize("make", [making.manager, making.own, making.sponsor])
def test_whatever_is_set_beside_a_figure_says_of_which_weeks_it_is(
    make: Callable[[], Snapshot], told: Callable[[Snapshot], str]
) -> None:
    text = " ".join(told(make()).split()).replace("deals are usually won", "")
    assert "weeks before" in text or make is making.sponsor
    assert re.findall(r"\busually (?!on \d+ \(by the \d+ weeks before\)).{0,30}", text) == []


@pytest.mark.parametrize("told", [lambda digest: Page(to_html(digest, EN)).text, lambda digest: to_plain(digest, EN)])
def test_of_somebody_who_fades_it_tells_the_weeks_that_show_it_and_not_a_week_that_was_better(
    told: Callable[[Snapshot], str],
) -> None:
    digest = making.manager()
    fading = next(row for row in digest.person_rows if row.status == "fading")
    row = replace(fading, active_days=3, usual=1.3, line=(*fading.line[:-4], 1, 1, 1, 3), because={"usual_days_4w": 16})
    digest = replace(digest, person_rows=tuple(row if one is fading else one for one in digest.person_rows))
    assert "active on 6 days in 4 weeks, usually on 16 (by the 12 weeks before); since week 45" in " ".join(
        told(digest).split()
    )


@pytest.mark.parametrize(("kind", "said"), [(Kind.MANAGER, "the list together."), (Kind.OWN, "Go through the list.")])
def test_nobody_is_asked_to_go_through_the_own_list_together(kind: Kind, said: str) -> None:
    subject = Subject(SubjectKind.CHECK, "offer-without-amount", "Offers without amount")
    action = replace(making.actions()[1], kind=ActionKind.RECORDS, subject=subject)
    assert action_text(action, replace(making.manager(), kind=kind), EN).endswith(said)


def test_without_a_mandate_the_page_says_why_there_are_no_names() -> None:
    page = Page(to_html(making.manager(named=False), language("nb")))
    assert "Ingen vises med navn: det er ikke noe mandat (config/mandate.yaml)." in page.text
    assert not [one for one in making.people() if one.name in page.text]


def test_what_is_not_available_is_not_shown_as_zero() -> None:
    page = Page(to_html(making.manager(), EN))
    rows = [element.text for element in page.all("tr", "li") if element.text.startswith("Managers who")]
    assert rows == ["Managers who use it weekly: Records changed: not available (not mapped: changes.user_key)."]
    assert "Not available, which is not zero:" in page.text


def test_a_link_that_is_no_web_address_is_no_link() -> None:
    action = replace(making.actions()[0], link="javascript:alert(1)", command="crm-monitor failing x")
    quality = (replace(making.quality()[0], list_link="data:text/html,x"),)
    html = to_html(replace(making.manager(), actions=(action,), quality=quality), EN)
    assert "javascript:" not in html
    assert "data:text" not in html
    assert "crm-monitor failing x --manager m1" in [one.text for one in Page(html).all("code")]


def test_the_own_page_has_who_looked_and_nobody_elses_row() -> None:
    snapshot = making.own()
    page = Page(to_html(snapshot, EN))
    assert "Who looked at your figures" in page.text
    assert "Tue 17 Nov 09:02: Kari Nilsen" in page.text
    assert not [
        one.name for one in making.people() if one.name in page.text and one.name not in ("Kari Nilsen", snapshot.title)
    ]


def test_nobody_looked_is_said() -> None:
    assert "Nobody has." in Page(to_html(replace(making.own(), looks=()), EN)).text


def test_the_sponsors_blocks_disappear_without_input() -> None:
    heads = [element.text for element in Page(to_html(making.sponsor(), EN)).all("h2")]
    assert "Seats" in heads
    assert "Managers' own use" in heads
    less = replace(making.sponsor(), seats=None, management=None, quality=(), team_rows=())
    left = [element.text for element in Page(to_html(less, EN)).all("h2")]
    assert not {"Seats", "Managers' own use", "Records to mend", "Teams"} & set(left)


def test_an_empty_digest_says_that_there_is_nothing_to_do_and_that_the_datas_age_is_not_known() -> None:
    page = Page(to_html(making.empty(), EN))
    assert "Nothing stands out. Nothing to do." in page.text
    assert "it is not known how old the data is" in page.text
    assert "Not for pay or appraisal." in page.text


def test_equal_snapshots_give_equal_pages() -> None:
    assert to_html(making.manager(), EN) == to_html(making.manager(), EN)


def test_every_kind_of_action_and_outcome_has_its_words() -> None:
    for kind in ActionKind:
        subject = Subject(SubjectKind.CHECK, "x", "Offers without amount")
        if kind in (ActionKind.PERSON, ActionKind.TEAM_QUIETER):
            subject = Subject(SubjectKind.PERSON, "u", "Kari Nilsen")
        action = Action(1, kind, subject, making.actions()[0].reason, 3, 2)
        page = Page(to_html(replace(making.manager(), actions=(action,)), language("da")))
        assert "{" not in page.text
    for outcome in Outcome:
        last = replace(making.last_actions()[0], outcome=outcome)
        assert "{" not in Page(to_html(replace(making.manager(), last_actions=(last,)), EN)).text


def test_every_colour_of_the_page_has_a_name() -> None:
    """Colours stand in one place for light, dark and paper; elsewhere they are named."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    rules = re.sub(r":root \{[^}]*\}", "", style)
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", rules)
    roots = [set(re.findall(r"--[a-z0-9-]+(?=:)", root)) for root in re.findall(r":root \{([^}]*)\}", style)]
    assert len(roots) == 3
    assert roots[0] == roots[1] == roots[2]
