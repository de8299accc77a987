"""Reads ``config/people.yaml`` and the absences it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from monitor.activity.measure import Measure
from monitor.adoption.organisation import Role
from monitor.adoption.people import PeopleSaid, PersonSaid, RoleSaid, SeatsBought, TeamSaid
from monitor.quality.calendar import working_days
from monitor.settings.absences import read_absences
from monitor.settings.people_model import PeopleFile
from monitor.yamlfile import Document, Problems, nearest, present, read, salvage

PEOPLE = Path("config", "people.yaml")


def load_people(folder: Path, measures: Sequence[Measure] | None = None) -> PeopleSaid:
    """What the project in ``folder`` says of people; nothing where it has no such file.

    With ``measures``, those that roles name must be among them, and so must the areas. A user whom the CRM does not
    know is no error here: people leave. Raises ConfigurationError with every problem of both files.
    """
    path = folder / PEOPLE
    if not present(path):
        return PeopleSaid()
    document = read(path)
    problems = Problems()
    file = salvage(PeopleFile, document, problems)
    said = PeopleSaid()
    if file is not None:
        _names(file, document, problems)
        _countries(file, document, problems)
        if measures is not None:
            _meant(file, document, measures, problems)
        said = replace(_said(file), files=(str(path),))
        if file.absences:
            absences = path.parent / _at_home(file.absences)
            with problems.catching():
                said = replace(said, absences=read_absences(absences), files=(str(path), str(absences)))
    problems.raise_if_any()
    return said


def _at_home(text: str) -> Path:
    """``~`` and ``~ann`` are homes; of somebody who is not known here, it is a name like any other."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _said(file: PeopleFile) -> PeopleSaid:
    seats = file.seats
    return PeopleSaid(
        sponsor=file.sponsor,
        admins=tuple(file.admins),
        seats=SeatsBought(seats.bought, seats.cost_per_month, seats.currency, seats.of),
        roles={
            name: RoleSaid(
                Role(name, frozenset(role.measures), frozenset(role.areas), role.reads_only), frozenset(role.title)
            )
            for name, role in file.roles.items()
        },
        people=tuple(
            PersonSaid(
                user=one.user,
                manager=one.manager,
                team=one.team,
                role=one.role,
                start=one.start,
                part_time=one.part_time,
                language=one.language or "",
                email=one.email,
                slack=one.slack,
            )
            for one in file.people
        ),
        teams=tuple(
            TeamSaid(name, team.manager, team.country or "", team.language or "") for name, team in file.teams.items()
        ),
    )


def _names(file: PeopleFile, document: Document, problems: Problems) -> None:
    """Every person stands once, with a role that there is; a title means one role."""
    seen: dict[str, int] = {}
    for index, person in enumerate(file.people):
        name = person.user.casefold()
        if name in seen:
            hint = f"first at {document.place('people', seen[name], 'user')}"
            problems.add(document.problem("this user stands here twice", "people", index, "user", hint=hint))
        seen.setdefault(name, index)
        if person.role and person.role not in file.roles:
            hint = _hint(person.role, file.roles, "write it under roles first")
            problems.add(document.problem(f"there is no role {person.role!r}", "people", index, "role", hint=hint))
    titles: dict[str, str] = {}
    for name, role in file.roles.items():
        for index, title in enumerate(role.title):
            other = titles.setdefault(title.strip().casefold(), name)
            if other != name:
                message = f"this title means the role {other!r} already"
                problems.add(document.problem(message, "roles", name, "title", index))


def _countries(file: PeopleFile, document: Document, problems: Problems) -> None:
    for name, team in file.teams.items():
        key = next((key for key in document.get("teams") or {} if str(key) == name), name)
        try:
            working_days(team.country or "")
        except ValueError as error:
            problems.add(document.problem(str(error), "teams", key, "country"))


def _meant(file: PeopleFile, document: Document, measures: Sequence[Measure], problems: Problems) -> None:
    """Roles name measures and areas that there are."""
    known = {"measures": [one.name for one in measures], "areas": sorted({one.area for one in measures if one.area})}
    for name, role in file.roles.items():
        for key, there in known.items():
            for index, word in enumerate(getattr(role, key)):
                if word not in there:
                    hint = _hint(word, there, f"there are: {', '.join(there)}")
                    message = f"there is no {key.removesuffix('s')} {word!r}"
                    problems.add(document.problem(message, "roles", name, key, index, hint=hint))


def _hint(word: str, known: Iterable[str], otherwise: str) -> str:
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else otherwise
