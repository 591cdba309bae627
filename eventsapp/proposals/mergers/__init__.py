"""Several proposals become one: composed, accepted by each lead, undone while nothing is decided."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
