"""Structured logs on standard error: one JSON object a line, or coloured text on a terminal. No secrets, no addresses."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from flask import Flask

# Secret parts of addresses: participants' pages, personal feeds, links to confirm or reset.
_SECRETS = re.compile(r"[0-9]+-[A-Za-z0-9_-]{27}(\.[0-9]+)?")


def without_secrets(text: str) -> str:
    """Return ``text`` with secret tokens replaced by an ellipsis."""
    return _SECRETS.sub("…", text)


def _hide(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: without_secrets(value) if isinstance(value, str) else value for key, value in event.items()}


def register(app: Flask) -> None:
    """Send the application's log through structlog."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        _hide,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if not any(getattr(handler, "eventsapp", False) for handler in app.logger.handlers):
        app.logger.handlers.clear()
        handler = logging.StreamHandler()
        handler.eventsapp = True  # type: ignore[attr-defined]
        handler.setFormatter(formatter)
        app.logger.addHandler(handler)
    app.logger.setLevel(logging.INFO)
    app.logger.propagate = False
