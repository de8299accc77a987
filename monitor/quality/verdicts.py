"""Verdicts on values that were judged before, under a keyed hash: never the value itself, and never too many."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable

from monitor.quality.rules.base import Values


class Verdicts:
    """Remembers the newest verdicts of one rule; the key of the hash lives no longer than the process."""

    def __init__(self, judge: Callable[[Values], bool | None], most: int = 200_000) -> None:
        self._judge = judge
        self._most = most
        self._secret = secrets.token_bytes(16)
        self._known: OrderedDict[bytes, bool | None] = OrderedDict()

    def __call__(self, values: Values) -> bool | None:
        mark = hashlib.blake2b(repr(values).encode(), key=self._secret, digest_size=12).digest()
        if mark in self._known:
            self._known.move_to_end(mark)
            return self._known[mark]
        verdict = self._known[mark] = self._judge(values)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return verdict
