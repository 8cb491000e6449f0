"""Loggers for Bolt and the SDK that say nothing.

Both write whole request bodies, response bodies and WebSocket addresses with tickets into their logs,
some of it above DEBUG (Bolt at INFO when a signature is wrong, at ERROR when a listener fails). What
matters is logged by our own modules, as class names and ids.
"""

from __future__ import annotations

import logging

_NEVER = logging.CRITICAL + 10


def quiet_logger(name: str = "frontdesk.slack.library") -> logging.Logger:
    """A logger to hand to Bolt or the SDK; they copy its level and its ``disabled`` to their own."""
    logger = logging.getLogger(name)
    logger.setLevel(_NEVER)
    logger.propagate = False
    logger.disabled = True
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def silence_libraries() -> None:
    """The module loggers that both libraries make for themselves."""
    for name in ("slack_bolt", "slack_sdk"):
        library = logging.getLogger(name)
        library.setLevel(_NEVER)
        library.propagate = False
        if not library.handlers:
            library.addHandler(logging.NullHandler())
