"""What people log day by day: calls, meetings, to-dos, e-mails and notes; and their logins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TypedDict

from monitor.demo.companies import Market
from monitor.demo.deals import Pipeline
from monitor.demo.people import Seller, Staff
from monitor.demo.records import Company, Contact, Deal, Login, Stamped
from monitor.demo.rhythm import at_work, days, pace, poisson, weekday_from
from monitor.demo.story import Timeline


class Target(TypedDict, total=False):
    """What an activity is about."""

    company_id: int | None
    person_id: int | None
    deal_id: int | None


@dataclass(slots=True, kw_only=True)
class About(Stamped):
    subject: str
    company_id: int | None = None
    person_id: int | None = None
    deal_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Call(About):
    user_id: int
    started_at: datetime
    minutes: int


@dataclass(slots=True, kw_only=True)
class Meeting(About):
    organiser_id: int
    starts_at: datetime
    state: str


@dataclass(slots=True, kw_only=True)
class Todo(About):
    assignee_id: int
    due_on: date
    done_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Mail(About):
    user_id: int
    sent_at: datetime
    newsletter: int = 0


@dataclass(slots=True, kw_only=True)
class Note:
    heading: str
    author_id: int
    created_at: datetime
    created_by: int
    company_id: int | None = None
    person_id: int | None = None
    deal_id: int | None = None
    written_by_system: int = 0


@dataclass(slots=True)
class Log:
    calls: list[Call] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)


CALLS = ("Delivery dates", "Price question", "Introduction", "Status of the offer", "Service visit")
MEETINGS = ("Site visit", "Offer review", "Kick-off", "Yearly review", "Demonstration")
TODOS = ("Send drawing", "Update offer", "Prepare contract", "Check load table", "Send references")
MAILS = ("Offer attached", "Answer to your question", "Meeting notes", "Thank you for today", "New delivery date")
NOTES = ("Summary of the call", "Decision makers", "Competitor's offer", "Technical requirements")
KINDS = ("call", "meeting", "todo", "mail", "note")
WEIGHTS = (38, 16, 14, 24, 8)


class Logging:
    """Every seller's days, one after the other."""

    def __init__(self, rng: Random, staff: Staff, market: Market, pipeline: Pipeline, timeline: Timeline) -> None:
        self.rng, self.staff, self.market, self.timeline = rng, staff, market, timeline
        self.pipeline, self.log = pipeline, Log()
        self.deals_of: dict[int, list[Deal]] = {}
        for deal in pipeline.deals:
            self.deals_of.setdefault(deal.owner_id, []).append(deal)
        self.contacts_of: dict[int, list[Contact]] = {}
        for contact in market.contacts:
            self.contacts_of.setdefault(contact.owner_id, []).append(contact)
        self.write: dict[str, Callable[[Seller, datetime, Target], None]] = {
            "call": self._call,
            "meeting": self._meeting,
            "todo": self._todo,
            "mail": self._mail,
            "note": self._note,
        }

    def run(self) -> Log:
        for seller in self.staff.sellers:
            for day in days(self.timeline.first_day, self.timeline.today):
                if seller.uses(day):
                    self._day(seller, day)
                elif seller.works(day) and self.rng.random() < 0.2 * pace(day, seller.habits.country):
                    self._login(seller.user.id, day)  # looked something up
        self._others()
        return self.log

    def _day(self, seller: Seller, day: date) -> None:
        if self.rng.random() < 0.97:
            self._login(seller.user.id, day)
        kept_up = 1 - 0.4 * self.timeline.fading(day) if seller.story else 1.0
        count = poisson(self.rng, seller.activity * 1.1 * kept_up * (1 if day.weekday() < 5 else 0.5))
        if not count:
            return
        live = self._live_deals(seller, day)
        for kind in self.rng.choices(KINDS, WEIGHTS, k=count):
            at = at_work(self.rng, day)
            if at < self.timeline.now:
                self.write[kind](seller, at, self._about(seller, live, at))

    def _live_deals(self, seller: Seller, day: date) -> list[Deal]:
        return [
            deal
            for deal in self.deals_of.get(seller.user.id, ())
            if deal.created_at.date() < day
            and (deal.closed_at is None or deal.closed_at.date() > day)
            and (deal.deleted_at is None or deal.deleted_at.date() > day)
            and deal.id not in self.pipeline.forgotten
        ]

    def _about(self, seller: Seller, live: list[Deal], at: datetime) -> Target:
        """What an activity is about: mostly an open deal, else a customer, else a contact."""
        if live and self.rng.random() < 0.62:
            deal = self.rng.choice(live)
            company = self.pipeline.company_of.get(deal.id)
            return {"deal_id": deal.id, "company_id": company, "person_id": deal.person_id}
        if self.rng.random() < 0.5:
            companies: list[Company] = self.market.by_owner.get(seller.user.id, [])
            if companies and (company_ := self.rng.choice(companies)).created_at < at:
                return {"company_id": company_.id}
        contacts = self.contacts_of.get(seller.user.id, [])
        if contacts and (contact := self.rng.choice(contacts)).created_at < at:
            return {"person_id": contact.id, "company_id": contact.company_id}
        return {}

    def _entered(self, seller: Seller, at: datetime) -> datetime | None:
        """When something was put on record: the same day, or days later; None where that is still to come."""
        neglect = self.timeline.neglect(at.date()) if seller.story else 0
        if self.rng.random() < seller.habits.slow + 0.4 * neglect:
            late = timedelta(days=self.rng.randrange(seller.habits.days_late, 7 + round(4 * neglect)))
            return seller.next_time(self.rng, at.date() + late, self.timeline)
        soon = at + timedelta(minutes=25)
        return soon if soon < self.timeline.now else None

    def _call(self, seller: Seller, at: datetime, about: Target) -> None:
        user = seller.user.id
        subject, minutes = self.rng.choice(CALLS), max(1, int(self.rng.lognormvariate(2, 0.8)))
        entered = self._entered(seller, at)
        if entered is None:
            return
        self.log.calls.append(
            Call(
                subject=subject,
                user_id=user,
                started_at=at,
                minutes=minutes,
                created_at=entered,
                created_by=user,
                **about,
            )
        )

    def _meeting(self, seller: Seller, at: datetime, about: Target) -> None:
        user = seller.user.id
        state = self.rng.choices(("held", "cancelled", "planned"), (92, 7, 1))[0]
        entered = self._entered(seller, at)
        if self.rng.random() < 0.5:  # planned ahead
            entered, ahead = at, at.date() + timedelta(days=self.rng.randrange(2, 15))
            held = seller.next_time(self.rng, ahead, self.timeline)
            at = held or at_work(self.rng, weekday_from(max(ahead, self.timeline.today + timedelta(days=1))))
            state = state if held else "planned"
        if entered is None:
            return
        self.log.meetings.append(
            Meeting(
                subject=self.rng.choice(MEETINGS),
                organiser_id=user,
                starts_at=at,
                state=state,
                created_at=entered,
                created_by=user,
                **about,
            )
        )

    def _todo(self, seller: Seller, at: datetime, about: Target) -> None:
        user = seller.user.id
        due = at.date() + timedelta(days=self.rng.randrange(2, 16))
        later = round(self.rng.triangular(0.2, 14, 3))
        done = seller.next_time(self.rng, at.date() + timedelta(days=later), self.timeline) if later else at
        closed = self.rng.random() < 0.99
        self.log.todos.append(
            Todo(
                subject=self.rng.choice(TODOS),
                assignee_id=user,
                due_on=due,
                done_at=done if closed else None,
                created_at=at,
                created_by=user,
                **about,
            )
        )

    def _mail(self, seller: Seller, at: datetime, about: Target) -> None:
        subject = self.rng.choice(MAILS)
        self.log.mails.append(
            Mail(
                subject=subject,
                user_id=seller.user.id,
                sent_at=at,
                created_at=at + timedelta(seconds=20),
                created_by=self.staff.integration if self.rng.random() < 0.75 else seller.user.id,
                **about,
            )
        )

    def _note(self, seller: Seller, at: datetime, about: Target) -> None:
        user = seller.user.id
        self.log.notes.append(
            Note(heading=self.rng.choice(NOTES), author_id=user, created_at=at, created_by=user, **about)
        )

    def _login(self, user_id: int, day: date) -> None:
        at = at_work(self.rng, day)
        if at < self.timeline.now:
            self.log.logins.append(Login(user_id, at))

    def _comment(self, day: date) -> None:
        """The director writes a line on one of the large deals."""
        user, at = self.staff.director, at_work(self.rng, day)
        large = [
            deal
            for deal in self.pipeline.deals
            if deal.created_at < at < (deal.closed_at or self.timeline.now) and (deal.value_cents or 0) > 300_000_00
        ]
        if large and at < self.timeline.now:
            deal = self.rng.choice(large)
            self.log.notes.append(
                Note(heading="Question to the team", author_id=user, created_at=at, created_by=user, deal_id=deal.id)
            )

    def _others(self) -> None:
        """The director and the administrator log in; the system writes a note for each deal and sends newsletters."""
        for day in days(self.timeline.first_day, self.timeline.today):
            usual = pace(day, "DK")
            for user, share in ((self.staff.director, 0.55), (self.staff.admin, 0.9)):
                if self.rng.random() < share * usual:
                    self._login(user, day)
                    if user == self.staff.director and self.rng.random() < 0.8:
                        self._comment(day)
        sync = self.staff.integration
        for deal in self.pipeline.deals:
            if deal.created_at.date() >= self.timeline.first_day:
                created = deal.created_at + timedelta(seconds=1)
                self.log.notes.append(
                    Note(heading="Deal created", author_id=sync, created_at=created, created_by=sync,
                         deal_id=deal.id, written_by_system=1)
                )  # fmt: skip
