"""The parts of the documentation that the program itself knows best, written by it.

A page holds ``<!-- generated: NAME -->`` and ``<!-- end -->``; what is between them is a part of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any

import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from monitor import content
from monitor.cli.main import program
from monitor.crm.vocabulary import ENTITIES
from monitor.delivery.slack_scopes import FEATURES, SCOPES, needed
from monitor.quality import rules
from monitor.quality.gxschema import Catalogue
from monitor.quality.rules.base import (
    CountRule,
    FactsRule,
    OwnerRule,
    Rule,
    SetRule,
    SqlRule,
    UniqueRule,
    UseRule,
)
from monitor.quality.usual import DEFAULTS, Unit
from monitor.settings import model, schedule_model
from monitor.settings.schema import schema
from tests.docs.generated_metrics import metrics
from tests.docs.generated_use import PARTS as USE
from tests.docs.generated_webhook import webhook
from tests.docs.pages import DOCS

_PART = re.compile(r"(?P<head><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<tail><!-- end -->)", re.DOTALL)
_DECIDERS: tuple[tuple[type[Any], str], ...] = (
    (SqlRule, "the database, row by row"),
    (UniqueRule, "the database, over all records"),
    (SetRule, "comparing records within a block"),
    (OwnerRule, "the record's owner"),
    (FactsRule, "the entity as a whole"),
    (CountRule, "its own history"),
    (UseRule, "the teams' own history"),
)


def updated(text: str) -> str:
    """A page's text with every generated part as it is now."""
    return _PART.sub(lambda match: f"{match['head']}\n{PARTS[match['name']]()}\n{match['tail']}", text)


def pages() -> dict[str, str]:
    """File name -> text as it should be, for every page with a generated part."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    return {name: updated(text) for name, text in texts.items() if _PART.search(text)}


def leaves(
    group: TyperGroup | None = None, above: str = "crm-monitor"
) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Every command that does something, with its full name; a group that does something itself before its commands."""
    root = group or typer.main.get_command(program())
    assert isinstance(root, TyperGroup)
    for name, command in root.commands.items():
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield f"{above} {name}", command
            yield from leaves(command, f"{above} {name}")
        else:
            assert isinstance(command, TyperCommand)
            yield f"{above} {name}", command


def options(command: TyperCommand | TyperGroup) -> list[TyperArgument | TyperOption]:
    """What a command takes, but for ``--help``."""
    return [one for one in command.params if isinstance(one, TyperArgument | TyperOption) and "--help" not in one.opts]


def _cli() -> str:
    return "\n".join(_command(name, command) for name, command in leaves())


def _command(name: str, command: TyperCommand | TyperGroup) -> str:
    taken = options(command)
    arguments = [one.opts[0].upper() for one in taken if isinstance(one, TyperArgument)]
    usage = " ".join([name, *arguments, *(["[OPTIONS]"] if len(taken) > len(arguments) else [])])
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    rows = [(_parameter(one), _about(one)) for one in taken]
    return f"## {name}\n\n    {usage}\n\n{text}\n\n{_table(('', ''), rows)}"


def _parameter(one: TyperArgument | TyperOption) -> str:
    if isinstance(one, TyperArgument):
        return f"`{one.opts[0].upper()}`"
    names = ", ".join(f"`{name}`" for name in (*reversed(one.opts), *one.secondary_opts))
    if one.is_flag:
        return names
    choices = " or ".join(f"`{each}`" for each in _choices(one))
    return f"{names} {choices or '…'}"


