"""A database's address, and what of it may be shown."""

from __future__ import annotations

import sqlalchemy as sa

ENCODED = "write what is special in them percent-encoded: @ as %40, : as %3A, / as %2F, ? as %3F, % as %25"
SPILLED = "has an @ or a / in its user or password, which ends them too early"
_OPTIONS = {
    *("application_name", "fallback_application_name", "host", "init_command", "options", "passfile", "password"),
    *("read_default_file", "service", "sslcert", "sslcrl", "sslkey", "sslpassword", "sslrootcert"),
    *("ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "unix_socket", "user"),
}
"""Options of drivers that may hold an @. No option is ever shown."""


def shown(url: sa.URL) -> str:
    """A URL that may be shown: no password, and no options, which may hold one."""
    return sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def spilled(url: sa.URL, written: str | sa.URL) -> bool:
    """Whether a part of the password stands in another part of the URL, as it was ``written``: it would be shown."""
    if url.get_backend_name() == "sqlite":
        return False  # there is no password, and a path may have an @
    place, _, options = _after_the_user(url, str(written).partition("://")[2]).partition("?")
    pairs = (option.partition("=") for option in options.split("&"))
    if any("@" in name or ("@" in value and name not in _OPTIONS) for name, _, value in pairs):
        return True
    # Without a password, one may stand in what was taken for a database's name: CORP/user:password@host.
    return "@" in (place if url.password is not None else place.partition(":")[2])


def _after_the_user(url: sa.URL, rest: str) -> str:
    """As SQLAlchemy reads it: a user ends at the first colon, the password at the first @ after that."""
    if url.password is not None:
        return rest.partition(":")[2].partition("@")[2]
    return rest if url.username is None else rest.partition("@")[2]
