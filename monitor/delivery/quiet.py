"""A logger that slack_sdk may write to and nobody reads: it would log messages, addresses and server pages."""

from __future__ import annotations

import logging


def quiet_logger() -> logging.Logger:
    """What slack_sdk has to say reaches us as exceptions; its log would hold messages' texts and secrets."""
    logger = logging.getLogger("monitor.delivery.slack_sdk")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
