"""Every example file of the documentation is read by the program's own loaders, and is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from monitor.app.scheduled import load_scheduled
from monitor.crm.maps import load_map
from monitor.settings.project import load_project
from monitor.settings.use import load_use
from tests.docs.pages import DOCS, PAGES, Block, blocks

ENVIRONMENT = {
    "CRM_URL": "postgresql://db.example.com/crm",
    "SLACK_BOT_TOKEN": "xoxb-an-example",
    "SLACK_APP_TOKEN": "xapp-an-example",
    "SMTP_PASSWORD": "an-example",
    "HOOK_SECRET": "an-example",
    "PING_URL": "https://hc.example.com/an-example",
}
REACHING = "slack: {token: xoxb-an-example}\nsmtp: {host: localhost, from: crm@example.com}\n"
MINIMAL = "connection: {url: '${CRM_URL}', crm: %s}\n"
OTHERS = "elsewhere.md"
"""Other programs' files: tests/docs/test_elsewhere.py reads them."""
EXAMPLES = [block for page in PAGES if page.name != OTHERS for block in blocks(page, "yaml", "json")]
_NAMED = re.compile(r"^# (?P<path>(?:config|expectations|checks)/\S+\.yaml)(?P<part> \(part\))?$")


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.where)
def test_an_example_is_right(block: Block, tmp_path: Path) -> None:
    if block.language == "json":
        path, part = "expectations/imported.json", False
    else:
        named = _NAMED.match(block.text.partition("\n")[0])
        assert named, f"{block.where}: the first line of a YAML example names its file, as in `# config/monitor.yaml`"
        path, part = named["path"], bool(named["part"])
    crm = path.removeprefix("config/") if path.startswith("config/crms/") else "builtin/odoo-17@1"
    files = {
        "config/monitor.yaml": MINIMAL % crm + (REACHING if path == "config/routes.yaml" else ""),
        "expectations/users.yaml": "extends: builtin/users@1\n",
        "expectations/opportunities.yaml": "extends: builtin/opportunities@1\n",
        "absence.csv": "user,first,last\n",
        path: (MINIMAL % crm if part else "") + block.text,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = load_project(tmp_path, ENVIRONMENT)
    schedule = load_scheduled(tmp_path, ENVIRONMENT).schedule.file
    read = (*project.files, *load_use(tmp_path, project.crm_map).files, schedule)
    assert any(name.endswith(path) for name in read)


def test_the_check_of_the_readme_runs_on_the_crm_that_the_readme_is_about() -> None:
    odoo = load_map("builtin/odoo-17@1")
    texts = [block.text for block in blocks(DOCS.parent / "README.md", "yaml")]
    suite = next(yaml for text in texts if "expectations" in (yaml := YAML(typ="safe").load(text)))
    columns = [one["kwargs"]["column"] for one in suite["expectations"]]
    assert columns
    assert set(columns) <= set(odoo.columns("opportunities"))


def test_there_are_examples_of_every_kind_of_file() -> None:
    paths = {match["path"] for block in EXAMPLES if (match := _NAMED.match(block.text.partition("\n")[0]))}
    assert {path.split("/")[0] for path in paths} == {"config", "expectations", "checks"}
    assert any(path.startswith("config/crms/") for path in paths)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.is_file(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


def test_every_page_can_be_reached_from_the_readme() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted(DOCS.glob("*.md")) if f"docs/{page.name}" not in readme] == []
