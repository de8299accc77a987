"""The log on stderr: a line per event, as text for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_OURS = "monitor"
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def _said(record: logging.LogRecord) -> dict[str, object]:
    """What a line tells beside its message: which job, run, check or incident."""
    return {name: value for name, value in record.__dict__.items() if name not in _OWN}


class _NoForeignText(logging.Filter):
    """What libraries log may hold what a CRM or a person wrote: that they complained is told, not what of."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written; its text may be changed."""
        if record.name.partition(".")[0] == _OURS:
            return True
        record.msg, record.args = "%s complains", (record.name,)
        return record.levelno >= logging.ERROR


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception is named by its type alone: its text may hold what a CRM or a person wrote."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "from": record.name}
        line["message"] = record.getMessage()
        line |= _said(record)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """``2026-11-28 06:00:01+0100 INFO records: ended with 0 run=12 pass=29``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, in local time."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S%z")
        said = _said(record)
        job = f"{said.pop('job')}: " if "job" in said else ""
        rest = "".join(f" {name}={value}" for name, value in said.items())
        return f"{at} {record.levelname} {job}{record.getMessage()}{rest}"


def log_to_stderr(form: str) -> None:
    """Sets it up for the process; ``form`` is ``json`` or ``text``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_NoForeignText())
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in ("apscheduler", "slack_sdk"):  # what matters of them comes by other ways
        logging.getLogger(library).setLevel(logging.CRITICAL)
