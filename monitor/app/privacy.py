"""Texts about privacy, and one person's data on request: handed out, or forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.activity.measure import Measure
from monitor.adoption.people import Users
from monitor.app.project import OpenProject
from monitor.crm.maps import CrmMap
from monitor.digest.redact import forgotten_json, mentions, own_copy_json
from monitor.errors import CrmUnavailable, UsageError
from monitor.privacy.about import About
from monitor.store.forget import Forgotten


@dataclass(frozen=True, slots=True)
class Whom:
    """A user: the key, the name where the CRM still knows one, and the names of everybody by key.

    ``written_as`` is what else stands for the person where it is kept who did something: a login, a user on Slack.
    """

    key: str
    name: str
    names: Mapping[str, str]
    written_as: frozenset[str] = frozenset()


def about(opened: OpenProject) -> About:
    """What the texts are made of; neither the CRM nor the state is asked. Raises ConfigurationError."""
    settings, use = opened.project.settings, opened.use
    slack = ["Slack"] if settings.slack is not None else []
    mail = ["e-mail"] if settings.smtp is not None else []
    return About(
        company=settings.name,
        crm=opened.project.crm_map.title,
        today=opened.clock().astimezone(opened.project.zone).date(),
        measures=tuple(watched(use.measures, opened.project.crm_map)),
        statuses=use.statuses.statuses,
        mandate=use.mandate,
        absences=bool(use.people.absences),
        services=(*slack, *mail),
    )


def watched(measures: Iterable[Measure], crm_map: CrmMap) -> list[Measure]:
    """The measures that can be read in a CRM with this map."""
    there = {one.name: one for one in measures if _mapped(one, crm_map)}
    return [one for one in there.values() if one.unless not in there]


def _mapped(measure: Measure, crm_map: CrmMap) -> bool:
    if measure.entity not in crm_map.entities or crm_map.capability(measure.entity) == "none":
        return False
    columns = set(crm_map.columns(measure.entity))
    return measure.time in columns and not columns.isdisjoint((measure.user, *measure.other_users))


def find_whom(opened: OpenProject, name: str) -> Whom:
    """The user of a login, an e-mail address or a key; a key of whom only the state still knows something, too.

    Raises UsageError where neither knows it, and CrmUnavailable where the CRM cannot be asked and the state does not.
    """
    names: Mapping[str, str] = {}
    try:
        people = opened.directory.people
        names = {key: person.name for key, person in people.items()}
        if key := Users(people.values()).find(name):
            slack = opened.organisation.members[key].slack
            written_as = {people[key].login, f"slack:{slack}" if slack else ""} - {""}
            return Whom(key, names[key], names, frozenset(written_as))
        unknown: Exception = UsageError(
            f"neither the CRM nor the state knows the user {name!r}",
            hint="name one by login, e-mail address or key; whom the CRM has deleted, only by key",
        )
    except CrmUnavailable as error:
        unknown = error
    found = Whom(name, names.get(name, name), names)
    if any(rows for table, rows in stored(opened, found).items() if table != "user"):
        return found
    raise unknown


def stored(opened: OpenProject, whom: Whom) -> dict[str, Any]:
    """Everything that the state holds about a user, as the store gives it. Raises StateUnavailable."""
    key = whom.key
    return opened.state.keeping.export(key, lambda snapshot: mentions(snapshot, key), own_copy_json, whom.written_as)


def hand_out(opened: OpenProject, whom: Whom, who: str) -> dict[str, Any]:
    """The same to be handed out; that ``who`` saw it is noted, where looks may be. Raises StateUnavailable."""
    found = stored(opened, whom)
    if not opened.naming.strict and not opened.state.keeping.forgotten([whom.key]):
        opened.state.looks.add(who, [whom.key], "crm-monitor privacy export", opened.clock())
    return found


def forget(opened: OpenProject, whom: Whom) -> Forgotten:
    """Delete it, take the person out of digests, and never store the use again. Raises StateUnavailable."""
    key = whom.key
    return opened.state.keeping.forget(
        key, lambda snapshot: forgotten_json(snapshot, key), opened.clock(), whom.written_as
    )
