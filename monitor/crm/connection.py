"""The connection to the CRM: read-only whatever happens, bounded in time and in the load it puts on the server."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from monitor.crm import readonly
from monitor.crm.address import ENCODED, SPILLED, shown, spilled
from monitor.crm.failures import NO_FILE, unavailable
from monitor.errors import CrmUnavailable, UsageError

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_EXTRAS = {"psycopg": "postgresql", "pymysql": "mysql"}


class Crm:
    """An open CRM database. ``engine`` gives read-only connections only; ``scan`` keeps to the load budget."""

    def __init__(self, engine: sa.Engine, max_scans: int) -> None:
        self.engine = engine
        self.max_scans = max_scans
        self._budget = threading.BoundedSemaphore(max_scans)
        self._counter = threading.Lock()
        self._scans = 0

    @property
    def target(self) -> str:
        """Where it is, without the password."""
        return shown(self.engine.url)

    @property
    def scans(self) -> int:
        """How many scans were begun so far."""
        return self._scans

    @contextmanager
    def scan(self) -> Iterator[sa.Connection]:
        """A connection for one scan; waits while ``max_scans`` others are at work.

        Raises CrmUnavailable for any database error that the caller lets out; it holds no value of any row.
        """
        with self._budget:
            with self._counter:
                self._scans += 1
            try:
                with self.engine.connect() as connection:
                    yield connection
            except sa.exc.SQLAlchemyError as error:
                raise unavailable(error, self.target) from None

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def driver_url(url: str | sa.URL) -> sa.URL:
    """The URL with the driver this program uses, where it names none.

    Raises UsageError when it is no database URL, or of a kind that is not supported.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    if parsed is not None and spilled(parsed, url):
        raise UsageError(f"The CRM's address {SPILLED}.", hint=ENCODED)
    if parsed is None or "\0" in str(parsed.database):
        hint = "write it as postgresql://user:password@host/database, mysql://... or sqlite:///path"
        raise UsageError("The CRM's address is no database URL.", hint=hint)
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.get_backend_name() not in readonly.BACKENDS:
        kinds = "postgresql, mysql (MariaDB too) and sqlite"
        raise UsageError(f"{parsed.drivername} is not supported.", hint=f"the CRM can be read on {kinds}")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise UsageError("The CRM's address names no database file.", hint="write sqlite:///path/to/file.db")
    return parsed


def open_crm(
    url: str | sa.URL, *, statement_timeout: float = 60.0, lock_timeout: float = 5.0, max_scans: int = 2
) -> Crm:
    """Open the CRM and try the connection. Times are in seconds; at most ``max_scans`` queries run at once.

    Raises CrmUnavailable saying what is wrong (unreachable, refused, no such database, no driver) and what to do.
    """
    parsed = driver_url(url)
    limits = readonly.Limits(statement_timeout, lock_timeout)
    if parsed.get_backend_name() == "sqlite" and not os.path.isfile(str(parsed.database)):
        raise CrmUnavailable(f"The CRM at {shown(parsed)} cannot be read: there is no such file.", hint=NO_FILE)
    try:
        engine = readonly.engine(parsed, limits, pool_size=max_scans)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(str(error.name), "")
        wanted = f"'crm-monitor[{extra}]'" if extra else error.name
        hint = f"install it where this runs: {sys.executable} -m pip install {wanted}"
        raise CrmUnavailable(f"The driver for {parsed.get_backend_name()} is not installed.", hint=hint) from None
    except sa.exc.NoSuchModuleError:
        raise UsageError(f"{parsed.drivername} is not supported.", hint="leave the driver out of the URL") from None
    crm = Crm(engine, max_scans)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(readonly.FIRST_QUERY[engine.dialect.name])
            return crm
    except sa.exc.SQLAlchemyError as error:
        crm.close()
        raise unavailable(error, crm.target) from None
    except OSError as error:  # a file that an option names
        crm.close()
        message = f"The CRM at {crm.target} cannot be read: {error.filename or 'a file'}: {error.strerror}."
        raise CrmUnavailable(message, hint="correct the options of connection.url") from None
