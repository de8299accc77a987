"""A channel of Slack as a page of HTML, from the very blocks that would be posted; light theme, no web fonts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import starmap
from typing import Any

Json = dict[str, Any]
PERSONS = {"U0ANN0001": "Ann", "U0BO00001": "Bo"}
"""How those who are mentioned are called."""
_DRAWN = {  # emoji as Slack draws them; a machine without an emoji font has none
    "\N{LARGE RED CIRCLE}": '<circle cx="10" cy="10" r="9" fill="#dd2e44"/>',
    "\N{LARGE ORANGE DIAMOND}": '<path d="M10 0.6 L19.4 10 L10 19.4 L0.6 10 Z" fill="#f4900c"/>',
    "\N{WHITE HEAVY CHECK MARK}": '<rect width="20" height="20" rx="3" fill="#77b255"/>'
    '<path d="M4.5 10.5l4 4 7-9" stroke="#fff" stroke-width="2.6" fill="none"/>',
    "\N{CLIPBOARD}": '<rect x="3" y="2" width="14" height="17" rx="2" fill="#c1694f"/>'
    '<rect x="5" y="5" width="10" height="12" fill="#fff"/>'
    '<rect x="7" y="0.6" width="6" height="4" rx="1" fill="#99aab5"/>',
    "\N{CONSTRUCTION SIGN}": '<rect y="3" width="20" height="8" rx="1" fill="#f4900c"/>'
    '<path d="M3 11v7M17 11v7" stroke="#66757f" stroke-width="2"/>',
}
_STYLE = """
* { box-sizing: border-box; margin: 0; }
body { width: 780px; background: #fff; color: #1d1c1d;
  font: 15px/1.466 Lato, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.channel { height: 49px; padding: 0 20px; display: flex; align-items: center; gap: 10px;
  border-bottom: 1px solid #dddddd; }
.channel b { font-size: 18px; font-weight: 900; }
.channel span { color: #616061; font-size: 13px; }
.day { display: flex; align-items: center; padding: 14px 20px 2px; color: #1d1c1d; font-size: 13px; font-weight: 700; }
.day::before, .day::after { content: ""; flex: 1; border-top: 1px solid #dddddd; }
.day span { border: 1px solid #dddddd; border-radius: 24px; padding: 3px 14px; }
.message { display: flex; gap: 8px; padding: 8px 20px 10px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #1f7a5c; color: #fff; font-weight: 900;
  font-size: 14px; line-height: 36px; text-align: center; letter-spacing: .3px; }
.who { line-height: 1.466; }
.who b { font-weight: 900; }
.app { background: #ececec; color: #616061; border-radius: 2px; font-size: 10px; font-weight: 700; padding: 1px 4px;
  margin: 0 4px 0 5px; vertical-align: 1.5px; }
.time, .context { color: #616061; font-size: 12px; }
h1 { font-size: 18px; line-height: 1.33; font-weight: 900; margin: 4px 0 6px; }
h1 svg { width: 18px; height: 18px; vertical-align: -3px; margin-right: 3px; }
svg { width: 15px; height: 15px; vertical-align: -2px; margin-right: 2px; }
ul { margin: 2px 0; padding-left: 22px; } li { margin: 2px 0; }
p { margin: 4px 0; white-space: pre-wrap; }
code { font: 12px/1.5 "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  color: #e01e5a; background: #f8f8f8;
  border: 1px solid #dddddd; border-radius: 3px; padding: 2px 3px 1px; }
.context { display: flex; flex-wrap: wrap; column-gap: 10px; margin-top: 6px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 4px; }
.button, .menu { border: 1px solid #babbbc; border-radius: 8px; padding: 0 12px; height: 28px; line-height: 26px;
  font-size: 13px; font-weight: 700; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.menu { font-weight: 400; color: #616061; min-width: 120px; display: flex; justify-content: space-between; gap: 20px; }
.menu::after { content: ""; align-self: center; border: 4px solid transparent; border-top-color: #616061;
  margin-top: 4px; }
.reply { padding-left: 64px; } .reply .face { width: 24px; height: 24px; line-height: 24px; font-size: 10px; }
.whisper { color: #616061; font-size: 12px; padding: 6px 20px 0 64px; }
.mention { color: #1264a3; background: #e8f5fa; border-radius: 3px; padding: 0 2px; }
a { color: #1264a3; text-decoration: none; }
hr { border: 0; border-top: 1px solid #dddddd; margin: 10px 0; }
"""


def page(
    payloads: Sequence[Json],
    *,
    channel: str,
    topic: str,
    day: str,
    time: str | Sequence[str],
    how: Sequence[str] = (),
    sign: str = "# ",
) -> str:
    """The whole page; ``payloads`` as ``to_slack`` gives them, and ``how`` each stands: ``reply``, ``private``.
    ``time`` is one for all, or one for each; ``sign`` stands before the channel, and is empty for a direct message."""
    places = [*how, *[""] * (len(payloads) - len(how))]
    times = [time] * len(payloads) if isinstance(time, str) else time
    messages = "".join(starmap(_message, zip(payloads, times, places, strict=True)))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(channel)}</title><style>{_STYLE}</style>'
        f'<body><div class="channel"><b>{sign}{escape(channel)}</b><span>{escape(topic)}</span></div>'
        f'<div class="day"><span>{escape(day)}</span></div>{messages}<div style="height: 8px"></div></body></html>'
    )


def _message(payload: Json, time: str, place: str) -> str:
    body = "".join(part for block in payload["blocks"] for part in _block(block))
    whisper = '<div class="whisper">Only visible to you</div>' if place == "private" else ""
    return (
        f'{whisper}<div class="message {place}"><div class="face">CM</div><div><div class="who"><b>CRM Monitor</b>'
        f'<span class="app">APP</span><span class="time">{escape(time)}</span></div>{body}</div></div>'
    )


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"<h1>{_drawn(escape(block['text']['text']))}</h1>"
        case "rich_text":
            for section in block["elements"]:
                if section["type"] == "rich_text_list":
                    items = "".join(f"<li>{_inline(item['elements'])}</li>" for item in section["elements"])
                    yield f"<ul>{items}</ul>"
                else:
                    yield f"<p>{_inline(section['elements'])}</p>"
        case "context":
            parts = "".join(f"<span>{escape(one['text'])}</span>" for one in block["elements"])
            yield f'<div class="context">{parts}</div>'
        case "divider":
            yield "<hr>"
        case "actions":
            yield f'<div class="actions">{"".join(_pressed(one) for one in block["elements"])}</div>'
        case other:
            raise ValueError(f"no block of type {other!r} is drawn here")


def _pressed(one: Json) -> str:
    if one["type"] == "static_select":
        return f'<span class="menu">{escape(one["placeholder"]["text"])}</span>'
    style = f" {one['style']}" if "style" in one else ""
    return f'<span class="button{style}">{escape(one["text"]["text"])}</span>'


def _inline(elements: Sequence[Json]) -> str:
    return "".join(_element(one) for one in elements)


def _element(one: Json) -> str:
    if one["type"] in ("user", "usergroup"):
        return f'<span class="mention">@{escape(PERSONS.get(one.get("user_id", ""), "somebody"))}</span>'
    text = _drawn(escape(one["text"]))
    if one["type"] == "link":
        text = f'<a href="{escape(one["url"])}">{text}</a>'
    style = one.get("style", {})
    text = f"<b>{text}</b>" if style.get("bold") else text
    return f"<code>{text}</code>" if style.get("code") else text


def _drawn(text: str) -> str:
    for emoji, shape in _DRAWN.items():
        text = text.replace(emoji, f'<svg viewBox="0 0 20 20" aria-hidden="true">{shape}</svg>')
    return text
