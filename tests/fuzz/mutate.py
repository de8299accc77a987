"""Makes odd inputs out of valid ones: of the tree that a file holds, of its text, and bytes of any kind.

A tree is written in YAML's flow style, so that a ``Raw`` scalar (an anchor, a tag, a number no database has) stands in
it as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import strategies as st


class Raw(str):
    """A scalar that is written as it is, without quotes."""

    __slots__ = ()


_DEEPEST = 60
_BOMB = Raw(
    "[&a [x,x,x,x,x,x,x,x,x], &b [*a,*a,*a,*a,*a,*a,*a,*a,*a], &c [*b,*b,*b,*b,*b,*b,*b,*b,*b],"
    " &d [*c,*c,*c,*c,*c,*c,*c,*c,*c], &e [*d,*d,*d,*d,*d,*d,*d,*d,*d], [*e,*e,*e,*e,*e,*e,*e,*e,*e]]"
)
_MERGED = Raw("{<<: [&m {a: 1}, *m, *m], <<: {b: 2}}")
TEXTS: tuple[str, ...] = (
    *(
        "",
        " ",
        "\n",
        "a" * 5_000,
        "é" * 300,
        "٣",
        "²",
        "½",
        "😀",
        "\u202e txet",
        "\u0000",
        "\u0085",
        "\u2028",
        "\ufeff",
        "I\u0307",
    ),
    *(
        "\ud800",
        "\x1b[31mred\x1b[0m",
        "a\rb",
        "ﬃ",
        "ß",
        "-",
        "--",
        "..",
        "../..",
        "/",
        "/dev/zero",
        "/etc/passwd",
        "~",
        "~x/y",
    ),
    *(
        "${",
        "${X",
        "${X}",
        "${X:-y}",
        "${X:-${X}}",
        "$$",
        "%s",
        "%",
        "{}",
        "{0.__class__}",
        "{base}",
        "{key",
        "{today - 99999999d}",
    ),
    *(
        "0",
        "-1",
        "1e999",
        "nan",
        "inf",
        "9" * 400,
        "1_000",
        "0x1F",
        "1.5",
        "100%",
        "-5%",
        "5 %",
        "1e3%",
        "²%",
        "99999999d",
        "0s",
        "²d",
    ),
    *(
        "2026-02-30",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "2026-W60",
        "2026-11-27T06:00+99:00",
        "25:00-26:00",
        "22:00-06:00",
    ),
    *(
        "true",
        "null",
        "on",
        "Null",
        "*",
        "* * * * *",
        "0 0 30 2 *",
        "*/² * * * *",
        "0-59/999999999 * * * *",
        "@reboot",
        "@hourly",
    ),
    *(
        "0 0 last-fri * *",
        "0 0 * * 7-5/2",
        "0 0 * * sun-",
        "59 23 31 12 *",
        "0 0 29 2 *",
        "0 0 29 2 mon",
        "* * * * */0",
        "0,0,0 0 1-1 1 *",
    ),
    *(
        "status = 'open'",
        "amount >",
        "amount > 0 AND (" * 90,
        "NOT " * 900 + "true",
        "a" + " = 1 AND a" * 900,
        "((((",
        "''''",
    ),
    *(
        "name LIKE '%",
        "amount BETWEEN 1 AND",
        "x IN (" + "1," * 999 + "1)",
        "created_at < {now}",
        "'; DROP TABLE users; --",
        "/* x",
    ),
    *(
        "(a+)+$",
        "(" * 200,
        "[[:alpha:]]+",
        "(?P<x>a)(?P=x)",
        "\\",
        "a{99999999999}",
        "(?i)x",
        "[z-a]",
        "(?<!a+)b",
        "[[a]",
        "\\p{L}",
    ),
    *(
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://u:p@127.0.0.1:1/x",
        "mysql://127.0.0.1:x/y",
        "http://[::1",
        "https://x y",
    ),
    *(
        "Europe/Copenhagen",
        "../UTC",
        "UTC",
        "posixrules",
        "DK",
        "XX",
        "dkk",
        "U0ANNA001",
        "#x",
        "a@b",
        "a@b.example",
        "@",
        "x" * 65 + "@b.dk",
    ),
    *(
        "builtin/odoo-17@1",
        "builtin/../x@1",
        "builtin/nothing@9",
        "builtin/opportunities@1",
        "builtin/adoption@1",
        "@1",
        "builtin/@",
    ),
)
_LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.0, -0.0, 1e308, 5e-324, 0.1),
    *([], {}, [[]], [None], {"": None}, {"a": {"a": {}}}, ["a"] * 300, {str(number): number for number in range(300)}),
    *(
        Raw(text)
        for text in (
            ".inf",
            "-.inf",
            ".nan",
            "~",
            "0o17",
            "0x1F",
            "1_000",
            "1e3",
            "2026-02-30",
            "2026-11-27",
            "=",
            "<<",
        )
    ),
    *(
        Raw(text)
        for text in (
            "2026-11-27T25:00:00Z",
            "2026-11-27 06:00:00 +99:99",
            "9999-12-31T23:59:59-12:00",
            "0001-01-01T00:00:00+14:00",
        )
    ),
    *(
        Raw(text)
        for text in (
            "!!binary x",
            "!!python/object:os.system x",
            "!x y",
            "!!set {a, b}",
            "!!int x",
            "!!float 1",
            "!!str 1",
            "!!timestamp x",
        )
    ),
    *(
        Raw(text)
        for text in (
            "*nowhere",
            "&self [*self]",
            "&k {k: *k}",
            "? x",
            "{[a]: b}",
            "{{a: 1}: b}",
            "{1: a, true: b, ~: c}",
            "{a: 1, a: 2}",
        )
    ),
    *(Raw("1" + "0" * 5_000), Raw("0." + "1" * 5_000), Raw("1e" + "9" * 50), Raw('"\\ud83d"'), Raw('"\\x1b[2J"')),
    *(_BOMB, _MERGED),
)


def trees(seeds: Sequence[Any], words: Sequence[str] = (), *, json_only: bool = False) -> st.SearchStrategy[str]:
    """The text of one of the trees with up to five things in it changed, mostly one: more is refused at once."""
    harvested = sorted({text for seed in seeds for text in _texts(seed)} | set(words))
    plain = [leaf for leaf in _LEAVES if not (json_only and isinstance(leaf, Raw))]
    leaves = st.one_of(st.sampled_from(plain), st.sampled_from(TEXTS), st.sampled_from(harvested), st.text(max_size=12))
    keys = st.one_of(st.sampled_from(harvested), st.sampled_from(TEXTS), st.text(max_size=6))

    @st.composite
    def made(draw: st.DrawFn) -> str:
        tree = deepcopy(draw(st.sampled_from(seeds)))
        for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3, 5)))):
            tree = _changed(draw, tree, leaves, keys)
        return written(tree)

    return made()


def texts(seeds: Sequence[str]) -> st.SearchStrategy[str]:
    """One of the texts with a few pieces of it cut, doubled, moved or replaced."""
    pieces = st.one_of(
        st.sampled_from(TEXTS), st.text(max_size=8), st.sampled_from(("\r\n", "\t", ": ", "- ", "|\n", "#", '"', "'"))
    )

    @st.composite
    def made(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(seeds))
        for _ in range(draw(st.sampled_from((1, 1, 2, 4)))):
            begin, size = draw(st.integers(0, max(0, len(text) - 1))), draw(st.integers(0, 40))
            cut = text[begin : begin + size]
            how = draw(st.integers(0, 4))
            middle = ("", cut + cut, draw(pieces), cut * 60, cut[::-1])[how]
            text = text[:begin] + middle + text[begin + size :]
        return text

    return made()


def files(
    seeds: Sequence[str], trees_of: Callable[[], Sequence[Any]] | None = None, words: Sequence[str] = ()
) -> st.SearchStrategy[bytes]:
    """The bytes of a file: mostly of a changed tree, else of a changed text, and now and then of anything.

    Trees are read when the first input is drawn: reading them takes seconds, and most who import this draw none.
    """
    encoded = texts(seeds).map(_encoded)
    anything = st.binary(max_size=200) | st.sampled_from(seeds).map(lambda text: text.encode("utf-16"))
    if trees_of is None:
        return st.one_of(encoded, encoded, encoded, anything)
    of_trees = st.deferred(lambda: trees(trees_of(), words).map(_encoded))
    return st.one_of(of_trees, of_trees, of_trees, of_trees, encoded, encoded, anything)


def written(value: Any, depth: int = 0) -> str:
    """A tree as YAML in flow style; what is nested too deep for Python to walk is left out."""
    if depth > _DEEPEST:
        return "null"
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{written(key, depth + 1)}: {written(item, depth + 1)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(written(item, depth + 1) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def _changed(draw: st.DrawFn, tree: Any, leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> Any:
    places = list(_places(tree))
    if not places:
        return draw(leaves)
    holder, at = draw(st.sampled_from(places))
    how = draw(st.integers(0, 9))
    if how <= 3:
        holder[at] = deepcopy(draw(leaves))
    elif how == 4:
        del holder[at]
    elif how == 5:
        other, where = draw(st.sampled_from(places))
        holder[at], other[where] = deepcopy(other[where]), deepcopy(holder[at])
    else:
        _grown(draw, holder, at, how, leaves, keys)
    return tree


def _grown(
    draw: st.DrawFn, holder: Any, at: Any, how: int, leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str]
) -> None:
    """Another key, more of the same, or deeper."""
    if how == 6 and isinstance(holder, dict):
        holder[draw(keys)] = holder.pop(at)
    elif how == 7 and isinstance(holder, dict):
        holder[draw(keys)] = deepcopy(draw(leaves))
    elif how == 8:
        for _ in range(draw(st.sampled_from((1, 1, 1, 3, 70, 400)))):
            holder[at] = [holder[at]] if draw(st.booleans()) else {"a": holder[at]}
    elif isinstance(holder, list):
        holder.extend(deepcopy(holder[at]) for _ in range(draw(st.sampled_from((1, 2, 50)))))
    elif isinstance(holder[at], str):
        holder[at] = draw(texts([holder[at] or "x"]))


def _places(tree: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    if depth > 40:
        return
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for at, item in items:
        yield tree, at
        yield from _places(item, depth + 1)


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _texts(item)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
