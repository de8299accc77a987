"""The mail server in the settings: where it is, how it is spoken to, and a password that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.delivery.smtp import Security, Smtp
from monitor.errors import ConfigurationError
from monitor.settings.model import Settings
from monitor.settings.project import load_project
from tests.settings.projects import CONNECTION, ENVIRON, make_project

SECRET = "hunter2-very-secret"


def _settings(tmp_path: Path, smtp: str) -> Settings:
    files = {"config/monitor.yaml": f"{CONNECTION}smtp: {smtp}\n"}
    return load_project(make_project(tmp_path, files), {**ENVIRON, "MAIL_PASSWORD": SECRET}).settings


def test_a_mail_server_is_read_with_its_defaults(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "{host: smtp.example.com, from: crm-monitor@example.com}")
    assert settings.smtp is not None
    assert settings.smtp.server() == Smtp("smtp.example.com", 587, Security.STARTTLS, sender="crm-monitor@example.com")


def test_its_login_comes_from_the_environment_and_is_shown_nowhere(tmp_path: Path) -> None:
    login = "user: monitor, password: '${MAIL_PASSWORD}'"
    settings = _settings(tmp_path, f"{{host: mx, port: 465, security: tls, {login}, from: a@example.com, timeout: 1m}}")
    assert settings.smtp is not None
    server = settings.smtp.server()
    assert (server.port, server.security, server.user, server.timeout) == (465, Security.TLS, "monitor", 60.0)
    assert server.password == SECRET
    assert SECRET not in f"{settings!r} {server!r}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "'::1'"])
def test_plain_text_is_allowed_on_this_machine(tmp_path: Path, host: str) -> None:
    settings = _settings(tmp_path, f"{{host: {host}, port: 25, security: none, from: a@example.com}}")
    assert settings.smtp is not None
    assert settings.smtp.server().security is Security.NONE


@pytest.mark.parametrize(
    ("smtp", "complaint"),
    [
        ("{host: mx, security: none, from: a@example.com}", "sends mail in plain text across the network"),
        ("{host: mx, user: me, from: a@example.com}", "needs a password beside the user"),
        ("{host: mx, password: '${MAIL_PASSWORD}', from: a@example.com}", "needs a user beside the password"),
        ("{host: mx}", "from"),
        ("{host: mx, from: 'CRM <a@example.com>'}", "must be one plain e-mail address"),
        ('{host: mx, from: "a@example.com\\r\\nBcc: b@example.com"}', "must be one plain e-mail address"),
        ("{host: mx, from: a@example.com, security: ssl}", "starttls"),
        ("{host: mx, from: a@example.com, pasword: x}", "password"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_without_the_password(tmp_path: Path, smtp: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _settings(tmp_path, smtp)
    said = str(caught.value)
    assert complaint in said
    assert "monitor.yaml:2:" in said
    assert SECRET not in said
