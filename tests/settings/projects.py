"""Small projects on disk, for tests."""

from __future__ import annotations

from pathlib import Path

CONNECTION = 'connection: {url: "${CRM_URL}", crm: builtin/odoo-17@1}\n'
SUITE = """\
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: amount}
"""
ENVIRON = {"CRM_URL": "postgresql://reader:s3cr3t@crm.example.com/crm"}


def make_project(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A project with these files; settings and one suite are there in any case."""
    whole = {"config/monitor.yaml": CONNECTION, "expectations/opportunities.yaml": SUITE, **(files or {})}
    for name, text in whole.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
