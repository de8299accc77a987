"""The texts of the files that a new project starts from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from monitor import content, yamlfile
from monitor.crm.maps import CrmMap

_SETTINGS = """\
# What is watched, and who is told. All settings: crm-monitor config schema
name: {name}
time_zone: UTC  # in which a day begins, e.g. Europe/Copenhagen
# country: DK  # for telephone numbers, company numbers and public holidays
# currency: DKK  # shown with amounts

connection:
  url: ${{CRM_URL}}  # stands in .env
  crm: {reference}
  # link_base: https://crm.example.com  # the CRM's web address: findings then link to their records

# people:
#   service_accounts: [sync@example.com]  # logins of users that are programs, not people

# slack:
#   token: ${{SLACK_BOT_TOKEN}}
#   channel: "#crm-quality"
#   app_token: ${{SLACK_APP_TOKEN}}  # for buttons and /crm
"""
_SUITE = """\
# Checks on {entity}. `extends` brings the built-in ones.
extends: builtin/{entity}@1

# Change a built-in check by its id:
# override:
#   {check}: {{warn: 10%, fail: 25%}}

# Add a check of your own:
# expectations:
#   - type: expect_column_values_to_not_match_regex
#     kwargs: {{column: {column}, regex: "(?i)test"}}
#     meta: {{title: "{title} that look like a test", fail: 1%}}
"""
_DEMO_SUITE = "# The built-in checks on {entity}; override them by id, or add your own.\nextends: builtin/{entity}@1\n"
_README = """\
# The monitor's project for {name}

    crm-monitor check             # run the checks; nothing is written to the CRM
    crm-monitor config check      # after every change to a file here
    crm-monitor doctor            # when something does not work
    crm-monitor schedule          # what runs when
    crm-monitor serve             # runs it

`config/monitor.yaml` says what is watched and who is told, `expectations/` what a good record looks like,
`config/schedule.yaml` what runs when;
`slack-app.yaml` is what Slack makes the app of (https://api.slack.com/apps, Create New App, From a manifest).
The CRM's address and password stand in `.env`, which stays out of version control.
"""
_PEOPLE = """\
# What the CRM does not know of its users. All keys: crm-monitor config schema people
# sponsor: login-of-the-director            # gets the monthly digest
# admins: [login-of-the-crm-admin]          # take over the records of people who left
# seats: {{bought: 60, cost_per_month: 650}}
# absences: ../absence.csv                  # user,first,last; dates only
# people:  # instead of the line below
#   - {{user: somebody@example.com, manager: login, start: 2024-03-01, part_time: 80%}}
people: []
"""
_USE = "# {what}. What differs from the built-in, or is your own, goes below: docs/{page}\nextends: builtin/{name}@1\n"
_IGNORE = ".env\nstate/\nbackup/\n"
_ENV = "# Settings of the process's own environment go before these. Keep this file to yourself.\nCRM_URL={url}\n"
_ENV_EXAMPLE = (
    "CRM_URL=postgresql+psycopg://user:password@host/database\n# SLACK_BOT_TOKEN=xoxb-...\n# SLACK_APP_TOKEN=xapp-...\n"
    "# PING_URL=https://...  # an outside monitor's, for the job heartbeat\n"
)


def suite_file(entity: str) -> str:
    """A suite that takes the built-in checks on an entity as they are."""
    return _DEMO_SUITE.format(entity=entity)


def project_files(crm_map: CrmMap, reference: str, entities: Sequence[str], url: str) -> dict[str, str]:
    """Path within the project -> text, for a CRM read through ``reference``, whose mapped ``entities`` get a suite."""
    name = crm_map.title or crm_map.map
    files = {
        "config/monitor.yaml": _SETTINGS.format(name=_quoted(name), reference=reference),
        ".env": _ENV.format(url=_quoted(url)),
        ".env.example": _ENV_EXAMPLE,
        ".gitignore": _IGNORE,
        "README.md": _README.format(name=name),
        "config/schedule.yaml": content.find("schedules", "builtin/schedule@1").read_text(encoding="utf-8"),
        "config/people.yaml": _PEOPLE.replace("{{", "{").replace("}}", "}"),
        "checks/adoption.yaml": _USE.format(what="What counts as use of the CRM", page="measures.md", name="adoption"),
        "checks/statuses.yaml": _USE.format(what="When somebody is fading", page="adoption.md", name="statuses"),
        "checks/figures.yaml": _USE.format(
            what="The figures of use, and their goals", page="adoption.md", name="figures"
        ),
    }
    built_in = content.names("expectations")
    for entity in entities:
        suite = f"builtin/{entity}@1"
        if suite not in built_in:
            continue
        columns = crm_map.columns(entity)
        column = next((name for name in ("name", "subject") if name in columns), "key")
        title = entity.capitalize()
        files[f"expectations/{entity}.yaml"] = _SUITE.format(
            entity=entity, check=_first_check(suite), column=column, title=title
        )
    return files


def _first_check(suite: str) -> str:
    """The id of a check that the built-in suite really has, for the example."""
    data: Any = yamlfile.read(content.find("expectations", suite)).data
    return str(data["expectations"][0]["meta"]["id"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
