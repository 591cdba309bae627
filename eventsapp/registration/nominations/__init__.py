"""Organizations nominate people within quotas; speakers are invited by their events."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
