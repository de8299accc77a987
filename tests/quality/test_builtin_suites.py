"""The built-in suites: complete, well formed, and able to run on every database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from monitor import content
from monitor.crm.vocabulary import ENTITIES, RECORDS, Column, Kind
from monitor.quality.calendar import working_days
from monitor.quality.check import Check, Dimension
from monitor.quality.engine import Options, Reader, run_entity
from monitor.quality.moments import Moments
from monitor.quality.outcome import Outcome, Status
from monitor.quality.suites import LoadedSuites, load_suites
from tests.quality.world import COPENHAGEN, NOW, World, people

MOST_IMPORTANT = {  # the share of rows from which each warns and fails
    "close-date-passed": (0.05, 0.15),
    "offer-without-amount": (0.05, 0.15),
    "deal-without-next-step": (0.20, 0.40),
    "deal-untouched": (0.20, 0.40),
    "offer-untouched": (0.20, 0.40),
    "close-date-pushed": (0.10, 0.20),
    "deal-stuck-in-stage": (0.15, 0.30),
    "account-owner-gone": (0.01, 0.05),
    "deal-owner-gone": (0.01, 0.05),
    "deal-without-account": (0.02, 0.05),
    "contact-without-account": (0.05, 0.10),
    "contact-unreachable": (0.10, 0.20),
    "account-name-placeholder": (0.02, 0.05),
    "deal-amount-placeholder": (0.02, 0.05),
    "account-duplicate-company-number": (0.02, 0.05),
    "account-near-duplicate": (0.02, 0.05),
    "contact-duplicate-email": (0.01, 0.03),
    "account-company-number-invalid": (0.01, 0.03),
    "lost-without-reason": (0.10, 0.25),
    "won-without-amount": (0.01, 0.05),
    "deal-closed-in-future": (0.01, 0.05),
    "open-with-certain-outcome": (0.01, 0.05),
    "contact-kept-without-basis": (0.10, 0.25),
}
MISLEADING = [
    "deal-untouched",
    "offer-untouched",
    "close-date-pushed",
    "contact-without-account",
    "account-name-placeholder",
    "account-duplicate-company-number",
    "contact-duplicate-email",
    "lost-without-reason",
    "opportunities-fresh",
]


@pytest.fixture(scope="module")
def loaded() -> LoadedSuites:
    return load_suites([content.find("expectations", reference) for reference in content.names("expectations")])


@pytest.fixture(scope="module")
def checks(loaded: LoadedSuites) -> dict[str, Check]:
    return {check.id: check for check in loaded.checks}


def test_every_entity_is_covered_in_every_dimension(loaded: LoadedSuites) -> None:
    covered = {suite.entity: {check.dimension for check in suite.checks} for suite in loaded.suites}
    assert covered == {entity: set(Dimension) for entity in RECORDS}


def test_the_checks_that_matter_most_are_there_with_their_limits(checks: dict[str, Check]) -> None:
    limits = {name: (checks[name].limits.warn, checks[name].limits.fail) for name in MOST_IMPORTANT}
    assert limits == MOST_IMPORTANT


def test_what_is_often_misleading_says_so(checks: dict[str, Check]) -> None:
    assert [name for name in MISLEADING if not checks[name].mind] == []


def test_every_entity_is_watched_as_a_whole(loaded: LoadedSuites) -> None:
    for suite in loaded.suites:
        types = {check.type for check in suite.checks}
        wanted = {"expect_entity_volume_to_be_usual", "expect_entity_schema_to_be_unchanged"}
        wanted |= {"expect_entity_to_be_fresh"} if suite.entity != "users" else set()
        assert wanted <= types


def test_every_check_says_in_words_what_fails_why_it_matters_and_how_to_mend_it(checks: dict[str, Check]) -> None:
    for check in checks.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", check.id), check.id
        assert check.title, check.id
        assert len(check.title) <= 90, check.id
        assert check.title[0].isupper(), check.id
        assert check.title[-1] not in ".!?:", check.id
        for text in (check.why, check.fix):
            assert text.endswith("."), (check.id, text)
            assert len(text) <= 160, (check.id, text)
        assert check.tags, check.id


def test_a_check_that_counts_rows_has_both_limits_in_order(checks: dict[str, Check]) -> None:
    for check in checks.values():
        if "built-in" in check.tags or check.id == "user-kind-unknown":
            continue
        assert check.limits.warn is not None, check.id
        assert check.limits.fail is not None, check.id
        assert check.limits.warn < check.limits.fail, check.id


# --- run on a CRM that maps everything ---------------------------------------------------------------------------


def _value(column: Column, number: int) -> object:
    """A plausible value for one row of one column; every seventh is missing."""
    if column.name != "key" and number % 7 == 0:
        return None
    moment = NOW.replace(tzinfo=None) - timedelta(days=number % 40, hours=number)
    match column.kind:
        case Kind.KEY:
            return str(number % 30 if column.references and column.references != "users" else number % 3)
        case Kind.INTEGER | Kind.DECIMAL:
            return number % 5
        case Kind.BOOLEAN:
            return number % 2 == 0
        case Kind.DATE:
            return moment.date()
        case Kind.DATETIME:
            return moment
    words = {"status": ("open", "won", "lost"), "stage_phase": ("new", "qualified", "offer"), "kind": ("call", "note")}
    return words.get(column.name, ("n/a", f"{column.name} {number}", "info@firma.dk"))[
        number % len(words.get(column.name, "abc"))
    ]


def fill(world: World, rows: int) -> None:
    """Every canonical entity with every column."""
    world.directory = people(**{"1": True, "2": False})
    for entity in ENTITIES.values():
        world.add(
            entity.name,
            [
                {
                    column.name: str(number) if column.name == "key" else _value(column, number)
                    for column in entity.columns.values()
                }
                for number in range(rows)
            ],
            columns=list(entity.columns),
        )


def reader(world: World) -> Reader:
    return Reader(
        engine=world.engine,
        connect=world.connect,
        sources=world.sources,
        directory=world.directory,
        moments=Moments(NOW, COPENHAGEN, working_days("DK")),
        now=NOW,
        country="DK",
    )


def outcomes(world: World, loaded: LoadedSuites) -> list[Outcome]:
    options = Options(hash_key=b"0" * 32)
    return [
        outcome
        for suite in loaded.suites
        for outcome in run_entity(reader(world), suite.entity, suite.checks, [], options).outcomes
    ]


def test_every_check_runs_on_every_database(any_world: World, loaded: LoadedSuites) -> None:
    fill(any_world, 90)
    found = outcomes(any_world, loaded)
    broken = {outcome.check.id: outcome.reason for outcome in found if outcome.status in (Status.ERROR, Status.SKIPPED)}
    assert broken == {}
    assert {outcome.check.id for outcome in found} == {check.id for check in loaded.checks}


def test_owners_add_up_to_the_total_of_every_check(world: World, loaded: LoadedSuites) -> None:
    fill(world, 90)
    counted = [each for each in outcomes(world, loaded) if each.rows and each.check.entity != "users"]
    assert len(counted) > 80
    for outcome in counted:
        assert outcome.attributed, outcome.check.id
        assert sum(owner.rows for owner in outcome.owners) == outcome.rows, outcome.check.id
        assert sum(owner.unexpected for owner in outcome.owners) == outcome.unexpected, outcome.check.id


def test_an_empty_crm_passes_no_check(world: World, loaded: LoadedSuites) -> None:
    fill(world, 0)
    statuses = {outcome.status for outcome in outcomes(world, loaded)}
    assert statuses <= {Status.NO_DATA, Status.NO_BASELINE}
