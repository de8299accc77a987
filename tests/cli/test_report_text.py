"""The report on the terminal: tables that stand below each other at any width, readable without colour."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from monitor.app.report import CheckReport, EntityReport, FailOn, RunReport, StatusSum
from monitor.cli import report_text
from monitor.crm.directory import Directory, Person, Team
from monitor.quality.check import Check, Limits
from monitor.quality.outcome import EntityFacts, Outcome, OwnerCount, Status

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PEOPLE = {
    "1": Person("1", "Ane Elisabeth Vestergaard-Thorvaldsen", team_key="n"),
    "2": Person("2", "Bo Li", team_key="n", active=False),
    "3": Person("3", "Camilla Larsen", team_key="n"),
}
DIRECTORY = Directory(PEOPLE, {"n": Team("n", "North", 3)})


def item(
    title: str, rows: int, unexpected: dict[str, int], change: int | None = None, fail: float = 0.15
) -> CheckReport:
    failing = sum(unexpected.values())
    status = Status.FAIL if failing > rows * fail else Status.WARN
    check = Check(title.lower().replace(" ", "-"), "accounts", "expect", {}, title=title, limits=Limits(0.0, fail))
    owners = tuple(OwnerCount(key, rows // len(unexpected), count) for key, count in unexpected.items())
    return CheckReport(Outcome(check, status, rows, failing, owners=owners), change=change)


LONG = "Open deals twice as long in their stage as won deals usually were"
FIRST = item("Accounts without a name", 1_234_567, {"1": 400_000, "2": 5, "3": 4}, change=-1_200)
SECOND = item(LONG, 40, {"1": 3, "2": 3, "3": 2}, change=7)
BROKEN = CheckReport(Outcome(FIRST.outcome.check, Status.ERROR, reason="the column is gone"))


FACTS = EntityFacts("accounts", 1_234_567)
ENTITIES = (
    EntityReport("accounts", FACTS, (FIRST, BROKEN)),
    EntityReport(
        *("opportunities", FACTS, (SECOND,)),
        pipeline=(StatusSum("open", 12, Decimal("7500000.50"), ()), StatusSum("won", 3, None, ())),
    ),
    EntityReport("leads", None, (), problem="the table is gone"),
)


def rendered(width: int, entities: tuple[EntityReport, ...] = ENTITIES, *, verbose: bool = False) -> list[str]:
    report = RunReport("A/S", "A/S", NOW, ZoneInfo("Europe/Oslo"), DIRECTORY, entities, currency="DKK")
    console = Console(width=width, file=StringIO(), highlight=False, no_color=True)
    report_text.render(console, report, FailOn.FAIL, verbose=verbose)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 120, 160, 220])
def test_the_columns_of_all_tables_stand_below_each_other(width: int) -> None:
    lines = rendered(width)
    heads = [line for line in lines if "what fails" in line]
    assert len(heads) == 2
    assert heads[0].rstrip() == heads[1].rstrip()
    place = heads[0].index("whose, most first")
    assert all(line[place - 2 : place] == "  " for line in lines if re.match(r"(FAIL|WARN) ", line))
    assert max(len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [100, 120, 160])
def test_figures_are_never_cut_off(width: int) -> None:
    text = "\n".join(rendered(width))
    for figure in ("400,009 of 1,234,567", "8 of 40", "32%", "15%", "-1,200", "+7", "open 12 for 7,500,000.50 DKK"):
        assert figure in text
    assert "…" not in text


def test_an_id_can_be_copied_on_a_common_terminal_and_is_broken_at_hyphens_on_a_narrow_one() -> None:
    first_run = item("Accounts without a website", 9_999, {"1": 1_234, "2": 1})
    entity = EntityReport("accounts", FACTS, (first_run,))
    wide, narrow = rendered(80, (entity,)), rendered(72, (entity,))
    assert any("accounts-without-a-website" in line for line in wide)
    assert not any("change" in line for line in wide)  # there is none, and so no column of it
    titles = [line[len("WARN  ") :].split("  ")[0].strip() for line in narrow]
    place = titles.index("accounts-without-a-")
    assert titles[place + 1] == "website"


def test_a_name_is_not_broken_where_there_is_room_for_it() -> None:
    text = "\n".join(rendered(120))
    assert "Bo Li (inactive) 5" in text or "2 more" in text
    assert "Ane Elisabeth Vestergaard-Thorvaldsen 400,000" in "\n".join(rendered(160))


def test_a_share_above_its_limit_is_not_shown_as_equal_to_it() -> None:
    close = item("Close", 1000, {"1": 151})
    assert report_text._share(close) == "15.1%"


def test_what_could_not_be_checked_says_why() -> None:
    text = "\n".join(rendered(120))
    assert "ERROR" in text
    assert "the column is gone" in text
    assert "could not be read: the table is gone" in text
    assert "exit code 3" in text
