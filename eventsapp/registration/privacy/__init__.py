"""What is kept of people, why and how long; seeing, taking away and erasing it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
