"""The conference: days, zone, venues, rooms, event types, themes, constituencies, categories' places, pages and news."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
