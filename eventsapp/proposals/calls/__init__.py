"""Setting a call up, and showing it: text, dates, questions, eligibility."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
