"""A database's address, and what of it may be shown."""

from __future__ import annotations

import sqlalchemy as sa

ENCODED = "write what is special in the password percent-encoded: @ as %40, : as %3A, / as %2F, ? as %3F, % as %25"
_OPTIONS = {
    *("application_name", "host", "options", "passfile", "password", "service", "sslcert", "sslkey", "sslpassword"),
    *("sslrootcert", "ssl_ca", "ssl_cert", "ssl_key", "unix_socket", "user"),
}
"""Options of drivers that may hold an @."""
SPILLED = "holds a password with an @ in it, which ends it too early"


def shown(url: sa.URL) -> str:
    """A URL that may be shown: no password, and no options, which may hold one."""
    return sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def spilled(url: sa.URL, written: str | sa.URL) -> bool:
    """Whether a part of the password stands in another part of the URL, as it was ``written``: it would be shown."""
    if url.get_backend_name() == "sqlite" or url.password is None:
        return False  # there is no password, and a path may have an @
    # As SQLAlchemy reads it: the user ends at the first colon, the password at the first @ after that.
    rest = str(written).partition("://")[2].partition(":")[2].partition("@")[2]
    options = (option.partition("=") for option in rest.partition("?")[2].split("&"))
    in_options = any("@" in name or ("@" in value and name not in _OPTIONS) for name, _, value in options)
    return in_options or "@" in (url.host or "") or "@" in (url.database or "")
