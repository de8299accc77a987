"""What an input may lead to: what it should, or a documented error in plain words, soon, and nothing else."""

from __future__ import annotations

import re
import signal
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from ruamel.yaml.error import YAMLWarning

from monitor.errors import MonitorError

CPU_SECONDS = 20.0
"""Far beyond what any input takes: only what would go on for ever, or as good as that, reaches it."""
WAITING_SECONDS = 120.0
SECRET = "s3cr3t-Pa55"
"""Stands in passwords and tokens."""
CUSTOMER = "Zaphodsen"
"""Stands in the names of customers and in their records."""
MOST = 1_500
"""Characters in one line that a person reads."""
_PYTHONS_OWN = re.compile(
    r"Traceback|object has no attribute|NoneType|<class |pydantic|invalid literal for|mistake in crm-monitor"
    r"|object at 0x|positional argument|not subscriptable|codec can't|unhashable|KeyError|out of range\b.*index"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LOUD = (UserWarning, FutureWarning, RuntimeWarning, SyntaxWarning, YAMLWarning)  # those that Python prints by default


class TooSlow(BaseException):
    """No Exception, so that nothing in the program takes it for one of its own."""


class Unfit(AssertionError):
    """What came of an input is not what may come of it."""


def judged(call: Callable[[], object], *, hidden: tuple[str, ...] = (SECRET, CUSTOMER)) -> str:
    """The documented error that the call raises, as a person reads it; empty where it raises none.

    Raises Unfit for an error whose text is none for people, and lets every other exception through.
    """
    try:
        with bounded(), loud():
            call()
    except MonitorError as error:
        if error.exit_code not in (2, 3):
            raise Unfit(f"{type(error).__name__} has the exit code {error.exit_code}") from error
        try:
            fit(str(error), hidden)
        except Unfit as unfit:
            raise unfit from error
        return str(error)
    return ""


def fit(text: str, hidden: tuple[str, ...] = (SECRET, CUSTOMER), *, typed: bool = False) -> None:
    """Whether a person may be shown the text. Raises Unfit saying why not.

    What the person ``typed`` may be said again as it is, whatever it holds.
    """
    for word in hidden:
        if word in text:
            raise Unfit(f"{word!r} stands in: {text[:1000]!r} ... {text[-3000:]!r}")
    if found := _PYTHONS_OWN.search(text):
        raise Unfit(f"Python's own words ({found[0]!r}) in: {text[:1000]!r} ... {text[-3000:]!r}")
    if typed:
        return
    if found := _CONTROL.search(text):
        raise Unfit(f"a character that is not for reading ({found[0]!r}) in: {text[:1000]!r} ... {text[-3000:]!r}")
    longest = max(text.splitlines(), key=len, default="")
    if len(longest) > MOST:
        raise Unfit(f"a line of {len(longest)} characters: {longest[:300]!r}")


@contextmanager
def bounded(cpu: float = CPU_SECONDS, waiting: float = WAITING_SECONDS) -> Iterator[None]:
    """Ends what takes too long, by the time of the processor (others may be busy) and by the clock."""

    def late(number: int, _frame: object) -> NoReturn:
        raise TooSlow(f"no end after {cpu if number == signal.SIGVTALRM else waiting} s")

    before = signal.signal(signal.SIGVTALRM, late), signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu)
    signal.setitimer(signal.ITIMER_REAL, waiting)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGVTALRM, before[0])
        signal.signal(signal.SIGALRM, before[1])


@contextmanager
def loud() -> Iterator[None]:
    """A warning that Python would print for a person to puzzle over is an error."""
    with warnings.catch_warnings():
        for kind in _LOUD:
            warnings.simplefilter("error", kind)
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Nothing but this machine's loopback is reached, whatever address an input holds."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connected(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise OSError(101, "Network is unreachable")
        connect(self, address)

    def looked_up(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name not in (None, "", "localhost") and not str(name).startswith(("127.", "::1")):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *rest, **more)

    socket.socket.connect, socket.getaddrinfo = connected, looked_up  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = connect, look_up  # type: ignore[method-assign]
