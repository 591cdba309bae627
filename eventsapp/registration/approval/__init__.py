"""The approval desk: queue, duplicates, answers, letters; and the waitlists of the conference."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
