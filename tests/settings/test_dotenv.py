"""The ``.env`` file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.settings.dotenv import read_dotenv

LINES = r"""
# a comment
PLAIN=postgresql://u:p@h/d#fragment
export EXPORTED = spaced   # a comment
EMPTY=
DOUBLE="two\nlines \"quoted\" # no comment"  # a comment
SINGLE='as it \n stands'
EQUALS=a=b=c
"""


def test_quotes_comments_and_exports_are_understood(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(LINES, encoding="utf-8")
    assert read_dotenv(path) == {
        "PLAIN": "postgresql://u:p@h/d#fragment",
        "EXPORTED": "spaced",
        "EMPTY": "",
        "DOUBLE": 'two\nlines "quoted" # no comment',
        "SINGLE": r"as it \n stands",
        "EQUALS": "a=b=c",
    }


def test_no_file_means_no_variables(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_whatever_the_file_holds_it_is_read_or_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)
    with suppress(ConfigurationError):
        assert all(name.isidentifier() for name in read_dotenv(path))
