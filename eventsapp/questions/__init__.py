"""Questions that organizers put into a form themselves: kinds, rules, the builder, and how answers are taken and shown."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.questions import forms, shown

    app.jinja_env.globals.update(question_when=shown.when, question_limit=forms.limit_of)
