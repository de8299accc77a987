"""A database's address, and what of it may be shown."""

from __future__ import annotations

import sqlalchemy as sa

ENCODED = "write what is special in the password percent-encoded: @ as %40, : as %3A, / as %2F, ? as %3F, % as %25"
SPILLED = "holds a password with an @ in it, which ends it too early"


def shown(url: sa.URL) -> str:
    """A URL that may be shown: no password, and no options, which may hold one."""
    return sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def spilled(url: sa.URL, written: str | sa.URL) -> bool:
    """Whether a part of the password stands in another part of the URL, as it was ``written``: it would be shown."""
    if url.get_backend_name() == "sqlite":
        return False  # it has no password, and a path may have an @
    database, options = url.database or "", str(written).partition("?")[2].split("&")
    in_options = any("@" in option.partition("=")[0] for option in options)
    return "@" in (url.host or "") or ("@" in database and "/" in database) or in_options
