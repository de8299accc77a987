"""The manifest is one that Slack takes, and asks for what the chosen features need and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from ruamel.yaml import YAML

from monitor.delivery.slack_manifest import manifest, manifest_yaml, new_app_link
from monitor.delivery.slack_scopes import FEATURES, USUAL, Feature, missing, needed

SCHEMA = json.loads((Path(__file__).parent / "slack_manifest.schema.json").read_text(encoding="utf-8"))
CHOICES = [chosen for size in range(1, len(Feature) + 1) for chosen in combinations(Feature, size)]
READING = ["chat:write", "channels:read", "groups:read", "channels:history", "groups:history", "users:read"]


def _scopes(features: Sequence[Feature]) -> list[str]:
    scopes: list[str] = manifest(features)["oauth_config"]["scopes"]["bot"]
    return scopes


def test_the_schema_is_one_itself_and_refuses_what_slack_does_not_know() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    wrong: dict[str, Any] = manifest(USUAL)
    wrong["settings"]["socket_mode"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_whatever_is_chosen_makes_a_manifest_that_slack_takes() -> None:
    for chosen in CHOICES:
        made = manifest(chosen)
        jsonschema.validate(made, SCHEMA)
        assert YAML(typ="safe").load(manifest_yaml(chosen)) == made


@pytest.mark.parametrize(
    ("features", "scopes"),
    [
        ([Feature.ALERTS], READING),
        ([Feature.BUTTONS], ["chat:write"]),
        (USUAL, [*READING, "commands"]),
        ([Feature.COMMANDS], ["chat:write", "commands"]),
        ([Feature.FIXLISTS], ["chat:write", "users:read", "users:read.email", "im:write", "im:history"]),
        (
            [Feature.DIGESTS],
            ["chat:write", "users:read", "users:read.email", "im:write", "im:history", "files:write"],
        ),
        ([Feature.GROUPS], ["chat:write", "usergroups:read"]),
        ([Feature.PUBLIC], ["chat:write", "chat:write.public"]),
    ],
)
def test_a_feature_takes_its_scopes_and_no_others(features: Sequence[Feature], scopes: list[str]) -> None:
    assert _scopes(features) == scopes


def test_socket_mode_and_the_command_are_there_only_where_they_are_used() -> None:
    alerts, buttons, commands = (manifest([one]) for one in USUAL)
    live = [made["settings"]["socket_mode_enabled"] for made in (alerts, buttons, commands)]
    assert live == [False, True, True]
    assert [made["settings"]["interactivity"]["is_enabled"] for made in (alerts, buttons, commands)] == live
    assert ["slash_commands" in made["features"] for made in (alerts, buttons, commands)] == [False, False, True]


def test_the_reason_stands_beside_each_scope_and_each_feature_is_explained() -> None:
    text = manifest_yaml(tuple(Feature))
    for scope in needed(tuple(Feature)):
        assert f"- {scope.name}  # {scope.why}\n" in text
    for feature, about in FEATURES.items():
        assert f"#   {feature.value}: {about}\n" in text


def test_the_link_holds_the_same_manifest() -> None:
    asked = parse_qs(urlsplit(new_app_link(USUAL)).query)
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == manifest(USUAL)


def test_a_scope_for_one_kind_of_channel_does_for_the_other() -> None:
    held = {"chat:write", "groups:read", "channels:history", "users:read"}
    assert missing([Feature.ALERTS], held) == []
    assert [scope.name for scope in missing([Feature.ALERTS], held - {"groups:read"})] == [
        "channels:read",
        "groups:read",
    ]
