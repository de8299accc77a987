"""Every surface there is."""

from __future__ import annotations

from tests.fuzz import (
    absences,
    command_line,
    crm_map,
    dotenv,
    mandate,
    monitor_yaml,
    people,
    routes,
    schedule,
    slack,
    suites,
    use_files,
    words,
)
from tests.fuzz.surface import Surface

SURFACES: tuple[Surface, ...] = (
    *(monitor_yaml.SURFACE, routes.SURFACE, schedule.SURFACE, people.SURFACE, mandate.SURFACE, suites.SURFACE),
    *(use_files.MEASURES, use_files.STATUSES, use_files.FIGURES, absences.SURFACE, dotenv.SURFACE, crm_map.SURFACE),
    *(words.CONDITIONS, words.CRON),
    *(command_line.ARGUMENTS, command_line.ODD_FILES, slack.SURFACE),
)
