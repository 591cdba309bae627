"""From an accepted proposal to an event, and on to its report: offers, waiting list, changes, reports."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
