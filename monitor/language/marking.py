"""Marks a text for translation where it is written; it is translated where it is shown."""

from __future__ import annotations


def _(msgid: str) -> str:
    """``msgid`` as it is. The test of the catalogs finds its argument, so it must be one literal string."""
    return msgid


N_ = _
