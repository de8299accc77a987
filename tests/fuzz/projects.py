"""A small project that is right throughout, in which one file at a time is replaced by an odd one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from tests.acceptance import small_crm
from tests.fuzz import seeds
from tests.fuzz.judge import SECRET, judged
from tests.fuzz.surface import Surface, Try

ENVIRON = {
    "CRM_URL": f"postgresql://reader:{SECRET}@127.0.0.1:1/crm",
    "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
    "SLACK_APP_TOKEN": f"xapp-1-{SECRET}",
    "SMTP_PASSWORD": SECRET,
    "HOOK_SECRET": SECRET,
    "PING_URL": f"https://ping.example/{SECRET}",
    "PROCUREMENT_WEBHOOK": f"https://hooks.slack.com/services/T0/B0/{SECRET}",
}
"""What files name as ``${NAME}``: wherever that stands, its value must not show."""
ABSENCES = "user,first,last\nuser3,2026-11-02,2026-11-06\n"


def write(folder: Path) -> None:
    """The project, with a file of every kind."""
    whole = {
        "config/monitor.yaml": seeds.MONITOR,
        "config/people.yaml": seeds.PEOPLE,
        "config/absence.csv": ABSENCES,
        "config/schedule.yaml": seeds.texts("schedule")[-1],
        "config/crms/small.yaml": small_crm.MAP,
        "expectations/users.yaml": small_crm.USERS,
        "expectations/opportunities.yaml": small_crm.OPPORTUNITIES.replace("meta: {", "meta: {tags: [forecast], ", 1),
    }
    for name, text in whole.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def replacing(path: str, load: Callable[[Path], object]) -> Callable[[Path], object]:
    """Opens a surface on which an input is the file at ``path``, and ``load`` what is done with the project then."""

    @contextmanager
    def opened(folder: Path) -> Iterator[Try]:
        write(folder)

        def tried(data: bytes) -> str:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
            return judged(lambda: load(folder))

        yield tried

    return opened


def file_surface(
    name: str,
    path: str,
    inputs: st.SearchStrategy[bytes],
    load: Callable[[Path], object],
    examples: int = 60,
) -> Surface:
    """The surface of one file of a project."""
    return Surface(name, inputs, replacing(path, load), examples)  # type: ignore[arg-type]
