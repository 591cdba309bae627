"""Figures of registration and of the doors, live and as reports."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.registration.figures.views import door, reports

    app.register_blueprint(door.figures_bp)
    app.register_blueprint(door.attendance_bp)
    app.register_blueprint(reports.bp)
