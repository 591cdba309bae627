"""People register for a conference and book seats at its events; nobody is lost, nothing is overbooked."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
