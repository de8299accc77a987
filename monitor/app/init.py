"""Makes a small project for one's own CRM: looks at the database, says which CRM it is and why, writes the files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from monitor.app.templates import project_files
from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm, driver_url, open_crm
from monitor.crm.detect import detect
from monitor.crm.guard import could_write, hidden_rows
from monitor.crm.maps import CrmMap, load_map
from monitor.crm.people import read_directory
from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import RECORDS
from monitor.delivery.slack_manifest import manifest_yaml
from monitor.delivery.slack_scopes import USUAL, Feature
from monitor.errors import CrmUnavailable, UsageError

MANIFEST = "slack-app.yaml"
_SECRET_MODE = 0o600


@dataclass(frozen=True, slots=True)
class InitReport:
    """What was recognised, and what was done. Files are relative to ``folder``; ``rows`` is per mapped entity."""

    folder: Path
    reference: str
    title: str
    why: str
    written: tuple[str, ...]
    kept: tuple[str, ...]  # were there before, and are as they were
    rows: Mapping[str, int]
    notes: tuple[str, ...] = ()  # what a person should know or do
    suspects: tuple[str, ...] = field(default=(), repr=False)  # names of users that look like programs


def init_project(
    url: str,
    folder: Path,
    *,
    crm: str | None = None,
    slack: Sequence[Feature] = USUAL,
    environ: Mapping[str, str],
) -> InitReport:
    """Write a project that reads the CRM at ``url`` (default: ``CRM_URL`` of ``environ``) into ``folder``.

    ``crm`` names the map (a built-in one, or a file, which is copied) where it should not be recognised. The URL goes
    into ``.env``, readable by this account only. No file that exists is changed. The manifest of the Slack app asks for
    what the features ``slack`` take.
    Raises CrmUnavailable when the CRM cannot be read, UsageError when it is not recognised or the folder is no folder,
    ConfigurationError when a map that was named is wrong.
    """
    address = _absolute(driver_url(url or environ.get("CRM_URL", "")))
    if os.path.exists(folder) and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", hint="name a folder for the project, new or existing")
    opened = open_crm(address)
    try:
        crm_map, why = _which(opened, crm)
        found = _look(opened, crm_map)
        if not found.rows:
            first = next(iter(found.notes), "it maps no entity")
            hint = "nothing was written; name the map that fits with --crm, or write one (docs/crm-maps.md)"
            raise UsageError(f"The map {crm_map.reference} can read nothing in this database: {first}.", hint=hint)
    finally:
        opened.close()
    reference, copied = _reference(crm_map, folder)
    entities = [entity for entity in RECORDS if entity in crm_map.entities]
    files = project_files(crm_map, reference, entities, address.render_as_string(hide_password=False))
    written, kept = _write(folder, {**files, MANIFEST: manifest_yaml(slack)})
    notes = [*found.notes, *_environment_notes(kept, environ, address)]
    if copied:
        written = (copied, *written)
    title = crm_map.title or crm_map.map
    return InitReport(folder, reference, title, why, written, kept, found.rows, tuple(notes), found.suspects)


def _absolute(url: sa.URL) -> sa.URL:
    """A relative SQLite path is meant from where the command runs, not from the project's folder."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    return url.set(database=str(Path(url.database).resolve()))


def _which(opened: Crm, crm: str | None) -> tuple[CrmMap, str]:
    if crm is not None:
        crm_map = load_map(crm)
        held = detect(opened.engine, [crm_map])
        return crm_map, "you named it" + ("" if held.reference else f"; but mind: {held.why}")
    found = detect(opened.engine)
    if not found.reference:
        maps = ", ".join(one.reference for one in found.candidates if not one.foreign)
        near = f"name its map with --crm ({maps}), or " if maps else ""
        hint = f"{near}write a map for it (docs/crm-maps.md), and name that with --crm"
        raise UsageError(f"It cannot be told which CRM this is: {found.why}.", hint=hint)
    return load_map(found.reference), found.why


@dataclass(frozen=True, slots=True)
class _Found:
    rows: Mapping[str, int]
    notes: tuple[str, ...]
    suspects: tuple[str, ...]


def _look(opened: Crm, crm_map: CrmMap) -> _Found:
    """Read through the map once, so that what does not fit is said now and not on the first night."""
    sources = compile_map(crm_map, opened.engine.dialect)
    rows: dict[str, int] = {}
    notes: list[str] = []
    for name, source in sources.items():
        try:
            count = _count(opened, source)
            hidden = hidden_rows(opened, source, count)
        except CrmUnavailable as error:
            notes.append(f"{name}: {error.brief}")
            continue
        rows[name] = count
        if hidden is not None:
            notes.append(f"{hidden.problem.message}: {hidden.problem.hint}")
    unmapped = [name for name in RECORDS if name not in sources]
    if unmapped:
        notes.append(f"the map does not say how to read: {', '.join(unmapped)}")
    try:
        directory = read_directory(opened, sources)
        suspects = tuple(directory.people[key].name for key in directory.suspects)
    except CrmUnavailable:  # said above already, of the entity users
        suspects = ()
    if writable := could_write(opened):
        notes.append(f"{writable}. The monitor's sessions are read-only; a role that may only SELECT is safer still")
    return _Found(rows, tuple(notes), suspects)


def _count(opened: Crm, source: EntitySource) -> int:
    with opened.scan() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(source.selectable)) or 0)


def _reference(crm_map: CrmMap, folder: Path) -> tuple[str, str]:
    """How the project names the map; a file of one's own is copied beneath ``config/crms`` first."""
    if crm_map.reference.startswith("builtin/"):
        return crm_map.reference, ""
    source = Path(crm_map.reference)
    target = folder / "config" / "crms" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return f"crms/{source.name}", ""
    shutil.copyfile(source, target)
    return f"crms/{source.name}", f"config/crms/{source.name}"


def _write(folder: Path, files: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    written: list[str] = []
    kept: list[str] = []
    for name, text in files.items():
        path = folder / name
        mode = _SECRET_MODE if name == ".env" else 0o644
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Exclusive: whatever is there stays, even if it came a moment ago; and never readable by others first.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            kept.append(name)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.", hint="name another folder") from None
        else:
            written.append(name)
    return tuple(written), tuple(kept)


def _environment_notes(kept: tuple[str, ...], environ: Mapping[str, str], address: sa.URL) -> list[str]:
    notes = []
    if ".env" in kept:
        notes.append(".env was there already and is as it was: see that it sets CRM_URL to this database")
    given = environ.get("CRM_URL")
    if given and given != address.render_as_string(hide_password=False):
        notes.append("CRM_URL is set in the environment, which comes before .env")
    return notes