def _choices(one: Any) -> list[str]:
    kind = one.type_descriptor.annotation
    return [each.value for each in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _about(one: TyperArgument | TyperOption) -> str:
    said = [str(one.help or "")]
    if isinstance(one, TyperArgument) and (choices := _choices(one)):
        said.append(f"One of {', '.join(f'`{each}`' for each in choices)}.")
    default = getattr(one.default, "value", one.default)
    if one.required:
        said.append("Required.")
    elif default not in (None, "", False, True) and str(default) != ".":
        said.append(f"By default `{default}`.")
    if isinstance(one.envvar, str):
        said.append(f"Also from the variable `{one.envvar}`.")
    return " ".join(said)


def _settings() -> str:
    found = schema("monitor")
    return "\n".join(_section(found, "Settings", found, ""))


def _section(found: Mapping[str, Any], name: str, part: Mapping[str, Any], path: str) -> Iterator[str]:
    rows: list[tuple[str, str, str]] = []
    below: list[tuple[str, str]] = []
    fields = {field.alias or known: field for known, field in getattr(model, name).model_fields.items()}
    for key, value in part["properties"].items():
        if inner := _referred(found, value):
            below.append((f"{path}{key}", inner))
            rows.append((f"`{key}`", _said(value), "a section, below"))
            continue
        rows.append((f"`{key}`", _said(value), _default(fields[key]) if key in fields else ""))
    title = f"`{path.removesuffix('.')}`" if path else "The file"
    yield f"### {title}\n\n{_table(('key', 'what it says', 'default'), rows)}"
    for where, inner in below:
        yield from _section(found, inner, found["$defs"][inner], f"{where}.")


def _referred(found: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """The name of the section that a setting is, or nothing where it is a value."""
    references = [each["$ref"].rpartition("/")[2] for each in (value, *value.get("anyOf", ())) if "$ref" in each]
    return next((name for name in references if "properties" in found["$defs"][name]), "")


def _said(value: Mapping[str, Any]) -> str:
    return str(value.get("description", ""))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, timedelta):
        default = _span(default)
    return f"`{default}`" if default not in (None, "", [], {}) else ""


def _span(time: timedelta) -> str:
    if not time:
        return "0"
    if time == timedelta(time.days):
        return f"{time.days}d"
    hours = time.total_seconds() / 3600
    return f"{hours:g}h" if hours.is_integer() else f"{time.total_seconds():g}s"


def _rule_types() -> str:
    rows = []
    for rule in rules.REGISTRY.values():
        required = rule.schema["required"]
        names = [f"**`{name}`**" if name in required else f"`{name}`" for name in rule.schema["properties"]]
        rows.append((f"`{rule.type}`", str(rule.schema["description"]), ", ".join(names), _decider(rule)))
    return _table(("type", "what it expects", "arguments (**required**)", "decided by"), rows)


def _decider(rule: Rule) -> str:
    return next((said for shape, said in _DECIDERS if isinstance(rule, shape)), "the distinct values")


def _gx_types() -> str:
    catalogue = Catalogue({})
    kinds = [kind for name in sorted(catalogue.names()) if (kind := catalogue.find(name))]
    by_row = ", ".join(f"`{kind.name}`" for kind in kinds if kind.by_row)
    whole = ", ".join(f"`{kind.name}`" for kind in kinds if not kind.by_row)
    return f"Counting the rows that fail:\n{by_row}.\n\nLooking at the table as a whole:\n{whole}.\n"


def _suite_keys() -> str:
    definitions = schema("suite")["$defs"]
    rows = [(f"`{name}`", _said(value)) for name, value in definitions["CheckMeta"]["properties"].items()]
    return _table(("key under `meta`", "what it says"), rows)


def _anomaly_keys() -> str:
    definitions = schema("suite")["$defs"]
    rows = []
    for name, value in definitions["AnomalySaid"]["properties"].items():
        if name == "smallest":
            inner = definitions["SmallestSaid"]["properties"]
            rows += [
                (f"`smallest.{key}`", f"the smallest change that is news: {_said(one)}") for key, one in inner.items()
            ]
        else:
            rows.append((f"`{name}`", _said(value)))
    return _table(("key under `anomaly`", "what it says"), rows)


_FIGURES = {
    Unit.SHARE: "the share of failing rows (any check that counts them)",
    Unit.RECORDS: "all records (`expect_entity_volume_to_be_usual`)",
    Unit.NEW_RECORDS: "records entered on the day before (`expect_new_records_to_be_usual`)",
    Unit.HOURS: "hours of working days since the newest record (`expect_entity_to_be_fresh`)",
    Unit.ENTRIES: "a team's entries per person and working day, weekly (`expect_team_activity_to_be_usual`)",
}


def _anomaly_defaults() -> str:
    rows = [
        (
            _FIGURES[unit],
            usual.direction.value,
            f"{usual.threshold:g}",
            f"{usual.min_history} {'weeks' if unit is Unit.ENTRIES else 'days'}",
            f"{usual.window}d",
            f"{usual.smallest_share:.0%}, {usual.smallest_count:g}",
            "weekday" if usual.weekdays else "none",
        )
        for unit, usual in DEFAULTS.items()
    ]
    head = ("figure", "direction", "threshold", "min_history", "window", "smallest: share, count", "seasonal")
    return _table(head, rows)


def _built_in_suites() -> str:
    return _list(content.names("expectations"))


def _built_in_maps() -> str:
    return _list(content.names("maps"))


def _list(references: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in references) + ".\n"


def _map_keys() -> str:
    found = schema("map")
    parts = [("The map", found["properties"])]
    for title, name in (
        ("An entity", "EntityMap"),
        ("A branch of a `union` has the keys of an entity's reading, and", "UnionBranch"),
        ("A column in its long form", "ColumnMap"),
        ("A column of the map's own, under `extra`", "ExtraColumn"),
        ("`detect`", "Detect"),
    ):
        parts.append((title, found["$defs"][name]["properties"]))
    entity, column = (found["$defs"][name]["properties"] for name in ("EntityMap", "ColumnMap"))
    tables = []
    for title, properties in parts:
        told = entity if "branch" in title else column if "extra" in title else {}
        rows = [(f"`{name}`", _said(value)) for name, value in properties.items() if name not in told]
        tables.append(f"**{title}**\n\n{_table(('key', 'what it says'), rows)}")
    return "\n".join(tables)


def _routes_keys() -> str:
    found = schema("routes")
    parts = [("The file", found["properties"])]
    for title, name in (
        ("A target: one of", "TargetEntry"),
        ("A route", "RouteEntry"),
        ("`match`", "Match"),
        ("`quiet`", "QuietEntry"),
        ("`budget`", "BudgetEntry"),
    ):
        parts.append((title, found["$defs"][name]["properties"]))
    tables = []
    for title, properties in parts:
        rows = [(f"`{name}`", _said(value)) for name, value in properties.items()]
        tables.append(f"**{title}**\n\n{_table(('key', 'what it says'), rows)}")
    return "\n".join(tables)


def _schedule_keys() -> str:
    found = schema("schedule")
    tables = []
    for title, name, fields in (
        ("The file", "ScheduleFile", found["properties"]),
        ("A job, under a name of your own", "JobEntry", found["$defs"]["JobEntry"]["properties"]),
    ):
        known = getattr(schedule_model, name).model_fields
        rows = [
            (f"`{key}`", _said(value), _default(known[key]) if key in known else "") for key, value in fields.items()
        ]
        tables.append(f"**{title}**\n\n{_table(('key', 'what it says', 'default'), rows)}")
    return "\n".join(tables)


def _vocabulary() -> str:
    tables = []
    for entity in ENTITIES.values():
        rows = [
            (f"`{one.name}`", one.kind.value, one.meaning + (f" → {one.references}" if one.references else ""))
            for one in entity.columns.values()
        ]
        tables.append(f"### {entity.name}\n\n{_table(('column', 'kind', 'meaning'), rows)}")
    return "\n".join(tables)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _slack_features() -> str:
    rows = [
        (f"`{feature.value}`", about, ", ".join(f"`{scope.name}`" for scope in needed([feature])))
        for feature, about in FEATURES.items()
    ]
    whys = [(f"`{scope.name}`", scope.why) for scope in SCOPES]
    features = _table(("feature", "what it is", "scopes"), rows)
    return f"{features}\n{_table(('scope', 'what it is for'), whys)}"


PARTS: Mapping[str, Callable[[], str]] = {
    "cli": _cli,
    "settings": _settings,
    "rule-types": _rule_types,
    "gx-types": _gx_types,
    "suite-keys": _suite_keys,
    "anomaly-keys": _anomaly_keys,
    "anomaly-defaults": _anomaly_defaults,
    "built-in-suites": _built_in_suites,
    "built-in-maps": _built_in_maps,
    "map-keys": _map_keys,
    "routes": _routes_keys,
    "schedule-keys": _schedule_keys,
    "vocabulary": _vocabulary,
    "webhook": webhook,
    "metrics": metrics,
    "slack-features": _slack_features,
    **USE,
}
