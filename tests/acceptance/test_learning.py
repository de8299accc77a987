"""What becomes the baseline, and when: debt that was there before is never news."""

from __future__ import annotations

from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_life import CHECK, outcome

FEW = "few-deals"
SUITE = f"""\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {{column: account_key}}
  meta: {{id: {CHECK}, title: Deals without an account, warn: 5%, fail: 20%}}
- type: expect_table_row_count_to_be_between
  kwargs: {{min_value: 500}}
  meta: {{id: {FEW}, title: Few deals}}
"""


def test_a_first_run_of_one_entity_leaves_the_debt_of_the_others_to_be_learned(slack: SlackChannel) -> None:
    slack.crm.suite("opportunities", SUITE)
    first = slack.check("--entity", "accounts")
    assert "First run: what fails now is the baseline" in first.said
    second = slack.check()
    assert outcome(slack.check("--format", "json"), FEW)["status"] == "fail"
    assert "3 checks learned" in second.said
    assert slack.calls == 0
    assert "No incident" in slack.run("incidents", "list", "--all").said


def test_a_check_on_a_table_that_is_added_later_and_fails_is_told(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.suite("opportunities", SUITE)
    slack.check()
    assert [root.text.partition(":")[0] for root in slack.roots] == ["Failing"]
    assert "Few deals" in slack.roots[0].text


def test_a_check_on_a_table_whose_baseline_was_reset_learns_anew(slack: SlackChannel) -> None:
    slack.crm.suite("opportunities", SUITE)
    slack.check()
    assert "1 baseline forgotten" in slack.run("baseline", "reset", FEW).said
    slack.check()
    slack.check()
    assert slack.calls == 0


def test_resetting_all_baselines_forgets_those_of_checks_that_are_gone(slack: SlackChannel) -> None:
    slack.crm.suite("opportunities", SUITE)
    slack.check()
    slack.crm.suite("opportunities", SUITE.replace("deal-without-account", "deal-with-no-account"))
    slack.check()
    slack.run("baseline", "reset", "--all")
    assert "Nothing was learned yet" in slack.run("baseline", "show").said
    slack.crm.without_account(11, 60)
    assert "First run" in slack.check().said
    assert slack.calls == 0


def test_a_check_that_could_only_compare_with_nothing_at_first_learns_no_debt(slack: SlackChannel) -> None:
    for entity in ("users", "accounts"):
        (slack.crm.folder / "expectations" / f"{entity}.yaml").unlink()
    slack.crm.suite(
        "opportunities",
        """\
name: opportunities
entity: opportunities
standing: false
expectations:
- {type: expect_entity_volume_to_be_usual, kwargs: {max_drop: 20%}, meta: {id: deals-volume}}
""",
    )
    slack.check()
    slack.crm.execute("DELETE FROM deal WHERE id > 50")
    slack.check()
    assert len(slack.roots) == 1


USUAL = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- {type: expect_entity_volume_to_be_usual, kwargs: {max_drop: 20%}, meta: {id: deals-volume, title: Number of deals}}
"""


def _only(slack: SlackChannel, suite: str) -> None:
    """Let the project watch the deals and nothing else."""
    for entity in ("users", "accounts"):
        (slack.crm.folder / "expectations" / f"{entity}.yaml").unlink()
    slack.crm.suite("opportunities", suite)


def test_a_failure_after_a_run_that_could_not_read_the_entity_is_told_and_not_learned(slack: SlackChannel) -> None:
    _only(slack, USUAL)
    slack.check()  # nothing to compare with yet: no baseline
    slack.crm.execute("CREATE TABLE away AS SELECT * FROM deal", "DELETE FROM deal")
    assert slack.check().exit_code == 3
    slack.crm.execute("INSERT INTO deal SELECT * FROM away WHERE id <= 50")
    back = slack.check()
    assert "learned" not in back.said
    assert "First run" not in back.said
    assert [root.text.partition(":")[0] for root in slack.roots] == ["Resolved", "Failing"]
    assert "Number of deals" in slack.roots[-1].text


def test_an_accepted_emptying_is_no_first_run(slack: SlackChannel) -> None:
    schema = "- {type: expect_entity_schema_to_be_unchanged, meta: {id: deals-schema}}\n"
    _only(slack, USUAL + schema)
    assert "First run" not in slack.check().said  # both only compare, and there was nothing to compare with
    slack.crm.execute("DELETE FROM deal")
    assert slack.check().exit_code == 3
    slack.run("accept", "--empty", "opportunities", "--reason", "moved to another system")
    emptied = slack.check()
    assert "accepted as empty: moved to another system" in emptied.said
    assert "First run" not in emptied.said
    assert "learned" not in emptied.said


def test_an_entity_that_could_not_be_read_at_first_is_learned_once_it_can_be(slack: SlackChannel) -> None:
    _only(slack, SUITE)
    slack.crm.execute("ALTER TABLE deal RENAME TO deal_away")
    assert slack.check().exit_code == 3
    slack.crm.execute("ALTER TABLE deal_away RENAME TO deal")
    assert "First run: what fails now is the baseline" in slack.check().said
    assert [root.text.partition(":")[0] for root in slack.roots] == ["Resolved"]


def test_a_baseline_that_was_reset_is_learned_anew_though_a_run_failed_in_between(slack: SlackChannel) -> None:
    slack.crm.suite("opportunities", SUITE)
    slack.check()
    assert "1 baseline forgotten" in slack.run("baseline", "reset", FEW).said
    slack.crm.execute("ALTER TABLE deal RENAME TO deal_away")
    assert slack.check().exit_code == 3
    slack.crm.execute("ALTER TABLE deal_away RENAME TO deal")
    back = slack.check()
    assert "1 check learned" in back.said
    assert "First run" not in back.said
    assert [root.text.partition(":")[0] for root in slack.roots] == ["Resolved"]


def test_a_check_added_alone_to_a_known_project_is_learned_and_is_no_first_run(slack: SlackChannel) -> None:
    _only(slack, SUITE)
    slack.check()
    slack.crm.suite("opportunities", SUITE.replace(CHECK, "deal-with-no-account").partition("- type: expect_table")[0])
    added = slack.check()
    assert "1 check learned" in added.said
    assert "First run" not in added.said
