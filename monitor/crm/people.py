"""Who is in the CRM: people and what kind of user each is, teams and their sizes, managers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from monitor.crm.connection import Crm
from monitor.crm.narrow import narrowed
from monitor.crm.source import Directory, EntitySource, Person, PersonKind, Team

# Words that a service account is often called by. They only make a suspect: people are called Abot too.
_SERVICE = re.compile(
    r"(?:^|[^a-z])(?:api|sync|integration|import|importer|bot|robot|service|svc|system|webhook|zapier|noreply|no-reply)"
    r"(?:$|[^a-z])",
    re.IGNORECASE,
)
_READ = (
    *("key", "name", "login", "email", "active", "kind"),
    *("team_key", "team_name", "manager_key", "created_at", "title"),
)


def read_directory(
    crm: Crm, sources: Mapping[str, EntitySource], *, service_accounts: Collection[str] = ()
) -> Directory:
    """Everyone in the CRM by key; empty where the map has no users. Costs one scan.

    ``service_accounts`` are logins, e-mails or keys of users that are programs: they become integrations. Others whose
    name or login looks like a program's stay persons, and are listed as ``suspects``. A team's ``size`` counts its
    active persons. Raises CrmUnavailable.
    """
    source = sources.get("users")
    if source is None:
        return Directory()
    with crm.scan() as connection:
        wanted = [name for name in _READ if source.has(name)]
        rows = connection.execute(sa.select(*_columns(source, wanted))).mappings().all()
    services = {name.strip().lower() for name in service_accounts}
    people: dict[str, Person] = {}
    suspects: list[str] = []
    for row in rows:
        person = _person(row, services)
        people[person.key] = person
        if person.kind is PersonKind.PERSON and person.active and _looks_like_a_service(row):
            suspects.append(person.key)
    return Directory(people, _teams(rows, people), tuple(sorted(suspects)))


def _columns(source: EntitySource, wanted: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    table = narrowed(source.selectable, wanted)
    return [table.c[name] for name in wanted]


def _person(row: Mapping[Any, Any], services: Collection[str]) -> Person:
    created = row.get("created_at")
    person = Person(
        key=str(row["key"]),
        name=str(row.get("name") or row.get("login") or row["key"]),
        email=str(row.get("email") or ""),
        active=row.get("active") is not False,
        kind=_kind(row.get("kind")),
        team_key=str(row.get("team_key") or ""),
        manager_key=str(row.get("manager_key") or ""),
        created_on=created.date() if created else None,
        title=str(row.get("title") or ""),
        login=str(row.get("login") or ""),
    )
    names = {str(row.get(name) or "").strip().lower() for name in ("key", "login", "email")} - {""}
    return replace(person, kind=PersonKind.INTEGRATION) if names & set(services) else person


def _kind(value: Any) -> PersonKind:
    try:
        return PersonKind(str(value or "person").lower())
    except ValueError:  # a word of the CRM's own that the map let through
        return PersonKind.PERSON


def _looks_like_a_service(row: Mapping[Any, Any]) -> bool:
    login = str(row.get("login") or "").split("@")[0]
    return bool(_SERVICE.search(login) or _SERVICE.search(str(row.get("name") or "")))


def _teams(rows: Collection[Mapping[Any, Any]], people: Mapping[str, Person]) -> dict[str, Team]:
    active = [one for one in people.values() if one.active and one.kind is PersonKind.PERSON and one.team_key]
    sizes = Counter(one.team_key for one in active)
    names = {str(row["team_key"]): str(row.get("team_name") or row["team_key"]) for row in rows if row.get("team_key")}
    return {key: Team(key, name, sizes[key]) for key, name in sorted(names.items(), key=lambda item: item[1])}
