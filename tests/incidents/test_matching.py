"""Which incidents a route or a silence is about."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher, fits
from monitor.incidents.model import IncidentKind
from monitor.quality.check import Check, Dimension, Severity
from monitor.quality.outcome import Status
from tests.incidents.labelled import LABELS, MATCHERS, PATTERNS, TAGS, TEAMS

LATE = Labels(
    IncidentKind.DATA,
    "deal-late",
    "opportunities",
    "timeliness",
    Severity.CRITICAL,
    Status.FAIL,
    frozenset({"forecast", "money"}),
    frozenset({"Nord", "Syd"}),
)


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        (Matcher(), True),
        (Matcher(kinds=(IncidentKind.DATA,)), True),
        (Matcher(kinds=(IncidentKind.SYSTEM,)), False),
        (Matcher(checks=("deal-*",), severities=(Severity.INFO, Severity.CRITICAL)), True),
        (Matcher(checks=("deal-*",), severities=(Severity.INFO,)), False),
        (Matcher(checks=("deal",)), False),
        (Matcher(entities=("leads", "opportunities")), True),
        (Matcher(dimensions=("validity",)), False),
        (Matcher(statuses=(Status.WARN,)), False),
        (Matcher(tags=("gdpr", "money")), True),
        (Matcher(tags=("gdpr",)), False),
        (Matcher(teams=("NORD",)), True),
        (Matcher(teams=("Vest",)), False),
    ],
)
def test_one_value_of_every_list_that_is_given_has_to_be_there(matcher: Matcher, matches: bool) -> None:
    assert matcher.matches(LATE) is matches


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        ("*", "", True),
        ("deal-*", "deal-", True),
        ("deal-*", "a-deal-late", False),
        ("*-late", "deal-late", True),
        ("d*l*e", "deal-late", True),
        ("deal.late", "deal-late", False),
        ("[d]eal-late", "deal-late", False),
        ("deal-?ate", "deal-late", False),
    ],
)
def test_only_a_star_stands_for_other_letters(pattern: str, text: str, fit: bool) -> None:
    assert fits(pattern, text) is fit


def test_an_incident_of_two_teams_is_matched_by_either_and_covered_by_both() -> None:
    nord, both = Matcher(teams=("nord",)), Matcher(teams=("Nord", "Syd"))
    assert (nord.matches(LATE), nord.covers(LATE)) == (True, False)
    assert (both.matches(LATE), both.covers(LATE)) == (True, True)
    with_records_of_no_team = replace(LATE, teams=LATE.teams | {""})
    assert (both.matches(with_records_of_no_team), both.covers(with_records_of_no_team)) == (True, False)


def test_what_holds_no_teams_at_all_is_covered_by_no_team() -> None:
    assert not Matcher(teams=("Nord",)).covers(replace(LATE, teams=frozenset()))


def test_a_matcher_says_itself_in_words() -> None:
    matcher = Matcher(severities=(Severity.CRITICAL,), entities=("leads", "contacts"), tags=("forecast",))
    assert matcher.words() == "entity leads or contacts, severity critical, tag forecast"
    assert Matcher().words() == "everything"


def test_a_checks_labels_are_what_its_suite_says() -> None:
    check = Check(
        "deal-late", "opportunities", "x", {}, Severity.INFO, Dimension.TIMELINESS, tags=frozenset({"forecast"})
    )
    assert Labels.of(check, IncidentKind.DATA, Status.WARN, ["Nord"]) == Labels(
        IncidentKind.DATA, "deal-late", "opportunities", "timeliness", Severity.INFO, Status.WARN,
        frozenset({"forecast"}), frozenset({"Nord"}),
    )  # fmt: skip


@given(MATCHERS, MATCHERS, LABELS)
def test_a_value_more_in_a_list_never_takes_a_match_away(matcher: Matcher, more: Matcher, labels: Labels) -> None:
    given_lists = [field.name for field in fields(matcher) if getattr(matcher, field.name)]
    for name in given_lists:
        wider = replace(matcher, **{name: (*getattr(matcher, name), *getattr(more, name))})
        assert wider.matches(labels) >= matcher.matches(labels)
        assert wider.includes(matcher)


@given(MATCHERS, LABELS, st.data())
def test_a_list_less_never_takes_a_match_away(matcher: Matcher, labels: Labels, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([field.name for field in fields(matcher)]))
    wider = replace(matcher, **{name: ()})
    assert wider.matches(labels) >= matcher.matches(labels)
    assert wider.covers(labels) >= matcher.covers(labels)
    assert wider.includes(matcher)


@given(MATCHERS, LABELS, st.sampled_from(TAGS), st.sampled_from(TEAMS))
def test_a_tag_or_a_team_more_never_takes_a_match_away(matcher: Matcher, labels: Labels, tag: str, team: str) -> None:
    more = replace(labels, tags=labels.tags | {tag}, teams=labels.teams | {team})
    assert matcher.matches(more) >= matcher.matches(labels)


@given(MATCHERS, LABELS)
def test_what_is_covered_is_matched(matcher: Matcher, labels: Labels) -> None:
    assert matcher.matches(labels) >= matcher.covers(labels)


@given(MATCHERS, MATCHERS, LABELS)
def test_what_includes_another_matches_all_that_it_does(wide: Matcher, narrow: Matcher, labels: Labels) -> None:
    if wide.includes(narrow):
        assert wide.matches(labels) >= narrow.matches(labels)


@given(MATCHERS, MATCHERS, LABELS)
def test_two_that_exclude_each_other_never_match_the_same(one: Matcher, other: Matcher, labels: Labels) -> None:
    if one.excludes(other):
        assert not (one.matches(labels) and other.matches(labels))
    assert one.excludes(other) == other.excludes(one)


@given(st.sampled_from(PATTERNS), st.sampled_from(PATTERNS))
def test_a_pattern_includes_itself_and_what_is_narrower(one: str, other: str) -> None:
    assert Matcher(checks=(one,)).includes(Matcher(checks=(one,)))
    assert Matcher(checks=("*",)).includes(Matcher(checks=(other,)))
    if "*" not in other:
        assert Matcher(checks=(one,)).includes(Matcher(checks=(other,))) == fits(one, other)
