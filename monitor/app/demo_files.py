"""The files of the demo's project: what a company that is allowed to name persons writes down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from monitor.app.templates import suite_file
from monitor.crm.vocabulary import RECORDS
from monitor.demo.story import DemoStory

_SETTINGS = """\
# The demo's project: a made-up company. For your own CRM: crm-monitor init --url URL FOLDER
name: {company}
time_zone: Europe/Copenhagen
country: DK
currency: DKK

connection:
  url: sqlite:///crm.db
  crm: builtin/demo@1
  link_base: https://crm.havnlund.example

people:
  service_accounts: []

alerts:
  smallest_change: {{records: 2}}  # one record more is not worth a message

working_time:
  quiet_weeks: [28, 29, 30, 31, 52, 53, 1]  # nobody is expected to use the CRM
"""
_PEOPLE = """\
# What the CRM does not know of its users. All keys: docs/adoption.md
sponsor: {director}
seats: {{bought: 60, cost_per_month: 640, currency: DKK, of: Sales licences}}
absences: ../absence.csv  # dates only; of your own people, keep it outside version control

roles:
  account manager:
    title: [Account manager]
  manager:
    title: [Sales manager, Sales director]
    areas: [activities, opportunities]
  controller:
    title: [Controller]
    reads_only: true

teams:
  Denmark East: {{country: DK, language: da}}
  Denmark West: {{country: DK}}
  Key Accounts: {{country: DK, language: da}}
  Norway: {{country: "NO", language: nb}}
  Sweden: {{country: SE}}
  Finland: {{country: FI}}
"""
_MANDATE = """\
# Without this file, or past its review date, nobody is shown by name: take it away and see.
purpose: >-
  {company} is made up, and so is this text. Sales managers see who needs help with the CRM, and which deals lack a
  next step, so that records can be trusted.
legal_basis: GDPR art. 6(1)(f), and the control measures agreed upon with the made-up works council
recipients: [managers]  # each of the own people
consulted:
  - {{who: the works council of {company}, on: {consulted}}}
informed:
  - {{how: a meeting in each team and the privacy notice, on: {informed}}}
review_on: {review}
country: DK
contact: the made-up data protection officer, privacy@havnlund.example
"""
_ABOUT = {
    "adoption": "What shows that a person uses the CRM",
    "statuses": "What a person's week is called",
    "figures": "The figures of use that managers see, and their goals",
}
_DEALS_ONLY = """\

# This CRM keeps the history of deals only, and of accounts and contacts no stamp of the latest change.
measures:
  accounts_changed: {enabled: false}
  accounts_touched: {enabled: false}
  contacts_changed: {enabled: false}
  contacts_touched: {enabled: false}
"""
_CHECKS = "# {about}: as it is built in. Change an entry by its name, or add your own.\nextends: builtin/{name}@1\n"


def demo_files(story: DemoStory) -> Mapping[str, str]:
    """Path within the project -> text. The mandate's dates lie around today, so that it is in force."""
    today = story.now.date()
    mandate = _MANDATE.format(
        company=story.company,
        consulted=today - timedelta(days=240),
        informed=today - timedelta(days=210),
        review=today + timedelta(days=365),
    )
    return {
        "config/monitor.yaml": _SETTINGS.format(company=story.company),
        "config/people.yaml": _PEOPLE.format(director=story.director),
        "config/mandate.yaml": mandate,
        "absence.csv": "user,first,last\n" + "".join(map(_away, story.absences)),
        **{f"checks/{name}.yaml": _CHECKS.format(about=about, name=name) for name, about in _ABOUT.items()},
        "checks/adoption.yaml": _CHECKS.format(about=_ABOUT["adoption"], name="adoption") + _DEALS_ONLY,
        **{f"expectations/{entity}.yaml": suite_file(entity) for entity in RECORDS},
    }


def _away(absence: tuple[str, date, date]) -> str:
    login, first, last = absence
    return f"{login},{first},{last}\n"
