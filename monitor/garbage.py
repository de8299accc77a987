"""Python's search for dead cycles, left out while very many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """It would look again and again through all objects, of which none can go yet: with a million, for seconds.

    Also a decorator: ``@without_collecting()``.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
