"""``config/people.yaml`` and the file of absences: what is right is read, every mistake is told at its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.activity.load import load_measures
from monitor.adoption.organisation import Absence, Role
from monitor.adoption.people import PeopleSaid, PersonSaid, RoleSaid, SeatsBought, TeamSaid
from monitor.errors import ConfigurationError
from monitor.settings.people import load_people

WHOLE = """\
sponsor: boss@x.example
admins: [crm@x.example, 12]
seats: {bought: 60, cost_per_month: 600, currency: DKK, of: Sales licences}
absences: ../absence.csv
roles:
  account manager: {title: [Account Manager, KAM], measures: [calls], areas: [opportunities]}
  reader: {reads_only: true}
people:
  - {user: 12, manager: boss, team: 3, role: reader, start: 2026-01-05, part_time: 80%, language: nb,
     email: a@x.example, slack: U012AB3CD}
teams:
  3: {manager: boss, country: "NO", language: nb}
"""


def project(folder: Path, people: str, absences: str | None = None) -> Path:
    (folder / "config").mkdir()
    (folder / "config" / "people.yaml").write_text(people, encoding="utf-8")
    if absences is not None:
        (folder / "absence.csv").write_text(absences, encoding="utf-8")
    return folder


def said(folder: Path, people: str, absences: str | None = None) -> list[str]:
    project(folder, people, absences)
    with pytest.raises(ConfigurationError) as error:
        load_people(folder, load_measures(None).measures)
    found = [str(problem).replace(f"{folder}/config/", "") for problem in error.value.problems]
    return [line.removeprefix("people.yaml:").replace("../absence", "absence") for line in found]


def test_a_project_without_the_file_says_nothing_of_people(tmp_path: Path) -> None:
    assert load_people(tmp_path) == PeopleSaid()


def test_everything_that_the_file_may_say_is_read(tmp_path: Path) -> None:
    absences = "\ufeffuser;first;last\r\n12;2026-07-01;2026-07-21\r\n;;\r\n\r\nb@x.example; 2026-02-02 ;2026-02-02\r\n"
    found = load_people(project(tmp_path, WHOLE, absences), load_measures(None).measures)
    role = Role("account manager", frozenset({"calls"}), frozenset({"opportunities"}))
    assert (found.sponsor, found.admins) == ("boss@x.example", ("crm@x.example", "12"))
    assert found.seats == SeatsBought(60, Decimal(600), "DKK", "Sales licences")
    assert found.roles["account manager"] == RoleSaid(role, frozenset({"Account Manager", "KAM"}))
    assert found.people == (
        PersonSaid("12", "boss", "3", "reader", date(2026, 1, 5), 0.8, "nb", "a@x.example", "U012AB3CD"),
    )
    assert found.teams == (TeamSaid("3", "boss", "NO", "nb"),)
    assert found.absences == (
        ("12", Absence(date(2026, 7, 1), date(2026, 7, 21))),
        ("b@x.example", Absence(date(2026, 2, 2), date(2026, 2, 2))),
    )
    assert [Path(name).name for name in found.files] == ["people.yaml", "absence.csv"]


def test_every_bad_line_of_the_absences_is_told_and_none_is_repeated(tmp_path: Path) -> None:
    lines = ["user,first,last", "ann,2026-07-01,2026-06-01", "bob,1/7-2026,20260708", "eve,2026-07-01", ",,x", '"x,1,2']
    assert said(tmp_path, "absences: ../absence.csv\n", "\n".join(lines)) == [
        "absence.csv:2:1: the last day is before the first",
        "absence.csv:3:1: first is no date (write 2026-11-20)",
        "absence.csv:3:1: last is no date (write 2026-11-20)",
        "absence.csv:4:1: a line holds a user and two dates (as the first line says: user,first,last)",
        "absence.csv:5:1: a line holds a user and two dates (as the first line says: user,first,last)",
        "absence.csv:6:1: the quotes do not match",
    ]


def test_why_somebody_is_away_is_refused(tmp_path: Path) -> None:
    (line,) = said(tmp_path, "absences: ../absence.csv\n", "user,first,last,reason\nann,2026-07-01,2026-07-02,ill\n")
    assert line.startswith("absence.csv:1:1: not the columns of a file of absences")
    assert "why somebody is away does not belong here" in line
    assert "ill)" not in line


def test_a_file_of_absences_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "absences: ../absence.csv\n") == [
        "absence.csv: there is no such file (make one that begins with user,first,last)"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sponser: x", "1:1: unknown key 'sponser' (did you mean 'sponsor'?)"),
        ("people: [{manager: x}]", "1:10: the key 'user' is missing"),
        ("people: [{user: ' '}]", "1:17: user is empty (name a user by login, e-mail or key)"),
        ("people: [{user: a}, {user: A}]", "1:28: this user stands here twice (first at people.yaml:1:17)"),
        ("people: [{user: a, role: sale}]\nroles: {sales: {}}",
         "1:26: there is no role 'sale' (did you mean 'sales'?)"),
        ("people: [{user: a, part_time: 0}]", "1:31: part_time must be more than nothing (write 80% or 0.8)"),
        ("people: [{user: a, part_time: 80}]",
         "1:31: part_time must be a share between 0 and 1 (write 80% if you mean 80 in a hundred)"),
        ("people: [{user: a, start: soon}]", "1:27: start must be a date such as 2025-12-31"),
        ("people: [{user: a, slack: '#x'}]",
         "1:27: slack must be a Slack user ID, such as U012AB3CD (it stands in the person's profile in Slack)"),
        ("people: [{user: a, email: 'a b@x.example'}]", "1:27: email is no e-mail address"),
        ("people: [{user: a, language: sv}]", "1:30: language must be one of: en, da, nb"),
        ("roles: {a: {title: [Boss]}, b: {title: [boss]}}", "1:41: this title means the role 'a' already"),
        ("roles: {a: {measures: [call]}}", "1:24: there is no measure 'call' (did you mean 'calls'?)"),
        ("roles: {a: {areas: [opportunity]}}", "1:21: there is no area 'opportunity' (did you mean 'opportunities'?)"),
        ("seats: {bought: -1}", "1:17: bought must be at least 0"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(text: str, told: str, tmp_path: Path) -> None:
    assert said(tmp_path, text + "\n") == [told]


def test_who_is_away_until_further_notice_is_away_for_as_long_as_is_reckoned_with(tmp_path: Path) -> None:
    project(tmp_path, "absences: ../absence.csv\n", "user,first,last\nann,2026-01-01,9999-12-31\n")
    assert load_people(tmp_path).absences == (("ann", Absence(date(2026, 1, 1), date(2999, 12, 31))),)


def test_absences_are_no_device(tmp_path: Path) -> None:
    assert said(tmp_path, "absences: /dev/zero\n") == ["/dev/zero: the file cannot be read: it is a device or a pipe"]
