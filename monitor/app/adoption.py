"""People's use of the CRM in one week, as a command shows it: read, scored, and cut down to what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.adoption.figure import Figure
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scope import TEAM, WHOLE
from monitor.adoption.scorecard import Scorecard
from monitor.adoption.week import IsoWeek
from monitor.app.digest_facts import Maker, maker
from monitor.app.keeping import keep_no_longer
from monitor.app.project import OpenProject
from monitor.app.quality_counts import results
from monitor.app.use_evidence import score_weeks
from monitor.app.use_reading import Read, read_use
from monitor.digest.build_rows import person_rows, seats_row, team_row
from monitor.digest.period import Period
from monitor.digest.snapshot import LINE_WEEKS, PersonRow, SeatsRow, TeamRow, Titles
from monitor.errors import UsageError
from monitor.quality.check import Check
from monitor.store.state import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. ``week`` None is the last one that is over; ``read`` False asks the state alone, ``whole``
    reads all of the history again."""

    week: IsoWeek | None = None
    as_of: datetime | None = None
    team: str = ""
    user: str = ""
    read: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class AdoptionView:
    """``people`` (and their ``cards``) only where ``naming`` allows it; ``figures`` are of the whole or of one team.
    ``seats`` are of the whole, and ``currency`` is the company's; ``attention`` are statuses to ask about.

    ``automation`` are users that are programs, by name; ``open_week``: the week is not over yet.
    """

    week: IsoWeek
    company: str
    naming: Naming
    teams: tuple[TeamRow, ...]
    people: tuple[PersonRow, ...]
    cards: Mapping[str, Scorecard]
    figures: tuple[Figure, ...]
    automation: tuple[str, ...]
    notes: tuple[Note, ...]
    measures: dict[str, str]
    data_as_of: datetime | None
    zone: ZoneInfo
    title: str
    titles: Titles
    open_week: bool = False
    read: Read | None = None
    seats: SeatsRow | None = None
    currency: str = ""
    attention: tuple[str, ...] = ()


def bring_up_to_date(
    opened: OpenProject, week: IsoWeek, *, as_of: datetime | None = None, read: bool = True, whole: bool = False
) -> tuple[Maker, Read | None]:
    """Read what is new, score the weeks up to ``week``, and have everything at hand for tables and digests of it.

    Raises CrmUnavailable, StateUnavailable and ConfigurationError.
    """
    state, now = opened.state, as_of or opened.clock()
    done = read_use(opened, state, now, as_of=as_of, whole=whole) if read else None
    score(opened, state, week, now)
    if done is not None and done.back:
        keep_no_longer(opened, state, again=True)
    return maker(opened, state, Period.of_week(week), now), done


def view(opened: OpenProject, wanted: Wanted, who: str) -> AdoptionView:
    """The week as a table; ``who`` looks is noted where persons are shown by name: those whom a manager may see so.

    Raises UsageError for a team or a user that does not exist, and for a person where nobody may be named.
    """
    week, today = week_of(opened, wanted)
    made, read = bring_up_to_date(opened, week, as_of=wanted.as_of, read=wanted.read, whole=wanted.whole)
    team = _team(opened, wanted.team)
    if team:
        made.check_shown(team)
    scope = f"{TEAM}{team}" if team else WHOLE
    people = _people(opened, made, scope, wanted.user, who)
    named = made.situation.naming.allowed
    rows: tuple[PersonRow, ...] = ()
    cards: dict[str, Scorecard] = {}
    if named:
        shown = [key for key in people if key in made.nameable or key == who]
        situation = made.situation
        rows = person_rows(shown, situation.cards, situation.organisation, week, made.frame.attention)
        cards = {row.key: card for row in rows if (card := made.situation.card(row.key)) is not None}
        opened.state.looks.add(who, [row.key for row in rows], "crm-monitor adoption", opened.clock())
    groups = () if team or wanted.user else made.readers.told(WHOLE, named=named).groups
    few = len(people) < LEAST_GROUP and not named
    figures = () if wanted.user or few else tuple(made.shown(team))
    told = made.situation.evidence.known.notes(opened.use.measures)
    seats = None if team or wanted.user else made.seats()
    return AdoptionView(
        week=week,
        company=opened.project.settings.name,
        naming=made.situation.naming,
        teams=tuple(
            team_row(group, made.situation.cards, made.frame.period, 0 if named else LEAST_GROUP) for group in groups
        ),
        people=rows,
        cards=cards,
        figures=figures,
        automation=tuple(sorted(one.name for one in made.situation.organisation.members.values() if one.is_automation)),
        notes=(*told, Note(NoteCode.TOO_FEW_PEOPLE, {"least": LEAST_GROUP})) if few else told,
        measures=dict(made.frame.measures),
        data_as_of=made.frame.data_as_of,
        zone=opened.project.zone,
        title=opened.directory.teams[team].name if team else "",
        titles=made.frame.titles,
        open_week=week == IsoWeek.of(today),
        read=read,
        seats=seats_row(seats) if seats is not None else None,
        currency=opened.project.settings.currency,
        attention=made.frame.attention,
    )


