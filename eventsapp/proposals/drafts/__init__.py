"""Writing a proposal together: drafts, versions, comments, consent, submission, and the applicants' page."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.proposals.drafts.views import own

    app.register_blueprint(own.blueprint)
