"""Whatever a form holds, Slack opens it, and what was asked comes back under the names that it was asked by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.messages.interaction import ChoiceField, DateField, Form, FormField, PersonField, TextField
from monitor.messages.slack_form import Place, answers, carried, mistakes, to_view
from tests.delivery.fake_slack.limits_views import check_view
from tests.messages.second_opinion import bare, rebuild_view
from tests.messages.strategies import people, texts

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACE = Place("C0CRM0001", "1.000002")
_options = st.lists(st.tuples(texts, st.sampled_from(["a", "b", "7:1d"])), max_size=6)
_fields = st.one_of(
    st.builds(TextField, st.just("name"), texts, st.booleans(), st.booleans(), texts, texts, st.integers(-5, 9000)),
    st.builds(
        ChoiceField,
        st.just("name"),
        texts,
        _options.map(lambda found: (("one", "1"), *found)),
        st.booleans(),
        texts,
        texts,
    ),
    st.builds(PersonField, st.just("name"), texts, st.booleans(), texts, people),
    st.builds(
        DateField,
        st.just("name"),
        texts,
        st.booleans(),
        texts,
        st.none() | st.dates(date(1970, 1, 1), date(2999, 12, 31)),
    ),
)


def _named(fields: list[Any]) -> tuple[FormField, ...]:
    return tuple(replace(one, name=f"field-{number}") for number, one in enumerate(fields))


forms = st.builds(
    Form,
    st.just("accept"),
    texts,
    st.lists(_fields, max_size=12).map(_named),
    texts,
    st.sampled_from(["", "7", "Nordværk \U0001f534", '"\\' * 200]),
    texts,
)


@given(forms)
@thorough
def test_any_form_is_within_every_limit(form: Form) -> None:
    view = to_view(form, PLACE)
    check_view(view)
    assert rebuild_view(view) == bare(view)
    assert json.loads(json.dumps(view).encode()) == view
    assert carried(view["private_metadata"]) == (form.value, PLACE)


def test_a_form_asks_what_it_says() -> None:
    fields = (
        TextField("why", "Why?", lines=True, hint="one sentence", initial="two\nlines", most=200),
        ChoiceField("which", "Which?", (("These", "a"), ("All", "b")), initial="b"),
        DateField("until", "Until", optional=True, initial=date(2026, 12, 1)),
        PersonField("who", "Who?", initial="U0ANNA001"),
    )
    view = to_view(Form("accept", "Accept records", fields, "Accept", intro="12 records"), Place())
    assert view["blocks"][0]["text"]["text"] == "12 records"
    why, which, until, who = view["blocks"][1:]
    assert (who["element"]["type"], who["element"]["initial_user"]) == ("users_select", "U0ANNA001")
    assert (why["block_id"], why["optional"], why["element"]["initial_value"]) == ("why", False, "two\nlines")
    assert which["element"]["initial_option"]["value"] == "b"
    assert (until["optional"], until["element"]["initial_date"]) == (True, "2026-12-01")


@pytest.mark.parametrize(
    "form",
    [
        Form("", "t", ()),
        Form("x" * 256, "t", ()),
        Form("x", "t", (TextField("a", "A"), TextField("a", "B"))),
        Form("x", "t", (TextField("", "A"),)),
        Form("x", "t", (ChoiceField("a", "A", ()),)),
        Form("x", "t", (ChoiceField("a", "A", (("", "1"), ("one", ""))),)),
        Form("x", "t", (), value="v" * 3000),
        Form("x", "t", (), value="7\x7f"),
    ],
)
def test_a_form_that_could_not_come_back_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match=r"^(form|field) "):
        to_view(form, PLACE)


@pytest.mark.parametrize("metadata", ["", "7", "[]", '["a", "b"]', '["a", "b", 3]', '{"a": 1}'])
def test_a_modal_of_another_program_is_none_of_ours(metadata: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        carried(metadata)


def test_what_was_left_empty_is_empty() -> None:
    state = {
        "why": {"answer": {"type": "plain_text_input", "value": None}},
        "which": {"answer": {"type": "static_select", "selected_option": None}},
        "until": {"answer": {"type": "datepicker", "selected_date": None}},
        "who": {"answer": {"type": "users_select", "selected_user": None}},
        "else": {},
    }
    assert answers(state) == dict.fromkeys(state, "")


def test_what_is_wrong_is_said_in_plain_text() -> None:
    assert mistakes({"a": "<!channel> is\nover", "b": "", "c": "x" * 400}) == {
        "a": "<\u2060!channel> is over",
        "b": "please look again",
        "c": "x" * 299 + "…",
    }
