"""Screening and review: criteria, assignment, interests, scores, similar proposals."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.proposals.review.views import officers

    app.register_blueprint(officers.blueprint)
