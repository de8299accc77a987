"""Every expectation type that Great Expectations ships gives the same here as in plain Great Expectations."""

from __future__ import annotations

import getpass
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.quality.outcome import Outcome, Status
from tests.quality.gx_cases import CASES, ROWS, WHOLE
from tests.quality.small_crm import SmallCrm, check, opened

os.environ["GX_ANALYTICS_ENABLED"] = "false"
_ABOUT_NULLS = ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")
_CONDITION = "status = 'open'"
# What no query asset can say: types and columns are those of the mapped query, not of one table.
_OF_A_TABLE = {"expect_query_results_to_match_comparison"}


class PlainGx:
    """Plain Great Expectations on the same table, through its own context."""

    def __init__(self, url: sa.URL) -> None:
        with _quiet():
            import great_expectations as gx

            context = gx.get_context(mode="ephemeral")
            if url.get_backend_name() == "postgresql" and not url.username:
                url = url.set(username=getpass.getuser())
            text = url.render_as_string(hide_password=False)
            add = {"sqlite": context.data_sources.add_sqlite, "postgresql": context.data_sources.add_postgres}
            source = add.get(url.get_backend_name(), context.data_sources.add_sql)(name="deals", connection_string=text)
            self._source = source
            self._batches = {
                name: source.add_table_asset(name=name, table_name=name)
                .add_batch_definition_whole_table("all")
                .get_batch()
                for name in ("deals", "open_deals")
            }

    def validate(self, kind: str, kwargs: dict[str, Any], *, condition: bool = False) -> Any:
        """The result on the whole table, or on the open deals."""
        with _quiet():
            from great_expectations.expectations.registry import get_expectation_impl

            batch = self._batches["open_deals" if condition else "deals"]
            return batch.validate(get_expectation_impl(kind)(**kwargs), result_format="SUMMARY")

    def close(self) -> None:
        """Great Expectations opens more engines than one, and leaves their connections to chance."""
        engines = [batch.data.execution_engine for batch in self._batches.values()]
        for engine in (*engines, self._source.get_execution_engine()):
            engine.close()
            engine.engine.dispose()
        self._source.get_engine().dispose()


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallCrm, PlainGx]]:
    url = sa.URL.create("sqlite", database=str(tmp_path_factory.mktemp("crm") / "crm.db"))
    with opened(url) as crm:
        plain = PlainGx(url)
        yield crm, plain
        plain.close()


def _examples(cases: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(kind, kwargs, id=f"{kind}-{index}")
        for kind, several in cases.items()
        for index, kwargs in enumerate(several)
    ]


def _same(outcome: Outcome, plain: Any) -> None:
    """Asserts that our outcome says what plain Great Expectations says."""
    if _raised(plain):
        assert outcome.status is Status.ERROR
        return
    assert (outcome.status is Status.PASS) == bool(plain.success), outcome
    assert outcome.status in (Status.PASS, Status.FAIL)
    if "element_count" not in plain.result or "unexpected_count" not in plain.result:
        return
    counted = plain.result["element_count"]
    if outcome.check.type not in _ABOUT_NULLS:
        counted -= plain.result["missing_count"]
    assert (outcome.rows, outcome.unexpected) == (counted, plain.result["unexpected_count"])


def _raised(plain: Any) -> bool:
    return '"raised_exception": true' in str(plain.exception_info).lower().replace("'", '"')


def _owners_add_up(outcome: Outcome) -> None:
    assert sum(owner.rows for owner in outcome.owners) == outcome.rows
    assert sum(owner.unexpected for owner in outcome.owners) == outcome.unexpected
    assert outcome.attributed


def test_there_is_an_example_of_every_type_that_great_expectations_ships() -> None:
    with _quiet():
        from great_expectations.expectations import core, registry

    kinds = registry.list_registered_expectation_implementations()
    names = {registry.get_expectation_impl(kind).__name__: kind for kind in kinds}
    shipped = {path.stem for path in (Path(core.__file__).parent / "schemas").glob("*.json")} - {"index"}
    assert {names[name] for name in shipped} == set(CASES)


@pytest.mark.parametrize(("kind", "kwargs"), _examples(ROWS))
def test_a_type_on_rows_equals_plain_great_expectations(
    kind: str, kwargs: dict[str, Any], on_sqlite: tuple[SmallCrm, PlainGx]
) -> None:
    crm, plain = on_sqlite
    outcome = crm.one(check(kind, kwargs))
    _same(outcome, plain.validate(kind, kwargs))
    _owners_add_up(outcome)


@pytest.mark.parametrize(("kind", "kwargs"), _examples(ROWS))
def test_a_type_on_rows_equals_plain_great_expectations_with_a_condition(
    kind: str, kwargs: dict[str, Any], on_sqlite: tuple[SmallCrm, PlainGx]
) -> None:
    crm, plain = on_sqlite
    expected = plain.validate(kind, kwargs, condition=True)
    ours, theirs = crm.run(
        [
            check(kind, kwargs, id="when", when=_CONDITION),
            check(
                kind, {**kwargs, "row_condition": 'col("status") == "open"', "condition_parser": "great_expectations"}
            ),
        ]
    ).outcomes
    for outcome in (ours, theirs):
        _same(outcome, expected)
        _owners_add_up(outcome)


@pytest.mark.parametrize(("kind", "kwargs"), _examples(WHOLE))
def test_any_other_type_runs_through_great_expectations_itself(
    kind: str, kwargs: dict[str, Any], on_sqlite: tuple[SmallCrm, PlainGx]
) -> None:
    crm, plain = on_sqlite
    outcome = crm.one(check(kind, kwargs))
    if kind in _OF_A_TABLE:
        assert outcome.status in (Status.PASS, Status.ERROR)
        return
    _same(outcome, plain.validate(kind, kwargs))
    assert outcome.owners == ()
    assert not outcome.attributed or outcome.status is Status.ERROR


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_the_types_on_rows_equal_plain_great_expectations_on_servers(
    server: str, request: pytest.FixtureRequest
) -> None:
    url: sa.URL = request.getfixturevalue(f"{server}_url")
    examples = [(kind, kwargs) for kind, several in ROWS.items() for kwargs in several]
    with opened(url) as crm:
        checks = [check(kind, kwargs, id=f"{kind} {index}") for index, (kind, kwargs) in enumerate(examples)]
        limited = [check(kind, kwargs, id=f"open {n}", when=_CONDITION) for n, (kind, kwargs) in enumerate(examples)]
        outcomes = crm.run([*checks, *limited]).outcomes
        plain = PlainGx(url)
        for (kind, kwargs), whole, part in zip(
            examples, outcomes[: len(examples)], outcomes[len(examples) :], strict=True
        ):
            _same(whole, plain.validate(kind, kwargs))
            _same(part, plain.validate(kind, kwargs, condition=True))
            _owners_add_up(whole)
            _owners_add_up(part)
        plain.close()
