"""A part of a password is shown nowhere, also where it was not written as a URL asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.address import shown, spilled
from monitor.crm.connection import driver_url
from monitor.errors import StateUnavailable, UsageError
from monitor.store.database import Database
from tests.acceptance.program import crm_monitor

SPILLS = (
    *("a@Passw0rd", "a@Passw0rd/b", "a@b?Passw0rd", "@Passw0rd", "a@b@Passw0rd", "a@b?c=Passw0rd", "a@b?c&Passw0rd=d"),
)


@pytest.mark.parametrize("password", SPILLS)
@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_password_that_ends_too_early_is_refused_and_not_shown(kind: str, password: str) -> None:
    with pytest.raises(UsageError, match="@ as %40") as caught:
        driver_url(f"{kind}://crm:{password}@localhost/odoo")
    assert "Passw0rd" not in str(caught.value)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_nor_where_there_is_no_name_of_a_database(kind: str) -> None:
    with pytest.raises(UsageError, match="@ as %40"):
        driver_url(f"{kind}://crm:a@b/Passw0rd@localhost")
    for end in ("", "/odoo"):
        with pytest.raises(UsageError, match="@ as %40") as caught:
            driver_url(f"{kind}://CORP/crm:Passw0rd@localhost{end}")
        assert "Passw0rd" not in str(caught.value)


@pytest.mark.parametrize("password", SPILLS)
def test_it_is_refused_of_the_state_as_well(password: str) -> None:
    with pytest.raises(StateUnavailable, match="@ as %40") as caught:
        Database(f"postgresql://crm:{password}@localhost/state")
    assert "Passw0rd" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://crm:a%40Passw0rd@localhost/odoo?sslmode=require",
        "postgresql://crm@server:pw@localhost/odoo",
        "postgresql://crm:a/b#c?d@localhost/odoo?options=-csearch_path%3Da@b&sslcert=a@b",
        "postgresql://crm@localhost/odoo@two",
        "postgresql://crm:a%40Passw0rd@localhost/my%40db",
        "mysql://crm:a@localhost/db?init_command=SET @@session.time_zone='+00:00'",
        "sqlite:////srv/a@b/c@d.db",
    ],
)
def test_an_at_that_is_no_password_s_is_nobody_s_secret(url: str) -> None:
    parsed = sa.make_url(url)
    assert not spilled(parsed, url)
    assert "Passw0rd" not in shown(parsed)


def test_whoever_sets_up_a_project_is_told_how_to_write_it(tmp_path: Path) -> None:
    found = crm_monitor("init", "--url", "postgresql://crm:S3cret@Passw0rd@localhost/odoo", str(tmp_path / "new"))
    assert found.exit_code == 2
    assert "The CRM's address has an @ or a / in its user or password" in found.said
    assert "S3cret" not in found.said
    assert "Passw0rd" not in found.said
