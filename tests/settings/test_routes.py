"""``config/routes.yaml`` as it is read: the tree, the targets, and what is right and surely not meant."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.errors import ConfigurationError
from monitor.incidents.matching import Matcher
from monitor.incidents.model import IncidentKind
from monitor.incidents.quiet import Quiet
from monitor.incidents.routing import INHERITED, Audience, Budget, Route, Terms, Tree, every_route
from monitor.place import Place
from monitor.quality.check import Dimension, Severity
from monitor.quality.outcome import Status
from monitor.settings.inventory import take_stock
from monitor.settings.project import Project, load_project
from monitor.settings.routes import RoutesSaid
from monitor.settings.schema import schema
from monitor.settings.targets import TargetSaid, Way
from monitor.yamlfile import parse
from tests.settings.projects import CONNECTION, ENVIRON, SUITE, make_project

SETTINGS = (
    "time_zone: Europe/Copenhagen\ncountry: DK\n"
    + CONNECTION
    + "slack: {token: xoxb-1}\nsmtp: {host: localhost, from: crm@x.example}\n"
)
SECRETS = {**ENVIRON, "HOOK_SECRET": "s3cr3t-hook", "HOOK_URL": "https://tickets.example.com/t0ken"}
TARGETS = """\
targets:
  quality: {slack: C0123ABCD}
  ops: {slack: "#crm-ops"}
  anna: {person: U0123ABCD}
  board: {email: [board@x.example, chair@x.example]}
  tickets: {webhook: "${HOOK_URL}", secret: "${HOOK_SECRET}"}
"""
WHOLE = (
    TARGETS
    + """\
default: quality
quiet: {hours: 18:00-08:00, days: [sat, sun], holidays: true, zone: Europe/Oslo}
repeat: 7d
budget: {day: 2, week: 5}
routes:
  - match: {kind: system, check: [crm, 'entity:*']}
    to: [ops, tickets]
    quiet: never
    repeat: never
  - match:
      kind: data
      severity: [critical, warning]
      status: fail
      entity: opportunities
      dimension: [completeness]
      check: [opportunities-*, same-name]
      tags: forecast
      team: [Nord, 3]
    to: anna
    audience: admin
    continue: true
    mention: S0123ABCD
    budget: {day: 1}
    routes:
      - {to: [], mention: nobody}
  - to: board
