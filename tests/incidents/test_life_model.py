"""Whatever runs find and people do, a target hears a story that makes sense: held against a plain account of it.

The account knows nothing of how the program decides. It keeps what a reader of the channel has read, and what was true.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.incidents.decide import decide
from monitor.incidents.deeds import Deed, act
from monitor.incidents.model import (
    UNTIL_MENDED,
    Baseline,
    EventKind,
    Incident,
    IncidentState,
    Policy,
    Reason,
    RunContext,
)
from monitor.incidents.notice import Memory, Situation, Tell, notice
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from tests.incidents.cases import CLOCK, NO_DEBT, seen

TARGETS = ("slack:C1", "email:ops")


@dataclass
class Reader:
    """What somebody in the channel has read of one incident."""

    roots: int = 0
    lines: int = 0  # of collected messages
    believes_open: bool = False
    last: Reason | None = None
    reminded: set[date] = field(default_factory=set)

    @property
    def aware(self) -> bool:
        return self.roots + self.lines > 0


class Life(RuleBasedStateMachine):
    """One check, two targets, and everything that can come between."""

    @initialize(failing=st.integers(1, 3), passing=st.integers(1, 3))
    def begin(self, failing: int, passing: int) -> None:
        self.policy = Policy(failing_runs=failing, passing_runs=passing)
        self.baseline: Baseline | None = NO_DEBT
        self.incident: Incident | None = None
        self.now: datetime = CLOCK
        self.number = 0
        self.quiet = self.silenced = self.inhibited = False
        self.room = True
        self.severity = Severity.WARNING
        self.memory: dict[tuple[int, str], Memory] = {}
        self.reader: dict[tuple[int, str], Reader] = {}
        self.bad_in_a_row = self.good_in_a_row = 0

    @rule(unexpected=st.sampled_from([10, 120, 160, 200, 260, 400]), hours=st.integers(1, 120))
    def run_finds(self, unexpected: int, hours: int) -> None:
        bad = unexpected > 100
        self.bad_in_a_row = self.bad_in_a_row + 1 if bad else 0
        self.good_in_a_row = 0 if bad else self.good_in_a_row + 1
        status = Status.PASS if not bad else Status.WARN if unexpected < 200 else Status.FAIL
        self._run(status, unexpected, hours)

    @rule(hours=st.integers(1, 48))
    def run_ends_in_an_error(self, hours: int) -> None:
        before = self.incident
        self._run(Status.ERROR, None, hours)
        assert self.incident == before  # a broken check says nothing of data

    def _run(self, status: Status, unexpected: int | None, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.number += 1
        found = seen(status, unexpected, severity=self.severity)
        decision = decide(self.incident, found, self.baseline, self.policy, RunContext(self.number), self.now)
        self.baseline = decision.baseline or self.baseline
        after = None if decision.drop else decision.incident
        self.incident = replace(after, id=self.number) if after is not None and not after.id else after
        self.look()

    @rule()
    def look(self) -> None:
        """A pass: every target is asked whether it is to hear something."""
        if self.incident is None or self.incident.state is IncidentState.PENDING:
            return
        for target in TARGETS:
            self._tell(self.incident, target)

    def _tell(self, incident: Incident, target: str) -> None:
        key = (incident.id, target)
        situation = Situation(
            now=self.now,
            today=self.now.date(),
            shown=f"{incident.state} {incident.unexpected} {incident.status}",
            silenced="silence 1" if self.silenced else "",
            inhibited="stale" if self.inhibited else "",
            quiet_until=self.now + timedelta(hours=1) if self.quiet else None,
            room=self.room,
        )
        made = notice(incident, self.memory.get(key, Memory()), situation)
        self.memory[key] = made.memory
        reader = self.reader.setdefault(key, Reader())
        if made.told:
            self._may_be_told(incident, made.reason)
            if made.reason is Reason.OVERDUE:
                assert incident.due is not None
                assert incident.due < self.now.date(), "reminded too early"
                assert incident.due not in reader.reminded, "reminded twice of one day"
                reader.reminded.add(incident.due)
            reader.believes_open, reader.last = incident.live, made.reason
        reader.roots += made.tell is Tell.POST
        reader.lines += made.tell is Tell.ROLL_UP and made.memory.rollup is None and not reader.lines
        if made.tell is Tell.ROLL_UP:
            self.memory[key] = replace(made.memory, rollup=1)
        if not incident.live and made.reason is Reason.RESOLVED:
            reader.believes_open = False

    def _may_be_told(self, incident: Incident, reason: Reason) -> None:
        assert not self.silenced, "told under a silence"
        critical = incident.severity is Severity.CRITICAL
        assert not (self.quiet and not critical), "told in quiet hours"
        if incident.live:
            assert not incident.snoozed(self.now), "told while snoozed"
            assert not self.inhibited, "told while something larger is wrong"
            known = incident.state is IncidentState.ACKNOWLEDGED
            assert not (known and reason in (Reason.REPEAT_DUE, Reason.SNOOZE_EXPIRED))

    @rule(name=st.sampled_from(["quiet", "silenced", "inhibited", "room"]))
    def something_begins_or_ends(self, name: str) -> None:
        setattr(self, name, not getattr(self, name))

    @rule(severity=st.sampled_from(Severity))
    def the_suite_says_another_severity(self, severity: Severity) -> None:
        self.severity = severity

    @precondition(lambda self: self.incident is not None and self.incident.live)
    @rule(days=st.integers(0, 5))
    def somebody_is_to_mend_it_by_a_day(self, days: int) -> None:
        assert self.incident is not None
        due = self.now.date() + timedelta(days=days)
        for (number, _), reader in self.reader.items():  # a day that is set again is a new one
            if number == self.incident.id and self.incident.due != due:
                reader.reminded.discard(due)
        self.incident, _ = act(self.incident, Deed(EventKind.ASSIGNED, "ann", to="bo", due=due), self.now)
        self.look()

    @precondition(lambda self: self.incident is not None and self.incident.live)
    @rule(kind=st.sampled_from([EventKind.ACKNOWLEDGED, EventKind.SNOOZED, EventKind.ASSIGNED]), days=st.integers(0, 9))
    def somebody_acts(self, kind: EventKind, days: int) -> None:
        assert self.incident is not None
        until = self.now + timedelta(days=days) if days else UNTIL_MENDED
        self.incident, _ = act(self.incident, Deed(kind, "ann", to="bo", until=until), self.now)
        self.look()

    @invariant()
    def no_second_root(self) -> None:
        assert all(reader.roots <= 1 for reader in getattr(self, "reader", {}).values())

    @invariant()
    def it_is_open_exactly_when_the_account_says_so(self) -> None:
        """A state that can be told from the runs alone, but for what is worse by less than is worth telling."""
        if not getattr(self, "policy", None):
            return
        if self.bad_in_a_row >= self.policy.failing_runs:
            assert self.incident is not None
            assert self.incident.live
        if self.good_in_a_row >= self.policy.passing_runs and self.incident is not None:
            assert not self.incident.live

    def teardown(self) -> None:
        """Nothing holds anything back any more: what is open is known, and what is mended is known to be."""
        if not getattr(self, "policy", None):
            return
        self.quiet = self.silenced = self.inhibited = False
        self.room = True
        self.now += timedelta(days=30)
        self.look()
        if self.incident is not None and self.incident.live and self.incident.snoozed_until != UNTIL_MENDED:
            assert all(self.reader[self.incident.id, target].aware for target in TARGETS), "a lost opening"
            assert all(self.reader[self.incident.id, target].believes_open for target in TARGETS)
        for _ in range(self.policy.passing_runs):
            self.run_finds(unexpected=10, hours=1)
        assert self.incident is None or not self.incident.live
        for (number, _), reader in self.reader.items():
            if self.incident is not None and number == self.incident.id:
                assert not reader.believes_open, "an end that nobody was told of"


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=40, deadline=None)
