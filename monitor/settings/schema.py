"""The JSON schemas of the configuration files, for editors and for checking before a commit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from monitor.activity.model import MeasureFile
from monitor.adoption.figures_load import FigureFile
from monitor.adoption.statuses_load import StatusFile
from monitor.crm.maps import CrmMap
from monitor.crm.vocabulary import RECORDS
from monitor.quality import rules as own_rules
from monitor.quality.gxschema import Catalogue
from monitor.quality.suites_model import GX_EXPECTATION_KEYS, GX_SUITE_KEYS, SuiteFile
from monitor.settings.mandate import MandateFile
from monitor.settings.model import Settings
from monitor.settings.people_model import PeopleFile
from monitor.settings.routes_model import RoutesFile
from monitor.settings.schedule_model import ScheduleFile

Which = Literal["monitor", "routes", "schedule", "people", "mandate", "suite", "adoption", "statuses", "figures", "map"]
_LAID_OVER: dict[Which, str] = {"adoption": "MeasureEntry", "statuses": "StatusEntry", "figures": "FigureEntry"}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = {"type": "string", "pattern": r"\$\{"}  # filled in before the value is checked
_UNREAD = {"description": "written by Great Expectations; not read"}
_MODELS: dict[Which, tuple[type[BaseModel], str]] = {
    "monitor": (Settings, "CRM Monitor: config/monitor.yaml"),
    "routes": (RoutesFile, "CRM Monitor: config/routes.yaml"),
    "schedule": (ScheduleFile, "CRM Monitor: config/schedule.yaml"),
    "people": (PeopleFile, "CRM Monitor: config/people.yaml"),
    "mandate": (MandateFile, "CRM Monitor: config/mandate.yaml"),
    "adoption": (MeasureFile, "CRM Monitor: checks/adoption.yaml"),
    "statuses": (StatusFile, "CRM Monitor: checks/statuses.yaml"),
    "figures": (FigureFile, "CRM Monitor: checks/figures.yaml"),
    "suite": (SuiteFile, "CRM Monitor: a suite under expectations/"),
    "map": (CrmMap, "CRM Monitor: a CRM map under config/crms/"),
}


def schema(which: Which) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of one kind of file."""
    model, title = _MODELS[which]
    found: dict[str, Any] = {"$schema": _DRAFT, **model.model_json_schema(), "title": title}
    if which in ("monitor", "routes", "schedule"):
        for part in (found, *found["$defs"].values()):
            _with_variables(part)
    if which in _LAID_OVER:
        _with_entries_that_differ(found, which)
    if which == "suite":
        catalogue = Catalogue(getattr(own_rules, "REGISTRY", {}))
        expectation = found["$defs"]["Expectation"]["properties"]
        expectation["type"]["enum"] = sorted(catalogue.names())
        expectation.update(dict.fromkeys(sorted(GX_EXPECTATION_KEYS), _UNREAD))
        found["properties"].update(dict.fromkeys(sorted(GX_SUITE_KEYS), _UNREAD))
        found["properties"]["entity"]["enum"] = list(RECORDS)
    return found


def _with_entries_that_differ(found: dict[str, Any], which: Which) -> None:
    """A file that extends a built-in one says what differs only; null takes an entry out of it."""
    entries = found["properties"]["measures" if which == "adoption" else which]
    entries["additionalProperties"] = {"anyOf": [entries["additionalProperties"], {"type": "null"}]}
    entry = found["$defs"][_LAID_OVER[which]]
    wanted = entry.pop("required", [])
    found.pop("required", None)
    if wanted:
        whole = {"additionalProperties": {"required": wanted}}
        found["if"] = {"not": {"required": ["extends"]}}
        found["then"] = {"properties": {"measures": whole}}


def _with_variables(part: dict[str, Any]) -> None:
    """Let every value be a ``${VARIABLE}``, and every secret stand in a file of its own (``token_file``)."""
    properties: dict[str, Any] = part.get("properties", {})
    required: list[str] = part.get("required", [])
    for name, value in list(properties.items()):
        if _is_secret(value):
            properties[f"{name}_file"] = {"type": "string", "description": f"a file that holds {name}"}
            if name in required:
                required.remove(name)
                either = [{"required": [name]}, {"required": [f"{name}_file"]}]
                part.setdefault("allOf", []).append({"oneOf": either})
        elif _is_narrow(value):
            about = {key: value.pop(key) for key in ("title", "description", "default") if key in value}
            properties[name] = {**about, "anyOf": [value, _VARIABLE]}


def _is_secret(value: dict[str, Any]) -> bool:
    return any(each.get("format") == "password" for each in (value, *value.get("anyOf", ())))


def _is_narrow(value: dict[str, Any]) -> bool:
    """Whether a text with a variable in it would not fit as it stands."""
    kinds = (value, *value.get("anyOf", ()))
    return any(each.get("type") in ("integer", "number", "boolean") or "pattern" in each for each in kinds)
