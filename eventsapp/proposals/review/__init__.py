"""Screening and review: criteria, assignment, interests, scores, similar proposals."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
