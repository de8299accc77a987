"""The bad files under ``bad/``: each says below, in comments, exactly what must be said about it.

# expects 2:5: unknown key 'titel' (did you mean 'title'?)
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from monitor.app.scheduled import load_scheduled
from monitor.errors import ConfigurationError
from monitor.quality.suites import load_suites
from monitor.settings.mandate import load_mandate
from monitor.settings.project import load_project
from monitor.yamlfile import read

BAD = Path(__file__).parent / "bad"
_EXPECTS = re.compile(r"^# expects (.*)$", re.MULTILINE)
GOOD_SUITE = "expectations:\n  - type: expect_column_values_to_not_be_null\n    kwargs: {column: amount}\n"
CONNECTED = "connection: {url: '${CRM_URL}', crm: builtin/odoo-17@1}\n"
ROUTED = f"{CONNECTED}slack: {{token: xoxb-1}}\n"
ENVIRON: Mapping[str, str] = {"CRM_URL": "postgresql://reader:s3cr3t@crm.example.com/crm"}


def names(kind: str) -> list[str]:
    """The bad files of one kind, by name."""
    return sorted(path.stem for path in (BAD / kind).glob("*.yaml"))


def expected(kind: str, name: str) -> list[str]:
    """What the file says must be said about it, each as ``line:column: message``."""
    return _EXPECTS.findall((BAD / kind / f"{name}.yaml").read_text(encoding="utf-8"))


def said(kind: str, name: str, folder: Path) -> list[str]:
    """What is said about it in fact, with places as ``line:column`` within it."""
    path = _placed(kind, name, folder)
    try:
        if kind == "yaml":
            read(path)
        elif kind in ("monitor", "routes"):
            load_project(folder, ENVIRON)
        elif kind == "schedule":
            load_scheduled(folder, ENVIRON)
        elif kind == "mandate":
            load_mandate(folder)
        else:
            load_suites([path])
    except ConfigurationError as error:
        lines = [str(problem).replace(f"{path}:", "") for problem in error.problems]
        return [line.replace(f"{folder}/", "") for line in lines]
    return []


def _placed(kind: str, name: str, folder: Path) -> Path:
    """The file where it would stand in a project."""
    for part in ("config", "expectations"):
        (folder / part).mkdir()
    (folder / "expectations" / "opportunities.yaml").write_text(GOOD_SUITE, encoding="utf-8")
    if kind in ("routes", "schedule"):
        settings = ROUTED if kind == "routes" else CONNECTED
        (folder / "config" / "monitor.yaml").write_text(settings, encoding="utf-8")
    path = folder / (f"config/{kind}.yaml" if kind in ("monitor", "routes", "schedule", "mandate") else f"{kind}.yaml")
    shutil.copy(BAD / kind / f"{name}.yaml", path)
    return path
