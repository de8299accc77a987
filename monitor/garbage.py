"""Python's search for dead cycles: not while very many objects are made, and always where a piece of work is over."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_after() -> Iterator[None]:
    """What the work left behind goes at its end: in a process that lives for years it would pile up between the rare
    searches of Python's own, and memory once taken is seldom given back.

    Also a decorator: ``@collected_after()``.
    """
    try:
        yield
    finally:
        gc.collect()


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
