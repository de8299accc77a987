"""What one person alone sees of the Slack app: the answer to "Show records", and the forms that buttons open.

Made by the program itself, of the demo, as if somebody pressed the buttons of one of its incidents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from html import escape

from monitor.app.demo import Demo
from monitor.app.project import OpenProject, open_project
from monitor.app.slack_app.asked import Asked
from monitor.app.slack_app.incident_buttons import pressed
from monitor.incidents.model import Incident
from monitor.messages.interaction import Ask, Pressed, Private, Reaction
from monitor.messages.slack import to_slack
from monitor.messages.slack_form import Place, to_view
from tests.docs.slack_page import PERSONS, Json, page

ANN = "U0ANN0001"
FORMS = ("incident:assign", "incident:accept", "incident:wrong")
_SLACK = (
    "\nslack: {token: xoxb-made-up, app_token: xapp-made-up, channel: C0123ABCD, permissions: {default: [everyone]}}\n"
)
_MOST_RECORDS = 20  # that the answer shows
_STYLE = """
* { box-sizing: border-box; margin: 0; }
body { width: 780px; background: #8d8d8e; color: #1d1c1d; padding: 20px; display: flex; flex-wrap: wrap; gap: 20px;
  align-items: flex-start; font: 15px/1.466 Lato, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.window { width: 360px; background: #fff; border-radius: 8px; }
.window h1 { font-size: 20px; font-weight: 900; padding: 16px 20px 10px; }
.window label { display: block; font-weight: 700; margin-top: 12px; }
.window label span, .hint { color: #616061; font-weight: 400; font-size: 13px; }
.body { padding: 0 20px 16px; }
.box { border: 1px solid #868686; border-radius: 4px; padding: 6px 12px; margin-top: 4px; min-height: 38px; }
.box.lines { min-height: 86px; }
.box.empty { color: #868686; }
.foot { border-top: 1px solid #dddddd; padding: 12px 20px; display: flex; justify-content: flex-end; gap: 10px; }
.foot span { border: 1px solid #babbbc; border-radius: 4px; padding: 6px 14px; font-weight: 700; }
.foot .go { background: #007a5a; border-color: #007a5a; color: #fff; }
"""


@contextmanager
def with_slack(demo: Demo, moment: datetime) -> Iterator[OpenProject]:
    """The demo's project, with a Slack that is made up, for as long as this lasts."""
    settings = demo.folder / "config" / "monitor.yaml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before + _SLACK, encoding="utf-8")
    try:
        with open_project(demo.folder, {}, clock=lambda: moment) as opened:
            yield opened
    finally:
        settings.write_text(before, encoding="utf-8")


def private_pages(demo: Demo, moment: datetime) -> tuple[str, str]:
    """The page of the private answer, and that of the forms."""
    with with_slack(demo, moment) as opened:
        return _records(opened, moment), _forms(opened)


def _press(opened: OpenProject, action: str) -> Reaction:
    asked = Asked(opened, ANN, lambda _group: frozenset(), lambda _job: None)
    number = str(_incident(opened).id)
    return pressed(asked, Pressed("p1", ANN, action, number, "C0123ABCD", "1.0", "trigger"))


def _incident(opened: OpenProject) -> Incident:
    """The one with the most records that one answer can show."""
    found = [one for one in opened.state.incidents.list() if one.live and one.unexpected]
    return max(found, key=lambda one: ((one.unexpected or 0) <= _MOST_RECORDS, one.unexpected or 0))


def _records(opened: OpenProject, moment: datetime) -> str:
    answer, at = _press(opened, "incident:show"), moment.astimezone(opened.project.zone)
    assert isinstance(answer, Private)
    return page(
        [to_slack(answer.message)],
        channel="crm-data-quality",
        topic="what got worse in the CRM, where it came from, and how to mend it",
        day=f"{at:%A, %B} {at.day}",
        time=f"{at:%H:%M}",
        how=["private"],
    )


def _forms(opened: OpenProject) -> str:
    views = []
    for action in FORMS:
        asking = _press(opened, action)
        assert isinstance(asking, Ask), asking
        views.append(to_view(asking.form, Place("C0123ABCD")))
    return windows(views)


def windows(views: Sequence[Json]) -> str:
    """A page with these modals side by side."""
    shown = "".join(f'<div class="window">{"".join(_window(view))}</div>' for view in views)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Forms</title><style>{_STYLE}</style>'
    return f"{head}<body>{shown}</body></html>"


def _window(view: Json) -> Iterator[str]:
    yield f'<h1>{escape(view["title"]["text"])}</h1><div class="body">'
    for block in view["blocks"]:
        if block["type"] != "input":
            raise ValueError(f"no block of type {block['type']!r} is drawn here")
        optional = " <span>(optional)</span>" if block["optional"] else ""
        yield f"<label>{escape(block['label']['text'])}{optional}</label>"
        yield _box(block["element"])
        if "hint" in block:
            yield f'<div class="hint">{escape(block["hint"]["text"])}</div>'
    buttons = "".join(
        f'<span class="{kind}">{escape(view[name]["text"])}</span>' for name, kind in (("close", ""), ("submit", "go"))
    )
    yield f'</div><div class="foot">{buttons}</div>'


def _box(element: Json) -> str:
    match element["type"]:
        case "users_select":
            said = f"@{PERSONS.get(element.get('initial_user', ''), '')}".rstrip("@")
        case "static_select":
            said = element.get("initial_option", {}).get("text", {}).get("text", "")
        case "datepicker":
            said = element.get("initial_date", "")
        case "plain_text_input":
            said = element.get("initial_value", "")
        case other:
            raise ValueError(f"no element of type {other!r} is drawn here")
    empty = {"datepicker": "Select a date", "users_select": "Select a person", "static_select": "Select one"}
    lines = " lines" if element.get("multiline") else ""
    if said:
        return f'<div class="box{lines}">{escape(said)}</div>'
    return f'<div class="box{lines} empty">{empty.get(element["type"], "Write something")}</div>'
