"""``.env``: variables, most of them secret."""

from __future__ import annotations

from pathlib import Path

from monitor.settings.project import load_project
from tests.fuzz import mutate
from tests.fuzz.judge import SECRET
from tests.fuzz.projects import ENVIRON, file_surface

_SEEDS = (
    "".join(f"{name}={value}\n" for name, value in ENVIRON.items()),
    "".join(f'export {name}="{value}"  # a remark\n' for name, value in ENVIRON.items()),
    f'# a remark\n\nCRM_URL=\'mysql://reader:{SECRET}@127.0.0.1:1/crm\'\nSLACK_BOT_TOKEN={SECRET}\nSMTP_PASSWORD="a\\n{SECRET}\\""\n',
    f"CRM_URL='postgresql://reader:a@{SECRET}@127.0.0.1:1/crm'\nSTATE_URL='postgresql://m:b@{SECRET}@h/s'\nSLACK_BOT_TOKEN=x",
    f"CRM_URL={SECRET}\nSLACK_BOT_TOKEN=\nSLACK_APP_TOKEN=xapp-{SECRET}\nSMTP_PASSWORD={SECRET}",
)


def load(folder: Path) -> None:
    """Every variable that the settings need comes from the file."""
    load_project(folder, {})


SURFACE = file_surface("dotenv", ".env", mutate.files(_SEEDS), load)
