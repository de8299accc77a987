"""Drains the outbox: settles what is in doubt, then sends what is due, one commit per message.

Nothing is lost (a message that was not accepted goes back into the queue) and nothing is posted twice
(a message that may have been accepted is looked for first, and left alone where nobody can look).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.delivery.target import (
    Absent,
    Accepted,
    CannotTell,
    Failure,
    Fate,
    Found,
    Lost,
    NotAccepted,
    NothingToSend,
    Refused,
    Target,
)
from monitor.messages.outgoing import DeliveryState, Outbox, Outgoing

PACE = timedelta(seconds=1.05)  # Slack takes about one message per second and channel
SETTLING = timedelta(seconds=15)  # longer than any request lives, so that what is absent then stays absent
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one drain did, and what of the whole outbox is undelivered after it.

    ``waiting`` go out later by themselves; ``failed`` wait for a person to mend what their ``error`` says;
    ``unknown`` may or may not stand on their platform, and are never sent again by themselves. ``scheduled`` are
    not meant to have arrived yet, nor are those that follow them in their thread.
    """

    sent: int = 0
    waiting: tuple[Outgoing, ...] = ()
    failed: tuple[Outgoing, ...] = ()
    unknown: tuple[Outgoing, ...] = ()
    scheduled: tuple[Outgoing, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that was to be sent has arrived."""
        return not (self.waiting or self.failed or self.unknown)


def drain(
    outbox: Outbox,
    targets: Mapping[str, Target],
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    deadline: datetime,
    patience: timedelta | None = None,
    failed: Callable[[Failure], None] = lambda _: None,
) -> DeliveryReport:
    """Sends until nothing is left to do before ``deadline`` (aware; as ``clock()`` shows when it begins).

    With ``patience`` it stops earlier: when no platform has given an answer for that long.
    ``failed`` hears of every attempt that failed.
    ``targets`` by their names in the outbox; messages to others wait. ``sleep`` takes seconds; by it alone the
    drain keeps to the pace, to a platform's Retry-After and to its own pauses between attempts. A clock that is set
    back meanwhile prolongs none of these waits, nor the time to ``deadline``, by more than the sleep in which it was;
    what is left to a later drain is tried again when the clock shows the time that is kept with it.
    """
    work = _Drain(outbox, targets, clock, sleep, deadline, patience, failed)
    work.run()
    return work.report()


class _Drain:
    def __init__(
        self,
        outbox: Outbox,
        targets: Mapping[str, Target],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        deadline: datetime,
        patience: timedelta | None,
        failed: Callable[[Failure], None],
    ) -> None:
        self._outbox, self._targets = outbox, targets
        self._clock, self._sleep, self._deadline = clock, sleep, deadline
        self._patience, self._failed = patience, failed
        self._shown, self._set_back = clock(), timedelta()  # what the clock last showed; by how much it was set back
        self._heard = self._now()  # when a platform last gave an answer
        self._sent = 0
        self._ready: dict[str, datetime] = {}  # when a target may be used again
        self._look_again: dict[int, datetime] = {}  # messages in doubt, and when to look (again) for them
        self._held: dict[int, tuple[str, str]] = {}  # messages in doubt that may yet be found, and what waits for them
        self._left_alone: set[int] = set()  # somebody else sends them
        self._closed: set[str] = set()  # targets that refuse everything, until a person acts

    def run(self) -> None:
        for message in self._outbox.in_doubt():
            if message.target in self._targets and self._now() < self._end:
                self._first_look(message)
        while (now := self._now()) < self._end:
            if doubtful := [number for number, at in self._look_again.items() if at <= now]:
                self._last_look(doubtful)
            elif (due := self._next(now)) is not None:
                self._send(due)
            elif (wake := self._wake(now)) is not None and wake < self._end:
                self._sleep(max((wake - now).total_seconds(), 0.01))
            else:
                return

    def _now(self) -> datetime:
        """By which the drain waits: as the clock shows, but that it stands still where that is set back.

        Not ``time.monotonic``, as who hands in ``clock`` and ``sleep`` hands in one time, be it not the real one.
        """
        shown = self._clock()
        self._set_back += max(self._shown - shown, timedelta())
        self._shown = shown
        return shown + self._set_back

    @property
    def _end(self) -> datetime:
        return self._deadline if self._patience is None else min(self._deadline, self._heard + self._patience)

    def report(self) -> DeliveryReport:
        now, left = self._clock(), self._outbox.undelivered()
        later = not_yet(left, now)
        waiting = (m for m in left if m.state in (DeliveryState.QUEUED, DeliveryState.SENDING))
        return DeliveryReport(
            sent=self._sent,
            waiting=tuple(m for m in waiting if m not in later),
            scheduled=later,
            failed=tuple(m for m in left if m.state is DeliveryState.FAILED),
            unknown=tuple(m for m in left if m.state is DeliveryState.UNKNOWN),
        )

    def _open_due(self, now: datetime) -> list[Outgoing]:
        held = set(self._held.values())
        return [
            message
            for message in self._outbox.due(now - self._set_back)
            if message.target in self._targets
            and message.target not in self._closed
            and message.id not in self._left_alone
            and (message.thread, message.target) not in held
        ]

    def _next(self, now: datetime) -> Outgoing | None:
        """The oldest message that is due and whose target may be used now."""
        return next((m for m in self._open_due(now) if self._ready.get(m.target, now) <= now), None)

    def _wake(self, now: datetime) -> datetime | None:
        """When there may be something to do again."""
        times = [*self._look_again.values(), *(self._ready.get(m.target, now) for m in self._open_due(now))]
        for message in self._outbox.undelivered():
            waits = message.state is DeliveryState.QUEUED and message.not_before is not None
            if waits and message.target in self._targets and message.target not in self._closed:
                its_time = (message.not_before or now) + self._set_back
                times.append(max(its_time, self._ready.get(message.target, now)))
        return min((time for time in times if time > now), default=None)

    def _send(self, message: Outgoing) -> None:
        if not self._outbox.claim(message.id, self._clock()):
            self._left_alone.add(message.id)
            return
        root = self._outbox.root(message.thread, message.target)
        answer = self._targets[message.target].send(message, root)
        now, shown = self._now(), self._shown
        self._ready[message.target] = now + PACE
        if isinstance(answer, Accepted | Refused):
            self._heard = now
        if isinstance(answer, NotAccepted | Refused | Lost):
            self._failed(answer.failure)
        match answer:
            case Accepted(remote):
                self._outbox.sent(message.id, shown, remote)
                self._sent += 1
            case NotAccepted(error, after):
                pause = _pause(message.attempts) if after is None else timedelta(seconds=after)
                self._ready[message.target] = now + max(pause, PACE)
                self._outbox.retry(message.id, shown, shown + pause, error)
            case Refused(error, only_this):
                if not only_this:  # the next would be refused as well: let it wait until this is mended
                    self._closed.add(message.target)
                self._outbox.failed(message.id, shown, error)
            case Lost(error):
                self._outbox.unknown(message.id, shown, error)
                self._first_look(replace(message, state=DeliveryState.UNKNOWN, error=error))
            case NothingToSend(reason):
                self._ready[message.target] = now
                self._outbox.superseded(message.id, shown, reason)

    def _first_look(self, message: Outgoing) -> None:
        """A message that is found is sent. One that is not may still be on its way: look again after a while.

        Until then what follows in its thread waits, lest it arrives before it.
        """
        fate = self._fate(message)
        if isinstance(fate, Absent) or (isinstance(fate, CannotTell) and fate.later):
            self._look_again[message.id] = self._now() + SETTLING
            self._held[message.id] = (message.thread, message.target)
        else:
            self._settled(message, fate)

    def _last_look(self, numbers: list[int]) -> None:
        still = {message.id: message for message in self._outbox.in_doubt()}
        for number in numbers:
            del self._look_again[number]
            if (message := still.get(number)) is not None:
                self._settled(message, self._fate(message))
            else:  # somebody else settled it
                self._held.pop(number, None)

    def _fate(self, message: Outgoing) -> Fate:
        root = self._outbox.root(message.thread, message.target)
        fate = self._targets[message.target].settle(message, root)
        if isinstance(fate, Found):  # that it is not there says nothing of whether anything is taken
            self._heard = self._now()
        return fate

    def _settled(self, message: Outgoing, fate: Fate) -> None:
        now = self._clock()
        if not (isinstance(fate, CannotTell) and fate.later):
            self._held.pop(message.id, None)
        match fate:
            case Found(remote):
                self._outbox.sent(message.id, now, remote)
                self._sent += 1
            case Absent():
                self._outbox.retry(message.id, now, now, message.error)
            case CannotTell(reason):
                if message.state is not DeliveryState.UNKNOWN or reason not in message.error:  # said once is enough
                    reason = "; ".join(filter(None, (message.error, reason)))
                    self._outbox.unknown(message.id, now, reason)


def not_yet(messages: Sequence[Outgoing], now: datetime) -> tuple[Outgoing, ...]:
    """Of undelivered messages (oldest first) those whose time has not come, and the untried ones behind them."""
    found: list[Outgoing] = []
    behind: set[tuple[str, str]] = set()
    for message in messages:
        place = (message.thread, message.target)
        untried = message.state is DeliveryState.QUEUED and message.attempts == 0
        if message.scheduled(now) or (untried and place in behind):
            found.append(message)
            behind.add(place)
    return tuple(found)


def _pause(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … up to a quarter of an hour, by the attempts made before this one."""
    return min(_FIRST_PAUSE * (1 << min(attempts, 10)), _LONGEST_PAUSE)
