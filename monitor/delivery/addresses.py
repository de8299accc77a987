"""Which hosts are this machine, and which web addresses a message may go to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_NONE = "must be a web address\nbegin it with https://"


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def address_problem(url: str) -> str:
    """What is wrong with the address of a webhook, and what to do, each on a line; nothing where all is well.

    The address itself is not in it, as it may hold a secret.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        return "holds a blank or a character that is not ASCII\nwrite it as a browser copies it"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return _NONE
    if parts.scheme not in ("https", "http") or not host:
        return _NONE
    if parts.username is not None or parts.password is not None:
        return "holds a user or a password\ntake them out: the signature proves who sends"
    if parts.scheme == "http" and not is_loopback(host):
        return "sends messages in plain text across the network\nbegin it with https://"
    return ""