def week_of(opened: OpenProject, wanted: Wanted) -> tuple[IsoWeek, date]:
    """The week that is asked for, and the day that it is. Raises UsageError for a week, or a day, to come."""
    today = opened.clock().astimezone(opened.project.zone).date()
    if wanted.as_of is not None:
        seen = wanted.as_of.astimezone(opened.project.zone).date()
        if seen > today:
            raise UsageError(f"--as-of {seen} has not begun", hint=f"name a day until today ({today})")
        today = seen
    week = wanted.week or IsoWeek.of(today) + -1
    if week > IsoWeek.of(today):
        raise UsageError(f"week {week} has not begun", hint=f"name a week until {IsoWeek.of(today)}")
    return week, today


def score(opened: OpenProject, state: State, week: IsoWeek, now: datetime) -> None:
    """Score the weeks up to ``week``; one before others that were scored is closed, and stays as it was."""
    if state.adoption.figures(WHOLE, week) and state.adoption.history(WHOLE, week + 1, week + 52):
        return
    found = results(opened, state, now)
    deals = {check.id for check in opened.project.checks if _about_own_deals(check)}
    score_weeks(opened, state, week, weeks=LINE_WEEKS, hygiene=found.own_hygiene(deals))


def _about_own_deals(check: Check) -> bool:
    return check.entity == "opportunities" and check.attribution.value == "rep"


def team_key(opened: OpenProject, name: str) -> str:
    """The key of a team, named by key or name; nothing where there is none, or several are called so."""
    teams = opened.directory.teams
    if name in teams:
        return name
    found = [team.key for team in teams.values() if team.name.casefold() == name.strip().casefold()]
    return found[0] if len(found) == 1 else ""


def team_names(opened: OpenProject) -> list[str]:
    """The teams there are, for people, sorted."""
    return sorted(team.name for team in opened.directory.teams.values())


def _team(opened: OpenProject, name: str) -> str:
    key = team_key(opened, name) if name else ""
    if name and not key:
        known = ", ".join(team_names(opened)) or "none"
        raise UsageError(f"there is no team {name!r}", hint=f"there are: {known}")
    return key


def _people(opened: OpenProject, made: Maker, scope: str, user: str, who: str) -> tuple[str, ...]:
    if not user:
        return made.situation.people(scope)
    key = find_user(opened, user)
    check_nameable(made, key, who)
    return (key,)


def check_nameable(made: Maker, key: str, who: str) -> None:
    """Raises UsageError for a person whom ``who`` runs a command may not see by name: where there is no mandate, and of
    whom the mandate lets no manager see the name."""
    if not made.situation.naming.allowed:
        raise UsageError(
            "nobody may be shown by name without a mandate", hint="crm-monitor mandate check says what it lacks"
        )
    if key not in made.nameable and key != who:
        raise UsageError(
            "this person may be shown to nobody by name",
            hint="the mandate names managers each of the own people: crm-monitor people check says who has none",
        )


def find_user(opened: OpenProject, name: str) -> str:
    """The key of a user, named by key, login, e-mail address or full name. Raises UsageError where nobody has it."""
    from monitor.adoption.people import Users

    people = opened.directory.people.values()
    called = [one.key for one in people if one.name.strip().casefold() == name.strip().casefold()]
    key = Users(people).find(name) or (called[0] if len(called) == 1 else "")
    if not key:
        known = "several users are" if called else "the CRM has no user who is"
        raise UsageError(f"{known} called {name!r}", hint="name one by login, e-mail address or key")
    return key
