"""The language of conditions: what it refuses, and that it means the same on every database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.crm.vocabulary import ENTITIES, Column, Kind
from monitor.quality.conditions import ConditionError, compile_condition, parse
from monitor.quality.moments import Moments
from tests.quality.world import COPENHAGEN, NOW, World

KNOWN = ENTITIES["opportunities"].columns
MOMENTS = Moments(NOW, COPENHAGEN)
DEALS: list[dict[str, Any]] = [
    {"name": "Acme pumps", "stage": "Offer", "amount": 100.0, "stage_order": 3, "status": "open"},
    {"name": "acme valves", "stage": "new", "amount": None, "stage_order": 1, "status": "open"},
    {"name": "50% off_er", "stage": None, "amount": -5.5, "stage_order": None, "status": "won"},
    {"name": None, "stage": "O'Brien", "amount": 0.0, "stage_order": 2, "status": "lost"},
]


def matching(world: World, text: str, entity: str = "opportunities") -> set[str]:
    source = world.sources[entity]
    return world.where(entity, compile_condition(parse(text, source.columns), MOMENTS, source))


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "the condition is empty"),
        ("amout > 1", 0, "there is no column amout; did you mean amount?"),
        ("status = 'open' AND stag = 'x'", 20, "there is no column stag; did you mean stage?"),
        ("status = 'open", 9, "this quote is never closed; a quote inside a text is written twice: ''"),
        ('"status = 1', 0, "this quoted column name is never closed"),
        ("(amount > 1", 0, "this parenthesis is never closed"),
        ("amount > 1)", 10, "this parenthesis was never opened"),
        ("amount > 1; amount", 10, "a semicolon has no place in a condition"),
        ("amount > 1 -- really", 11, "a comment has no place in a condition"),
        ("amount > /* x */ 1", 9, "a comment has no place in a condition"),
        ("amount > (SELECT 1)", 10, "SELECT has no place in a condition"),
        ("EXISTS(SELECT 1)", 0, "EXISTS has no place in a condition"),
        ("amount > 1 amount", 11, "'amount' is not expected here; AND or OR may be missing"),
        ("amount = NULL", 9, "nothing equals NULL; write IS NULL or IS NOT NULL"),
        ("stage IN ('a', NULL)", 15, "NULL in a list never matches; add OR ... IS NULL"),
        ("stage IN ()", 6, "IN needs at least one value"),
        ("stage IS open", 9, "IS goes with NULL, TRUE or FALSE"),
        ("amount BETWEEN 1", 16, "BETWEEN needs AND and an upper end"),
        ("amount >", 8, "the condition ends too early"),
        ("created_at < {yesterday}", 13, "{yesterday} is not a moment; write e.g. {today - 14 days}"),
        ("created_at < {today", 13, "this brace is never closed; a moment is written like {today - 14 days}"),
        ("amount > 1 ? 2", 11, "'?' is not understood here"),
        ("length(name, 2) = 1", 0, "length takes 1 arguments, not 2"),
        ("CASE amount END", 0, "CASE needs WHEN"),
        ("NOT " * 50 + "amount > 1", 160, "the condition is nested deeper than 40 levels"),
        ("(" * 50 + "amount > 1", 40, "the condition is nested deeper than 40 levels"),
        ("amount > 1" + " + 1" * 101, 411, "the condition has more than 100 of + - * / ||"),
        ("amount > 1 OR " * 400 + "amount > 2", 4000, "the condition is longer than 4000 characters"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_at_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, KNOWN)
    assert (caught.value.offset, caught.value.message) == (offset, message)


def test_an_unknown_function_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConditionError, match="the function sleep is not known; there are: lower, upper, trim"):
        parse("sleep(10) = 1", KNOWN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name", "a true-or-false expression is needed here"),
        ("name AND amount > 1", "a true-or-false expression is needed here"),
        ("amount > 'much'", "a number cannot be compared with this text"),
        ("amount = name", "a number and a text cannot be compared"),
        ("close_date < 'soon'", "a date is written like '2026-11-21'"),
        ("close_date < 3", "a date is written like '2026-11-21'"),
        ("amount > {today}", "a number cannot be compared with a moment"),
        ("name = TRUE", "a text and true or false cannot be compared"),
        ("coalesce(TRUE, FALSE) < 1", "TRUE and FALSE go with =, <>, IS and IN only"),
        ("TRUE < 0", "TRUE and FALSE go with =, <>, IS and IN only"),
        ("lower(amount) = 'x'", "a text is needed here, not a number"),
        ("amount + name > 1", "a number is needed here, not a text"),
    ],
)
def test_kinds_that_do_not_go_together_are_refused(world: World, text: str, message: str) -> None:
    source = world.add("opportunities", [], columns=list(KNOWN))
    with pytest.raises(ConditionError, match=message.replace("'", ".")):
        compile_condition(parse(text, KNOWN), MOMENTS, source)


def test_a_column_that_is_not_mapped_is_named(world: World) -> None:
    source = world.add("opportunities", [], columns=["key", "amount"])
    with pytest.raises(ConditionError, match="next_step is not mapped") as caught:
        compile_condition(parse("amount > 1 AND next_step IS NULL", KNOWN), MOMENTS, source)
    assert caught.value.offset == 15


def test_a_condition_says_which_columns_it_reads() -> None:
    condition = parse("coalesce(amount, probability) > 1 OR \"stage\" IN ('amount', name)", KNOWN)
    assert condition.columns == {"amount", "probability", "stage", "name"}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("amount > 0", "1"),
        ("amount IS NULL OR amount <= 0", "234"),
        ("NOT (amount > 0)", "34"),
        ("(amount > 0) IS NOT TRUE", "234"),
        ("(amount > 0) IS FALSE", "34"),
        ("stage IN ('Offer', 'O''Brien')", "14"),
        ("stage NOT IN ('Offer', 'new')", "4"),
        ("amount BETWEEN -10 AND 0", "34"),
        ("amount NOT BETWEEN -10 AND 0", "1"),
        ("name LIKE 'ACME%'", "12"),
        (r"name LIKE '50\%%' AND name LIKE '%\_er'", "3"),
        ("name NOT LIKE 'acme%'", "3"),
        ("lower(name) || '!' = 'acme pumps!'", "1"),
        ("length(trim(replace(stage, 'O', '  '))) = 4", "1"),
        ("coalesce(amount, stage_order, 0) = 1", "2"),
        ("nullif(amount, 0) IS NULL", "24"),
        ("abs(amount) > 5", "13"),
        ("stage_order / 2 > 1.4", "1"),
        ("amount / amount > 0", "13"),
        ("2 * stage_order - 1 = 5", "1"),
        ("-amount = 5.5", "3"),
        ("CASE WHEN status = 'won' THEN 1 WHEN status = 'lost' THEN 2 ELSE 0 END > 0", "34"),
        ("CASE WHEN status = 'open' THEN amount > 0 END", "1"),
        ("key IN (1, 2)", "12"),
        ("status != 'open' AND status <> 'lost'", "3"),
    ],
)
def test_a_condition_selects_the_same_rows_on_every_database(any_world: World, text: str, keys: str) -> None:
    any_world.add("opportunities", DEALS)
    assert matching(any_world, text) == set(keys)


def test_truths_are_compared_on_every_database(any_world: World) -> None:
    any_world.add("contacts", [{"opted_out": True}, {"opted_out": False}, {"opted_out": None}])
    wanted = {"opted_out": "1", "NOT opted_out": "2", "opted_out = FALSE": "2", "opted_out = 1": "1"}
    wanted |= {"opted_out IS NOT TRUE": "23", "opted_out IS NULL": "3", "opted_out IN (TRUE, FALSE)": "12"}
    assert {text: matching(any_world, text, "contacts") for text in wanted} == {
        text: set(keys) for text, keys in wanted.items()
    }


def test_a_date_beside_a_timestamp_is_that_days_first_moment_in_the_projects_zone(any_world: World) -> None:
    # 20 November begins in Copenhagen at 23:00 UTC on the 19th.
    days = [datetime(2026, 11, 19, 22, 59), datetime(2026, 11, 19, 23, 0), datetime(2026, 11, 20, 12, 0)]  # noqa: DTZ001
    any_world.add("opportunities", [{"created_at": day, "close_date": day.date()} for day in days])
    assert matching(any_world, "created_at < {today}") == {"1"}
    assert matching(any_world, "created_at >= '2026-11-20'") == {"2", "3"}
    assert matching(any_world, "created_at > {now - 1 hour}") == {"3"}
    assert matching(any_world, "close_date < {today}") == {"1", "2"}
    assert matching(any_world, "close_date = {now}") == {"3"}
    assert matching(any_world, "created_at BETWEEN '{today - 1 day}' AND {today}") == {"1", "2"}
    assert matching(any_world, "days_between({now}, created_at) > 0.5") == {"1", "2"}


def test_days_between_counts_days_with_fractions(any_world: World) -> None:
    any_world.add(
        "opportunities",
        [
            {"created_at": datetime(2026, 11, 1, 6), "closed_at": datetime(2026, 11, 1, 18)},  # noqa: DTZ001
            {"created_at": datetime(2026, 11, 1, 6), "closed_at": datetime(2026, 11, 3, 6)},  # noqa: DTZ001
            {"created_at": datetime(2026, 11, 1, 6), "closed_at": None},  # noqa: DTZ001
        ],
    )
    assert matching(any_world, "days_between(closed_at, created_at) BETWEEN 0.49 AND 0.51") == {"1"}
    assert matching(any_world, "days_between(closed_at, created_at) >= 2") == {"2"}


def test_a_maps_own_column_with_an_odd_name_can_be_quoted(any_world: World) -> None:
    any_world.extra = {"Close date?": Column("Close date?", Kind.DATE, "")}
    any_world.add("opportunities", [{"Close date?": date(2026, 1, 1)}, {"Close date?": None}])
    assert matching(any_world, "\"Close date?\" = '2026-01-01'") == {"1"}


TEXTS = st.sampled_from(["stage", "name", "'Offer'", "'new'", "lower(name)", "coalesce(stage, 'new')"])
NUMBERS = st.sampled_from(
    ["amount", "stage_order", "0", "2", "-5.5", "abs(amount)", "amount + stage_order", "nullif(amount, 0)"]
)
COMPARISONS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
ATOMS = st.one_of(
    st.builds("{} {} {}".format, NUMBERS, COMPARISONS, NUMBERS),
    st.builds("{} {} {}".format, TEXTS, st.sampled_from(["=", "<>"]), TEXTS),
    st.builds("{} IS {}NULL".format, st.one_of(TEXTS, NUMBERS), st.sampled_from(["", "NOT "])),
    st.builds("{} {}IN ({}, {})".format, NUMBERS, st.sampled_from(["", "NOT "]), NUMBERS, NUMBERS),
    st.builds("{} {}BETWEEN {} AND {}".format, NUMBERS, st.sampled_from(["", "NOT "]), NUMBERS, NUMBERS),
    st.builds("{} {}LIKE '{}'".format, TEXTS, st.sampled_from(["", "NOT "]), st.sampled_from(["a%", "%e%", "_ew"])),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("{} OR {} AND NOT ({})".format, inner, inner, inner).map("({})".format),
        st.builds("NOT ({})".format, inner),
        st.builds("(CASE WHEN {} THEN {} ELSE {} END)".format, inner, inner, inner),
        st.builds("({}) IS NOT TRUE".format, inner).map("({})".format),
    ),
    max_leaves=6,
)


def _truths(world: World, condition: sa.ColumnElement[bool]) -> list[int | None]:
    """True, false or unknown (1, 0, None) for each deal."""
    truth = sa.case((condition, 1), (sa.not_(condition), 0), else_=None)
    query = sa.select(truth).select_from(world.sources["opportunities"].selectable).order_by(sa.column("key"))
    with world.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def test_any_condition_means_what_the_same_text_means_in_sql(world: World) -> None:
    source = world.add("opportunities", DEALS)

    @settings(deadline=None)
    @given(CONDITIONS)
    def same(text: str) -> None:
        compiled = compile_condition(parse(text, KNOWN), MOMENTS, source)
        with world.engine.connect() as connection:
            rows = connection.execute(sa.text(f"SELECT ({text}) FROM opportunities ORDER BY key"))
            assert _truths(world, compiled) == list(rows.scalars())

    same()


@pytest.mark.parametrize("server", ["postgresql_url", "mariadb_url"])
def test_any_condition_is_true_false_and_unknown_of_the_same_rows_on_every_database(
    world: World, server: str, request: pytest.FixtureRequest
) -> None:
    other = World(sa.create_engine(request.getfixturevalue(server), poolclass=sa.NullPool))
    for each in (world, other):
        each.add("opportunities", DEALS)

    @settings(deadline=None)
    @given(CONDITIONS)
    def same(text: str) -> None:
        if server == "mariadb_url":  # its = ignores case, so texts that differ by case alone are left out
            text = text.replace("lower(name)", "coalesce(name, 'none')")
        condition = parse(text, KNOWN)
        here, there = (
            _truths(each, compile_condition(condition, MOMENTS, each.sources["opportunities"]))
            for each in (world, other)
        )
        assert here == there

    same()


@given(st.text(alphabet="abst amount status()'\"{}<>=,;-+/*0123456789ANDORNOTIL\n", max_size=60))
def test_whatever_is_typed_is_read_or_refused_with_a_place(text: str) -> None:
    problem = None
    try:
        parse(text, KNOWN)
    except ConditionError as error:
        problem = error
    if problem:
        assert 0 <= problem.offset <= len(text)
        assert problem.message