"""
)
TAGGED = "    meta: {id: no-amount, tags: [forecast]}\n  - type: expect_column_values_to_be_unique\n"
OFF = "    kwargs: {column: name}\n    meta: {id: same-name, enabled: false}\n"


def load(folder: Path, routes: str, monitor: str = SETTINGS, environ: dict[str, str] | None = None) -> Project:
    files = {
        "config/monitor.yaml": monitor,
        "config/routes.yaml": routes,
        "expectations/opportunities.yaml": SUITE + TAGGED + OFF,
    }
    return load_project(make_project(folder, files), environ or SECRETS)


def said(folder: Path, routes: str, monitor: str = SETTINGS) -> RoutesSaid:
    found = load(folder, routes, monitor).routes
    assert found is not None
    return found


def test_a_project_without_the_file_has_no_routes(tmp_path: Path) -> None:
    assert load_project(make_project(tmp_path), ENVIRON).routes is None


def test_everything_that_the_file_may_say_is_read(tmp_path: Path) -> None:
    found = said(tmp_path, WHOLE)
    place = str(tmp_path / "config" / "routes.yaml")
    oslo = Quiet(ZoneInfo("Europe/Oslo"), (time(18), time(8)), frozenset({5, 6}), holidays=True)
    system = Route(
        Matcher(kinds=(IncidentKind.SYSTEM,), checks=("crm", "entity:*")),
        ("slack:#crm-ops", "hook:tickets"),
        quiet=None,
        repeat=None,
        place=Place(place, 12, 5),
    )
    data = Route(
        Matcher(
            (IncidentKind.DATA,),
            ("opportunities-*", "same-name"),
            ("opportunities",),
            (Dimension.COMPLETENESS,),
            (Severity.CRITICAL, Severity.WARNING),
            (Status.FAIL,),
            ("forecast",),
            ("Nord", "3"),
        ),
        ("slack:U0123ABCD",),
        Audience.ADMIN,
        budget=Budget(1, 10),
        mention="S0123ABCD",
        goes_on=True,
        routes=(Route(to=(), mention="", place=Place(place, 31, 9)),),
        place=Place(place, 16, 5),
    )
    rest = Route(to=("email:board",), place=Place(place, 32, 5))
    terms = Terms(Audience.CHANNEL, oslo, timedelta(days=7), Budget(2, 5))
    assert found.tree == Tree((system, data, rest), ("slack:C0123ABCD",), terms, Place(place, 7, 1))
    assert found.targets == (
        TargetSaid("quality", Way.SLACK, "slack:C0123ABCD", "C0123ABCD"),
        TargetSaid("ops", Way.SLACK, "slack:#crm-ops", "#crm-ops"),
        TargetSaid("anna", Way.SLACK, "slack:U0123ABCD", "U0123ABCD"),
        TargetSaid("board", Way.EMAIL, "email:board", addresses=("board@x.example", "chair@x.example")),
        TargetSaid("tickets", Way.HOOK, "hook:tickets", url=SECRETS["HOOK_URL"], secret=SECRETS["HOOK_SECRET"]),
    )
    assert found.warnings == ()


def test_the_smallest_file_has_the_usual_terms(tmp_path: Path) -> None:
    found = said(tmp_path, "targets: {ours: {slack: '#crm'}}\ndefault: [ours]\n")
    assert found.tree.terms == Terms()
    assert (found.tree.routes, found.tree.default) == ((), ("slack:#crm",))


def test_what_a_route_does_not_say_is_inherited(tmp_path: Path) -> None:
    found = said(tmp_path, "targets: {ours: {slack: '#crm'}}\ndefault: [ours]\nroutes: [{match: {kind: system}}]\n")
    [route] = every_route(found.tree)
    assert {getattr(route, name) for name in ("to", "audience", "quiet", "repeat", "budget", "mention")} == {INHERITED}


def test_quiet_hours_are_in_the_projects_zone_and_know_its_holidays(tmp_path: Path) -> None:
    quiet = said(tmp_path, WHOLE.replace(", zone: Europe/Oslo", "")).tree.terms.quiet
    assert quiet is not None
    assert quiet.zone.key == "Europe/Copenhagen"
    ascension = datetime(2026, 5, 14, 12, tzinfo=UTC)
    assert quiet.until(ascension) == datetime(2026, 5, 15, 6, tzinfo=UTC)


def test_the_incoming_webhook_can_be_a_target(tmp_path: Path) -> None:
    monitor = CONNECTION + "slack: {webhook: 'https://hooks.slack.com/services/1'}\n"
    found = said(tmp_path, "targets: {ours: {slack: webhook}}\ndefault: ours\n", monitor)
    assert [target.key for target in found.targets] == ["webhook"]
    assert found.tree.default == ("webhook",)


def test_a_secret_may_stand_in_a_file_and_in_no_text(tmp_path: Path) -> None:
    (tmp_path / "hook.txt").write_text("s3cr3t-hook\n", encoding="utf-8")
    project = load(tmp_path, WHOLE.replace('secret: "${HOOK_SECRET}"', "secret_file: hook.txt"))
    assert project.routes is not None
    assert project.routes.targets[-1].secret == "s3cr3t-hook"
    shown = repr(project) + repr(take_stock(project)) + "".join(one.words for one in project.routes.targets)
    assert "s3cr3t" not in shown
    assert "t0ken" not in shown
    assert "x.example" not in "".join(one.words for one in project.routes.targets)


@pytest.mark.parametrize(
    ("routes", "monitor", "warning"),
    [
        ("routes: [{to: a}, {match: {kind: data}, to: b}]", "",
         "3:19: nothing comes to this route: the one in line 3 takes everything before "
         "(put this one first, or say `continue: true` there)"),
        ("routes: [{match: {severity: info}, to: b, routes: [{match: {severity: critical}}]}]", "",
         "3:52: nothing comes to this route: the one around it, in line 3, is about severity info only"),
        ("routes: [{to: a}]", "", "1:29: no route names the target 'b'"),
        ("routes: [{to: b, quiet: {hours: 18:00-08:00, holidays: true}, continue: true}, {to: a}]", "",
         "3:56: no public holiday is known (set country in config/monitor.yaml)"),
        ("routes: [{to: b}]", "slack: {token: xoxb-1, channel: '#crm'}",
         "1:1: slack.channel and slack.ops_channel of config/monitor.yaml are not read beside this file "
         "(take them out there)"),
    ],
)  # fmt: skip
def test_what_is_right_and_surely_not_meant_is_a_warning(
    routes: str, monitor: str, warning: str, tmp_path: Path
) -> None:
    text = f"targets: {{a: {{slack: '#a'}}, b: {{slack: '#b'}}}}\ndefault: a\n{routes}\n"
    found = said(tmp_path, text, CONNECTION + (monitor or "slack: {token: xoxb-1}"))
    assert [str(one).replace(f"{tmp_path}/config/routes.yaml:", "") for one in found.warnings] == [warning]


def test_without_routes_a_token_needs_a_channel_and_beside_them_it_does_not(tmp_path: Path) -> None:
    load(tmp_path, "targets: {ours: {slack: '#crm'}}\ndefault: ours\n")
    (tmp_path / "config" / "routes.yaml").unlink()
    with pytest.raises(ConfigurationError, match="slack needs a channel beside the token"):
        load_project(tmp_path, SECRETS)


def test_where_a_suite_is_wrong_no_check_is_called_unknown(tmp_path: Path) -> None:
    files = {"config/monitor.yaml": SETTINGS, "config/routes.yaml": WHOLE, "expectations/opportunities.yaml": "a: ["}
    with pytest.raises(ConfigurationError) as caught:
        load_project(make_project(tmp_path, files), SECRETS)
    assert {Path(problem.place.file).name for problem in caught.value.problems} == {"opportunities.yaml"}


def test_an_inventory_says_what_there_is_of_routes(tmp_path: Path) -> None:
    stock = take_stock(load(tmp_path, WHOLE))
    told = "4 routes in routes.yaml to quality, ops, anna, board, tickets; what none matches goes to quality"
    assert stock.slack_target == stock.ops_target == told
    assert str(tmp_path / "config" / "routes.yaml") in stock.files


def _fits(text: str) -> bool:
    data = json.loads(json.dumps(parse(text, "routes.yaml").data, default=str))
    return Draft202012Validator(schema("routes")).is_valid(data)


def test_what_is_right_fits_the_published_schema_and_what_is_wrong_does_not() -> None:
    assert _fits(WHOLE)
    assert _fits(WHOLE.replace("secret:", "secret_file:"))
    wrong = ("entity: opportunity", "severity: bad", "kind: [data, date]", "sevrity: info", "dimension: []")
    assert not any(_fits(f"{TARGETS}default: ops\nroutes: [{{match: {{{match}}}}}]\n") for match in wrong)
    assert not _fits(f"{TARGETS}default: ops\nquiet: nevr\n")
    assert not _fits(f"{TARGETS}default: ops\nrepeat: often\n")
    assert not _fits(TARGETS)


_WORDS = st.sampled_from(
    ["a", "b", "#crm", "C0123ABCD", "never", "nobody", "data", "critical", "18:00-08:00", "7d", "x*"]
)
_LEAVES = st.none() | st.booleans() | st.integers(-3, 30) | _WORDS | st.text(max_size=4)
_KEYS = (
    *("targets", "default", "routes", "quiet", "repeat", "budget", "match", "to", "audience", "continue", "mention"),
    *("slack", "person", "email", "webhook", "secret", "kind", "severity", "entity", "check", "tags", "team", "status"),
    *("hours", "days", "holidays", "zone", "day", "week", "a", "b"),
)
_ANY = st.recursive(
    _LEAVES,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), below, max_size=4),
    max_leaves=12,
)
_FILE = st.fixed_dictionaries(
    {"targets": st.just({"a": {"slack": "#a"}, "b": {"person": "U0123ABCD"}}) | _ANY},
    optional=dict.fromkeys(("routes", "quiet", "repeat", "budget"), _ANY) | {"default": st.just("a") | _ANY},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=_FILE)
def test_any_file_is_read_or_refused_in_words(data: dict[str, Any], tmp_path: Path) -> None:
    with suppress(ConfigurationError):
        found = load(tmp_path, json.dumps(data)).routes
        assert found is not None
        assert {*found.tree.default} <= {target.key for target in found.targets}
