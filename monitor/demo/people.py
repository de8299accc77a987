"""The people who use the CRM: a director, six teams with managers, an administrator and an integration."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from monitor.demo.names import COUNTRIES, fold
from monitor.demo.rhythm import ZONE, at_work, weekday_from
from monitor.demo.story import (
    LEAVE_TEAM,
    LEAVER_TEAM,
    NEWCOMER_TEAM,
    NEWCOMER_WEEKS,
    STORY_TEAM,
    TEAMS,
    Habits,
    Timeline,
)

DOMAIN = "havnlund.example"
COMPANY = "Havnlund A/S"


@dataclass(slots=True, kw_only=True)
class User:
    """A row of ``app_user``."""

    id: int
    full_name: str
    login: str
    mail: str
    job_title: str
    user_type: str = "standard"
    is_active: int = 1
    team_id: int | None = None
    reports_to: int | None = None
    hired_on: date
    created_at: datetime
    created_by: int = 1
    updated_at: datetime | None = None
    updated_by: int | None = None


@dataclass(slots=True)
class SalesTeam:
    id: int
    title: str
    country: str
    manager_id: int


@dataclass(slots=True)
class Absence:
    user_id: int
    first_day: date
    last_day: date


@dataclass(slots=True)
class Seller:
    """Someone who owns records: the user, the team's habits, and the person's own."""

    user: User
    habits: Habits
    care: float
    activity: float
    manager: bool = False
    story: bool = False
    since: date | None = None  # first day at work, of those who came lately
    until: date | None = None  # last day at work, or with the CRM
    away: tuple[date, date] | None = None
    days: list[date] = field(default_factory=list)  # on which the CRM is used, oldest first; presence.py fills it

    def works(self, day: date) -> bool:
        """Whether the person is there on a day, and has anything to do with the CRM at all."""
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        return not (self.away and self.away[0] <= day <= self.away[1])

    def uses(self, day: date) -> bool:
        """Whether the person uses the CRM on a day."""
        return self.next_day(day) == day

    def next_day(self, day: date) -> date | None:
        """The first day from ``day`` on on which the person uses the CRM; None where that is still to come."""
        place = bisect_left(self.days, day)
        return self.days[place] if place < len(self.days) else None

    def next_time(self, rng: Random, day: date, timeline: Timeline) -> datetime | None:
        """A moment of that day; None where it is still to come."""
        found = self.next_day(day)
        at = at_work(rng, found) if found else timeline.now
        return at if at < timeline.now else None

    def share_left_out(self, usual: float, neglected: float, day: date, timeline: Timeline) -> float:
        """The chance that a field stays empty: ``usual`` by habit, ``neglected`` once nobody asks for it."""
        by_habit = min(usual * self.care, 0.9)
        if not self.story:
            return by_habit
        return by_habit + (max(neglected, by_habit) - by_habit) * timeline.neglect(day)


@dataclass(slots=True)
class Staff:
    users: list[User] = field(default_factory=list)
    teams: list[SalesTeam] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    sellers: list[Seller] = field(default_factory=list)
    director: int = 0
    admin: int = 0
    integration: int = 0
    leaver: int = 0
    on_leave: int = 0
    newcomer: int = 0
    readers: list[int] = field(default_factory=list)  # seats that nobody uses

    def seller(self, user_id: int) -> Seller:
        return next(seller for seller in self.sellers if seller.user.id == user_id)


class _Hiring:
    def __init__(self, rng: Random, timeline: Timeline) -> None:
        self.rng, self.timeline, self.taken, self.users = rng, timeline, set[str](), list[User]()

    def person(self, country: str, job_title: str, **more: int | None) -> User:
        """A new user with a name of that country and a login of their own."""
        names = COUNTRIES[country]
        while True:
            given, family = self.rng.choice(names.given), self.rng.choice(names.family)
            login = f"{fold(given)}.{fold(family)}"
            if login not in self.taken:
                break
        self.taken.add(login)
        hired = self.timeline.first_day - timedelta(days=self.rng.randrange(200, 2500))
        return self._add(f"{given} {family}", login, job_title, hired, **more)

    def service(self, name: str, login: str, job_title: str, user_type: str) -> User:
        user = self._add(name, login, job_title, self.timeline.first_day - timedelta(days=2600))
        user.user_type = user_type
        return user

    def _add(self, name: str, login: str, title: str, hired: date, **more: int | None) -> User:
        created = datetime.combine(hired, time(9), ZONE).astimezone(UTC)
        user = User(
            id=len(self.users) + 1,
            full_name=name,
            login=login,
            mail=f"{login}@{DOMAIN}",
            job_title=title,
            hired_on=hired,
            created_at=created,
            **more,  # type: ignore[arg-type]  # only team_id and reports_to are passed
        )
        self.users.append(user)
        return user


def hire(rng: Random, timeline: Timeline) -> Staff:
    """Everyone, with habits; the leaver, the one on leave and the manager who stops among them."""
    hiring, staff = _Hiring(rng, timeline), Staff()
    staff.admin = hiring.service("CRM Administrator", "admin", "CRM administrator", "administrator").id
    staff.integration = hiring.service("Web and mail sync", "sync", "Integration", "service").id
    staff.director = hiring.person("DK", "Sales director").id
    for number, habits in enumerate(TEAMS, 1):
        manager = hiring.person(habits.country, "Sales manager", team_id=number, reports_to=staff.director)
        staff.teams.append(SalesTeam(number, habits.title, habits.country, manager.id))
        members = [manager]
        members += (
            hiring.person(habits.country, "Account manager", team_id=number, reports_to=manager.id)
            for _ in range(habits.people - 1)
        )
        staff.sellers += (_seller(rng, user, habits, manager is user) for user in members)
    _lose_interest(staff, timeline)
    _join(staff, timeline)
    _leave(hiring, staff, timeline)
    staff.readers = [hiring.person("DK", "Controller", reports_to=staff.director).id for _ in range(2)]
    staff.users = hiring.users
    return staff


def _seller(rng: Random, user: User, habits: Habits, manager: bool) -> Seller:
    care, activity = habits.care * rng.uniform(0.6, 1.5), habits.activity * rng.uniform(0.75, 1.25)
    if manager:
        activity *= 0.5
    return Seller(user, habits, care, activity, manager, habits.title == STORY_TEAM)


def _lose_interest(staff: Staff, timeline: Timeline) -> None:
    """The manager goes on managing, without the CRM."""
    manager = next(seller for seller in staff.sellers if seller.story and seller.manager)
    manager.until = timeline.silent_from - timedelta(days=1)


def _join(staff: Staff, timeline: Timeline) -> None:
    """One colleague is in the first weeks, and eager."""
    newcomer = [seller for seller in staff.sellers if seller.habits.title == NEWCOMER_TEAM][-1]
    newcomer.since = weekday_from(timeline.today - timedelta(days=timeline.today.weekday(), weeks=NEWCOMER_WEEKS))
    newcomer.activity *= 1.3
    user = newcomer.user
    user.hired_on = newcomer.since
    user.created_at = datetime.combine(newcomer.since, time(9), ZONE).astimezone(UTC)
    staff.newcomer = user.id


def _leave(hiring: _Hiring, staff: Staff, timeline: Timeline) -> None:
    """One colleague left six weeks ago; another has been on leave for five weeks and is back in three."""
    left = timeline.today - timedelta(days=42)
    habits = next(habits for habits in TEAMS if habits.title == LEAVER_TEAM)
    team = next(team for team in staff.teams if team.title == LEAVER_TEAM)
    leaver = hiring.person(habits.country, "Account manager", team_id=team.id, reports_to=team.manager_id)
    leaver.is_active = 0
    leaver.updated_at, leaver.updated_by = datetime.combine(left, time(16), ZONE).astimezone(UTC), staff.admin
    staff.leaver = leaver.id
    staff.sellers.append(Seller(leaver, habits, habits.care, habits.activity, until=left))
    away = next(s for s in staff.sellers if s.habits.title == LEAVE_TEAM and not s.manager)
    away.away = (timeline.today - timedelta(days=35), timeline.today + timedelta(days=21))
    staff.on_leave = away.user.id
    staff.absences.append(Absence(away.user.id, *away.away))
